"""Orders over a WebSocket: one interface, the same for every venue. Knows no venue's words and no market data.

A venue gives the dialect of the line and the methods that spell requests and read results.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, ClassVar, Self

from hftx.config import ExchangeConfig
from hftx.enums import ExchangeEnum, OrderStatus
from hftx.errors import ConnectionLost, HftxError, OrderNotFoundError, RequestTimeoutError, UsageError, VenueError
from hftx.logs import HFTLoggerInterface, get_exchange_logger
from hftx.orders import Order, OrderParams
from hftx.rest.order_text import OrderRef, PlainOrder, order_ref, plain_order, positive
from hftx.rest.outcomes import as_rejection
from hftx.rest.private import PrivateSpotRest
from hftx.rest.reply import plain
from hftx.rest.trading import CancelOutcome, PlaceOutcome
from hftx.rules import check_order
from hftx.symbols import Number, Symbol, SymbolInfo, as_symbol
from hftx.websocket.manager import StateHandler
from hftx.websocket.order_entry_line import EntryChannel, EntryDialect, OrderEntryOptions, OrderLine
from hftx.websocket.streams import Stream


class OrderEntryWebsocket(ABC):
    """Orders of one account over one connection. Close it when done, or use `async with`, which starts it too.

    Clock, budgets and rules are those of `rest`. Writes are sent once or not at all: `UnknownOutcomeError` says that
    one may have been carried out, every other error that it was not. `ConnectFailedError`: nothing was sent, as the
    line is down or not logged in. Reads raise `ConnectionLost` and `RequestTimeoutError` too; nothing is repeated.
    """

    exchange: ClassVar[ExchangeEnum]

    def __init__(
        self,
        config: ExchangeConfig,
        rest: PrivateSpotRest,
        dialect: EntryDialect,
        login: str,
        logger: HFTLoggerInterface | None = None,
        options: OrderEntryOptions | None = None,
        connection_handler: StateHandler | None = None,
    ) -> None:
        if config.exchange is not self.exchange or rest.exchange is not self.exchange:
            raise UsageError(f"{type(self).__name__} needs configuration and REST client of {self.exchange.value}")
        self._rest = rest
        self._logger = logger or get_exchange_logger(self.exchange.value, "order_entry")
        self._rules: dict[Symbol, SymbolInfo] = {}
        self._seen: dict[Symbol, SymbolInfo] = {}   # rules of `rest`, which may change
        stream = Stream(None, EntryChannel.LOGIN, login)
        self._line = OrderLine(
            config, rest.transport, dialect, stream, self._logger, options or OrderEntryOptions(), connection_handler
        )

    @property
    def is_ready(self) -> bool:
        """True while requests can be sent: connected and logged in."""
        return self._line.is_ready

    def is_connected(self) -> bool:
        """True while the connection is open, logged in or not."""
        return self._line.manager.is_connected

    async def initialize(self) -> None:
        """Connect and log in. Raises `ConnectionLost`, `AuthenticationError` and other kinds of `VenueError`."""
        await self._line.open()

    async def close(self) -> None:
        """Close the connection; whoever waits is told that no answer will come. May be called again."""
        await self._line.close()

    def set_symbol(self, info: SymbolInfo) -> None:
        """Orders of `info.symbol` are held against these rules from now on."""
        self._rules[info.symbol] = info

    async def place_order(self, params: OrderParams) -> Order:
        """Place one order. Raises `RuleError`, `OrderRejectedError` and its kinds, `UnknownOutcomeError`."""
        try:
            return await self._place(params)
        except VenueError as error:
            raise as_rejection(error) from None

    async def place_orders(self, orders: Sequence[OrderParams]) -> list[PlaceOutcome]:
        """Place several orders in one request; for each, in order, the `Order` or the error it met."""
        plain_orders = [self._checked(params) for params in orders]
        outcomes = await self._place_batch(plain_orders) if plain_orders else []
        return [as_rejection(outcome) if isinstance(outcome, VenueError) else outcome for outcome in outcomes]

    async def amend_order(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        *,
        client_order_id: str | None = None,
        price: Number | None = None,
        quantity: Number | None = None,
    ) -> Order:
        """Change price or total quantity of a resting order. Raises `OrderRejectedError` and `OrderNotFoundError`."""
        ref = order_ref(as_symbol(symbol), order_id, client_order_id)
        given = {"price": price, "quantity": quantity}
        changes = {name: plain(positive(name, value)) for name, value in given.items() if value is not None}
        if not changes:
            raise UsageError("an amendment needs a new price, a new quantity, or both")
        try:
            return await self._amend(ref, changes.get("price"), changes.get("quantity"))
        except VenueError as error:
            raise as_rejection(error) from None

    async def cancel_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """Cancel one order and answer with its state; one that was gone, with its true final state."""
        ref = order_ref(as_symbol(symbol), order_id, client_order_id)
        try:
            order = await self._cancel(ref)
        except OrderNotFoundError:
            return await self._state(ref)
        if order.is_done:
            return order
        try:
            return await self._state(OrderRef(order.symbol, order.order_id, None))
        except HftxError as error:
            self._logger.warning("order %s: cancelled, but its state could not be asked: %s", order.order_id, error)
            return replace(order, status=OrderStatus.UNKNOWN, reason=f"cancel taken on; {error}")

    @abstractmethod
    async def cancel_orders(self, orders: Sequence[tuple[Symbol | str, str]]) -> list[CancelOutcome]:
        """Cancel several orders, given as (symbol, order id), in one request; their outcomes, in order."""

    @abstractmethod
    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[CancelOutcome]:
        """Cancel every open order of a symbol; the outcome of each."""

    async def get_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """One order as the venue knows it now. Raises `OrderNotFoundError`."""
        return await self._order(order_ref(as_symbol(symbol), order_id, client_order_id))

    @abstractmethod
    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """All resting orders of a symbol."""

    def get_performance_metrics(self) -> dict[str, Any]:
        """Counts since the start, and latencies in us: call to wire, wire to ack, ack to result, call to result."""
        line, calls = self._line, self._line.calls
        return {
            "is_ready": line.is_ready,
            "connection_state": line.manager.state.value,
            "reconnects": line.manager.reconnects,
            "requests": calls.sent,
            "receipts": calls.receipts,
            "results": calls.results,
            "pending": len(calls),
            "refused": line.refused,
            "refused_after_receipt": line.refused_after_receipt,
            "overdue": calls.overdue,
            "lost": calls.lost,
            "strangers": calls.strangers,
            "latency_us": {stage: histogram.summary_us() for stage, histogram in calls.latency.items()},
        }

    async def __aenter__(self) -> Self:
        await self.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _follow(self, symbol: Symbol) -> None:
        # The rules that the REST client has of a symbol, if they are new.
        info = self._rest.options.symbols.get(symbol)
        if info is not None and self._seen.get(symbol) is not info:
            self._seen[symbol] = info
            self.set_symbol(info)

    def _checked(self, params: OrderParams) -> PlainOrder:
        order = plain_order(params)
        self._follow(order.symbol)
        info = self._rules.get(order.symbol)
        if info is not None:
            check_order(params, info, self.exchange)
        return order

    async def _state(self, ref: OrderRef) -> Order:
        # A question may be asked twice: REST answers it when the line cannot.
        try:
            return await self._order(ref)
        except (ConnectionLost, RequestTimeoutError):
            return await self._rest.get_order(ref.symbol, ref.order_id, client_order_id=ref.client_order_id)

    @abstractmethod
    async def _place(self, params: OrderParams) -> Order: ...

    @abstractmethod
    async def _place_batch(self, orders: list[PlainOrder]) -> list[PlaceOutcome]: ...

    @abstractmethod
    async def _amend(self, ref: OrderRef, price: str | None, quantity: str | None) -> Order: ...

    @abstractmethod
    async def _cancel(self, ref: OrderRef) -> Order: ...

    @abstractmethod
    async def _order(self, ref: OrderRef) -> Order: ...
