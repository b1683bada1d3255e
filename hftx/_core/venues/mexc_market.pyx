"""MEXC spot market data over the protobuf WebSocket (MEXC spot v3 docs, schema `PushDataV3ApiWrapper`)."""

from libc.stdint cimport int64_t, uint64_t

from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.fault cimport CONTROL, MALFORMED, MISSING, OK, TRUNCATED, UNLISTED, UNKNOWN
from hftx._core.json cimport Key, key
from hftx._core.scalar cimport whole_of
from hftx._core.levels_json cimport BOOK_ASKS, BOOK_BIDS, BOOK_ID, BOOK_MILLIS, read_rest_book
from hftx._core.listing cimport Listing
from hftx._core.message cimport HEARTBEAT, LIMIT_DEPTH, ORDERBOOK
from hftx._core.protobuf cimport read_len, read_varint, skip_field
from hftx._core.venues.mexc_rows cimport MexcRowSession, read_number, read_slice, to_ns
from hftx._core.side cimport LevelList, push_level
from hftx._core.sync cimport MEXC_AGGRE
from hftx._core.wide_levels cimport read_fields

cdef enum:          # tags: field number << 3 | wire type
    SYMBOL_NAME = 3 << 3 | 2
    CREATE_TIME = 5 << 3
    SEND_TIME = 6 << 3
    FIRST_BODY = 301
    LAST_BODY = 315
    PUBLIC_DEALS = 301 << 3 | 2
    LIMIT_DEPTHS = 303 << 3 | 2
    PUBLIC_BOOK_TICKER = 305 << 3 | 2
    SPOT_KLINE = 308 << 3 | 2
    MINI_TICKER = 309 << 3 | 2
    AGGRE_DEPTHS = 313 << 3 | 2
    AGGRE_DEALS = 314 << 3 | 2
    AGGRE_BOOK_TICKER = 315 << 3 | 2

cdef Key[4] REST_KEYS = [
    key(b"lastUpdateId", BOOK_ID), key(b"bids", BOOK_BIDS), key(b"asks", BOOK_ASKS), key(b"timestamp", BOOK_MILLIS),
]


