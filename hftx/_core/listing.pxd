# One symbol of a market session, and who may listen to it in Cython. Knows no venue and no bytes.

from libc.stdint cimport int64_t, uint64_t

from hftx._core.book cimport OrderBook
from hftx._core.dispatch cimport Lane
from hftx._core.message cimport Message, TradeItem
from hftx._core.sync cimport Sync

cdef enum:
    TRADE_SETS = 64
    TRADE_WAYS = 8
    TRADES_BACK = 1000   # a trade number further back is a new count of the venue, not a repetition

cdef enum:
    NEW = 0
    REPEATED = 1
    SKIPPING = 2         # new, but trades before it are missing


cdef class Listing:
    # One symbol of the session.
    cdef readonly object symbol
    cdef readonly str name
    cdef readonly OrderBook book
    cdef readonly bint adaptive       # digits are learnt from the data
    cdef readonly int source          # the connection whose frames count
    cdef readonly int next_source     # the one that is to take over, or -1
    cdef bint next_full               # it has sent a full book
    cdef readonly int64_t seen_ns     # when the last frame of the symbol came, on the clock of `now_ns`
    cdef readonly int64_t gaps
    cdef readonly int64_t resyncs
    cdef Sync sync
    cdef Lane lane
    cdef list buffered                # [(first_id, last_id, frame, is_text)] until a snapshot is there
    cdef int64_t last_trade
    cdef int64_t last_trade_id
    cdef list missing                 # [(id before, id behind, how many)] of numbered trades that did not come
    cdef uint64_t[TRADE_SETS][TRADE_WAYS] trades   # hashes of the newest trade ids, in sets by their lowest bits
    cdef unsigned char[TRADE_SETS] oldest          # of each set, the one to give way

    cdef int judge_trade(self, const TradeItem* item) noexcept
    cdef int _number(self, const TradeItem* item) noexcept


cdef class MarketSubscriber:
    # A listener in Cython: borrowed records, before any Python object is made. Override what you need.
    cdef int on_book(self, OrderBook book) except -1
    cdef int on_trade(self, Listing listing, const TradeItem* trade) except -1
    cdef int on_book_ticker(self, Listing listing, const Message* ticker) except -1
