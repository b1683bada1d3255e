"""Gate.io USDT futures market data over WebSocket v4 (Gate API docs, "Futures WebSocket v4", public channels)."""

from libc.stdint cimport int64_t
from libc.string cimport memchr

import json

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.decimals cimport decimal_of, is_number
from hftx._core.fault cimport CONTROL, MALFORMED, OK, UNLISTED
from hftx._core.json cimport UNKNOWN_KEY, Key, expect, key, next_item
from hftx._core.levels_json cimport BOOK_ASKS, BOOK_BIDS, BOOK_ID, BOOK_SECONDS
from hftx._core.listing cimport Listing
from hftx._core.message cimport (
    BASE_VOLUME, CHANGE, CONTRACTS, FUNDING, HIGH, INDEX, LAST, LIQUIDATIONS, LOW, MARK, OPEN, OPEN_INTEREST,
    QUOTE_VOLUME, TradeItem, push_trade,
)
from hftx._core.row cimport read_row, set_kind
from hftx._core.scalar cimport count_of
from hftx._core.venues.gateio_envelope cimport (
    D_ASKS, D_BIDS, D_FIRST, D_FULL, D_LAST, D_MILLIS, D_NAME, GateioEnvelopeSession, table_of,
)
from hftx._core.venues.gateio_rows cimport (
    BARS, BEST, CHANNELS, DEALS, OBU, PICTURE, R_ASK, R_ASK_QTY, R_BID, R_BID_QTY, R_CLOSED, R_ID, R_MILLIS, R_NAME,
    R_NUMBER, R_PX, R_QTY, R_SECONDS, R_TEXT, STATS, SYSTEM, UPDATE, is_true,
)

cdef enum:
    CLOSINGS = CHANNELS      # what no other market has

cdef Key[9] CHANNEL_NAMES = [
    key(b"futures.obu", OBU), key(b"futures.order_book_update", UPDATE), key(b"futures.trades", DEALS),
    key(b"futures.book_ticker", BEST), key(b"futures.tickers", STATS), key(b"futures.candlesticks", BARS),
    key(b"futures.order_book", PICTURE), key(b"futures.system", SYSTEM), key(b"futures.public_liquidates", CLOSINGS),
]
cdef Key[7] OBU_KEYS = [
    key(b"t", D_MILLIS), key(b"s", D_NAME), key(b"U", D_FIRST), key(b"u", D_LAST), key(b"b", D_BIDS),
    key(b"a", D_ASKS), key(b"full", D_FULL),
]
cdef Key[8] UPDATE_KEYS = [
    key(b"t", D_MILLIS), key(b"s", D_NAME), key(b"U", D_FIRST), key(b"u", D_LAST), key(b"b", D_BIDS),
    key(b"a", D_ASKS), key(b"l", UNKNOWN_KEY), key(b"full", D_FULL),
]
cdef Key[6] PICTURE_KEYS = [
    key(b"t", D_MILLIS), key(b"id", D_LAST), key(b"contract", D_NAME), key(b"asks", D_ASKS), key(b"bids", D_BIDS),
    key(b"l", UNKNOWN_KEY),
]
cdef Key[5] REST_KEYS = [
    key(b"id", BOOK_ID), key(b"current", UNKNOWN_KEY), key(b"update", BOOK_SECONDS), key(b"asks", BOOK_ASKS),
    key(b"bids", BOOK_BIDS),
]
cdef Key[7] TRADE_KEYS = [
    key(b"id", R_ID), key(b"size", R_QTY), key(b"create_time", R_SECONDS), key(b"create_time_ms", R_MILLIS),
    key(b"price", R_PX), key(b"contract", R_NAME), key(b"is_internal", R_CLOSED),
]
cdef Key[7] BEST_KEYS = [
    key(b"t", R_MILLIS), key(b"u", R_NUMBER), key(b"s", R_NAME), key(b"b", R_BID), key(b"B", R_BID_QTY),
    key(b"a", R_ASK), key(b"A", R_ASK_QTY),
]
cdef Key[12] TICKER_KEYS = [
    key(b"contract", R_NAME), key(b"last", R_TEXT + LAST), key(b"change_percentage", R_TEXT + CHANGE),
    key(b"funding_rate", R_TEXT + FUNDING), key(b"mark_price", R_TEXT + MARK), key(b"index_price", R_TEXT + INDEX),
    key(b"total_size", R_TEXT + OPEN_INTEREST), key(b"volume_24h_base", R_TEXT + BASE_VOLUME),
    key(b"volume_24h_quote", R_TEXT + QUOTE_VOLUME), key(b"low_24h", R_TEXT + LOW), key(b"high_24h", R_TEXT + HIGH),
    key(b"t", R_MILLIS),
]
cdef Key[9] KLINE_KEYS = [
    key(b"t", R_SECONDS), key(b"v", R_TEXT + CONTRACTS), key(b"c", R_TEXT + LAST), key(b"h", R_TEXT + HIGH),
    key(b"l", R_TEXT + LOW), key(b"o", R_TEXT + OPEN), key(b"n", R_NAME), key(b"a", R_TEXT + BASE_VOLUME),
    key(b"w", R_CLOSED),
]
cdef Key[5] CLOSING_KEYS = [   # the time is in ms under either name
    key(b"price", R_PX), key(b"size", R_QTY), key(b"time_ms", R_MILLIS), key(b"time", R_NUMBER),
    key(b"contract", R_NAME),
]
cdef int[3] CLOSING_NEEDS = [R_PX, R_QTY, R_NAME]


