"""Frames of Gate.io's account channels over WebSocket v4 (Gate API docs "Spot WebSocket v4" and "Futures WebSocket v4",
private channels): the envelope around the rows, the same for spot and futures.
"""

cimport cython
from libc.string cimport memcmp

from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.fault cimport CONTROL, MALFORMED, MISSING, OK, UNKNOWN
from hftx._core.json cimport END_OF_OBJECT, Key, at_end, expect, next_item, read_text, skip_value, take
from hftx._core.venues.gateio_push cimport (
    E_CHANNEL, E_EVENT, E_RESULT, NO_CHANNEL, NOT_SEEN, OTHER_EVENT, UPDATE_EVENT, channel_of, next_member, plain_push,
)


cdef class GateioAccountFrames:
    """Reads frames; the subclass names the channels of its market and reads their rows."""

    cdef void set_channels(self, const Key* channels, int count) noexcept:
        self._channels, self._count = channels, count

    cdef object row(self, Cursor* c, int channel, int* fault):
        raise NotImplementedError("of the market's frames")

    @cython.final
    cdef object decode(self, const char* data, Py_ssize_t size, int* kind, int* fault):
        cdef Cursor c = over(data, size)
        cdef list events
        found = self._plain(&c, kind)
        if found is not None:
            return found
        c.p, events = data, []
        fault[0] = self._any(&c, events, kind)
        return events

    @cython.final
    cdef object _plain(self, Cursor* c, int* kind):
        # The row, or a list of rows, of a frame whose envelope is letter by letter as the venue writes it. Of anything
        # else, a fault included: None.
        cdef list events = None
        cdef int fault = OK
        cdef int channel = plain_push(c, self._channels, self._count)
        if channel == NOT_SEEN or channel >= SILENT or not take(c, b"[", 1):
            return None
        event = self.row(c, channel, &fault)
        while fault == OK and take(c, b",", 1):
            if events is None:
                events = [event]
            event = self.row(c, channel, &fault)
            events.append(event)
        if fault != OK or c.end - c.p != 2 or not take(c, b"]}", 2):
            return None
        kind[0] = channel & KIND
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
            code = next_member(c, &at, &first, &fault)
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
            envelope.channel = channel_of(text, self._channels, self._count)
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
        kind[0] = channel & KIND
        while fault == OK:
            fault = next_item(c, &first, &more)
            if fault != OK or not more:
                break
            if channel & SILENT:
                fault = skip_value(c, 2)
            else:
                events.append(self.row(c, channel, &fault))
        return fault
