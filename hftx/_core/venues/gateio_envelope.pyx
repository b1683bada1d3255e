"""The envelope of Gate.io's WebSocket v4 and the books in it, the same for spot and futures (Gate API docs, "Spot
WebSocket v4", "Futures WebSocket v4"). What a market calls its channels and members is in the tables of its session.
"""

from libc.stdint cimport int64_t
from libc.string cimport memchr, memcmp

from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.fault cimport CONTROL, MALFORMED, MISSING, OK, UNKNOWN
from hftx._core.json cimport (
    END_OF_OBJECT, Key, at_end, expect, next_key, read_bool, read_json_int, read_text, skip_digits, skip_value, take,
)
from hftx._core.levels_json cimport read_levels, read_rest_book
from hftx._core.listing cimport Listing
from hftx._core.message cimport LIMIT_DEPTH, ORDERBOOK, Message
from hftx._core.number cimport read_int
from hftx._core.scalar cimport scale_time, whole_of
from hftx._core.sync cimport GATE_OBU, GATE_UPDATE
from hftx._core.venues.gateio_push cimport (
    E_CHANNEL, E_EVENT, E_RESULT, NO_CHANNEL, NOT_SEEN, OTHER_EVENT, UPDATE_EVENT, channel_of, next_member, plain_push,
)
from hftx._core.venues.gateio_rows cimport (
    BEST, DEALS, OBU, PICTURE, STATS, SYSTEM, UPDATE, GateioRowSession, KeyTable,
)

from hftx.errors import UsageError


cdef KeyTable table_of(const Key* keys, int count) noexcept:
    cdef KeyTable table
    table.keys, table.count = keys, count
    return table


cdef inline int plain_int(Cursor* c, int64_t* out) noexcept nogil:
    # A bare positive integer, as venues write ids and times.
    if c.p >= c.end or not c'1' <= c.p[0] <= c'9':
        return MALFORMED
    return read_int(c, out)


cdef inline bint is_push(Slice event) noexcept:
    # "all" is a push that holds everything anew.
    if event.size == 6:
        return memcmp(event.p, b"update", 6) == 0
    return event.size == 3 and memcmp(event.p, b"all", 3) == 0


cdef int judge_envelope(const Envelope* envelope) noexcept:
    # Answers, pongs and notices are the driver's; data of a channel that no table names is a fault.
    if envelope.event == OTHER_EVENT or envelope.channel == NOT_SEEN or envelope.channel == SYSTEM:
        return CONTROL
    if envelope.channel == NO_CHANNEL:
        return UNKNOWN if envelope.event == UPDATE_EVENT else CONTROL
    return envelope.fault if envelope.decoded else MISSING


