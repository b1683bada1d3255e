"""What an account hears of: its orders, their fills, its balances. Immutable, made from a freelist.

Each is a dataclass to Python: keywords, `==`, `hash`, `dataclasses.replace`. They hold neither containers nor one
another, so no cycle can go through them and the collector need not look. Amounts become Decimals when they are asked
for, and stay the same object from then on. Knows no venue, no wire and no store.
"""

cimport cython
from libc.stdint cimport int64_t

from dataclasses import make_dataclass
from decimal import Decimal

from hftx._core.decimals cimport amount_of, as_decimal

from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.symbols import AssetName, Symbol

NEW, PARTIALLY_FILLED, UNKNOWN_STATUS = OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.UNKNOWN

# What `dataclasses` asks of a class; names and order are those of the constructor.
cdef object ORDER_SHAPE = make_dataclass("Order", [
    ("symbol", Symbol), ("order_id", str), ("client_order_id", "str | None"), ("side", Side),
    ("order_type", OrderType), ("time_in_force", TimeInForce), ("status", OrderStatus), ("price", "Decimal | None"),
    ("quantity", "Decimal | None"), ("quote_quantity", "Decimal | None"), ("filled_quantity", Decimal),
    ("filled_quote", Decimal), ("created_ns", int), ("updated_ns", int), ("reason", str, ""),
], frozen=True)
cdef object EXECUTION_SHAPE = make_dataclass("Execution", [
    ("symbol", Symbol), ("trade_id", str), ("order_id", str), ("client_order_id", "str | None"), ("side", Side),
    ("price", Decimal), ("quantity", Decimal), ("fee", Decimal), ("fee_asset", AssetName), ("is_maker", bool),
    ("venue_ns", int),
], frozen=True)


cdef str described(object record, tuple values):
    fields = [f"{name}={value!r}" for name, value in zip(record.__match_args__, values)]
    return f"{type(record).__name__}({', '.join(fields)})"


@cython.final
@cython.no_gc
@cython.freelist(256)
@cython.auto_pickle(False)
cdef class Order:
    """An order as the venue knows it. Quantities in base units, `filled_quote` in quote units, times in ns.

    Quantities of futures are contracts, and `filled_quote` is the sum of price times contracts, so that `average_price`
    holds: the notional is that times the contract's `quanto_multiplier`.
    """

    __dataclass_fields__ = ORDER_SHAPE.__dataclass_fields__
    __dataclass_params__ = ORDER_SHAPE.__dataclass_params__
    __match_args__ = ORDER_SHAPE.__match_args__

    def __init__(self, symbol, order_id, client_order_id, side, order_type, time_in_force, status, price, quantity,
                 quote_quantity, filled_quantity, filled_quote, int64_t created_ns, int64_t updated_ns, reason=""):
        self.symbol, self.order_id, self.client_order_id, self.side = symbol, order_id, client_order_id, side
        self.order_type, self.time_in_force, self.status, self.reason = order_type, time_in_force, status, reason
        self.px, self.px_object = amount_of(price), price
        self.qty, self.qty_object = amount_of(quantity), quantity
        self.quote_qty, self.quote_qty_object = amount_of(quote_quantity), quote_quantity
        self.filled, self.filled_object = amount_of(filled_quantity), filled_quantity
        self.worth, self.worth_object = amount_of(filled_quote), filled_quote
        self.created_ns, self.updated_ns = created_ns, updated_ns

    @property
    def price(self):
        """Quote units a base unit; None for a market order."""
        if self.px_object is None:
            self.px_object = as_decimal(&self.px)
        return self.px_object

    @property
    def quantity(self):
        """Base units; None for an order given in quote units."""
        if self.qty_object is None:
            self.qty_object = as_decimal(&self.qty)
        return self.qty_object

    @property
    def quote_quantity(self):
        """Quote units, of a market order given in them."""
        if self.quote_qty_object is None:
            self.quote_qty_object = as_decimal(&self.quote_qty)
        return self.quote_qty_object

    @property
    def filled_quantity(self):
        """Base units filled."""
        if self.filled_object is None:
            self.filled_object = as_decimal(&self.filled)
        return self.filled_object

    @property
    def filled_quote(self):
        """Quote units that `filled_quantity` came to."""
        if self.worth_object is None:
            self.worth_object = as_decimal(&self.worth)
        return self.worth_object

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

    cdef tuple values(self):
        return (
            self.symbol, self.order_id, self.client_order_id, self.side, self.order_type, self.time_in_force,
            self.status, self.price, self.quantity, self.quote_quantity, self.filled_quantity, self.filled_quote,
            self.created_ns, self.updated_ns, self.reason,
        )

    def __eq__(self, other):
        return self.values() == (<Order>other).values() if type(other) is Order else NotImplemented

    def __hash__(self):
        return hash(self.values())

    def __repr__(self):
        return described(self, self.values())

    def __reduce__(self):
        return Order, self.values()


