"""One WebSocket connection: opens, sends at the venue's pace, matches answers, keeps alive, notices silence.

Feeds frames to the session and tells its owner what happened; decides nothing about reconnecting, books or symbols.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

import picows
from picows.version import __version__ as picows_version

from hftx._core.build import check_picows
from hftx._core.latency import monotonic_ns
from hftx.config import StreamLimits
from hftx.errors import ConnectionLost
from hftx.logs import HFTLoggerInterface
from hftx.websocket.address import Address
from hftx.websocket.streams import Answer, Dialect, Notice, Reply, Request, Stray, Stream

check_picows(picows_version)

from hftx._core.feed import Feed  # noqa: E402  (only behind the check of its layout)

if TYPE_CHECKING:
    from hftx._core.receiver import Receiver

READ_BUFFER_BYTES = 64 * 1024
RATE_SECONDS = 1.1   # a second, and room for messages that the network bunches
_TEXT = picows.WSMsgType.TEXT


class _WireLogger(logging.LoggerAdapter[logging.Logger]):
    # At the most verbose level picows logs handshakes, and with them keys of private streams.
    def isEnabledFor(self, level: int) -> bool:
        return level > logging.DEBUG and super().isEnabledFor(level)


_WIRE_LOGGER = _WireLogger(logging.getLogger("hftx.picows"), {})


class Pending:
    """A request on its way: resolved when the venue has spoken of each of its streams."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.open = {stream.name for stream in request.streams}
        self.refused: dict[str, str] = {}
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def answer(self, answer: Answer) -> None:
        """Take one answer; it may speak of some of the streams only."""
        names = set(self.open) if answer.whole else set(answer.accepted) | set(answer.refused)
        refused = names if answer.whole and answer.reason else set(answer.refused)
        self.refused.update({name: answer.reason for name in refused & self.open})
        self.open -= names
        if not self.open and not self.done.done():
            self.done.set_result(None)


class ConnectionOwner(Protocol):
    """Who decides what a connection's events mean."""

    def ended(self, connection: Connection, reason: str) -> None:
        """Called once: the connection is gone."""

    def expiring(self, connection: Connection, reason: str) -> None:
        """The venue will close the connection soon; it still works."""

    def replied(self, connection: Connection, reply: Reply) -> None:
        """The venue has answered a request that is about no stream."""