cdef class GateioFuturesMarketSession(GateioEnvelopeSession):
    """Session of `futures.*` public channels; `books` is "obu" or "update", the two ways to follow a book.

    Quantities are contracts. Trades that the venue marks as internal have no market price and are no trades here.
    """

    def __init__(self, handlers, Py_ssize_t max_depth, request, logger, str books="obu"):
        super().__init__(handlers, max_depth, request, logger, books)
        self.intervals = {"7d": "1w"}
        self.channels, self.rest = table_of(CHANNEL_NAMES, 9), table_of(REST_KEYS, 5)
        self.obu_head, self.obu_head_size = b'{"channel":"futures.obu","result":{"t":', 39
        self.tables[OBU], self.tables[UPDATE] = table_of(OBU_KEYS, 7), table_of(UPDATE_KEYS, 8)
        self.tables[PICTURE], self.tables[DEALS] = table_of(PICTURE_KEYS, 6), table_of(TRADE_KEYS, 7)
        self.tables[BEST], self.tables[STATS] = table_of(BEST_KEYS, 7), table_of(TICKER_KEYS, 12)
        self.tables[BARS] = table_of(KLINE_KEYS, 9)
        self.set_rows()
        set_kind(&self.closing, CLOSING_KEYS, 5, CLOSING_NEEDS, 3)

    def add_symbol(self, symbol, str name not None, price_digits=None, qty_digits=None):
        """As of every session; a name beyond ASCII is known in both spellings that JSON has for it."""
        book = super().add_symbol(symbol, name, price_digits, qty_digits)
        if not name.isascii():
            self.names.set(escaped(name), self.listings.index(self._listing(symbol)))
        return book

    def remove_symbol(self, symbol):
        """Market data of `symbol` is ignored from now on; its book stays with whoever holds it, STALE."""
        name = self._listing(symbol).name
        super().remove_symbol(symbol)
        if not name.isascii():
            self.names.remove(escaped(name))

    def _add_found(self, name, Py_ssize_t size):
        super()._add_found(json.loads(f'"{name}"') if name and "\\" in name else name, size)

    cdef int receive_borrowed(self, const char* data, Py_ssize_t size, bint is_text, int64_t now_ns,
                              int source) except -2:
        cdef int outcome
        self.resume.p = NULL
        outcome = GateioEnvelopeSession.receive_borrowed(self, data, size, is_text, now_ns, source)
        while self.following.p is not NULL:
            self.resume = self.following
            outcome = max(outcome, GateioEnvelopeSession.receive_borrowed(self, data, size, is_text, now_ns, source))
            self.resume.p = NULL
        return outcome

    cdef int _handle(self, Listing listing, bint is_text) except -2:
        # A handler may have another frame read while this one is told.
        cdef Cursor following = self.following
        cdef int channel = self.row_channel
        cdef int outcome = GateioEnvelopeSession._handle(self, listing, is_text)
        self.following, self.row_channel = following, channel
        return outcome

    cdef object _decode_found(self, const char* data, Py_ssize_t size, bint is_text):
        self.resume.p = NULL
        said = GateioEnvelopeSession._decode_found(self, data, size, is_text)
        while self.following.p is not NULL:
            self.resume = self.following
            more = GateioEnvelopeSession._decode_found(self, data, size, is_text)
            self.resume.p = NULL
            if more["symbol"] == said["symbol"]:
                said["records"] += more["records"]
            else:
                said.setdefault("also", []).append(more)
        return said

    cdef int decode(self, const char* data, Py_ssize_t size, bint is_text) except -1:
        cdef int fault
        if self.resume.p is not NULL:
            return self._next_row()
        self.following.p, self.row_fault = NULL, OK
        fault = GateioEnvelopeSession.decode(self, data, size, is_text)
        if fault != OK:
            self.following.p = NULL
            return fault
        return self.row_fault

    cdef int _result(self, Cursor* c, int channel) except -1:
        self.message.venue_ns = 0
        if channel == DEALS or channel == STATS or channel == BARS or channel == CLOSINGS:
            return self._rows(c, channel)
        return GateioEnvelopeSession._result(self, c, channel)

    cdef int _rows(self, Cursor* c, int channel) except -1:
        # Every row is read, so that all are sound before anybody hears of one; the first is left in the message.
        cdef Cursor start = c[0]
        cdef bint first = True
        cdef bint more = True
        cdef Py_ssize_t count = 0
        cdef int fault = expect(c, c'[')
        self.row_channel = channel
        while fault == OK:
            fault = next_item(c, &first, &more)
            if fault != OK or not more:
                break
            fault = self._row(c, channel)
            count += 1
            if fault == UNLISTED:
                self.row_fault = fault if count == 1 else self.row_fault
                fault = OK
        if fault == OK and count == 0:
            return CONTROL      # an empty push says nothing
        if fault == OK and count > 1:
            self.resume = start
            expect(&self.resume, c'[')
            self.row_fault = self._next_row()
            self.resume.p = NULL
        return fault

    cdef int _next_row(self) except -1:
        # The row at `resume`; what stands behind it was read before.
        cdef Cursor c = self.resume
        cdef bint first = False
        cdef bint more = False
        cdef int fault
        self.message.index = -1
        fault = self._row(&c, self.row_channel)
        self.following.p = NULL
        if fault == OK:
            self.resume.p = NULL   # else the same row may be read again: finer, or with its symbol made known
        if (fault == OK or fault == UNLISTED) and next_item(&c, &first, &more) == OK and more:
            self.following = c
        if fault != OK:
            self.message.where = c.p
        return fault

    cdef int _row(self, Cursor* c, int channel) except -1:
        cdef bint is_internal = False
        cdef int fault
        self.message.venue_ns = 0
        if channel == STATS:
            return self._ticker(c)
        if channel == BARS:
            return self._kline(c)
        if channel == CLOSINGS:
            return self._liquidation(c)
        fault = self._trade(c)
        if fault == OK and self.row.of[R_CLOSED].p is not NULL:
            fault = is_true(self.row.of[R_CLOSED], &is_internal)
            if is_internal:
                self.message.trades.len = 0
        return fault

    cdef int _liquidation(self, Cursor* c) except -1:
        cdef const Slice* of = self.row.of
        cdef TradeItem* item
        cdef int side = 0
        cdef int fault = read_row(c, &self.closing, &self.row)
        self.message.channel = LIQUIDATIONS
        self.message.trades.len = 0
        if fault == OK:
            fault = self._symbol()
        if fault == OK:
            fault = self._taker(&side)
        if fault != OK:
            return fault
        item = push_trade(&self.message.trades)
        item.id.p, item.id.size, item.number, item.side = NULL, 0, 0, side
        fault = self._price(&item.px)
        if fault == OK:
            fault = count_of(of[R_QTY], self.qty_digits, &item.qty, &self.message.fine_qty)
        if fault == OK and (item.px == 0 or item.qty == 0):   # no order; of no size the side is not known either
            return MALFORMED
        if of[R_MILLIS].size == 0:
            self.row.of[R_MILLIS] = of[R_NUMBER]
        return fault if fault != OK else self._time(item)

    cdef int _price(self, int64_t* out) except -1:
        # Some prices are numbers, and those below a millionth are written with an exponent.
        cdef Slice text = self.row.of[R_PX]
        if text.size == 0 or memchr(text.p, c'e', text.size) is NULL and memchr(text.p, c'E', text.size) is NULL:
            return count_of(text, self.price_digits, out, &self.message.fine_px)
        if not is_number(text):
            return MALFORMED
        plain = format(decimal_of(text), "f").encode()
        return count_of(Slice(p=plain, size=len(plain)), self.price_digits, out, &self.message.fine_px)

    cdef int _taker(self, int* side) except -1:
        # The sign of the size: contracts above 0 were bought.
        cdef bint sold = self.row.of[R_QTY].p[0] == c'-'
        side[0] = 2 if sold else 1
        self.row.of[R_QTY].p += sold
        self.row.of[R_QTY].size -= sold
        return OK if self.row.of[R_QTY].size else MALFORMED


def escaped(str name not None):
    """`name` as JSON in ASCII spells it, without quotes."""
    return json.dumps(name)[1:-1].encode()