cdef class GateioEnvelopeSession(GateioRowSession):
    """Base of the sessions of Gate's markets; `books` is "obu" or "update", the two ways to follow a book."""

    def __init__(self, handlers, Py_ssize_t max_depth, request, logger, str books="obu"):
        if books not in ("obu", "update"):
            raise UsageError(f"books must be 'obu' or 'update', not {books!r}")
        super().__init__(handlers, max_depth, request, logger)
        self.rule = GATE_OBU if books == "obu" else GATE_UPDATE

    cdef int decode(self, const char* data, Py_ssize_t size, bint is_text) except -1:
        cdef Cursor c = over(data, size)
        cdef Envelope envelope
        cdef bint first = True
        cdef int at = 0
        cdef int code
        cdef int fault
        self.message.index = -1
        envelope.channel, envelope.event, envelope.decoded, envelope.fault = NOT_SEEN, NOT_SEEN, False, OK
        envelope.held.p = NULL
        if self._plain_delta(&c):
            return OK
        self.message.index, c.p = -1, data
        if self._plain_push(&c):
            return OK
        self.message.index, c.p = -1, data
        fault = expect(&c, c'{')
        while fault == OK:
            code = next_member(&c, &at, &first, &fault)
            if code == END_OF_OBJECT:
                break
            fault = self._member(&c, code, &envelope)
        if fault == OK:
            fault = at_end(&c)
        if fault == OK and envelope.channel >= 0 and envelope.event != OTHER_EVENT and not envelope.decoded \
                and envelope.held.p is not NULL:
            c = envelope.held
            fault = self._result(&c, envelope.channel)
            envelope.decoded = True
        self.message.where = c.p
        return fault if fault != OK else judge_envelope(&envelope)

    cdef bint _plain_delta(self, Cursor* c) except -1:
        # A delta of the obu channel letter by letter as the venue writes it. Anything else, a fault included: False,
        # and the table walk says what it is.
        cdef int64_t sent = 0
        return (
            take(c, self.obu_head, self.obu_head_size) and self._plain_depth(c, True)
            and take(c, b'},"time_ms":', 12) and c.end - c.p > 1 and c'1' <= c.p[0] <= c'9' and c.end[-1] == c'}'
            and whole_of(Slice(p=c.p, size=c.end - c.p - 1), &sent) == OK
        )

    cdef bint _plain_update(self, Cursor* c) except -1:
        # The same of a result of `order_book_update`.
        cdef Cursor start = c[0]
        if take(c, b'{"t":', 5) and self._plain_depth(c, False):
            if take(c, b',"l":"', 6) and (skip_digits(c) != OK or not take(c, b'"', 1)):
                c.p = c.end
            if take(c, b'}', 1):
                return True
        c[0] = start
        self.message.index = -1
        return False

    cdef bint _plain_depth(self, Cursor* c, bint is_stream) except -1:
        # From the time to the end of the levels.
        cdef Message* m = &self.message
        cdef int64_t millis = 0
        cdef Slice name
        if plain_int(c, &millis) != OK or not take(c, b',"s":"', 6):
            return False
        name.p = c.p
        c.p = <const char*>memchr(c.p, c'"', c.end - c.p)
        if c.p is NULL:
            return False
        name.size = c.p - name.p
        if self._find(name, is_stream) != OK or not take(c, b'","U":', 6) or plain_int(c, &m.first_id) != OK \
                or not take(c, b',"u":', 5) or plain_int(c, &m.last_id) != OK or m.first_id > m.last_id:
            return False
        m.bids.len = m.asks.len = 0
        if take(c, b',"b":', 5) and read_levels(c, &m.bids, self.price_digits, self.qty_digits, m) != OK:
            return False
        if take(c, b',"a":', 5) and read_levels(c, &m.asks, self.price_digits, self.qty_digits, m) != OK:
            return False
        m.channel, m.full, m.has_first = ORDERBOOK, False, True
        return scale_time(millis, 1_000_000, &m.venue_ns) == OK

    cdef bint _plain_push(self, Cursor* c) except -1:
        # A push whose envelope is letter by letter as the venue writes it. False as of `_plain_delta`.
        cdef int channel = plain_push(c, self.channels.keys, self.channels.count)
        if channel == NOT_SEEN or channel == SYSTEM:
            return False
        return self._result(c, channel) == OK and take(c, b'}', 1) and c.p == c.end

    cdef int _member(self, Cursor* c, int code, Envelope* envelope) except -1:
        cdef Slice text
        cdef Cursor start = c[0]
        cdef int fault
        if code == E_RESULT and envelope.channel >= 0 and envelope.event == UPDATE_EVENT:
            envelope.decoded = True
            return self._result(c, envelope.channel)
        if code == E_RESULT and envelope.channel == OBU and envelope.event == NOT_SEEN:
            envelope.decoded = True
            envelope.fault = self._result(c, OBU)
            if envelope.fault == OK:
                return OK
            c[0] = start   # a fault, unless an event behind it says that this is an answer
            return skip_value(c, 1)
        if code != E_CHANNEL and code != E_EVENT:
            if code == E_RESULT:
                envelope.held = c[0]
            return skip_value(c, 1)
        fault = read_text(c, &text)
        if fault == OK and code == E_CHANNEL:
            envelope.channel = channel_of(text, self.channels.keys, self.channels.count)
        elif fault == OK:
            envelope.event = UPDATE_EVENT if is_push(text) else OTHER_EVENT
        return fault

    cdef int _result(self, Cursor* c, int channel) except -1:
        self.message.venue_ns = self.message.last_id = 0
        if channel == OBU or channel == UPDATE or channel == PICTURE:
            return self._depth(c, channel)
        if channel == SYSTEM:
            return skip_value(c, 1)
        if channel == DEALS:
            return self._trade(c)
        if channel == BEST:
            return self._best(c)
        return self._ticker(c) if channel == STATS else self._kline(c)

    cdef int _depth(self, Cursor* c, int channel) except -1:
        cdef const Key* keys = self.tables[channel].keys
        cdef int count = self.tables[channel].count
        cdef bint first = True
        cdef int at = 0
        cdef int code
        cdef int fault
        if channel == UPDATE and self._plain_update(c):
            return OK
        fault = expect(c, c'{')
        self.message.full = False
        self.message.fine_px = self.message.fine_qty = 0
        self.message.bids.len = self.message.asks.len = 0
        self.depth.seen, self.depth.millis, self.depth.channel = 0, 0, channel
        self.depth.held[0].p = self.depth.held[1].p = NULL
        while fault == OK:
            code = next_key(c, keys, count, &at, &first, &fault)
            if code == END_OF_OBJECT:
                break
            fault = self._depth_member(c, code)
        self.message.channel = LIMIT_DEPTH if channel == PICTURE else ORDERBOOK
        return fault if fault != OK else self._check_depth()

    cdef int _depth_member(self, Cursor* c, int code) except -1:
        cdef Slice name
        cdef int fault
        if code >= 0:
            self.depth.seen |= 1 << code
        if code == D_BIDS or code == D_ASKS:
            if self.message.index >= 0:
                return self._levels(c, code)
            self.depth.held[code - D_BIDS] = c[0]
            return skip_value(c, 2)
        if code == D_NAME:
            fault = read_text(c, &name) if self.message.index < 0 else MALFORMED   # a second name
            return self._find(name, self.depth.channel == OBU) if fault == OK else fault
        if code == D_LAST:
            return read_json_int(c, &self.message.last_id)
        if code == D_FIRST:
            return read_json_int(c, &self.message.first_id)
        if code == D_MILLIS:
            return read_json_int(c, &self.depth.millis)
        return read_bool(c, &self.message.full) if code == D_FULL else skip_value(c, 2)

    cdef int _levels(self, Cursor* c, int code) except -1:
        return read_levels(c, &self.message.bids if code == D_BIDS else &self.message.asks,
                           self.price_digits, self.qty_digits, &self.message)

    cdef int _check_depth(self) except -1:
        # Ids and symbol are needed; sides may be absent (a diff can carry ids only). A range may not run backwards.
        cdef bint complete = self.message.full or self.message.channel == LIMIT_DEPTH
        cdef int fault = OK
        cdef int side
        if self.message.index < 0:
            return MISSING
        for side in range(2):
            if fault == OK and self.depth.held[side].p is not NULL:
                fault = self._levels(&self.depth.held[side], D_BIDS + side)
        self.message.has_first = not complete
        if fault == OK and (not self.depth.seen & 1 << D_LAST or not (complete or self.depth.seen & 1 << D_FIRST)):
            return MISSING
        if fault == OK and self.message.has_first and self.message.first_id > self.message.last_id:
            return MALFORMED
        return fault if fault != OK else scale_time(self.depth.millis, 1_000_000, &self.message.venue_ns)

    cdef int decode_snapshot(self, Listing listing, const char* data, Py_ssize_t size) except -1:
        self.message.index = -1
        self.message.fine_px = self.message.fine_qty = 0
        return read_rest_book(data, size, self.rest.keys, self.rest.count, listing.book.price_digits,
                              listing.book.qty_digits, &self.message)
