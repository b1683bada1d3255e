"""Market data over WebSocket: what all markets share of it.

Holds a session, the manager of its connections and the keeper of its books; parses and computes nothing itself.
"""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

from hftx._core.latency import monotonic_ns
from hftx.config import ExchangeConfig
from hftx.enums import BookStatus, PublicWebsocketChannelType
from hftx.errors import HftxError, InitializationError, SubscriptionError, UsageError
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import HFTLoggerInterface
from hftx.records import OrderBook
from hftx.rest.public import PublicRest
from hftx.symbols import Symbol, SymbolsInfo
from hftx.websocket.address import fixed
from hftx.websocket.arguments import checked_channels, checked_symbols
from hftx.websocket.backfill import TradeKeeper
from hftx.websocket.base import BasePublicWebsocket
from hftx.websocket.manager import StateHandler, WebSocketManager
from hftx.websocket.resync import BookKeeper, SnapshotSource
from hftx.websocket.streams import PublicDialect, Stream

if TYPE_CHECKING:
    from hftx._core.session import DrivenSession

SWEEP_SECONDS = 0.25
SUSPECT_SECONDS = 2.0       # after an unreadable frame, books without a newer message are not trusted for longer
RESUBSCRIBE_SECONDS = 1.0   # a symbol whose handler raised is subscribed anew, at most so often
HANDLER_RAISED, TRADES_MISSING = "handler raised", "trades missing"   # reasons of the session


