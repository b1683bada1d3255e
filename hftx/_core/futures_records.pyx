"""What handlers get of futures alone: immutable records, made from a freelist, owned by the receiver.

Units and times are those of `hftx._core.records`; quantities are contracts.
"""

cimport cython
from libc.stdint cimport int64_t

from hftx._core.records import SIDES
from hftx.enums import Side
from hftx.symbols import to_decimal


@cython.no_gc
@cython.freelist(16)
@cython.auto_pickle(False)
cdef class PublicLiquidation:
    """An order by which the venue closes somebody's position. `side` is the order's: SELL closes a long position.

    The venue does not say whose it is and gives it no id. Source: Gate API v4 docs, futures.public_liquidates.
    """

    def __init__(self, symbol, side, int64_t px, int64_t qty, int price_digits, int qty_digits, int64_t venue_ns=0,
                 int64_t recv_ns=0):
        self.symbol, self._side = symbol, Side(side)
        self.px, self.qty = px, qty
        self.price_digits, self.qty_digits = price_digits, qty_digits
        self.venue_ns, self.recv_ns = venue_ns, recv_ns

    @property
    def side(self):
        """`Side` of the order that closes the position."""
        return SIDES[self._side]

    @property
    def price(self):
        """Price of that order as Decimal, in quote units."""
        return to_decimal(self.px, self.price_digits)

    @property
    def quantity(self):
        """Size of that order as Decimal, in contracts; never negative."""
        return to_decimal(self.qty, self.qty_digits)

    def __repr__(self):
        return f"<PublicLiquidation {self.symbol} {self.side.name} {self.quantity} @ {self.price}>"


cdef PublicLiquidation new_public_liquidation(object symbol, int side, int64_t px, int64_t qty, int price_digits,
                                              int qty_digits, int64_t venue_ns, int64_t recv_ns):
    cdef PublicLiquidation liquidation = PublicLiquidation.__new__(PublicLiquidation)
    liquidation.symbol = symbol
    liquidation._side = side
    liquidation.px = px
    liquidation.qty = qty
    liquidation.price_digits = price_digits
    liquidation.qty_digits = qty_digits
    liquidation.venue_ns = venue_ns
    liquidation.recv_ns = recv_ns
    return liquidation
