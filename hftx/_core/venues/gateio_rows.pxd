# Gate.io messages that are one flat object, of spot and of futures. Knows their members by table; no envelope, no book.

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.json cimport Key
from hftx._core.message cimport TradeItem
from hftx._core.row cimport Row, RowKind
from hftx._core.session cimport DrivenSession

cdef enum:      # members of trades, book tickers, tickers and candlesticks
    R_ID, R_NUMBER, R_MILLIS, R_SIDE, R_NAME, R_QTY, R_PX, R_BID, R_BID_QTY, R_ASK, R_ASK_QTY, R_SECONDS, R_CLOSED
    R_TEXT = 13     # + index of Message.text; all are below MOST_VALUES of a row

cdef enum:      # channels, whatever the market calls them
    OBU, UPDATE, PICTURE, DEALS, BEST, STATS, BARS, SYSTEM
    CHANNELS = 8
    ROW_KINDS = STATS - DEALS + 2    # DEALS, BEST, STATS, BARS


cdef struct KeyTable:
    const Key* keys
    int count


cdef int is_true(Slice text, bint* out) noexcept


cdef class GateioRowSession(DrivenSession):
    cdef KeyTable[CHANNELS] tables   # of the market: the members of each channel's messages
    cdef RowKind[ROW_KINDS] kinds    # of the channels that are rows: see `set_rows`
    cdef Row row                     # the one at hand
    cdef int price_digits    # of the symbol at hand
    cdef int qty_digits

    cdef int set_rows(self) except -1                       # once `tables` are there
    cdef int _values(self, Cursor* c, int channel) noexcept
    cdef int _find(self, Slice name, bint is_stream) noexcept
    cdef int _symbol(self) except -1
    cdef int _trade(self, Cursor* c) except -1
    cdef int _taker(self, int* side) except -1
    cdef int _time(self, TradeItem* item) except -1
    cdef int _best(self, Cursor* c) except -1
    cdef int _ticker(self, Cursor* c) except -1
    cdef int _kline(self, Cursor* c) except -1
