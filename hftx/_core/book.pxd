# The order book of one symbol: two sides in integer ticks. Knows no venue, no sequence rule and no bytes.

from libc.stdint cimport int64_t

from hftx._core.side cimport Level, LevelBlock, LevelList, Side

cdef enum:      # the numbers of hftx.enums.BookStatus
    EMPTY = 0
    SYNCING = 1
    LIVE = 2
    STALE = 3


cdef class OrderBook:
    cdef Side _bid
    cdef Side _ask
    cdef LevelBlock _bid_block
    cdef LevelBlock _ask_block
    cdef Py_ssize_t _max_depth
    cdef int _status
    cdef bint _detached
    cdef readonly object symbol
    cdef readonly int price_digits
    cdef readonly int qty_digits
    cdef readonly int64_t id
    cdef readonly int64_t venue_ns
    cdef readonly int64_t recv_ns
    cdef readonly int64_t updates
    cdef readonly int64_t dropped
    cdef readonly str stale_reason

    cdef int load(self, const LevelList* bids, const LevelList* asks, bint keep_horizon) except -1
    cdef int apply(self, LevelList* bids, LevelList* asks) except -1
    cdef bint rescale(self, int price_digits, int qty_digits) noexcept
    cdef void set_status(self, int status, str reason) noexcept
    cdef Side* _side(self, side) except NULL
    cdef Side* _other_side(self, side) except NULL
    cdef tuple _pair(self, const Level* level)
    cdef object _view(self, Side* side, LevelBlock block)

    cdef inline const Level* top_bid(self) noexcept:
        # The best bid, borrowed until the next update; NULL when there is none.
        return &self._bid.levels.top if self._bid.levels.len else NULL

    cdef inline const Level* top_ask(self) noexcept:
        return &self._ask.levels.top if self._ask.levels.len else NULL

    cdef inline bint is_thin(self) noexcept:
        # So much of what was known is gone that the depth behind the horizon is missed.
        return self._bid.bounded and self._bid.levels.len * 4 < self._max_depth \
            or self._ask.bounded and self._ask.levels.len * 4 < self._max_depth

    cdef inline bint is_crossed(self) noexcept:
        return self._bid.levels.len > 0 and self._ask.levels.len > 0 \
            and self._bid.levels.top.px >= self._ask.levels.top.px