cdef class MexcMarketSession(MexcRowSession):
    """Session of the public `.pb` channels; books follow `aggre.depth` and REST."""

    def __init__(self, handlers, Py_ssize_t max_depth, request, logger):
        super().__init__(handlers, max_depth, request, logger)
        self.rule = MEXC_AGGRE
        self.intervals = {
            "Min1": "1m", "Min5": "5m", "Min15": "15m", "Min30": "30m", "Min60": "1h", "Hour4": "4h", "Hour8": "8h",
            "Day1": "1d", "Week1": "1w", "Month1": "1M",
        }

    cdef int decode(self, const char* data, Py_ssize_t size, bint is_text) except -1:
        cdef Cursor c = over(data, size)
        cdef Wrapper wrapper
        cdef uint64_t tag = 0
        cdef int fault = OK
        self.message.index = -1
        self.message.where = data
        if is_text:
            return CONTROL
        wrapper.name.p, wrapper.body_tag, wrapper.millis = NULL, 0, 0
        wrapper.body = c
        while fault == OK and c.p < c.end:
            fault = read_varint(&c, &tag)
            if fault == OK:
                fault = self._member(&c, tag, &wrapper)
        self.message.where = c.p
        if fault == OK and self.message.index < 0:
            fault = MISSING if wrapper.name.p is NULL else UNLISTED
        if fault == OK:
            fault = to_ns(wrapper.millis, 1000000, &self.message.venue_ns)
        return fault if fault != OK else self._body(wrapper.body_tag, wrapper.body)

    cdef int _member(self, Cursor* c, uint64_t tag, Wrapper* wrapper) except -1:
        cdef int fault
        if tag == SYMBOL_NAME:
            fault = read_len(c, &wrapper.name)
            if fault == OK:
                self._symbol(wrapper.name)
            return fault
        if tag == SEND_TIME or tag == CREATE_TIME:
            return read_varint(c, &wrapper.millis)
        if tag & 7 == 2 and FIRST_BODY <= tag >> 3 <= LAST_BODY:
            wrapper.body_tag = tag
            return read_len(c, &wrapper.body)
        return skip_field(c, tag)

    cdef int _body(self, uint64_t tag, Cursor body) except -1:
        cdef int fault
        self.message.fine_px = self.message.fine_qty = 0
        if tag == AGGRE_DEPTHS:
            fault = self._depth(&body, False)
        elif tag == AGGRE_DEALS or tag == PUBLIC_DEALS:
            fault = self._deals(&body)
        elif tag == AGGRE_BOOK_TICKER or tag == PUBLIC_BOOK_TICKER:
            fault = self._best(&body)
        elif tag == SPOT_KLINE:
            fault = self._kline(&body)
        elif tag == MINI_TICKER:
            fault = self._ticker(&body)
        elif tag == LIMIT_DEPTHS:
            fault = self._depth(&body, True)
        elif tag == 0:
            self.message.channel = HEARTBEAT
            return OK
        else:
            return UNKNOWN
        if fault != OK:
            self.message.where = body.p
        return MALFORMED if fault == TRUNCATED else fault   # the body is whole: its length was right

    cdef int _depth(self, Cursor* c, bint picture) except -1:
        # aggre.depth has fromVersion (4) and toVersion (5); limit.depth, a picture, has version (4).
        cdef uint64_t tag = 0
        cdef Slice first
        cdef Slice last
        cdef int fault = OK
        first.size = last.size = 0
        self.message.channel = LIMIT_DEPTH if picture else ORDERBOOK
        self.message.full, self.message.has_first = picture, not picture
        self.message.bids.len = self.message.asks.len = 0
        while fault == OK and c.p < c.end:
            fault = read_varint(c, &tag)
            if fault != OK:
                break
            if tag == (1 << 3 | 2):
                fault = self._levels(c, tag, &self.message.asks)
            elif tag == (2 << 3 | 2):
                fault = self._levels(c, tag, &self.message.bids)
            elif tag == (4 << 3 | 2):
                fault = read_slice(c, &first)
            elif tag == (5 << 3 | 2):
                fault = read_slice(c, &last)
            else:
                fault = skip_field(c, tag)
        return fault if fault != OK else self._versions(first, first if picture else last)

    cdef int _versions(self, Slice first, Slice last) except -1:
        cdef int fault
        if first.size == 0 or last.size == 0:
            return MISSING
        fault = whole_of(first, &self.message.first_id)
        if fault == OK:
            fault = whole_of(last, &self.message.last_id)
        if fault == OK and self.message.first_id > self.message.last_id:
            return MALFORMED
        return fault

    cdef int _levels(self, Cursor* c, uint64_t tag, LevelList* levels) except -1:
        # The level whose tag is read, and those behind it that are spelled as usual.
        cdef Cursor run = c[0]
        cdef Py_ssize_t count
        run.p -= 1
        count = read_fields(&run, <char>tag, <int64_t*>(levels.items + levels.len), levels.capacity - levels.len,
                            self.price_digits, self.qty_digits)
        if count == 0:
            return self._level(c, levels)
        levels.len += count
        c.p = run.p
        return OK

    cdef int _level(self, Cursor* c, LevelList* levels) except -1:
        cdef Cursor item
        cdef uint64_t tag = 0
        cdef int64_t px = 0
        cdef int64_t qty = -1
        cdef int fault = read_len(c, &item)
        while fault == OK and item.p < item.end:
            fault = read_varint(&item, &tag)
            if fault != OK:
                break
            if tag == (1 << 3 | 2):
                fault = read_number(&item, self.price_digits, &px, &self.message.fine_px)
            elif tag == (2 << 3 | 2):
                fault = read_number(&item, self.qty_digits, &qty, &self.message.fine_qty)
            else:
                fault = skip_field(&item, tag)
        if fault != OK:
            return fault
        if px == 0 or qty < 0:
            return MISSING
        push_level(levels, px, qty)
        return OK

    cdef int decode_snapshot(self, Listing listing, const char* data, Py_ssize_t size) except -1:
        self.message.index = -1
        self.message.fine_px = self.message.fine_qty = 0
        return read_rest_book(data, size, REST_KEYS, 4, listing.book.price_digits, listing.book.qty_digits,
                              &self.message)
