"""MEXC spot market data over the protobuf WebSocket (MEXC spot v3 docs, schema `PushDataV3ApiWrapper`)."""

from libc.stdint cimport int64_t, uint64_t

from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.fault cimport CONTROL, MALFORMED, MISSING, OK, OVERFLOW, TRUNCATED, UNLISTED
from hftx._core.json cimport Key, count_of, key
from hftx._core.levels_json cimport BOOK_ASKS, BOOK_BIDS, BOOK_ID, BOOK_MILLIS, read_rest_book
from hftx._core.market cimport Listing
from hftx._core.message cimport (
    BASE_VOLUME, BOOK_TICKER, CHANGE, HEARTBEAT, HIGH, INTERVAL, KLINES, LAST, LIMIT_DEPTH, LOW, OPEN, ORDERBOOK,
    QUOTE_VOLUME, TICKER, TRADES, TradeItem, check_texts, clear_texts, push_trade,
)
from hftx._core.number cimport read_count
from hftx._core.protobuf cimport read_len, read_varint, skip_field
from hftx._core.session cimport DrivenSession
from hftx._core.side cimport LevelList, push_level
from hftx._core.sync cimport MEXC_AGGRE

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


cdef inline int read_slice(Cursor* c, Slice* out) noexcept nogil:
    cdef Cursor inner
    cdef int fault = read_len(c, &inner)
    if fault == OK:
        out.p = inner.p
        out.size = inner.end - inner.p
    return fault


cdef inline int read_number(Cursor* c, int digits, int64_t* out, int* needed) noexcept nogil:
    # A LEN field that holds decimal text.
    cdef Cursor inner
    cdef int fault = read_len(c, &inner)
    if fault != OK:
        return fault
    fault = read_count(&inner, digits, out, needed)
    if fault == TRUNCATED or fault == OK and inner.p != inner.end:
        return MALFORMED
    return fault


cdef int read_fields(Cursor* c, Slice* texts, int count, uint64_t* numbers) noexcept nogil:
    # A flat message: field n of LEN type into texts[n - 1], of VARINT type into numbers[n - 1]; n at most `count`.
    cdef uint64_t tag = 0
    cdef uint64_t field
    cdef int fault = OK
    for field in range(<uint64_t>count):
        texts[field].p, texts[field].size, numbers[field] = NULL, 0, 0
    while fault == OK and c.p < c.end:
        fault = read_varint(c, &tag)
        if fault != OK:
            break
        field = tag >> 3
        if 1 <= field <= <uint64_t>count and tag & 7 == 2:
            fault = read_slice(c, &texts[field - 1])
        elif 1 <= field <= <uint64_t>count and tag & 7 == 0:
            fault = read_varint(c, &numbers[field - 1])
        else:
            fault = skip_field(c, tag)
    return fault


cdef int to_ns(uint64_t count, uint64_t unit_ns, int64_t* out) noexcept nogil:
    if count > 9200000000000000000ULL // unit_ns:
        return OVERFLOW
    out[0] = <int64_t>(count * unit_ns)
    return OK


