"""Account events over WebSocket: what all venues and markets share of it.

Holds a session, the manager of its one connection and the reconciler; parses nothing, and never meets market data.
"""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from hftx._core.latency import monotonic_ns
from hftx.config import Credentials, ExchangeConfig
from hftx.enums import ExchangeEnum
from hftx.errors import AuthenticationError, HftxError, InitializationError, SubscriptionError, UsageError
from hftx.logs import HFTLoggerInterface, get_exchange_logger
from hftx.orders import AssetBalance
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.rest.private import PrivateRest
from hftx.symbols import AssetName, Symbol
from hftx.trading.order_store import OrderStore
from hftx.trading.reconcile import ReconcileHooks, ReconcileLimits, Reconciler
from hftx.trading.reconcile_questions import Pages
from hftx.websocket.address import Address, fixed
from hftx.websocket.manager import StateHandler, WebSocketManager
from hftx.websocket.private_base import BasePrivateWebsocket
from hftx.websocket.private_options import PrivateStreamOptions
from hftx.websocket.private_streams import PrivateDialect
from hftx.websocket.streams import Reply, Stream

if TYPE_CHECKING:
    from hftx._core.account import AccountSession


class PrivateAccountWebsocket(BasePrivateWebsocket):
    """Orders, fills and balances of one account of a venue. Subclasses name the session and the dialect.

    Every fill and every final order state reaches the handlers exactly once, whatever happens to the line: after each
    connection, and every so often, the account is reconciled over `rest`. Without `rest` and `store` it makes its
    own; a `rest` that was given is not closed. An object is initialized once. Raises `UsageError` for a configuration
    of another venue or without credentials.
    """

    exchange: ClassVar[ExchangeEnum]
    pages: ClassVar[Pages]

    def __init__(
        self,
        config: ExchangeConfig,
        handlers: PrivateWebsocketHandlers,
        logger: HFTLoggerInterface | None = None,
        connection_handler: StateHandler | None = None,
        *,
        rest: PrivateRest | None = None,
        store: OrderStore | None = None,
        options: PrivateStreamOptions | None = None,
    ) -> None:
        self._credentials = _checked(type(self).__name__, self.exchange, config)
        if not isinstance(handlers, PrivateWebsocketHandlers):
            raise UsageError(f"handlers must be PrivateWebsocketHandlers, not {type(handlers).__name__}")
        self.config, self.handlers, self.options = config, handlers, options or PrivateStreamOptions()
        self.logger = logger or get_exchange_logger(self.exchange.value, "ws.private")
        self._owns_rest = rest is None
        self.rest: PrivateRest = self._create_rest() if rest is None else rest
        self.store = OrderStore() if store is None else store
        self.session = self._create_session()
        self._dialect = self._create_dialect(self._credentials)
        self._streams = self._dialect.streams()
        self._source: int | None = None          # the connection on which the venue has accepted everything
        self._asking, self._accepted = 0, set[str]()
        self._started = False
        self._manager = WebSocketManager(
            self.session, self._address(), config.stream_limits, self._dialect, self.logger, self._connection_lost,
            self._streams_begin, self._streams_accepted, self._streams_move, connection_handler, self._replied,
        )  # fmt: skip
        self._reconciler = self._make_reconciler()

    @abstractmethod
    def _create_session(self) -> AccountSession:
        """The venue's compiled session; `self._events_lost` hears its requests."""

    @abstractmethod
    def _create_dialect(self, credentials: Credentials) -> PrivateDialect:
        """The venue's spelling of subscriptions."""

    @abstractmethod
    def _create_rest(self) -> PrivateRest:
        """The venue's private REST client."""

    def _address(self) -> Address:
        """Where to connect."""
        return fixed(self.config.websocket_url, self.config.headers)

    async def _begin(self) -> None:
        """Before the first connection."""

    async def _end(self) -> None:
        """After the last connection, while REST still works."""

    async def _before_reconciling(self) -> None:
        """Before each attempt to reconcile; may raise `HftxError`."""

    def _carried_by(self, source: int) -> None:
        """Connection `source` carries the account from now on."""

    def _met(self, symbols: Iterable[Symbol]) -> None:
        """The account has orders of `symbols`."""

    def _replied(self, reply: Reply) -> None:
        """The venue has told something that is about no stream."""

    async def _learn_time(self) -> None:
        """Measure the venue's time, for streams that sign it: a wrong time is refused like a wrong key. Without an
        answer this machine's must do."""
        transport = self.rest.transport
        if transport.clock.is_measured():
            return
        try:
            async with asyncio.timeout(self.options.clock_seconds):
                await transport.measure_clock()
        except (HftxError, TimeoutError) as error:
            text = str(error) or f"no answer within {self.options.clock_seconds:g} s"
            self.logger.warning("the venue's time is not known, this machine's is used: %s", text)

    def _denial(self, refused: dict[str, str]) -> str | None:
        """What the venue said of key or signature, None when it did not refuse these."""
        return next((reason for reason in refused.values() if self._dialect.is_denial(reason)), None)

    async def initialize(self) -> None:
        """Connect and subscribe; returns when the venue has accepted every stream. Events flow then, and the account is
        being reconciled: see `wait_synced`.

        Raises `AuthenticationError` when key or signature are refused, `SubscriptionError` for any other refusal, and
        `ConnectionLost` when the venue cannot be reached; then the object is closed, make a new one.
        """
        if self._started:
            raise InitializationError("initialize was called before; make a new object")
        self._started = True
        self.session.start(asyncio.get_running_loop())
        self._met({order.symbol for order in self.store.open_orders()} | set(self.rest.options.symbols))
        try:
            await self._begin()
            await self._subscribe()
        except BaseException:
            await self.close()
            raise
        self._reconciler.start()

    async def _subscribe(self) -> None:
        refused = await self._manager.subscribe(self._streams)
        if not refused:
            return
        denial = self._denial(refused)
        if denial is not None:
            raise AuthenticationError(self.exchange.value, "subscription of private streams", 0, "", denial)
        raise SubscriptionError(dict(refused))

    async def close(self) -> None:
        """Close the connection; orders and balances stay readable and are stale. May be called again."""
        await self._reconciler.close()
        await self._manager.close()
        if self._source is not None:
            self._connection_lost(self._source, "closed")
        await self._end()
        await self.session.close()
        if self._owns_rest:
            await self.rest.close()

    def is_connected(self) -> bool:
        """True when the connection is open."""
        return self._manager.is_connected

    def is_authenticated(self) -> bool:
        """True when the venue has accepted all streams of the account on an open connection."""
        return self._source is not None and self._manager.is_connected

    @property
    def is_synced(self) -> bool:
        """True when orders, fills and balances were reconciled since the stream opened, and since the last loss."""
        return self._reconciler.is_synced

    @property
    def balances(self) -> dict[AssetName, AssetBalance]:
        """What the account holds, as last heard; a copy."""
        return dict(self.session.balances)

    async def reconcile(self, reason: str) -> None:
        """Hold the account against the venue now; returns when that has succeeded, however long it takes.

        Raises `ConnectionLost` when the object is closed meanwhile.
        """
        if not self._started:
            raise InitializationError("call initialize first")
        await self._reconciler.run(reason)

    async def wait_synced(self, timeout: float) -> None:
        """Wait until `is_synced`; raises `RequestTimeoutError` after `timeout` seconds."""
        await self._reconciler.wait_synced(timeout)

    def get_performance_metrics(self) -> dict[str, Any]:
        """Counts since `initialize`, and `latency_us` per stage."""
        manager, reconciler = self._manager, self._reconciler
        uptime = time.monotonic() - manager.started_at if manager.started_at else 0.0
        return {
            "messages_processed": manager.messages,
            "messages_per_second": manager.messages / uptime if uptime else 0.0,
            "uptime_seconds": uptime,
            "bytes_received": manager.bytes_received,
            "reconnections": manager.reconnects,
            "rotations": manager.rotations,
            "reconciliations": reconciler.runs,
            "reconciliations_failed": reconciler.failures,
            "asked_late": reconciler.asked_late,
            "synced": self.is_synced,
            "latency_us": {name: h.summary_us() for name, h in self.session.latencies.items()},
            "handler_us": self.session.handler_time.summary_us(),
            "faults": self.session.faults,
            **self.session.counters,
        }

    def _make_reconciler(self) -> Reconciler:
        options, clock = self.options, self.rest.transport.clock
        limits = ReconcileLimits(
            self.pages, options.reconcile_seconds, options.reconcile_overlap_seconds, options.patience_seconds,
            options.backoff_seconds, options.backoff_max_seconds,
        )  # fmt: skip
        hooks = ReconcileHooks(
            clock.now_ms, lambda: self.rest.options.symbols, self._before_reconciling, self._met, self._found_late,
            self._overrule,
        )  # fmt: skip
        return Reconciler(self.rest, self.session, limits, hooks, self.logger)

    def _streams_begin(self, streams: Sequence[Stream], source: int) -> None:
        if source != self._asking:
            self._asking, self._accepted = source, set()

    def _streams_accepted(self, streams: Sequence[Stream], source: int) -> None:
        self._accepted |= {stream.name for stream in streams}
        if source == self._asking and len(self._accepted) == len(self._streams):
            self._carry(source, "the stream opened")

    def _streams_move(self, streams: Sequence[Stream], source: int, done: bool) -> None:
        if done and source != self._source:
            self._carry(source, "handover")

    def _carry(self, source: int, reason: str) -> None:
        self._source = source
        self.session.opened(source, monotonic_ns())
        self._reconciler.opened(reason)
        self._carried_by(source)

    def _connection_lost(self, source: int, reason: str) -> None:
        # There is one connection: whichever ends leaves nothing, also when it was about to take over.
        if self._source is None:
            return
        self.session.lost(self._source, reason, monotonic_ns())
        self._source = None
        self._reconciler.lost()

    def _events_lost(self, reason: str) -> None:
        # Of the session: a frame could not be read, so what it said must be asked for.
        self.logger.warning("events of the account were missed: %s", reason)
        self._reconciler.doubt(reason)

    def _found_late(self, text: str) -> None:
        """What the stream should have told was found by asking: it may be dead without saying so."""
        self.logger.warning("the private stream missed something: %s", text)

    def _overrule(self) -> None:
        # Balances pushed so far give way to those that were asked for; the orders are to be proven again.
        if self._source is not None:
            self.session.opened(self._source, monotonic_ns())
            self._reconciler.doubt("balances differ")


def _checked(name: str, exchange: ExchangeEnum, config: ExchangeConfig) -> Credentials:
    if not isinstance(config, ExchangeConfig) or config.exchange is not exchange:
        given = config.exchange.value if isinstance(config, ExchangeConfig) else type(config).__name__
        raise UsageError(f"{name} needs an ExchangeConfig of {exchange.value}, not {given}")
    if config.credentials is None:
        raise UsageError(f"{name} needs credentials: set them in the ExchangeConfig")
    return config.credentials
