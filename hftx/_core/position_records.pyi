from dataclasses import dataclass
from decimal import Decimal
from typing import final

from hftx.contracts import ContractUnits
from hftx.enums import MarginMode, PositionSide
from hftx.symbols import AssetName, Number, Symbol

@final
@dataclass(frozen=True, slots=True)
class Position:
    symbol: Symbol
    side: PositionSide
    size: Decimal
    entry_price: Decimal | None
    leverage: Decimal
    margin_mode: MarginMode
    margin: Decimal
    liquidation_price: Decimal | None
    realised_pnl: Decimal
    update_id: int | None
    venue_ns: int
    def unrealised_pnl(self, mark_price: Number, units: ContractUnits) -> Decimal: ...

@final
@dataclass(frozen=True, slots=True)
class Liquidation:
    symbol: Symbol
    order_id: str
    size: Decimal
    left: Decimal
    order_price: Decimal
    fill_price: Decimal
    mark_price: Decimal
    entry_price: Decimal
    liquidation_price: Decimal
    margin: Decimal
    leverage: Decimal
    venue_ns: int

@final
@dataclass(frozen=True, slots=True)
class Deleverage:
    symbol: Symbol
    position_size: Decimal
    trade_size: Decimal
    entry_price: Decimal
    fill_price: Decimal
    venue_ns: int

@final
@dataclass(frozen=True, slots=True)
class WalletBalance:
    asset: AssetName
    balance: Decimal
    change: Decimal
    cause: str
    venue_ns: int
