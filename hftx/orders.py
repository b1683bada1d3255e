"""What an account asks of a venue and hears from it. Money is Decimal; knows no venue and no wire."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hftx.enums import OrderStatus, OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.symbols import AssetName, Number, Symbol


@dataclass(frozen=True, slots=True)
class OrderParams:
    """An order as the strategy wants it. `quantity` in base units; `quote_quantity` instead for market orders."""

    symbol: Symbol
    side: Side
    order_type: OrderType
    quantity: Number | None = None
    price: Number | None = None
    quote_quantity: Number | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    client_order_id: str | None = None
    stp: SelfTradePrevention = SelfTradePrevention.NONE


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the venue knows it. Quantities in base units, `filled_quote` in quote units, times in ns."""

    symbol: Symbol
    order_id: str
    client_order_id: str | None
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    status: OrderStatus
    price: Decimal | None
    quantity: Decimal | None
    quote_quantity: Decimal | None
    filled_quantity: Decimal
    filled_quote: Decimal
    created_ns: int
    updated_ns: int
    reason: str = ""

    @property
    def is_done(self) -> bool:
        """True when nothing more can happen to the order."""
        return self.status.is_done

    @property
    def average_price(self) -> Decimal | None:
        """Quote paid per base unit filled; None before the first fill."""
        return self.filled_quote / self.filled_quantity if self.filled_quantity else None

    @property
    def remaining_quantity(self) -> Decimal | None:
        """Base units not filled; None for an order given in quote units."""
        return None if self.quantity is None else self.quantity - self.filled_quantity


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill of an own order. `fee` is positive when paid, in `fee_asset`."""

    symbol: Symbol
    trade_id: str
    order_id: str
    client_order_id: str | None
    side: Side
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: AssetName
    is_maker: bool
    venue_ns: int


@dataclass(frozen=True, slots=True)
class AssetBalance:
    """What an account holds of one asset; `locked` is bound in orders."""

    asset: AssetName
    available: Decimal
    locked: Decimal
    venue_ns: int = 0

    @property
    def total(self) -> Decimal:
        """Available and locked together."""
        return self.available + self.locked
