"""Orders over a WebSocket: one interface, the same for every venue. Knows no venue's words and no market data.

A venue gives the dialect of the line and the methods that spell requests and read results.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from types import TracebackType
from typing import Any, ClassVar, Self

from hftx.config import ExchangeConfig
from hftx.enums import ExchangeEnum
from hftx.errors import ConnectionLost, RequestTimeoutError, UsageError
from hftx.logs import HFTLoggerInterface, get_exchange_logger
from hftx.orders import Order, OrderParams
from hftx.rest.order_calls import OrderCalls
from hftx.rest.order_text import OrderRef, PlainOrder, plain_order
from hftx.rest.private import PrivateRest
from hftx.rest.trading import CancelOutcome
from hftx.rules import check_order
from hftx.symbols import Symbol, SymbolInfo
from hftx.venue_rules import VENUE_RULES
from hftx.websocket.manager import StateHandler
from hftx.websocket.order_entry_line import EntryChannel, EntryDialect, OrderEntryOptions, OrderLine
from hftx.websocket.streams import Stream


class OrderEntryWebsocket(OrderCalls):
    """Orders of one account over one connection. Close it when done, or use `async with`, which starts it too.

    Clock, budgets and rules are those of `rest`. Writes are sent once or not at all: `UnknownOutcomeError` says that
    one may have been carried out, every other error that it was not. `ConnectFailedError`: nothing was sent, as the
    line is down or not logged in. Reads raise `ConnectionLost` and `RequestTimeoutError` too; nothing is repeated.
    """

    exchange: ClassVar[ExchangeEnum]

    def __init__(
        self,
        config: ExchangeConfig,
        rest: PrivateRest,
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

    @abstractmethod
    async def cancel_orders(self, orders: Sequence[tuple[Symbol | str, str]]) -> list[CancelOutcome]:
        """Cancel several orders, given as (symbol, order id), in one request; their outcomes, in order."""

    @abstractmethod
    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[CancelOutcome]:
        """Cancel every open order of a symbol; the outcome of each."""

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
        order = plain_order(params, VENUE_RULES[self.exchange].contracts)
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
