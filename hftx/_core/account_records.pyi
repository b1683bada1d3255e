from dataclasses import dataclass
from decimal import Decimal
from typing import final

from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.symbols import AssetName, Symbol

@final
@dataclass(frozen=True, slots=True)
class Order:
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
    def is_done(self) -> bool: ...
    @property
    def average_price(self) -> Decimal | None: ...
    @property
    def remaining_quantity(self) -> Decimal | None: ...

@final
@dataclass(frozen=True, slots=True)
class Execution:
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

@final
@dataclass(frozen=True, slots=True)
class AssetBalance:
    asset: AssetName
    available: Decimal
    locked: Decimal
    venue_ns: int = 0
    @property
    def total(self) -> Decimal: ...
