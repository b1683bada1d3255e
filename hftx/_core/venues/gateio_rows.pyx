"""Gate.io messages that are one flat object: trades, book tickers, tickers, candlesticks (Gate API docs, "Spot
WebSocket v4", "Futures WebSocket v4"). The tables are the market session's, as are the envelope and the books.
"""

from libc.stdint cimport int64_t
from libc.string cimport memcmp

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.fault cimport MALFORMED, MISSING, OK, OVERFLOW, UNLISTED
from hftx._core.row cimport Row, read_row, set_kind
from hftx._core.scalar cimport count_of, millis_to_ns, scale_time, whole_of
from hftx._core.listing cimport Listing
from hftx._core.message cimport (
    BOOK_TICKER, HIGH, INTERVAL, KLINES, LAST, LOW, OPEN, TICKER, TRADES, Message, TradeItem, check_texts, push_trade,
)
from hftx._core.session cimport DrivenSession


cdef int side_of(Slice text) noexcept:
    if text.size == 3 and memcmp(text.p, b"buy", 3) == 0:
        return 1
    return 2 if text.size == 4 and memcmp(text.p, b"sell", 4) == 0 else 0


cdef int read_best(Slice px, Slice qty, int price_digits, int qty_digits, int64_t* out_px, int64_t* out_qty,
                   Message* message) noexcept:
    # One side of a book ticker; a side is empty without a price, and then has no quantity or 0 of it.
    cdef int fault
    out_px[0] = out_qty[0] = 0
    if px.size == 0 and qty.size:
        fault = count_of(qty, qty_digits, out_qty, &message.fine_qty)
        return MISSING if fault == OK and out_qty[0] else fault
    if qty.size == 0:
        return OK if px.size == 0 else MISSING
    fault = count_of(px, price_digits, out_px, &message.fine_px)
    return fault if fault != OK else count_of(qty, qty_digits, out_qty, &message.fine_qty)


cdef int is_true(Slice text, bint* out) noexcept:
    # The word of a boolean.
    out[0] = text.size == 4 and memcmp(text.p, b"true", 4) == 0
    return OK if out[0] or text.size == 5 and memcmp(text.p, b"false", 5) == 0 else MALFORMED


cdef int take_texts(const Row* row, Message* message) noexcept:
    cdef int i
    message.text[INTERVAL].p, message.text[INTERVAL].size = NULL, 0
    for i in range(INTERVAL):
        message.text[i] = row.of[R_TEXT + i]
    return check_texts(message)


