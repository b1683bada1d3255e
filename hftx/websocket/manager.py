"""The set of connections behind one interface: places streams, reconnects, rotates, and hides the venue's limits.

Knows limits and time; never a venue's message, a book or a handler.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from hftx.config import StreamLimits
from hftx.enums import ConnectionState
from hftx.errors import ConnectionLost, SubscriptionError
from hftx.logs import HFTLoggerInterface
from hftx.symbols import Symbol
from hftx.websocket.address import Address
from hftx.websocket.connection import Connection
from hftx.websocket.placement import place
from hftx.websocket.reconnect import Reconnect
from hftx.websocket.rotation import Rotation
from hftx.websocket.streams import Dialect, Reply, Stream

if TYPE_CHECKING:
    from hftx._core.receiver import Receiver

StateHandler = Callable[[ConnectionState], Awaitable[None] | None]
LossHandler = Callable[[int, str], None]
StreamsHandler = Callable[[Sequence[Stream], int], None]
HandoverHandler = Callable[[Sequence[Stream], int, bool], None]
ReplyHandler = Callable[[Reply], None]


class WebSocketManager:
    """Connections that feed one receiver from one address.

    `on_lost(source, reason)` is called when connection `source` has ended; `on_streams(streams, source)` before
    streams are asked for on it, `on_subscribed` when the venue has accepted them; `on_handover(streams, source, done)`
    before and after `source` replaces another connection that still lives; `on_reply` for answers to `send`.
    """

    def __init__(
        self,
        receiver: Receiver,
        address: Address,
        limits: StreamLimits,
        dialect: Dialect,
        logger: HFTLoggerInterface,
        on_lost: LossHandler,
        on_streams: StreamsHandler,
        on_subscribed: StreamsHandler,
        on_handover: HandoverHandler,
        connection_handler: StateHandler | None = None,
        on_reply: ReplyHandler | None = None,
    ) -> None:
        self._receiver, self._address, self._limits = receiver, address, limits
        self._on_lost, self._on_reply = on_lost, on_reply
        self._dialect, self._logger, self._connection_handler = dialect, logger, connection_handler
        self._on_streams, self._on_subscribed, self._on_handover = on_streams, on_subscribed, on_handover
        self._rotation, self._reconnect = Rotation(self, limits, logger), Reconnect(self, limits, logger)
        self._connections: list[Connection] = []
        self._sources = count(1)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._retired = [0, 0]
        self.state = ConnectionState.DISCONNECTED
        self.streams_asked = self.streams_refused = 0
        self.started_at = 0.0
        self.tap: Callable[[int, bool, bytes], None] | None = None

    @property
    def is_connected(self) -> bool:
        """True when every connection of the set is open."""
        return bool(self._connections) and all(c.is_open for c in self._connections)

    @property
    def connection_count(self) -> int:
        """Connections in the set, open or being opened again."""
        return len(self._connections)

    @property
    def reconnects(self) -> int:
        """Connections that were lost and brought back."""
        return self._reconnect.count

    @property
    def rotations(self) -> int:
        """Connections that were replaced while they lived."""
        return self._rotation.count

    @property
    def messages(self) -> int:
        """Messages received since the start, control frames included."""
        return self._retired[0] + sum(c.feed.messages for c in self._connections)

    @property
    def bytes_received(self) -> int:
        """Payload bytes received since the start."""
        return self._retired[1] + sum(c.feed.bytes_received for c in self._connections)

    async def subscribe(self, streams: Sequence[Stream]) -> dict[str, str]:
        """Place `streams` on connections, opening more where needed; gives the refused ones, name -> reason.

        All streams of a symbol share a connection. Raises `ConnectionLost` when a new one cannot be opened.
        """
        if not self._connections:
            self.started_at = time.monotonic()
            self._change(ConnectionState.CONNECTING)
        placed = self._place(streams)
        fresh = [c for c in placed if not c.is_open]
        await self._open_all(fresh, streams)
        results = await asyncio.gather(*(self.subscribe_on(c, wanted) for c, wanted in placed.items()))
        refused = {name: reason for some in results for name, reason in some.items()}
        self._drop_streams(refused)
        for connection in fresh:
            self._watch_age(connection)
        if self.is_connected and self.state is ConnectionState.CONNECTING:
            self._change(ConnectionState.CONNECTED)
        return refused

    def _place(self, streams: Sequence[Stream]) -> dict[Connection, list[Stream]]:
        # Connections that are being opened again take no new streams; new ones join the set at once.
        homes = [c for c in self._connections if c.is_open]
        lists = place(streams, [c.room for c in homes], self._limits.streams_per_connection)
        fresh = [self.new_connection() for _ in lists[len(homes) :]]
        self._connections += fresh
        placed = {c: wanted for c, wanted in zip(homes + fresh, lists, strict=True) if wanted}
        for connection, wanted in placed.items():
            connection.streams.update({stream.name: stream for stream in wanted})
        return placed

    async def _open_all(self, fresh: Sequence[Connection], streams: Sequence[Stream]) -> None:
        results = await asyncio.gather(*(c.open() for c in fresh), return_exceptions=True)
        failed = next((r for r in results if r is not None), None)
        if failed is None:
            return
        for connection in fresh:
            self._connections.remove(connection)
            connection.close()
        self._drop_streams(stream.name for stream in streams)
        if not self._connections:
            self._change(ConnectionState.DISCONNECTED)
        raise failed

    def _drop_streams(self, names: Iterable[str]) -> None:
        for name in list(names):
            for connection in self._connections:
                connection.streams.pop(name, None)

    async def unsubscribe(self, symbols: Iterable[Symbol]) -> None:
        """Unsubscribe all streams of `symbols`; connections without streams are closed."""
        gone = set(symbols)
        for connection in list(self._connections):
            streams = [s for s in connection.streams.values() if s.symbol in gone]
            for stream in streams:
                del connection.streams[stream.name]
            if streams and not connection.streams:
                self._connections.remove(connection)
                self.retire(connection)
            elif streams and connection.is_open:
                self.log_refused(await connection.ask(streams, False))

    async def resubscribe(self, streams: Sequence[Stream]) -> None:
        """Unsubscribe and subscribe again, on the same connection; raises `ConnectionLost`."""
        for connection in list(self._connections):
            here = [s for s in streams if s.name in connection.streams]
            if here and connection.is_open:
                self.log_refused(await connection.ask(here, False))
                self.log_refused(await self.subscribe_on(connection, here))

    async def close(self) -> None:
        """Close every connection and stop all work."""
        connections, self._connections = self._connections, []
        for connection in connections:
            connection.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.state is not ConnectionState.CLOSED:
            self._change(ConnectionState.CLOSED)

    def ended(self, connection: Connection, reason: str) -> None:
        """Of a connection: it is gone."""
        if connection not in self._connections:
            return
        self.retire(connection)
        self._on_lost(connection.source, reason)
        self._logger.warning("connection %d: %s", connection.source, reason)
        self._change(ConnectionState.RECONNECTING)
        self._spawn(self._reconnect.bring_back(connection))

    def expiring(self, connection: Connection, reason: str) -> None:
        """Of a connection: the venue will close it soon."""
        self._logger.info("connection %d is replaced: %s", connection.source, reason)
        self._spawn(self._rotation.replace(connection))

    async def rotate(self, reason: str) -> None:
        """Replace every open connection, each by a new one that has its streams; returns when that is done or failed.

        A connection that cannot be replaced now stays.
        """
        for connection in list(self._connections):
            self._logger.info("connection %d is replaced: %s", connection.source, reason)
            await self._rotation.replace(connection)

    def replied(self, connection: Connection, reply: Reply) -> None:
        """Of a connection: the venue has answered a request that is about no stream."""
        if self._on_reply is None:
            self._logger.warning("connection %d: nobody asked for %s", connection.source, reply.request_id)
        else:
            self._on_reply(reply)

    def first(self) -> Connection:
        """The first connection, open or not, for requests; raises `ConnectionLost` while there is none."""
        if not self._connections:
            raise ConnectionLost(f"the connection to {self._address.shown} is not open")
        return self._connections[0]

    def wants(self, connection: Connection) -> bool:
        """True while `connection`, open or not, is in the set."""
        return connection in self._connections

    def reconnected(self) -> None:
        """A lost connection is back, and its streams were asked for."""
        if self.is_connected:
            self._change(ConnectionState.RECONNECTED)

    def holds(self, connection: Connection) -> bool:
        """True when `connection` is in the set and open."""
        return connection in self._connections and connection.is_open

    def swap(self, old: Connection, fresh: Connection) -> None:
        """`fresh` takes the place and the streams of `old`, also when it ends before all are asked for."""
        fresh.streams = old.streams
        self._connections[self._connections.index(old)] = fresh
        self._watch_age(fresh)

    def hand_over(self, streams: Sequence[Stream], source: int, *, done: bool) -> None:
        """Connection `source` is about to take `streams` over from one that lives, or (`done`) has."""
        self._on_handover(streams, source, done)

    def new_connection(self) -> Connection:
        """A connection that is not open and not in the set."""
        connection = Connection(
            self._receiver, next(self._sources), self._address, self._limits, self._dialect, self._logger, self
        )
        connection.feed.tap = self.tap
        return connection

    async def subscribe_on(self, connection: Connection, streams: Sequence[Stream]) -> dict[str, str]:
        """Subscribe `streams` on one connection; gives the refused ones, name -> reason."""
        self._on_streams(streams, connection.source)
        refused = await connection.ask(streams, True)
        self.streams_asked += len(streams)
        self.streams_refused += len(refused)
        self._on_subscribed([s for s in streams if s.name not in refused], connection.source)
        return refused

    def retire(self, connection: Connection) -> None:
        """Close a connection that left the set, and keep its counts."""
        self._retired[0] += connection.feed.messages
        self._retired[1] += connection.feed.bytes_received
        connection.close()

    def check_refused(self, refused: dict[str, str]) -> None:
        """Raises `SubscriptionError` where a connection without some streams is worth nothing, else logs them."""
        if refused and self._dialect.needs_all:
            raise SubscriptionError(refused)
        self.log_refused(refused)

    def log_refused(self, refused: dict[str, str]) -> None:
        """What nobody waits to hear."""
        for name, reason in refused.items():
            self._logger.error("%s was refused: %s", name, reason)

    def _watch_age(self, connection: Connection) -> None:
        connection.aging = self._spawn(self._rotation.in_time(connection))

    def _change(self, state: ConnectionState) -> None:
        self.state = state
        if self._connection_handler is None:
            return
        result = self._connection_handler(state)
        if inspect.isawaitable(result):
            self._spawn(result)

    def _spawn(self, work: Awaitable[Any]) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._logger.error("background work failed: %r", task.exception())