cdef class MexcMarketSession(DrivenSession):
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
        cdef Cursor name = over(NULL, 0)
        cdef Cursor body = over(NULL, 0)
        cdef uint64_t tag = 0
        cdef uint64_t body_tag = 0
        cdef uint64_t millis = 0
        cdef int fault = OK
        self.message.index = -1
        self.message.where = data
        if is_text:
            return CONTROL
        while fault == OK and c.p < c.end:
            fault = read_varint(&c, &tag)
            if fault != OK:
                break
            if tag == SYMBOL_NAME:
                fault = read_len(&c, &name)
                if fault == OK and self._symbol(name) == UNLISTED:
                    self.message.index = -1
            elif tag == SEND_TIME or tag == CREATE_TIME:
                fault = read_varint(&c, &millis)
            elif tag & 7 == 2 and FIRST_BODY <= tag >> 3 <= LAST_BODY:
                body_tag = tag
                fault = read_len(&c, &body)
            else:
                fault = skip_field(&c, tag)
        self.message.where = c.p
        if fault == OK and name.p is NULL:
            fault = MISSING
        if fault == OK and self.message.index < 0:
            fault = UNLISTED
        if fault == OK:
            fault = to_ns(millis, 1000000, &self.message.venue_ns)
        return fault if fault != OK else self._body(body_tag, body)

    cdef int _symbol(self, Cursor name) except -1:
        cdef Listing listing
        self.message.name.p, self.message.name.size = name.p, name.end - name.p
        self.message.index = self.names.find(self.message.name)
        if self.message.index < 0:
            return UNLISTED
        listing = <Listing>self.listings[self.message.index]
        self.price_digits, self.qty_digits = listing.book.price_digits, listing.book.qty_digits
        return OK

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
            return UNLISTED
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
                fault = self._level(c, &self.message.asks)
            elif tag == (2 << 3 | 2):
                fault = self._level(c, &self.message.bids)
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
        fault = count_of(first, 0, &self.message.first_id, &self.message.fine_px)
        if fault == OK:
            fault = count_of(last, 0, &self.message.last_id, &self.message.fine_px)
        if fault == OK and self.message.first_id > self.message.last_id:
            return MALFORMED
        return fault

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

    cdef int _deals(self, Cursor* c) except -1:
        cdef Cursor inner
        cdef uint64_t tag = 0
        cdef int fault = OK
        self.message.channel = TRADES
        self.message.trades.len = 0
        while fault == OK and c.p < c.end:
            fault = read_varint(c, &tag)
            if fault == OK and tag == (1 << 3 | 2):
                fault = read_len(c, &inner)
                if fault == OK:
                    fault = self._deal(&inner, push_trade(&self.message.trades))
            elif fault == OK:
                fault = skip_field(c, tag)
        return fault

    cdef int _deal(self, Cursor* c, TradeItem* item) noexcept:
        cdef uint64_t tag = 0
        cdef uint64_t value = 0
        cdef int fault = OK
        item.px, item.qty, item.side, item.venue_ns, item.number = 0, -1, 0, 0, 0
        item.id.p, item.id.size = NULL, 0
        while fault == OK and c.p < c.end:
            fault = read_varint(c, &tag)
            if fault != OK:
                break
            if tag == (1 << 3 | 2):
                fault = read_number(c, self.price_digits, &item.px, &self.message.fine_px)
            elif tag == (2 << 3 | 2):
                fault = read_number(c, self.qty_digits, &item.qty, &self.message.fine_qty)
            elif tag == (3 << 3):
                fault = read_varint(c, &value)
                item.side = <int>value if value == 1 or value == 2 else 0
            elif tag == (4 << 3):
                fault = read_varint(c, &value)
                fault = to_ns(value, 1000000, &item.venue_ns) if fault == OK else fault
            elif tag == (5 << 3 | 2):
                fault = read_slice(c, &item.id)
            else:
                fault = skip_field(c, tag)
        if fault == OK and (item.px == 0 or item.qty < 0 or item.side == 0 or item.venue_ns == 0):
            return MISSING
        return fault

    cdef int _best(self, Cursor* c) except -1:
        cdef Slice[5] of            # bid, bid quantity, ask, ask quantity, version
        cdef int64_t[4] values
        cdef uint64_t[5] numbers
        cdef int i
        cdef int fault = read_fields(c, of, 5, numbers)
        for i in range(4):
            values[i] = 0
            if fault == OK and of[i].size:
                fault = count_of(of[i], self.qty_digits if i & 1 else self.price_digits, &values[i],
                                 &self.message.fine_qty if i & 1 else &self.message.fine_px)
        self.message.channel, self.message.last_id = BOOK_TICKER, 0
        self.message.bid_px, self.message.bid_qty = values[0], values[1]
        self.message.ask_px, self.message.ask_qty = values[2], values[3]
        if fault == OK and of[4].size:
            fault = count_of(of[4], 0, &self.message.last_id, &self.message.fine_px)
        return fault

    cdef int _kline(self, Cursor* c) except -1:
        cdef Slice[9] of
        cdef uint64_t[9] numbers
        cdef int fault = read_fields(c, of, 9, numbers)
        self.message.channel, self.message.closed = KLINES, -1
        if fault != OK:
            return fault
        if of[0].size == 0 or numbers[1] == 0 or min(of[2].size, of[3].size, of[4].size, of[5].size) == 0:
            return MISSING
        clear_texts(&self.message)
        self.message.text[INTERVAL] = of[0]
        self.message.text[OPEN], self.message.text[LAST] = of[2], of[3]
        self.message.text[HIGH], self.message.text[LOW] = of[4], of[5]
        self.message.text[BASE_VOLUME], self.message.text[QUOTE_VOLUME] = of[6], of[7]
        fault = to_ns(numbers[1], 1000000000, &self.message.open_ns)
        if fault == OK:
            fault = to_ns(numbers[8], 1000000000, &self.message.close_ns)
        return fault if fault != OK else check_texts(&self.message)

    cdef int _ticker(self, Cursor* c) except -1:
        cdef Slice[12] of
        cdef uint64_t[12] numbers
        cdef int fault = read_fields(c, of, 12, numbers)
        self.message.channel, self.message.percent = TICKER, False
        if fault == OK and of[1].size == 0:
            return MISSING
        clear_texts(&self.message)
        self.message.text[LAST], self.message.text[CHANGE] = of[1], of[2]
        self.message.text[HIGH], self.message.text[LOW] = of[4], of[5]
        self.message.text[QUOTE_VOLUME], self.message.text[BASE_VOLUME] = of[6], of[7]
        return fault if fault != OK else check_texts(&self.message)

    cdef int decode_snapshot(self, Listing listing, const char* data, Py_ssize_t size) except -1:
        self.message.index = -1
        self.message.fine_px = self.message.fine_qty = 0
        return read_rest_book(data, size, REST_KEYS, 4, listing.book.price_digits, listing.book.qty_digits,
                              &self.message)
