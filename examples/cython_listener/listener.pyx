# A listener of your own in Cython: it takes borrowed records, before any Python object is made of them.
# What comes in is valid during the call only; copy what you keep, as here into plain integers.

from libc.stdint cimport int64_t

from hftx._core.book cimport OrderBook
from hftx._core.listing cimport Listing, MarketSubscriber
from hftx._core.message cimport Message, TradeItem
from hftx._core.side cimport Level


cdef class SpreadListener(MarketSubscriber):
    """Counts what it hears and keeps the narrowest spread, in counts of 10^-price_digits."""

    cdef readonly int64_t books
    cdef readonly int64_t book_tickers
    cdef readonly int64_t trades
    cdef readonly int64_t bought_qty       # taker buys, in counts of 10^-qty_digits
    cdef readonly int64_t sold_qty
    cdef readonly int64_t narrowest_px     # -1 before both sides were there

    def __cinit__(self):
        self.narrowest_px = -1

    cdef int on_book(self, OrderBook book) except -1:
        cdef const Level* bid = book.top_bid()
        cdef const Level* ask = book.top_ask()
        self.books += 1
        if bid is not NULL and ask is not NULL:
            if self.narrowest_px < 0 or ask.px - bid.px < self.narrowest_px:
                self.narrowest_px = ask.px - bid.px
        return 0

    cdef int on_trade(self, Listing listing, const TradeItem* trade) except -1:
        self.trades += 1
        if trade.side == 1:
            self.bought_qty += trade.qty
        else:
            self.sold_qty += trade.qty
        return 0

    cdef int on_book_ticker(self, Listing listing, const Message* ticker) except -1:
        self.book_tickers += 1
        return 0
