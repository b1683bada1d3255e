"""The order book of one symbol. Readers may ask at any time; only the compiled core writes."""

from libc.stdint cimport int64_t

from cpython.object cimport PyObject_GenericGetAttr

from hftx._core.ladder cimport free_ladder, ladder_bytes
from hftx._core.level_block cimport Level, LevelBlock, LevelList, LevelView, free_list, push_level
from hftx._core.level_store cimport VIEW_REST, LevelStore, Walk, next_level, sort_levels, walk
from hftx._core.number cimport HFTX_POW10, SAFE_DIGITS
from hftx._core.side cimport Side, apply_side, copy_side, load_side, scale_side

import time
from decimal import Decimal

import numpy as np

from hftx.enums import BookStatus, Side as OrderSide
from hftx.errors import StaleBookError, UsageError
from hftx.symbols import to_count, to_decimal

STATUSES = tuple(BookStatus)


cdef class OrderBook:
    """The live book of one symbol: the same object at every update.

    Prices and quantities are int64 counts of 10^-price_digits and 10^-qty_digits. `status` says whether it is proven
    right; `stale_reason` why not. `copy()` gives a book that never changes.
    """

    def __cinit__(self, symbol, int price_digits=0, int qty_digits=0, Py_ssize_t max_depth=1000):
        if not (0 <= price_digits <= SAFE_DIGITS and 0 <= qty_digits <= SAFE_DIGITS):
            raise UsageError(f"digits must be 0 to {SAFE_DIGITS}, not {price_digits} and {qty_digits}")
        if max_depth < 1:
            raise UsageError(f"max_depth must be at least 1, not {max_depth}")
        self.symbol = symbol
        self.price_digits = price_digits
        self.qty_digits = qty_digits
        self._max_depth = max_depth
        self.stale_reason = ""

    def __dealloc__(self):
        free_ladder(&self._bid.levels.ladder)
        free_ladder(&self._ask.levels.ladder)

    cdef int load(self, const LevelList* bids, const LevelList* asks, bint keep_horizon) except -1:
        # Replaces both sides; see `load_side`.
        self._bid_block = load_side(&self._bid, self._bid_block, bids, self._max_depth, keep_horizon, False)
        self._ask_block = load_side(&self._ask, self._ask_block, asks, self._max_depth, keep_horizon, True)
        return 0

    cdef int apply(self, LevelList* bids, LevelList* asks) except -1:
        self._bid_block = apply_side(&self._bid, self._bid_block, bids, self._max_depth, False)
        self._ask_block = apply_side(&self._ask, self._ask_block, asks, self._max_depth, True)
        return 0

    cdef bint rescale(self, int price_digits, int qty_digits) noexcept:
        # Counts of finer units; False and unchanged when one would not fit.
        cdef int64_t px_factor = HFTX_POW10[price_digits - self.price_digits]
        cdef int64_t qty_factor = HFTX_POW10[qty_digits - self.qty_digits]
        if not (scale_side(&self._bid, px_factor, qty_factor, True)
                and scale_side(&self._ask, px_factor, qty_factor, True)):
            return False
        scale_side(&self._bid, px_factor, qty_factor, False)
        scale_side(&self._ask, px_factor, qty_factor, False)
        self.price_digits = price_digits
        self.qty_digits = qty_digits
        return True

    cdef void set_status(self, int status, str reason) noexcept:
        self._status = status
        self.stale_reason = reason

    def __getattribute__(self, name):
        # What handlers read with every message, without the type's own search for it.
        if name is "bid_px":
            return self._bid.levels.top.px if self._bid.levels.len else 0
        if name is "ask_px":
            return self._ask.levels.top.px if self._ask.levels.len else 0
        return PyObject_GenericGetAttr(self, name)

    @property
    def status(self):
        """`BookStatus`: EMPTY, SYNCING, LIVE or STALE."""
        return STATUSES[self._status]

    @property
    def is_live(self):
        """True when the book is proven to be the venue's book at `id`."""
        return self._status == LIVE

    @property
    def bid_px(self):
        """Best bid as a count of 10^-price_digits; 0 when there is none."""
        return self._bid.levels.top.px if self._bid.levels.len else 0

    @property
    def bid_qty(self):
        """Quantity at the best bid as a count of 10^-qty_digits; 0 when there is none."""
        return self._bid.levels.top.qty if self._bid.levels.len else 0

    @property
    def ask_px(self):
        """Best ask as a count of 10^-price_digits; 0 when there is none."""
        return self._ask.levels.top.px if self._ask.levels.len else 0

    @property
    def ask_qty(self):
        """Quantity at the best ask as a count of 10^-qty_digits; 0 when there is none."""
        return self._ask.levels.top.qty if self._ask.levels.len else 0

    @property
    def best_bid(self):
        """(price, quantity) as Decimal, or None."""
        return self._pair(&self._bid.levels.top) if self._bid.levels.len else None

    @property
    def best_ask(self):
        """(price, quantity) as Decimal, or None."""
        return self._pair(&self._ask.levels.top) if self._ask.levels.len else None

    @property
    def spread(self):
        """Best ask minus best bid as Decimal, in quote units; None when a side is empty."""
        if not (self._bid.levels.len and self._ask.levels.len):
            return None
        return to_decimal(self._ask.levels.top.px - self._bid.levels.top.px, self.price_digits)

    @property
    def mid(self):
        """Middle of best bid and best ask as Decimal; None when a side is empty."""
        if not (self._bid.levels.len and self._ask.levels.len):
            return None
        return to_decimal(<object>self._ask.levels.top.px + <object>self._bid.levels.top.px, self.price_digits) / 2

    @property
    def bids(self):
        """int64 array (n, 2) of price and quantity counts, best first, read-only, not copied.

        It shows the memory of the book: read it before the next update, or take `copy().bids`.
        """
        return self._view(&self._bid, self._bid_block)

    @property
    def asks(self):
        """As `bids`, lowest price first."""
        return self._view(&self._ask, self._ask_block)

    def microprice(self):
        """Mid weighted by the opposite best quantities, as Decimal; None when a side is empty."""
        if not (self._bid.levels.len and self._ask.levels.len):
            return None
        bid_qty = Decimal(self._bid.levels.top.qty)
        ask_qty = Decimal(self._ask.levels.top.qty)
        weighted = self._bid.levels.top.px * ask_qty + self._ask.levels.top.px * bid_qty
        return (weighted / (bid_qty + ask_qty)).scaleb(-self.price_digits)

    def imbalance(self, Py_ssize_t levels=5):
        """(bid - ask) / (bid + ask) of the quantities in the best `levels`, -1.0 to 1.0; 0.0 for an empty book."""
        bid = self.depth(OrderSide.BUY, levels)
        ask = self.depth(OrderSide.SELL, levels)
        total = bid + ask
        return float((bid - ask) / total) if total else 0.0

    def depth(self, side, Py_ssize_t levels):
        """Sum of the quantities in the best `levels` of a side (BUY: bids, SELL: asks), as Decimal in base units."""
        cdef LevelStore* of = &self._side(side).levels
        cdef Walk at = walk(of)
        cdef Level level
        total = 0
        while levels > 0 and next_level(of, &at, &level):
            total += level.qty
            levels -= 1
        return to_decimal(total, self.qty_digits)

    def vwap(self, side, quantity):
        """Average price, as Decimal, to buy (BUY, from the asks) or sell (SELL, into the bids) `quantity` base units.

        None when the book does not hold so much. Raises `UsageError` for a quantity that is not positive or finer than
        the symbol's lot.
        """
        cdef LevelStore* of = &self._other_side(side).levels
        cdef int64_t wanted = to_count(quantity, self.qty_digits)
        cdef int64_t take
        cdef int64_t left = wanted
        cdef Walk at = walk(of)
        cdef Level level
        if wanted <= 0:
            raise UsageError(f"quantity must be positive, not {quantity}")
        cost = 0
        while left > 0 and next_level(of, &at, &level):
            take = min(left, level.qty)
            cost += <object>take * <object>level.px
            left -= take
        return None if left else (Decimal(cost) / wanted).scaleb(-self.price_digits)

    def levels(self, side, Py_ssize_t count=-1):
        """The best `count` levels (all when negative) of a side as `[(price, quantity), ...]` in Decimal."""
        cdef LevelStore* of = &self._side(side).levels
        cdef Walk at = walk(of)
        cdef Level level
        found = []
        while len(found) != count and next_level(of, &at, &level):
            found.append(self._pair(&level))
        return found

    def age_ns(self, now_ns=None):
        """Time in ns since the last applied message was received; None before the first. `now_ns` as `recv_ns`."""
        if self.recv_ns == 0:
            return None
        return (time.time_ns() if now_ns is None else now_ns) - self.recv_ns

    def require_live(self):
        """This book when it is LIVE; raises `StaleBookError` that says why it is not."""
        if self._status != LIVE:
            reason = f" ({self.stale_reason})" if self.stale_reason else ""
            raise StaleBookError(f"the book of {self.symbol} is {self.status.name}{reason}")
        return self

    def copy(self):
        """A book with the same levels that nobody changes."""
        cdef OrderBook other = OrderBook(self.symbol, self.price_digits, self.qty_digits, self._max_depth)
        other._bid_block = copy_side(&other._bid, &self._bid)
        other._ask_block = copy_side(&other._ask, &self._ask)
        other.id, other.venue_ns, other.recv_ns = self.id, self.venue_ns, self.recv_ns
        other.updates, other.dropped, other._detached = self.updates, self.dropped, True
        other.set_status(self._status, self.stale_reason)
        return other

    @staticmethod
    def detached(symbol, int price_digits, int qty_digits, int64_t id, bids, asks, int64_t venue_ns=0):
        """A LIVE book of `[(px, qty), ...]` counts that nobody changes, as a REST answer gives it."""
        cdef OrderBook book = OrderBook(symbol, price_digits, qty_digits, max(1, len(bids), len(asks)))
        cdef LevelList bid_list = LevelList(NULL, 0, 0)
        cdef LevelList ask_list = LevelList(NULL, 0, 0)
        try:
            for px, qty in bids:
                push_level(&bid_list, px, qty)
            for px, qty in asks:
                push_level(&ask_list, px, qty)
            book.load(&bid_list, &ask_list, False)
        finally:
            free_list(&bid_list)
            free_list(&ask_list)
        book.id, book.venue_ns, book._detached = id, venue_ns, True
        book.set_status(LIVE, "")
        return book

    def __len__(self):
        return self._bid.levels.len + self._ask.levels.len

    def __sizeof__(self):
        cdef Py_ssize_t blocks = 0
        if self._bid_block is not None:
            blocks += self._bid_block.capacity
        if self._ask_block is not None:
            blocks += self._ask_block.capacity
        return object.__sizeof__(self) + blocks * sizeof(Level) \
            + ladder_bytes(&self._bid.levels.ladder) + ladder_bytes(&self._ask.levels.ladder)

    def __repr__(self):
        bids, asks = self._bid.levels.len, self._ask.levels.len
        return f"<OrderBook {self.symbol} {self.status.name} id={self.id} {bids}x{asks}>"

    cdef Side* _side(self, side) except NULL:
        if side in (OrderSide.BUY, "bids"):
            return &self._bid
        if side in (OrderSide.SELL, "asks"):
            return &self._ask
        raise UsageError(f"side must be Side.BUY, Side.SELL, 'bids' or 'asks', not {side!r}")

    cdef Side* _other_side(self, side) except NULL:
        return &self._ask if self._side(side) is &self._bid else &self._bid

    cdef tuple _pair(self, const Level* level):
        return to_decimal(level.px, self.price_digits), to_decimal(level.qty, self.qty_digits)

    cdef object _view(self, Side* side, LevelBlock block):
        if block is None:
            return np.empty((0, 2), np.int64)
        sort_levels(&side.levels)
        side.levels.rest = VIEW_REST
        return np.asarray(LevelView(block, side.levels.first - block.items, side.levels.len))
