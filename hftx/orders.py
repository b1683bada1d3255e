"""What an account asks of a venue and hears from it. Money is Decimal; knows no venue and no wire."""

from __future__ import annotations

from dataclasses import dataclass

from hftx._core.account_records import AssetBalance, Execution, Order
from hftx.enums import OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.symbols import Number, Symbol

__all__ = ["AssetBalance", "Execution", "Order", "OrderParams"]


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
