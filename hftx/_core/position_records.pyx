"""What a futures account hears of besides orders and fills. Immutable, made from a freelist; dataclasses to Python.

Sizes are contracts with the sign of their side, above zero long; money is in the settlement asset. They hold neither
containers nor one another, so no cycle can go through them. Knows no venue, no wire and no store.
"""

cimport cython

from decimal import Context, Decimal, Inexact, InvalidOperation

from hftx.errors import UsageError

cdef object ZERO = Decimal(0)
cdef object EXACTLY = Context(prec=300, traps=[Inexact, InvalidOperation])


@cython.final
@cython.no_gc
@cython.freelist(64)
@cython.auto_pickle(False)
@cython.dataclasses.dataclass(frozen=True)
cdef class Position:
    """A position as the venue last described it. `side` is BOTH where a contract has one position, in dual mode LONG
    or SHORT; the sign of `size`, in contracts, says the same. `entry_price` and `liquidation_price` are None while the
    venue names none; `leverage` is 0 for cross margin. `margin` and `realised_pnl` are in the settlement asset.
    `venue_ns` is Unix time in ns; `update_id` rises with every change, None where the venue does not number them.
    """

    def unrealised_pnl(self, mark_price, units):
        """What closing all of it at `mark_price` would bring, in the settlement asset, exactly; `units` are the
        `ContractUnits` of its symbol. Raises `UsageError` for those of another symbol, and for a price that is no
        number above zero."""
        if units.symbol != self.symbol:
            raise UsageError(f"a position of {self.symbol} needs the units of its contract, not of {units.symbol}")
        price = price_of(mark_price)
        if not self.size or self.entry_price is None:
            return ZERO
        moved = EXACTLY.subtract(price, self.entry_price)
        return EXACTLY.multiply(EXACTLY.multiply(moved, self.size), units.multiplier)

    def __reduce__(self):
        return Position, (
            self.symbol, self.side, self.size, self.entry_price, self.leverage, self.margin_mode, self.margin,
            self.liquidation_price, self.realised_pnl, self.update_id, self.venue_ns,
        )


@cython.final
@cython.no_gc
@cython.freelist(8)
@cython.auto_pickle(False)
@cython.dataclasses.dataclass(frozen=True)
cdef class Liquidation:
    """The venue has closed contracts of an under-margined position: its order over `size`, `left` of it not filled,
    with the signs that the venue gives, and the position as it was. Prices in quote units a base unit; `venue_ns` is
    Unix time in ns."""

    def __reduce__(self):
        return Liquidation, (
            self.symbol, self.order_id, self.size, self.left, self.order_price, self.fill_price, self.mark_price,
            self.entry_price, self.liquidation_price, self.margin, self.leverage, self.venue_ns,
        )


@cython.final
@cython.no_gc
@cython.freelist(8)
@cython.auto_pickle(False)
@cython.dataclasses.dataclass(frozen=True)
cdef class Deleverage:
    """The venue has closed `trade_size` contracts of a position against a liquidated one, at `fill_price`;
    `position_size` is what the venue gives with it. `venue_ns` is Unix time in ns."""

    def __reduce__(self):
        return Deleverage, (
            self.symbol, self.position_size, self.trade_size, self.entry_price, self.fill_price, self.venue_ns,
        )


@cython.final
@cython.no_gc
@cython.freelist(8)
@cython.auto_pickle(False)
@cython.dataclasses.dataclass(frozen=True)
cdef class WalletBalance:
    """What a futures wallet holds after a `change`, without unrealised profit; `cause` is the venue's word for why.
    How much of it is available depends on positions and prices: it is not said. `venue_ns` is Unix time in ns."""

    def __reduce__(self):
        return WalletBalance, (self.asset, self.balance, self.change, self.cause, self.venue_ns)


cdef object price_of(object value):
    # A float means its shortest decimal text.
    try:
        price = Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError, ValueError):
        raise UsageError(f"not a price: {value!r}") from None
    if not price.is_finite() or price <= 0:
        raise UsageError(f"a price must be above 0, not {value!r}")
    return price
