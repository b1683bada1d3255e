"""What an exchange object can do, as protocols that a bot can ask for: `isinstance(exchange, TradingCapability)`.

Knows no venue and no implementation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from hftx.contracts import FundingRate
from hftx.enums import MarginMode, PositionSide
from hftx.orders import AssetBalance, Order, OrderParams
from hftx.positions import Position
from hftx.rest.trading import PlaceOutcome
from hftx.rest.withdrawal import WithdrawalRequest, WithdrawalResponse
from hftx.symbols import AssetName, Number, Symbol


@runtime_checkable
class TradingCapability(Protocol):
    """Places, amends and cancels orders, and knows their state."""

    async def place_order(self, params: OrderParams) -> Order:
        """Place one order and answer with its state."""

    async def place_orders(self, orders: Sequence[OrderParams]) -> list[PlaceOutcome]:
        """Place several orders; for each, in order, the `Order` or the error it met."""

    async def cancel_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """Cancel one order and answer with its state; one that was gone already, with its true final state."""

    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """Cancel every open order of a symbol or of the account; their states afterwards."""

    async def get_active_order(self, symbol: Symbol | str, order_id: str) -> Order | None:
        """An order from the open ones, then the executed ones, then the venue; None when nobody knows it."""

    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """Resting orders, asked of the venue now."""


@runtime_checkable
class BalanceCapability(Protocol):
    """Knows what an account holds."""

    @property
    def balances(self) -> dict[AssetName, AssetBalance]:
        """What the account holds, as last heard."""

    async def get_balances(self) -> dict[AssetName, AssetBalance]:
        """What the account holds, asked of the venue now."""


@runtime_checkable
class WithdrawalCapability(Protocol):
    """Sends assets away, within an allow-list."""

    async def withdraw(self, request: WithdrawalRequest, dry_run: bool = False) -> WithdrawalResponse:
        """Send an asset away for good, after every check. With `dry_run` nothing is sent."""

    async def get_withdrawal_status(self, withdrawal_id: str) -> WithdrawalResponse:
        """One withdrawal as the venue knows it now."""

    async def get_withdrawal_history(
        self, asset: AssetName | None = None, limit: int = 100
    ) -> list[WithdrawalResponse]:
        """Past withdrawals, of one asset or of all."""


@runtime_checkable
class FuturesCapability(Protocol):
    """Holds positions of contracts."""

    async def get_positions(self, symbol: Symbol | str | None = None) -> list[Position]:
        """Positions of a symbol, or all that the account holds, asked of the venue now."""

    async def close_position(
        self, symbol: Symbol | str, side: PositionSide = PositionSide.BOTH, client_order_id: str | None = None
    ) -> Order:
        """Close the whole of a position by a market order."""

    async def set_leverage(
        self, symbol: Symbol | str, leverage: Number, margin_mode: MarginMode = MarginMode.ISOLATED
    ) -> list[Position]:
        """Set leverage and margin mode of a contract; its positions afterwards."""

    async def get_funding_rate(self, symbol: Symbol | str) -> FundingRate:
        """The rate that is to be applied next."""
