"""One symbol of a market session, and who may listen to it in Cython."""

from libc.stdint cimport int64_t, uint64_t

from hftx._core.book cimport OrderBook
from hftx._core.fault cimport OK
from hftx._core.scalar cimport whole_of
from hftx._core.message cimport Message, TradeItem
from hftx._core.names cimport hash_name


cdef class Listing:
    """One symbol of a session."""

    @property
    def buffered_count(self):
        """Diffs that wait for a snapshot."""
        return len(self.buffered)

    cdef int judge_trade(self, const TradeItem* item) noexcept:
        # Numbered trades are also checked for gaps; others are known by their id, where the venue gives one.
        cdef uint64_t hashed
        cdef uint64_t at
        cdef int way
        if item.number:
            return self._number(item)
        if item.id.size:
            hashed = hash_name(item.id.p, item.id.size)
            at = hashed & (TRADE_SETS - 1)
            for way in range(TRADE_WAYS):
                if self.trades[at][way] == hashed:
                    return REPEATED
            self.trades[at][self.oldest[at]] = hashed
            self.oldest[at] = (self.oldest[at] + 1) & (TRADE_WAYS - 1)
        return NEW

    cdef int _number(self, const TradeItem* item) noexcept:
        cdef int64_t last = self.last_trade
        cdef int64_t last_id = self.last_trade_id
        if 0 <= last - item.number < TRADES_BACK:
            return REPEATED
        self.last_trade = item.number
        if whole_of(item.id, &self.last_trade_id) != OK:
            self.last_trade_id = 0
        if last == 0 or item.number <= last + 1:
            return NEW
        self.missing.append((last_id, self.last_trade_id, item.number - last - 1))
        return SKIPPING

    def take_missing(self):
        """`[(id before, id behind, how many), ...]` of the trades that did not come, each only once."""
        taken, self.missing = self.missing, []
        return taken


cdef class MarketSubscriber:
    """Base of listeners written in Cython; every method may stay as it is."""

    cdef int on_book(self, OrderBook book) except -1:
        return 0

    cdef int on_trade(self, Listing listing, const TradeItem* trade) except -1:
        return 0

    cdef int on_book_ticker(self, Listing listing, const Message* ticker) except -1:
        return 0
