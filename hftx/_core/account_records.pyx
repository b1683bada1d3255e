"""What an account hears of: its orders, their fills, its balances. Immutable, made from a freelist.

Each is a dataclass to Python: keywords, `==`, `hash`, `dataclasses.replace`. They hold neither containers nor one
another, so no cycle can go through them and the collector need not look. Knows no venue, no wire and no store.
"""

cimport cython

from hftx.enums import OrderStatus

# Words are told apart by identity: members of an Enum exist once.
cdef object _NEW = OrderStatus.NEW
cdef object _PARTIALLY_FILLED = OrderStatus.PARTIALLY_FILLED
cdef object _UNKNOWN = OrderStatus.UNKNOWN


@cython.final
@cython.no_gc
@cython.freelist(256)
@cython.auto_pickle(False)
@cython.dataclasses.dataclass(frozen=True)
cdef class Order:
    """An order as the venue knows it. Quantities in base units, `filled_quote` in quote units, times in ns."""

    reason = ""

    @property
    def is_done(self):
        """True when nothing more can happen to the order."""
        return is_ended(self)

    @property
    def average_price(self):
        """Quote paid per base unit filled; None before the first fill."""
        return self.filled_quote / self.filled_quantity if self.filled_quantity else None

    @property
    def remaining_quantity(self):
        """Base units not filled; None for an order given in quote units."""
        return None if self.quantity is None else self.quantity - self.filled_quantity

    def __reduce__(self):
        return Order, (
            self.symbol, self.order_id, self.client_order_id, self.side, self.order_type, self.time_in_force,
            self.status, self.price, self.quantity, self.quote_quantity, self.filled_quantity, self.filled_quote,
            self.created_ns, self.updated_ns, self.reason,
        )


@cython.final
@cython.no_gc
@cython.freelist(256)
@cython.auto_pickle(False)
@cython.dataclasses.dataclass(frozen=True)
cdef class Execution:
    """One fill of an own order. `fee` is positive when paid, in `fee_asset`; `venue_ns` is Unix time in ns."""

    def __reduce__(self):
        return Execution, (
            self.symbol, self.trade_id, self.order_id, self.client_order_id, self.side, self.price, self.quantity,
            self.fee, self.fee_asset, self.is_maker, self.venue_ns,
        )


@cython.final
@cython.no_gc
@cython.freelist(64)
@cython.auto_pickle(False)
@cython.dataclasses.dataclass(frozen=True)
cdef class AssetBalance:
    """What an account holds of one asset; `locked` is bound in orders. `venue_ns` is Unix time in ns, 0: not known."""

    venue_ns = 0

    @property
    def total(self):
        """Available and locked together."""
        return self.available + self.locked

    def __reduce__(self):
        return AssetBalance, (self.asset, self.available, self.locked, self.venue_ns)


cdef bint is_ended(Order order) noexcept:
    status = order.status
    return status is not _NEW and status is not _PARTIALLY_FILLED and status is not _UNKNOWN


cdef Order copy_order(Order order):
    cdef Order copy = Order.__new__(Order)
    copy.symbol = order.symbol
    copy.order_id = order.order_id
    copy.client_order_id = order.client_order_id
    copy.side = order.side
    copy.order_type = order.order_type
    copy.time_in_force = order.time_in_force
    copy.status = order.status
    copy.price = order.price
    copy.quantity = order.quantity
    copy.quote_quantity = order.quote_quantity
    copy.filled_quantity = order.filled_quantity
    copy.filled_quote = order.filled_quote
    copy.created_ns = order.created_ns
    copy.updated_ns = order.updated_ns
    copy.reason = order.reason
    return copy
