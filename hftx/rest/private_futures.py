"""Trading of contracts over REST: as on spot, and positions, leverage, margin and risk limits. Knows no market data.

Quantities are contracts. A futures account sends nothing away: move assets to the spot purse first, by `transfer`.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from decimal import Decimal

from hftx.enums import MarginMode, OrderType, PositionMode, PositionSide, Side
from hftx.errors import PositionNotFoundError, UsageError
from hftx.orders import FuturesOrderParams, Order
from hftx.positions import Position
from hftx.rest.private import PrivateRest
from hftx.rest.trading import CancelOutcome
from hftx.symbols import Number, Symbol, as_symbol


@dataclass(frozen=True, slots=True)
class FundingPayment:
    """What a position has paid (below 0) or got at one settlement, in the settle asset; `venue_ns` is Unix time."""

    symbol: Symbol
    amount: Decimal
    balance: Decimal
    venue_ns: int


@dataclass(frozen=True, slots=True)
class RiskLimitTier:
    """What holds for positions worth up to `risk_limit` quote units. Rates are fractions of the notional."""

    symbol: Symbol
    tier: int
    risk_limit: Decimal
    initial_rate: Decimal
    maintenance_rate: Decimal
    leverage_max: Decimal
    deduction: Decimal | None


class PrivateFuturesRest(PrivateRest):
    """Private REST client of one account on one futures venue. Raises as `PrivateTradingInterface` says, and
    `LeverageError` and `PositionNotFoundError` where the venue refuses so.

    Calls that change a contract's positions answer with them afterwards: one, or a long and a short one.
    """

    @abstractmethod
    async def cancel_all_orders(
        self, symbol: Symbol | str | None = None, side: Side | None = None
    ) -> list[CancelOutcome]:
        """Cancel every open order of a symbol or of the account, or only those that buy, or sell."""

    @abstractmethod
    async def get_positions(self, symbol: Symbol | str | None = None) -> list[Position]:
        """Positions of a symbol, empty ones too, or all that the account holds."""

    async def get_position(self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH) -> Position:
        """One position. Raises `PositionNotFoundError` when the account has none of this side."""
        symbol = as_symbol(symbol)
        found = next((held for held in await self.get_positions(symbol) if held.side is _side(side)), None)
        if found is None:
            raise self._no_position(symbol, side)
        return found

    async def closing_order(
        self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH, client_order_id: str | None = None
    ) -> FuturesOrderParams:
        """The market order that closes a position. Raises `PositionNotFoundError` when there is nothing to close."""
        held = await self.get_position(symbol, side)
        if not held.size:
            raise self._no_position(held.symbol, side)
        closes = Side.SELL if held.size > 0 else Side.BUY
        return FuturesOrderParams(
            held.symbol, closes, OrderType.MARKET, client_order_id=client_order_id, close=side
        )

    async def close_position(
        self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH, client_order_id: str | None = None
    ) -> Order:
        """Close the whole of a position by a market order. Raises as `place_order` and `closing_order`."""
        return await self.place_order(await self.closing_order(symbol, side, client_order_id))

    @abstractmethod
    async def get_leverage(self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH) -> Decimal:
        """The leverage of a contract, in its margin mode; of cross margin the one that new orders are held to."""

    @abstractmethod
    async def set_leverage(
        self, symbol: Symbol | str, leverage: Number, margin_mode: MarginMode = MarginMode.ISOLATED
    ) -> list[Position]:
        """Set leverage and margin mode of a contract, of both its positions where there are two."""

    @abstractmethod
    async def set_margin_mode(self, symbol: Symbol | str, margin_mode: MarginMode) -> list[Position]:
        """Back the positions of a contract by a margin of their own, or by the whole account."""

    @abstractmethod
    async def get_position_mode(self) -> PositionMode:
        """Whether the account holds one position of a contract, or a long and a short one."""

    @abstractmethod
    async def set_position_mode(self, mode: PositionMode) -> None:
        """Change it; venues refuse that while there are positions or orders."""

    @abstractmethod
    async def change_position_margin(
        self, symbol: Symbol | str, change: Number, side: PositionSide = PositionSide.BOTH
    ) -> list[Position]:
        """Add to the margin of an isolated position, or take from it (below 0), in the settle asset."""

    @abstractmethod
    async def set_risk_limit(self, symbol: Symbol | str, risk_limit: Number) -> list[Position]:
        """Let positions of a contract be worth up to `risk_limit` quote units; see `get_risk_limit_tiers`."""

    @abstractmethod
    async def get_risk_limit_tiers(self, symbol: Symbol | str) -> list[RiskLimitTier]:
        """The tiers of a contract, lowest first."""

    @abstractmethod
    async def get_funding_payments(
        self,
        symbol: Symbol | str | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[FundingPayment]:
        """Funding that the account has paid or got, of one symbol or of all, oldest first."""

    def _no_position(self, symbol: Symbol, side: PositionSide) -> PositionNotFoundError:
        text = f"the account holds no {side.name} position"
        return PositionNotFoundError(self.exchange.value, f"position {symbol}", 200, "", text)


def _side(side: PositionSide) -> PositionSide:
    if not isinstance(side, PositionSide):
        raise UsageError(f"side must be a PositionSide, not {side!r}")
    return side
