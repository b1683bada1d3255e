"""Orders, balances and trades of an account over REST: the interface and its words. Knows no venue."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from hftx.errors import HftxError
from hftx.orders import AssetBalance, Execution, Order, OrderParams
from hftx.symbols import AssetName, Number, Symbol

PlaceOutcome: TypeAlias = Order | HftxError


class AccountType(Enum):
    """Purses between which an account can move assets."""

    SPOT = "spot"
    FUTURES = "futures"


@dataclass(frozen=True, slots=True)
class TradingFees:
    """Rates of the account as fractions of what is traded; `symbol` is None where they hold for all."""

    symbol: Symbol | None
    maker: Decimal
    taker: Decimal


@dataclass(frozen=True, slots=True)
class CancelOutcome:
    """What became of one cancel in a call about many; `error` is None when the venue has taken it on."""

    symbol: Symbol
    order_id: str
    error: HftxError | None = None


class PrivateTradingInterface(ABC):
    """Trading over REST. Nothing is kept between calls: every answer is the venue's of this moment.

    Reads raise `VenueError` and its kinds, `ConnectionLost`, `RequestTimeoutError` and `CircuitOpenError`.
    Writes are sent once or not at all; `UnknownOutcomeError` says that one may have been carried out, every
    other error that it was not. `UsageError`: the call was wrong, nothing was sent. Times are ms since the
    epoch.
    """

    @abstractmethod
    async def get_account_balance(self) -> dict[AssetName, AssetBalance]:
        """What the account holds, by asset; `venue_ns` is the venue's time of the answer, estimated."""

    @abstractmethod
    async def place_order(self, params: OrderParams) -> Order:
        """Place one order.

        Raises `OrderRejectedError` and its kind `InsufficientBalanceError` when the venue refuses it.
        """

    @abstractmethod
    async def place_orders(self, orders: Sequence[OrderParams]) -> list[PlaceOutcome]:
        """Place several orders in one request; for each, in order, the `Order` or the error it met.

        Raises `UnknownOutcomeError` with all client order ids when the whole request is in doubt.
        """

    @abstractmethod
    async def amend_order(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        *,
        client_order_id: str | None = None,
        price: Number | None = None,
        quantity: Number | None = None,
    ) -> Order:
        """Change price or total quantity of a resting order. Raises `UsageError` where the venue cannot."""

    @abstractmethod
    async def cancel_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """Cancel one order and answer with its state; one that was gone already, with its true final state.

        Status UNKNOWN: the cancel was taken on, but the state could not be asked.
        """

    @abstractmethod
    async def cancel_orders(self, orders: Sequence[tuple[Symbol | str, str]]) -> list[CancelOutcome]:
        """Cancel several orders, given as (symbol, order id); the outcome of each, in order."""

    @abstractmethod
    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[CancelOutcome]:
        """Cancel every open order of a symbol or of the account; the outcomes that the venue names."""

    @abstractmethod
    async def countdown_cancel(self, seconds: int, symbol: Symbol | str | None = None) -> int:
        """Let the venue cancel all orders in `seconds` unless called again; 0 calls it off.

        Answers the venue's time of the cancel in ms. Raises `UsageError` where the venue has no such switch.
        """

    @abstractmethod
    async def get_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """One order as the venue knows it now. Raises `OrderNotFoundError`."""

    @abstractmethod
    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """All resting orders of a symbol, or of the account."""

    @abstractmethod
    async def get_order_history(
        self,
        symbol: Symbol | str,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Order]:
        """Past orders of a symbol, oldest first, as far back as the venue tells."""

    @abstractmethod
    async def get_account_trades(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Execution]:
        """Own fills of a symbol, or of one order, oldest first."""

    @abstractmethod
    async def get_trading_fees(self, symbol: Symbol | str) -> TradingFees:
        """The account's rates for a symbol."""

    @abstractmethod
    async def transfer(
        self, asset: AssetName, amount: Number, source: AccountType, target: AccountType
    ) -> str:
        """Move an asset between two purses of the account; the venue's id of the transfer."""