class PublicMarketWebsocket(BasePublicWebsocket):
    """Market data of a venue. Subclasses name their channels, the session, the dialect and the source of snapshots.

    `connection_handler` hears of every `ConnectionState`. With `symbols_info`, numbers finer than declared are
    refused; without, digits are learnt from the data.
    """

    offered_channels: ClassVar[tuple[PublicWebsocketChannelType, ...]]

    def __init__(
        self,
        config: ExchangeConfig,
        handlers: PublicWebsocketHandlers,
        logger: HFTLoggerInterface,
        connection_handler: StateHandler | None = None,
        *,
        symbols_info: SymbolsInfo | None = None,
        snapshots: SnapshotSource | None = None,
    ) -> None:
        if not isinstance(config, ExchangeConfig):
            raise UsageError(f"config must be an ExchangeConfig, not {type(config).__name__}")
        if not isinstance(handlers, PublicWebsocketHandlers):
            raise UsageError(f"handlers must be PublicWebsocketHandlers, not {type(handlers).__name__}")
        self.config, self.handlers, self.logger = config, handlers, logger
        self.symbols_info: SymbolsInfo = dict(symbols_info or {})
        self._channels: tuple[PublicWebsocketChannelType, ...] = ()
        self._started = False
        self._sweeper: asyncio.Task[None] | None = None
        self._suspects: dict[int, int] = {}         # connection -> when a frame came that nobody could place
        self._marked: dict[Symbol, int] = {}        # symbols whose handler raised -> when to subscribe anew
        self._snapshots = snapshots
        self._rest: PublicRest | None = None
        self.session = self._create_session()
        self._dialect = self._create_dialect()
        self._manager = WebSocketManager(
            self.session, fixed(config.websocket_url, config.headers), config.stream_limits, self._dialect, logger,
            self.session.lost, self._streams_begin, self._streams_accepted, self._streams_move, connection_handler,
        )  # fmt: skip
        self._keeper: BookKeeper | None = None
        self._trades: TradeKeeper | None = None

    @property
    def tap(self) -> Callable[[int, bool, bytes], None] | None:
        """Called with (receive time in ns, is_text, bytes) of every message; to be set before `initialize`."""
        return self._manager.tap

    @tap.setter
    def tap(self, tap: Callable[[int, bool, bytes], None] | None) -> None:
        self._manager.tap = tap

    @abstractmethod
    def _create_session(self) -> DrivenSession:
        """The venue's compiled session; `self._lost` hears its requests."""

    @abstractmethod
    def _create_dialect(self) -> PublicDialect:
        """The venue's spelling of subscriptions."""

    @abstractmethod
    def _create_rest(self) -> PublicRest:
        """The venue's REST client, for snapshots and for trades that a stream skipped."""

    @abstractmethod
    def _wire_name(self, symbol: Symbol) -> str:
        """The venue's spelling of a symbol."""

    async def initialize(self, symbols: list[Symbol], channels: list[PublicWebsocketChannelType]) -> None:
        """Connect and subscribe; returns when the venue has answered for every stream.

        Raises `UsageError` (a ValueError) for empty or wrong arguments, `ConnectionLost` when the venue cannot be
        reached, and `SubscriptionError` when it refuses some symbols; the other symbols are subscribed all the same.
        """
        if self._started:
            raise InitializationError("initialize was called before; use subscribe to add symbols")
        wanted = checked_symbols(symbols)
        self._channels = checked_channels(channels, self.config.exchange.value, self.offered_channels)
        self.session.start(asyncio.get_running_loop())
        self.session.wall_offset_ns = time.time_ns() - monotonic_ns()
        self._rest = self._create_rest()
        snapshots = None if self.session.starts_full else self._snapshots or self._rest
        self._keeper = BookKeeper(
            self.session, snapshots, self.config.book_depth, self._resubscribe_book, self.logger
        )
        self._trades = TradeKeeper(self.session, self._rest, self.logger)
        self._started = True
        self._sweeper = asyncio.create_task(self._sweep())
        try:
            await self._add(wanted)
        except SubscriptionError:
            raise
        except BaseException:
            await self.close()
            raise

    async def subscribe(self, symbols: list[Symbol]) -> None:
        """Add symbols; those that are active already are left alone. Raises as `initialize` does."""
        self._require_started()
        await self._add([s for s in checked_symbols(symbols) if s not in self.session.books])

    async def unsubscribe(self, symbols: list[Symbol]) -> None:
        """Remove symbols; those that are not active are left alone."""
        self._require_started()
        gone = [s for s in checked_symbols(symbols) if s in self.session.books]
        self._forget(gone)
        await self._manager.unsubscribe(gone)

    def get_active_symbols(self) -> set[Symbol]:
        """The symbols that are subscribed now."""
        return set(self.session.books)

    @property
    def books(self) -> dict[Symbol, OrderBook]:
        """The live book of every active symbol; EMPTY where ORDERBOOK is not subscribed."""
        return dict(self.session.books)

    async def close(self) -> None:
        """Close all connections; books stay readable and are STALE."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        await self._manager.close()
        for part in (self._keeper, self._trades, self.session, self._rest):
            if part is not None:
                await part.close()
        self._forget(list(self.session.books))
        self._started = False

    def is_connected(self) -> bool:
        """True when every connection is open."""
        return self._manager.is_connected

    def get_performance_metrics(self) -> dict[str, Any]:
        """Counts since `initialize`, `latency_us` per stage, and `books` by status."""
        uptime = time.monotonic() - self._manager.started_at if self._manager.started_at else 0.0
        asked = (self._manager.streams_asked, self._manager.streams_refused)
        stages = {name: h.summary_us() for name, h in self.session.latencies.items()}
        statuses = [book.status.name for book in self.session.books.values()]
        return {
            "messages_processed": self._manager.messages,
            "messages_per_second": self._manager.messages / uptime if uptime else 0.0,
            "avg_latency_us": self.session.latencies["frame_to_handler"].mean_ns / 1e3,
            "active_symbols": len(self.session.books),
            "uptime_seconds": uptime,
            "reconnections": self._manager.reconnects,
            "rotations": self._manager.rotations,
            "connections": self._manager.connection_count,
            "bytes_received": self._manager.bytes_received,
            "trades_lost": self._trades.lost if self._trades else 0,
            "resyncs": self._keeper.resyncs if self._keeper else 0,
            "latency_us": stages,
            "handler_us": self.session.handler_time.summary_us(),
            "subscription_success_rate": 1.0 - asked[1] / asked[0] if asked[0] else 1.0,
            "books": {status.name: statuses.count(status.name) for status in BookStatus},
            "faults": self.session.faults,
            **self.session.counters,
        }

    async def _add(self, symbols: Sequence[Symbol]) -> None:
        for symbol in symbols:
            info = self.symbols_info.get(symbol)
            declared = info is not None and not info.learns_digits
            digits = (info.price_digits, info.qty_digits) if info and declared else (None, None)
            self.session.add_symbol(symbol, self._wire_name(symbol), *digits)
        streams = [self._dialect.stream(s, channel) for s in symbols for channel in self._channels]
        try:
            refused = await self._manager.subscribe(streams)
        except BaseException:
            self._forget(symbols)
            raise
        if refused:
            reasons = {s.symbol: refused[s.name] for s in streams if s.symbol and s.name in refused}
            self._forget(list(reasons))
            await self._manager.unsubscribe(reasons)
            raise SubscriptionError(reasons)

    def _forget(self, symbols: Sequence[Symbol]) -> None:
        for symbol in symbols:
            if self._keeper is not None:
                self._keeper.forget(symbol)
            self.session.remove_symbol(symbol)

    def _streams_begin(self, streams: Sequence[Stream], source: int) -> None:
        for symbol, channel in self._active(streams):
            if channel is PublicWebsocketChannelType.ORDERBOOK:
                self.session.begin_sync(symbol, source)
            else:
                self.session.move(symbol, source)

    def _streams_accepted(self, streams: Sequence[Stream], source: int) -> None:
        for symbol, channel in self._active(streams):
            if channel is PublicWebsocketChannelType.ORDERBOOK:
                assert self._keeper is not None
                self._keeper.follow(symbol)

    def _streams_move(self, streams: Sequence[Stream], source: int, done: bool) -> None:
        for symbol in {symbol for symbol, _ in self._active(streams)}:
            if not done:
                self.session.offer(symbol, source)
                continue
            self.session.take_over(symbol, source)
            if not self.session.books[symbol].is_live:
                self._lost(symbol, "handover")

    def _active(self, streams: Sequence[Stream]) -> list[tuple[Symbol, IntEnum]]:
        # Symbols may have been removed while the venue was asked.
        books = self.session.books
        return [(s.symbol, s.channel) for s in streams if s.symbol is not None and s.symbol in books]

    async def _resubscribe_book(self, symbol: Symbol) -> None:
        await self._manager.resubscribe([self._dialect.stream(symbol, PublicWebsocketChannelType.ORDERBOOK)])

    def _lost(self, symbol: Symbol | None, reason: str) -> None:
        # Of the session: a symbol must be synchronised again; without symbol, a frame that nobody could place.
        if symbol is None:
            self._suspects[self.session.fault_source] = monotonic_ns()
            self.logger.warning("a frame of connection %d was %s", self.session.fault_source, reason)
        elif reason == TRADES_MISSING:
            assert self._trades is not None
            self._trades.fetch(symbol)
        elif reason == HANDLER_RAISED:
            self._marked.setdefault(symbol, monotonic_ns() + int(RESUBSCRIBE_SECONDS * 1e9))
        elif self._keeper is not None and PublicWebsocketChannelType.ORDERBOOK in self._channels:
            self._keeper.lose(symbol, reason)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now_ns = monotonic_ns()
            self.session.wall_offset_ns = time.time_ns() - now_ns
            for source, since_ns in list(self._suspects.items()):
                if now_ns - since_ns > SUSPECT_SECONDS * 1e9:
                    del self._suspects[source]
                    self._stale_if_quiet(source, since_ns, "unreadable frame")
            quiet_ns = now_ns - int(self.config.stream_limits.symbol_silence_seconds * 1e9)
            self._stale_if_quiet(None, quiet_ns, "silence")
            await self._resubscribe_marked(now_ns)

    async def _resubscribe_marked(self, now_ns: int) -> None:
        due = [s for s, at_ns in self._marked.items() if at_ns <= now_ns]
        for symbol in due:
            del self._marked[symbol]
            try:
                await self._manager.resubscribe([self._dialect.stream(symbol, c) for c in self._channels])
            except HftxError as error:
                self.logger.warning("resubscription of %s: %s", symbol, error)

    def _stale_if_quiet(self, source: int | None, since_ns: int, reason: str) -> None:
        for symbol, book in list(self.session.books.items()):
            if book.status is BookStatus.LIVE:
                listing = self.session.listing(symbol)
                # Of the book itself: trades of the symbol that go on do not prove that its diffs do.
                seen_ns = min(listing.seen_ns, book.recv_ns - self.session.wall_offset_ns)
                if seen_ns < since_ns and (source is None or listing.source == source):
                    self.session.stale(symbol, reason)

    def _require_started(self) -> None:
        if not self._started:
            raise InitializationError("call initialize first")
