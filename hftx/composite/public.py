"""The market data of one venue as one object: starts its clients in parallel and owns the books.

Orders the start and stop of its parts; parses and computes nothing. Never knows an account.
"""

from __future__ import annotations

import asyncio
import inspect
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar

from hftx.config import ExchangeConfig
from hftx.enums import DEFAULT_PUBLIC_CHANNELS, BookStatus, ConnectionState, PublicWebsocketChannelType
from hftx.errors import HftxError, InitializationError, StaleBookError, UnknownSymbolError, UsageError
from hftx.handlers import Handler, PublicWebsocketHandlers
from hftx.logs import HFTLoggerInterface, LoggingTimer, get_exchange_logger
from hftx.records import BookTicker, OrderBook
from hftx.rest.public import PublicRest, PublicSpotRest
from hftx.symbols import Symbol, SymbolInfo, SymbolsInfo, as_symbol
from hftx.websocket.market import PublicMarketWebsocket
from hftx.websocket.public import PublicSpotWebsocket

_Part = TypeVar("_Part")

POLL_SECONDS = 0.005
RULES_WAIT_SECONDS = 30.0


class CompositePublicExchange(ABC):
    """Books, trades, tickers and symbol rules of one venue.

    Clients may be injected; otherwise the two factory methods make them. `handlers` hear of everything that
    `initialize` subscribes; `add_orderbook_update_handler` adds listeners to the books.
    """

    default_channels: ClassVar[tuple[PublicWebsocketChannelType, ...]] = DEFAULT_PUBLIC_CHANNELS
    public_rest_kind: ClassVar[type[Any]] = PublicSpotRest
    public_stream_kind: ClassVar[type[Any]] = PublicSpotWebsocket

    def __init__(
        self,
        config: ExchangeConfig,
        handlers: PublicWebsocketHandlers | None = None,
        logger: HFTLoggerInterface | None = None,
        rest_client: PublicRest | None = None,
        websocket_client: PublicMarketWebsocket | None = None,
    ) -> None:
        checked_kind("rest_client", rest_client, self.public_rest_kind)
        checked_kind("websocket_client", websocket_client, self.public_stream_kind)
        self.config = config
        self.logger = logger or get_exchange_logger(config.exchange.value, "exchange")
        self.state = ConnectionState.DISCONNECTED
        self.symbols_info: SymbolsInfo = {}
        self._user_handlers = handlers or PublicWebsocketHandlers()
        self._book_handlers: list[Handler[OrderBook]] = []
        self._rest = rest_client or self._create_public_rest()
        self._websocket: PublicMarketWebsocket | None = websocket_client
        self._rules: asyncio.Task[None] | None = None
        self._closed = False

    @abstractmethod
    def _create_public_rest(self) -> PublicRest:
        """The venue's REST client."""

    @abstractmethod
    def _create_public_websocket(self, handlers: PublicWebsocketHandlers) -> PublicMarketWebsocket:
        """The venue's WebSocket client, with `self._rest` as its source of snapshots."""

    @property
    def rest(self) -> PublicRest:
        """The REST client."""
        return self._rest

    @property
    def websocket(self) -> PublicMarketWebsocket:
        """The WebSocket client; raises `InitializationError` before `initialize`."""
        if self._websocket is None:
            raise InitializationError("call initialize first")
        return self._websocket

    async def initialize(
        self,
        symbols: Sequence[Symbol | str] | SymbolsInfo,
        channels: Sequence[PublicWebsocketChannelType] | None = None,
    ) -> None:
        """Connect, subscribe `channels` (or `default_channels`) of `symbols` and start their books.

        Given `SymbolsInfo`, numbers finer than a symbol declares are refused from the first message; given symbols,
        their rules are fetched beside the books and `symbols_info` fills in when they arrive. Raises as
        `PublicMarketWebsocket.initialize` does.
        """
        if self._closed:
            raise InitializationError("this exchange was closed; create a new one")
        wanted = [as_symbol(symbol) for symbol in symbols]
        if isinstance(symbols, Mapping):
            self.symbols_info.update(symbols)
        if self._websocket is None:
            self._websocket = self._create_public_websocket(self._handlers())
        with LoggingTimer(self.logger, f"start of {len(wanted)} symbols"):
            await self._websocket.initialize(wanted, list(self.default_channels if channels is None else channels))
        if not self.symbols_info:
            self._rules = asyncio.create_task(self._load_rules(wanted))

    async def wait_live(self, timeout_seconds: float = 10.0) -> None:
        """Returns when every book is LIVE; raises `StaleBookError` that names those that are not in time."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while not all(book.is_live for book in self.websocket.books.values()):
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            books = self.orderbooks.items()
            late = [f"{s} {b.status.name} {b.stale_reason}".strip() for s, b in books if not b.is_live]
            raise StaleBookError(f"not LIVE after {timeout_seconds} s: {', '.join(late)}") from None

    async def close(self) -> None:
        """Close both clients, an injected one as well, for good. Books stay readable and are STALE."""
        self._closed = True
        if self._rules is not None:
            self._rules.cancel()
            await asyncio.gather(self._rules, return_exceptions=True)
        if self._websocket is not None:
            await self._websocket.close()
        await self._rest.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def orderbooks(self) -> dict[Symbol, OrderBook]:
        """The live book of every active symbol."""
        return self._websocket.books if self._websocket is not None else {}

    @property
    def active_symbols(self) -> set[Symbol]:
        """The symbols that are subscribed now."""
        return set(self.orderbooks)

    def get_best_bid_ask(self, symbol: Symbol | str, allow_stale: bool = False) -> BookTicker:
        """Best bid and ask of the book. Raises `StaleBookError` when it is not LIVE, unless `allow_stale`."""
        book = self._book(as_symbol(symbol))
        if not allow_stale:
            book.require_live()
        return BookTicker(
            book.symbol, book.id, book.bid_px, book.bid_qty, book.ask_px, book.ask_qty,
            book.price_digits, book.qty_digits, book.venue_ns, book.recv_ns,
        )  # fmt: skip

    async def add_symbol(self, symbol: Symbol | str) -> None:
        """Subscribe one more symbol; one that is active already is left alone."""
        await self.websocket.subscribe([as_symbol(symbol)])

    async def remove_symbol(self, symbol: Symbol | str) -> None:
        """Unsubscribe a symbol; one that is not active is left alone."""
        await self.websocket.unsubscribe([as_symbol(symbol)])

    def add_orderbook_update_handler(self, handler: Handler[OrderBook]) -> None:
        """`handler(book)` hears of every update of every book, after the handler given to the constructor."""
        if not callable(handler):
            raise UsageError(f"an order book handler must be callable, not {type(handler).__name__}")
        self._book_handlers.append(handler)

    def remove_orderbook_update_handler(self, handler: Handler[OrderBook]) -> None:
        """Undo `add_orderbook_update_handler`; raises `UsageError` for a handler that was not added."""
        if handler not in self._book_handlers:
            raise UsageError("this handler was not added, or was removed before")
        self._book_handlers.remove(handler)

    def get_orderbook_stats(self) -> dict[str, dict[str, Any]]:
        """Per symbol: status, reason, id, age in ms, levels, applied and dropped messages."""
        return {str(symbol): _stats(book) for symbol, book in self.orderbooks.items()}

    def health(self) -> dict[str, Any]:
        """`ok` when connected and every book is LIVE, and what stands against it."""
        books = self.orderbooks
        stale = {str(s): b.stale_reason or b.status.name for s, b in books.items() if not b.is_live}
        connected = self._websocket is not None and self._websocket.is_connected()
        return {
            "ok": connected and bool(books) and not stale,
            "connected": connected,
            "state": self.state.value,
            "books": len(books),
            "not_live": stale,
        }

    def _handlers(self) -> PublicWebsocketHandlers:
        return replace(self._user_handlers, orderbook_handler=self._on_book)

    def _on_book(self, book: OrderBook) -> Awaitable[None] | None:
        # A plain call where all listeners are plain; one coroutine for those that are not.
        waiting = None
        for handler in (self._user_handlers.orderbook_handler, *self._book_handlers):
            result = handler(book) if handler is not None else None
            if result is not None and inspect.isawaitable(result):
                waiting = result if waiting is None else _both(waiting, result)
        return waiting

    def _on_state(self, state: ConnectionState) -> None:
        self.state = state
        self.logger.info("market data: %s", state.value)

    def _book(self, symbol: Symbol) -> OrderBook:
        book = self.orderbooks.get(symbol)
        if book is None:
            active = ", ".join(sorted(map(str, self.orderbooks))) or "none"
            raise UnknownSymbolError(f"{symbol} is not active; active are: {active}")
        return book

    async def _load_rules(self, symbols: list[Symbol]) -> None:
        # Behind the books: on a venue with one budget for all calls, these come first.
        with suppress(StaleBookError):
            await self.wait_live(RULES_WAIT_SECONDS)
        try:
            self.symbols_info.update(await self._rest.get_symbols_info(symbols))
        except HftxError as error:
            self.logger.warning("symbol rules could not be loaded: %s", error)

    def get_symbol_info(self, symbol: Symbol | str) -> SymbolInfo:
        """The rules of a symbol; raises `InitializationError` while they are not loaded."""
        info = self.symbols_info.get(as_symbol(symbol))
        if info is None:
            raise InitializationError(f"the rules of {symbol} are not loaded; await rest.get_symbols_info(...)")
        return info


def checked_kind(name: str, value: _Part, kind: type[Any]) -> _Part:
    """`value`, when it is of `kind` or None; raises `UsageError` that names the argument."""
    if value is not None and not isinstance(value, kind):
        raise UsageError(f"{name} must be a {kind.__name__}, not {type(value).__name__}")
    return value


async def _both(first: Awaitable[None], second: Awaitable[None]) -> None:
    await first
    await second


def _stats(book: OrderBook) -> dict[str, Any]:
    age_ns = book.age_ns()
    return {
        "status": BookStatus(book.status).name,
        "reason": book.stale_reason,
        "id": book.id,
        "age_ms": None if age_ns is None else age_ns / 1e6,
        "bids": len(book.bids),
        "asks": len(book.asks),
        "applied": book.updates,
        "dropped": book.dropped,
    }
