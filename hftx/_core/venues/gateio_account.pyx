"""Gate.io spot account events over WebSocket v4 (Gate API docs "Spot WebSocket v4", private channels)."""

from libc.string cimport memcmp

from hftx._core.account cimport BALANCES, EXECUTIONS, ORDERS, AccountSession
from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.fault cimport CONTROL, MALFORMED, MISSING, OK, UNKNOWN
from hftx._core.json cimport (
    END_OF_OBJECT, UNKNOWN_KEY, Key, at_end, expect, find_key, key, next_item, next_key, read_text, skip_digits,
    skip_value, take,
)
from hftx._core.venues.gateio_events cimport GateioEvents

cdef enum:
    E_CHANNEL, E_EVENT, E_RESULT

cdef enum:                # channels, besides those that are a kind of events
    FEELESS = 4           # spot.usertrades_v2
    NOTICES = 5
    NOT_SEEN = -1
    NO_CHANNEL = -2
    UPDATE_EVENT = 1
    OTHER_EVENT = 2

cdef Key[5] ENVELOPE = [
    key(b"time", UNKNOWN_KEY), key(b"time_ms", UNKNOWN_KEY), key(b"channel", E_CHANNEL), key(b"event", E_EVENT),
    key(b"result", E_RESULT),
]
cdef Key[6] CHANNELS = [
    key(b"spot.orders", ORDERS), key(b"spot.usertrades", EXECUTIONS), key(b"spot.balances", BALANCES),
    key(b"spot.orders_v2", ORDERS), key(b"spot.usertrades_v2", FEELESS), key(b"spot.system", NOTICES),
]


cdef int plain_envelope(Cursor* c) noexcept nogil:
    # The channel of `{"time":1,"time_ms":1,"channel":"spot.orders","event":"update","result":` at the cursor.
    cdef int channel = NOT_SEEN
    if not take(c, b'{"time":', 8) or skip_digits(c) != OK or not take(c, b',"time_ms":', 11) or skip_digits(c) != OK:
        return NOT_SEEN
    if not take(c, b',"channel":"spot.', 17):
        return NOT_SEEN
    if take(c, b'orders",', 8) or take(c, b'orders_v2",', 11):
        channel = ORDERS
    elif take(c, b'usertrades",', 12):
        channel = EXECUTIONS
    elif take(c, b'usertrades_v2",', 15):
        channel = FEELESS
    elif take(c, b'balances",', 10):
        channel = BALANCES
    return channel if take(c, b'"event":"update","result":', 26) else NOT_SEEN


cdef class GateioAccountSession(AccountSession):
    """Session of `spot.orders`, `spot.usertrades`, `spot.balances` and their `_v2`; symbols need not be added.

    A fill of `spot.usertrades_v2` comes without its fee: that is 0 of the asset "" then.
    """

    def __init__(self, store, handlers, lost, logger):
        super().__init__(store, handlers, lost, logger)
        self._read = GateioEvents(self.symbols)

    cdef object decode(self, const char* data, Py_ssize_t size, bint is_text, int* kind, int* fault):
        cdef Cursor c = over(data, size)
        cdef list events
        found = self._plain(&c, kind)
        if found is not None:
            return found
        c.p, events = data, []
        fault[0] = self._any(&c, events, kind)
        return events

    cdef object _plain(self, Cursor* c, int* kind):
        # The row, or a list of rows, of a frame whose envelope is letter by letter as the venue writes it. Of anything
        # else, a fault included: None.
        cdef list events = None
        cdef int fault = OK
        cdef int channel = plain_envelope(c)
        if channel == NOT_SEEN or not take(c, b"[", 1):
            return None
        event = self._row(c, channel, &fault)
        while fault == OK and take(c, b",", 1):
            if events is None:
                events = [event]
            event = self._row(c, channel, &fault)
            events.append(event)
        if fault != OK or c.end - c.p != 2 or not take(c, b"]}", 2):
            return None
        kind[0] = EXECUTIONS if channel == FEELESS else channel
        return event if events is None else events

    cdef int _any(self, Cursor* c, list events, int* kind) except -1:
        cdef Envelope envelope
        cdef bint first = True
        cdef int at = 0
        cdef int code
        cdef int fault = expect(c, c'{')
        envelope.channel = envelope.event = NOT_SEEN
        envelope.held.p = NULL
        while fault == OK:
            code = next_key(c, ENVELOPE, 5, &at, &first, &fault)
            if code == END_OF_OBJECT:
                break
            fault = self._member(c, code, &envelope, events, kind)
        if fault == OK:
            fault = at_end(c)
        return fault if fault != OK else self._end(&envelope, events, kind)

    cdef int _member(self, Cursor* c, int code, Envelope* envelope, list events, int* kind) except -1:
        cdef Slice text
        cdef int fault
        if code == E_RESULT:
            if kind[0] or envelope.held.p is not NULL:
                return MALFORMED    # two results
            if envelope.event == UPDATE_EVENT and 0 < envelope.channel < NOTICES:
                return self._rows(c, envelope.channel, events, kind)
            envelope.held = c[0]
        if code != E_CHANNEL and code != E_EVENT:
            return skip_value(c, 1)
        fault = read_text(c, &text)
        if fault == OK and code == E_CHANNEL:
            code = find_key(text, CHANNELS, 6)
            envelope.channel = CHANNELS[code].code if code >= 0 else NO_CHANNEL
        elif fault == OK:
            envelope.event = UPDATE_EVENT if text.size == 6 and memcmp(text.p, b"update", 6) == 0 else OTHER_EVENT
        return fault

    cdef int _end(self, Envelope* envelope, list events, int* kind) except -1:
        # Answers, pongs and notices are the driver's; data of a channel that no table names is a fault.
        if envelope.event == OTHER_EVENT or envelope.channel == NOT_SEEN or envelope.channel == NOTICES:
            return CONTROL
        if envelope.channel == NO_CHANNEL:
            return UNKNOWN if envelope.event == UPDATE_EVENT else CONTROL
        if kind[0]:
            return OK
        if envelope.held.p is NULL:
            return MISSING
        return self._rows(&envelope.held, envelope.channel, events, kind)

    cdef int _rows(self, Cursor* c, int channel, list events, int* kind) except -1:
        cdef bint first = True
        cdef bint more = True
        cdef int fault = expect(c, c'[')
        kind[0] = EXECUTIONS if channel == FEELESS else channel
        while fault == OK:
            fault = next_item(c, &first, &more)
            if fault != OK or not more:
                break
            events.append(self._row(c, channel, &fault))
        return fault

    cdef object _row(self, Cursor* c, int channel, int* fault):
        if channel == ORDERS:
            return self._read.read_order(c, fault)
        if channel == BALANCES:
            return self._read.read_balance(c, fault)
        return self._read.read_execution(c, channel == EXECUTIONS, fault)
