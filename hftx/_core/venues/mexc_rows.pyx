"""MEXC spot bodies other than books (MEXC spot v3 docs, schema of the public messages)."""

from libc.stdint cimport int64_t, uint64_t

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.fault cimport MISSING, OK, OVERFLOW, UNLISTED
from hftx._core.scalar cimport count_of, whole_of
from hftx._core.listing cimport Listing
from hftx._core.message cimport (
    BASE_VOLUME, BOOK_TICKER, CHANGE, HIGH, INTERVAL, KLINES, LAST, LOW, OPEN, QUOTE_VOLUME, TICKER, TRADES,
    TradeItem, check_texts, clear_texts, push_trade,
)
from hftx._core.protobuf cimport read_len, read_varint, skip_field
from hftx._core.session cimport DrivenSession


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


cdef class MexcRowSession(DrivenSession):
    """The part of a MEXC session that reads everything but books."""

    cdef int _symbol(self, Cursor name) except -1:
        cdef Listing listing
        self.message.name.p, self.message.name.size = name.p, name.end - name.p
        self.message.index = self.names.find(self.message.name)
        if self.message.index < 0:
            return UNLISTED
        listing = <Listing>self.listings[self.message.index]
        self.price_digits, self.qty_digits = listing.book.price_digits, listing.book.qty_digits
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
        if fault == OK and ((of[0].size == 0) != (of[1].size == 0) or (of[2].size == 0) != (of[3].size == 0)):
            fault = MISSING
        self.message.channel, self.message.last_id = BOOK_TICKER, 0
        self.message.bid_px, self.message.bid_qty = values[0], values[1]
        self.message.ask_px, self.message.ask_qty = values[2], values[3]
        if fault == OK and of[4].size:
            fault = whole_of(of[4], &self.message.last_id)
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