@cython.final
@cython.no_gc
@cython.freelist(256)
@cython.auto_pickle(False)
cdef class Execution:
    """One fill of an own order; of futures, `quantity` is contracts. `fee` is positive when paid, in `fee_asset`, and
    negative when rebated; `venue_ns` is Unix time in ns."""

    __dataclass_fields__ = EXECUTION_SHAPE.__dataclass_fields__
    __dataclass_params__ = EXECUTION_SHAPE.__dataclass_params__
    __match_args__ = EXECUTION_SHAPE.__match_args__

    def __init__(self, symbol, trade_id, order_id, client_order_id, side, price, quantity, fee, fee_asset,
                 bint is_maker, int64_t venue_ns):
        self.symbol, self.trade_id, self.order_id, self.client_order_id = symbol, trade_id, order_id, client_order_id
        self.side, self.fee_asset, self.is_maker, self.venue_ns = side, fee_asset, is_maker, venue_ns
        self.px, self.px_object = amount_of(price), price
        self.qty, self.qty_object = amount_of(quantity), quantity
        self.paid, self.paid_object = amount_of(fee), fee

    @property
    def price(self):
        """Quote units a base unit."""
        if self.px_object is None:
            self.px_object = as_decimal(&self.px)
        return self.px_object

    @property
    def quantity(self):
        """Base units."""
        if self.qty_object is None:
            self.qty_object = as_decimal(&self.qty)
        return self.qty_object

    @property
    def fee(self):
        """Units of `fee_asset`, positive when paid."""
        if self.paid_object is None:
            self.paid_object = as_decimal(&self.paid)
        return self.paid_object

    cdef tuple values(self):
        return (
            self.symbol, self.trade_id, self.order_id, self.client_order_id, self.side, self.price, self.quantity,
            self.fee, self.fee_asset, self.is_maker, self.venue_ns,
        )

    def __eq__(self, other):
        return self.values() == (<Execution>other).values() if type(other) is Execution else NotImplemented

    def __hash__(self):
        return hash(self.values())

    def __repr__(self):
        return described(self, self.values())

    def __reduce__(self):
        return Execution, self.values()


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


cdef Order copy_order(Order order):
    cdef Order copy = Order.__new__(Order)
    copy.symbol = order.symbol
    copy.order_id = order.order_id
    copy.client_order_id = order.client_order_id
    copy.side = order.side
    copy.order_type = order.order_type
    copy.time_in_force = order.time_in_force
    copy.status = order.status
    copy.px, copy.px_object = order.px, order.px_object
    copy.qty, copy.qty_object = order.qty, order.qty_object
    copy.quote_qty, copy.quote_qty_object = order.quote_qty, order.quote_qty_object
    copy.filled, copy.filled_object = order.filled, order.filled_object
    copy.worth, copy.worth_object = order.worth, order.worth_object
    copy.created_ns = order.created_ns
    copy.updated_ns = order.updated_ns
    copy.reason = order.reason
    return copy