class Connection:
    """One socket of a venue."""

    def __init__(
        self,
        receiver: Receiver,
        source: int,
        address: Address,
        limits: StreamLimits,
        dialect: Dialect,
        logger: HFTLoggerInterface,
        owner: ConnectionOwner,
    ) -> None:
        self.source, self.strays = source, 0
        self.streams: dict[str, Stream] = {}   # wanted here; kept by the owner
        self.opened_at = 0.0
        self.failures = 0                      # short lives in a row, of this connection and its predecessors
        self.feed = Feed(receiver, self, source)
        self._address, self._limits, self._dialect, self._logger, self._owner = address, limits, dialect, logger, owner
        self._pending: dict[int, Pending] = {}
        self._next_id = 0
        self._sent: deque[float] = deque()
        self._transport: picows.WSTransport | None = None
        self._watch: asyncio.Task[None] | None = None
        self.aging: asyncio.Task[None] | None = None   # of the owner; ends with the connection
        self._ended = False

    @property
    def is_open(self) -> bool:
        """True between the handshake and the end."""
        return self._transport is not None and not self._ended

    @property
    def room(self) -> int:
        """How many more streams the venue allows here."""
        return self._limits.streams_per_connection - len(self.streams)

    async def open(self) -> None:
        """Connect; raises `ConnectionLost` that names the address and the reason, and as the address does."""
        try:
            await self._connect()
        except BaseException:
            self.close()
            raise
        if self.feed.transport is None or self._ended:   # picows takes a peer that hangs up for a handshake
            self._ended = True
            raise ConnectionLost(f"cannot connect to {self._address.shown}: closed during the handshake")
        self.opened_at = time.monotonic()
        self._watch = asyncio.create_task(self._keep_alive())

    async def _connect(self) -> None:
        url = await self._address.resolve(self.source)
        try:
            async with asyncio.timeout(self._limits.connect_seconds):
                self._transport, _ = await picows.ws_connect(
                    lambda: self.feed,
                    url,
                    websocket_handshake_timeout=self._limits.connect_seconds,
                    read_buffer_init_size=READ_BUFFER_BYTES,
                    max_redirects=0,   # a redirect would be logged, with what the URL holds
                    logger_name=_WIRE_LOGGER,
                    extra_headers=self._address.headers or None,
                )
        except (OSError, picows.WSError, ssl.SSLError, TimeoutError) as error:
            reason = self._address.redacted(str(error), url) or f"no answer within {self._limits.connect_seconds} s"
            raise ConnectionLost(f"cannot connect to {self._address.shown}: {reason}") from None

    async def ask(self, streams: Iterable[Stream], subscribe: bool) -> dict[str, str]:
        """Subscribe or unsubscribe; gives the refused ones, name -> reason. Raises `ConnectionLost` without answer."""
        asked = [await self._send_request(batch, subscribe) for batch in self._dialect.batches(list(streams))]
        refused: dict[str, str] = {}
        for pending in asked:
            await self._answered(pending)
            if len(pending.request.streams) > 1 and len(pending.refused) == len(pending.request.streams):
                refused |= await self._ask_one_by_one(pending.request.streams, subscribe)
            else:
                refused |= pending.refused
        return refused

    async def _ask_one_by_one(self, streams: tuple[Stream, ...], subscribe: bool) -> dict[str, str]:
        # One bad symbol fails a whole list on some venues; the others must not suffer for it.
        asked = [await self._send_request((stream,), subscribe) for stream in streams]
        for pending in asked:
            await self._answered(pending)
        return {name: reason for pending in asked for name, reason in pending.refused.items()}

    async def _send_request(self, streams: tuple[Stream, ...], subscribe: bool) -> Pending:
        self._next_id += 1
        pending = Pending(self._dialect.request(self._next_id, streams, subscribe))
        self._pending[pending.request.id] = pending
        await self.send(pending.request.text)
        return pending

    async def _answered(self, pending: Pending) -> None:
        try:
            async with asyncio.timeout(self._limits.ack_seconds):
                await pending.done
        except TimeoutError:
            names = ", ".join(sorted(pending.open))
            raise ConnectionLost(
                f"{self._address.shown} did not answer within {self._limits.ack_seconds} s about {names}"
            ) from None
        finally:
            self._pending.pop(pending.request.id, None)

    async def send(self, text: bytes) -> int:
        """Send at the venue's pace, and give our number; raises `ConnectionLost`, and then nothing was sent."""
        while not self.send_now(text):
            await asyncio.sleep(max(0.0, self._sent[0] + RATE_SECONDS - time.monotonic()))
        return self.source

    def send_now(self, text: bytes) -> int:
        """As `send`, if the venue's pace allows it now; otherwise nothing is sent, and the number is 0."""
        if self._transport is None or self._ended:
            raise ConnectionLost(f"the connection to {self._address.shown} is gone")
        # The venue counts messages in any second; wait until the oldest of a full second has aged.
        now, sent = time.monotonic(), self._sent
        if len(sent) >= self._limits.messages_per_second:
            if sent[0] + RATE_SECONDS > now:
                return 0
            sent.popleft()
        sent.append(now)
        self._transport.send(_TEXT, text)
        return self.source

    async def _keep_alive(self) -> None:
        while not self._ended:
            await asyncio.sleep(min(self._limits.ping_seconds, self._limits.silence_seconds / 2))
            silent = (monotonic_ns() - self.feed.seen_ns) / 1e9
            if silent > self._limits.silence_seconds:
                self._end(f"silence of {silent:.1f} s")
                return
            try:
                await self.send(self._dialect.ping())
            except ConnectionLost:
                return

    def on_open(self) -> None:
        """Of the feed: the handshake is done, perhaps when nobody waits for it any more."""
        if self._ended:
            self.close()

    def on_control(self, text: bytes) -> None:
        """Of the feed: a frame that the receiver leaves to us."""
        control = self._dialect.read(text)
        if isinstance(control, Answer):
            pending = self._pending.get(control.id)
            if pending is not None:
                pending.answer(control)
        elif isinstance(control, Reply):
            self._owner.replied(self, control)
        elif isinstance(control, Notice):
            self._owner.expiring(self, control.text)
        elif isinstance(control, Stray):
            self.strays += 1
            self._logger.warning("unexpected control frame: %.500s", control.text)

    def on_close_frame(self, code: int, reason: bytes) -> None:
        """Of the feed: the venue closes."""
        self._end(f"closed by the venue, code {code} {reason.decode('utf-8', 'replace')}".rstrip())

    def on_lost(self) -> None:
        """Of the feed: the line is gone."""
        self._end("connection lost")

    def fail(self, reason: str) -> None:
        """Give up the connection, and tell the owner."""
        self._end(reason)

    def _end(self, reason: str) -> None:
        if self._ended:
            return
        self._ended = True
        for pending in self._pending.values():
            if not pending.done.done():
                pending.done.set_exception(ConnectionLost(f"{self._address.shown}: {reason}"))
                pending.done.exception()
        self._owner.ended(self, reason)
        self.close()

    def close(self) -> None:
        """Close without telling the owner."""
        self._ended = True
        for task in (self._watch, self.aging):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        if self.feed.transport is not None:   # also of a handshake for which nobody waits any more
            self.feed.transport.disconnect(False)