cdef class GateioRowSession(DrivenSession):
    """The part of a Gate session that reads flat objects."""

    cdef int set_rows(self) except -1:
        cdef int channel
        for channel in range(DEALS, DEALS + ROW_KINDS):
            set_kind(&self.kinds[channel - DEALS], self.tables[channel].keys, self.tables[channel].count, NULL, 0)
            self.kinds[channel - DEALS].flag = R_CLOSED
        return 0

    cdef int _values(self, Cursor* c, int channel) noexcept:
        return read_row(c, &self.kinds[channel - DEALS], &self.row)

    cdef int _find(self, Slice name, bint is_stream) noexcept:
        # The listing of a symbol; stream names of spot.obu are `ob.<symbol>.<level>`.
        cdef Listing listing
        if is_stream:
            if name.size < 5 or memcmp(name.p, b"ob.", 3) != 0:
                return MALFORMED
            name.p += 3
            name.size -= 3
            while name.size > 0 and name.p[name.size - 1] != c'.':
                name.size -= 1
            name.size -= 1
        self.message.name = name
        self.message.index = self.names.find(name)
        if self.message.index < 0:
            return UNLISTED
        listing = <Listing>self.listings[self.message.index]
        self.price_digits, self.qty_digits = listing.book.price_digits, listing.book.qty_digits
        return OK

    cdef int _trade(self, Cursor* c) except -1:
        cdef TradeItem* item
        cdef const Slice* of = self.row.of
        cdef int side = 0
        cdef int fault = self._values(c, DEALS)
        self.message.channel = TRADES
        self.message.trades.len = 0
        if fault == OK:
            fault = self._symbol()
        if fault != OK:
            return fault
        if of[R_PX].size == 0 or of[R_QTY].size == 0 or of[R_ID].size == 0:
            return MISSING
        fault = self._taker(&side)
        if fault != OK:
            return fault
        item = push_trade(&self.message.trades)
        item.id = of[R_ID]
        item.number = 0
        fault = count_of(of[R_PX], self.price_digits, &item.px, &self.message.fine_px)
        if fault == OK:
            fault = count_of(of[R_QTY], self.qty_digits, &item.qty, &self.message.fine_qty)
        if fault == OK and of[R_NUMBER].size:
            fault = whole_of(of[R_NUMBER], &item.number)
        item.side = side
        if fault == OK and item.px == 0:
            return MALFORMED
        if fault == OK:
            fault = self._time(item)
        return fault

    cdef int _taker(self, int* side) except -1:
        # The side that took; a word of its own, unless the market says it otherwise.
        side[0] = side_of(self.row.of[R_SIDE])
        if self.row.of[R_SIDE].size == 0:
            return MISSING
        return OK if side[0] else MALFORMED

    cdef int _time(self, TradeItem* item) except -1:
        cdef Slice text = self.row.of[R_MILLIS]
        cdef int fault
        if text.size == 0 and self.row.of[R_SECONDS].size == 0:
            return MISSING
        if text.size:
            fault = millis_to_ns(text, &item.venue_ns)
        else:
            fault = whole_of(self.row.of[R_SECONDS], &item.venue_ns)
            if fault == OK:
                fault = scale_time(item.venue_ns, 1_000_000_000, &item.venue_ns)
        self.message.venue_ns = item.venue_ns
        return fault

    cdef int _symbol(self) except -1:
        self.message.fine_px = self.message.fine_qty = 0
        if self.row.of[R_NAME].size == 0:
            return MISSING
        return self._find(self.row.of[R_NAME], False)

    cdef int _best(self, Cursor* c) except -1:
        cdef const Slice* of = self.row.of
        cdef Message* m = &self.message
        cdef int fault = self._values(c, BEST)
        m.channel = BOOK_TICKER
        if fault == OK:
            fault = self._symbol()
        if fault == OK and (of[R_BID].p is NULL or of[R_BID_QTY].p is NULL or of[R_ASK].p is NULL
                            or of[R_ASK_QTY].p is NULL or of[R_NUMBER].size == 0):
            return MISSING
        if fault == OK:
            fault = whole_of(of[R_NUMBER], &m.last_id)
        if fault == OK and of[R_MILLIS].size:
            fault = millis_to_ns(of[R_MILLIS], &m.venue_ns)
        if fault == OK:
            fault = read_best(of[R_BID], of[R_BID_QTY], self.price_digits, self.qty_digits, &m.bid_px, &m.bid_qty, m)
        if fault == OK:
            fault = read_best(of[R_ASK], of[R_ASK_QTY], self.price_digits, self.qty_digits, &m.ask_px, &m.ask_qty, m)
        return fault

    cdef int _ticker(self, Cursor* c) except -1:
        cdef int fault = self._values(c, STATS)
        self.message.channel = TICKER
        self.message.percent = True
        if fault == OK:
            fault = self._symbol()
        if fault == OK and self.row.of[R_TEXT + LAST].size == 0:
            return MISSING
        if fault == OK and self.row.of[R_MILLIS].size:
            fault = millis_to_ns(self.row.of[R_MILLIS], &self.message.venue_ns)
        return fault if fault != OK else take_texts(&self.row, &self.message)

    cdef int _kline(self, Cursor* c) except -1:
        cdef const Slice* of = self.row.of
        cdef Slice name
        cdef int fault = self._values(c, BARS)
        cdef int64_t seconds = 0
        cdef Py_ssize_t interval_size = 0
        cdef bint closed = False
        cdef int i
        self.message.channel = KLINES
        name = of[R_NAME]                # "<interval>_<symbol>"
        while interval_size < name.size and name.p[interval_size] != c'_':
            interval_size += 1
        self.row.of[R_NAME].p += interval_size + 1 if name.size else 0
        self.row.of[R_NAME].size = max(0, name.size - interval_size - 1)
        if fault == OK:
            fault = self._symbol()
        if fault != OK:
            return fault
        for i in (R_SECONDS, R_TEXT + LAST, R_TEXT + HIGH, R_TEXT + LOW, R_TEXT + OPEN):
            if of[i].size == 0:
                return MISSING
        fault = whole_of(of[R_SECONDS], &seconds)
        if fault == OK and seconds > 9000000000LL:
            return OVERFLOW
        self.message.open_ns = seconds * 1000000000LL
        self.message.close_ns = 0
        self.message.closed = -1
        if fault == OK and of[R_CLOSED].p is not NULL:
            fault = is_true(of[R_CLOSED], &closed)
            self.message.closed = closed
        if fault == OK:
            fault = take_texts(&self.row, &self.message)
        self.message.text[INTERVAL].p, self.message.text[INTERVAL].size = name.p, interval_size
        return fault
