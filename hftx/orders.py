"""What an account asks of a venue and hears from it. Money is Decimal; knows no venue and no wire."""

from __future__ import annotations

from dataclasses import dataclass

from hftx._core.account_records import AssetBalance, Execution, Order
from hftx.enums import OrderType, PositionSide, SelfTradePrevention, Side, TimeInForce
from hftx.symbols import Number, Symbol

__all__ = ["AssetBalance", "Execution", "FuturesOrderParams", "Order", "OrderParams"]


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
class FuturesOrderParams(OrderParams):
    """An order for a contract; `quantity` in contracts, never in quote units.

    `reduce_only`: it must not enlarge the position. `close` closes the whole of a position, BOTH where the account
    holds one a contract, and needs `quantity` None; `side` is then the one that closes: SELL for a long position.
    `iceberg` contracts are shown at a time (Gate API v4 docs, "Create a futures order").
    """

    reduce_only: bool = False
    close: PositionSide | None = None
    iceberg: Number | None = None
