# Gate.io spot market data over WebSocket v4. Knows the names on the wire; no socket, no sequence rule, no book.

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.message cimport TradeItem
from hftx._core.session cimport DrivenSession

cdef enum:      # members of trades, book tickers, tickers and candlesticks
    R_ID, R_NUMBER, R_MILLIS, R_SIDE, R_NAME, R_QTY, R_PX, R_BID, R_BID_QTY, R_ASK, R_ASK_QTY, R_CLOSED, R_SECONDS
    R_TEXT = 32     # + index of Message.text
    MOST_VALUES = 48


cdef struct Values:
    # The members of a flat object by their Row, as raw text; `p` is NULL when one is missing.
    Slice[MOST_VALUES] of
    bint closed
    bint has_closed


cdef struct Envelope:
    int channel
    int event
    bint decoded
    Cursor held     # a result that came before what tells how to read it


cdef class GateioMarketSession(DrivenSession):
    cdef Values values
    cdef int price_digits    # of the symbol at hand
    cdef int qty_digits

    cdef int _member(self, Cursor* c, int code, Envelope* envelope) except -1
    cdef int _result(self, Cursor* c, int channel) except -1
    cdef int _find(self, Slice name, int channel) noexcept
    cdef int _depth(self, Cursor* c, int channel) except -1
    cdef int _check_depth(self, int seen) except -1
    cdef int _symbol(self) except -1
    cdef int _trade(self, Cursor* c) except -1
    cdef int _time(self, TradeItem* item) except -1
    cdef int _best(self, Cursor* c) except -1
    cdef int _ticker(self, Cursor* c) except -1
    cdef int _kline(self, Cursor* c) except -1
