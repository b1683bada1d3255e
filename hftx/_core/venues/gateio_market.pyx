"""Gate.io spot market data over WebSocket v4 (Gate API docs "Spot WebSocket v4", public channels): its names."""

from hftx._core.json cimport UNKNOWN_KEY, Key, key
from hftx._core.levels_json cimport BOOK_ASKS, BOOK_BIDS, BOOK_ID, BOOK_MILLIS
from hftx._core.message cimport ASK, BASE_VOLUME, BID, CHANGE, HIGH, LAST, LOW, OPEN, QUOTE_VOLUME
from hftx._core.venues.gateio_envelope cimport (
    D_ASKS, D_BIDS, D_FIRST, D_FULL, D_LAST, D_MILLIS, D_NAME, GateioEnvelopeSession, table_of,
)
from hftx._core.venues.gateio_rows cimport (
    BARS, BEST, DEALS, OBU, PICTURE, R_ASK, R_ASK_QTY, R_BID, R_BID_QTY, R_CLOSED, R_ID, R_MILLIS, R_NAME, R_NUMBER,
    R_PX, R_QTY, R_SECONDS, R_SIDE, R_TEXT, STATS, SYSTEM, UPDATE,
)

cdef Key[9] CHANNEL_NAMES = [
    key(b"spot.obu", OBU), key(b"spot.order_book_update", UPDATE), key(b"spot.trades", DEALS),
    key(b"spot.book_ticker", BEST), key(b"spot.tickers", STATS), key(b"spot.candlesticks", BARS),
    key(b"spot.order_book", PICTURE), key(b"spot.trades_v2", DEALS), key(b"spot.system", SYSTEM),
]
cdef Key[7] OBU_KEYS = [
    key(b"t", D_MILLIS), key(b"s", D_NAME), key(b"U", D_FIRST), key(b"u", D_LAST), key(b"b", D_BIDS),
    key(b"a", D_ASKS), key(b"full", D_FULL),
]
cdef Key[10] UPDATE_KEYS = [
    key(b"t", D_MILLIS), key(b"l", UNKNOWN_KEY), key(b"e", UNKNOWN_KEY), key(b"E", UNKNOWN_KEY), key(b"s", D_NAME),
    key(b"U", D_FIRST), key(b"u", D_LAST), key(b"b", D_BIDS), key(b"a", D_ASKS), key(b"full", D_FULL),
]
cdef Key[7] PICTURE_KEYS = [
    key(b"t", D_MILLIS), key(b"lastUpdateId", D_LAST), key(b"s", D_NAME), key(b"bids", D_BIDS), key(b"asks", D_ASKS),
    key(b"U", D_FIRST), key(b"full", D_FULL),
]
cdef Key[5] REST_KEYS = [
    key(b"id", BOOK_ID), key(b"current", UNKNOWN_KEY), key(b"update", BOOK_MILLIS), key(b"asks", BOOK_ASKS),
    key(b"bids", BOOK_BIDS),
]
cdef Key[9] TRADE_KEYS = [
    key(b"id", R_ID), key(b"id_market", R_NUMBER), key(b"create_time", R_SECONDS), key(b"create_time_ms", R_MILLIS),
    key(b"side", R_SIDE), key(b"currency_pair", R_NAME), key(b"amount", R_QTY), key(b"price", R_PX),
    key(b"range", UNKNOWN_KEY),
]
cdef Key[7] BEST_KEYS = [
    key(b"t", R_MILLIS), key(b"u", R_NUMBER), key(b"s", R_NAME), key(b"b", R_BID), key(b"B", R_BID_QTY),
    key(b"a", R_ASK), key(b"A", R_ASK_QTY),
]
cdef Key[9] TICKER_KEYS = [
    key(b"currency_pair", R_NAME), key(b"last", R_TEXT + LAST), key(b"lowest_ask", R_TEXT + ASK),
    key(b"highest_bid", R_TEXT + BID), key(b"change_percentage", R_TEXT + CHANGE),
    key(b"base_volume", R_TEXT + BASE_VOLUME), key(b"quote_volume", R_TEXT + QUOTE_VOLUME),
    key(b"high_24h", R_TEXT + HIGH), key(b"low_24h", R_TEXT + LOW),
]
cdef Key[9] KLINE_KEYS = [
    key(b"t", R_SECONDS), key(b"v", R_TEXT + QUOTE_VOLUME), key(b"c", R_TEXT + LAST), key(b"h", R_TEXT + HIGH),
    key(b"l", R_TEXT + LOW), key(b"o", R_TEXT + OPEN), key(b"n", R_NAME), key(b"a", R_TEXT + BASE_VOLUME),
    key(b"w", R_CLOSED),
]


cdef class GateioMarketSession(GateioEnvelopeSession):
    """Session of `spot.*` public channels; `books` is "obu" or "update", the two ways to follow a book."""

    def __init__(self, handlers, Py_ssize_t max_depth, request, logger, str books="obu"):
        super().__init__(handlers, max_depth, request, logger, books)
        self.intervals = {"7d": "1w", "30d": "1M"}
        self.channels, self.rest = table_of(CHANNEL_NAMES, 9), table_of(REST_KEYS, 5)
        self.obu_head, self.obu_head_size = b'{"channel":"spot.obu","result":{"t":', 36
        self.tables[OBU], self.tables[UPDATE] = table_of(OBU_KEYS, 7), table_of(UPDATE_KEYS, 10)
        self.tables[PICTURE], self.tables[DEALS] = table_of(PICTURE_KEYS, 7), table_of(TRADE_KEYS, 9)
        self.tables[BEST], self.tables[STATS] = table_of(BEST_KEYS, 7), table_of(TICKER_KEYS, 9)
        self.tables[BARS] = table_of(KLINE_KEYS, 9)
        self.set_rows()
