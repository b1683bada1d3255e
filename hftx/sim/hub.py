"""Who listens to what: connections, streams, aggregation, and the one place where a push goes out.

A *stream* is one channel of one symbol. It takes notice of every event and renders a payload when its
interval is over; the payload is framed once for all its subscribers.
Must never know: venues, REST, how a payload is written.
"""

from __future__ import annotations

import asyncio
import heapq
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence

from aiohttp import web

from hftx.sim.faults import CLOSE_KINDS, PUSH_KINDS, Fault, FaultBox
from hftx.sim.market import Event, Market
from hftx.sim.text import BINARY, TEXT, message_frames, server_frame

GARBAGE = {TEXT: b'\x7b"junk":[}{ 0x1F,,', BINARY: bytes(range(255, 191, -3))}


class Connection:
    """One client's socket: frames are gathered and written once per turn of the loop."""

    def __init__(
        self, number: int, ws: web.WebSocketResponse, transport: asyncio.Transport, limit: int
    ) -> None:
        self.number = number
        self.ws = ws
        self.transport = transport
        self.streams: dict[str, Stream] = {}
        self.opened_s = self.heard_s = self.sent_s = self.bare_since_s = asyncio.get_running_loop().time()
        self.closing: str | None = None
        self._out: list[bytes] = []
        self._limit = limit

    def send(self, frame: bytes) -> None:
        """Queue one whole frame; frames leave in this order."""
        if not self._out:
            asyncio.get_running_loop().call_soon(self.drain)
        self._out.append(frame)

    def send_text(self, text: str) -> None:
        self.send(server_frame(TEXT, text.encode()))

    def drain(self) -> None:
        """Hand everything queued to the socket; a consumer that is too far behind is cut off."""
        if not self._out:
            return
        data = b"".join(self._out)
        self._out.clear()
        if self.transport.is_closing():
            return
        self.sent_s = asyncio.get_running_loop().time()
        self.transport.write(data)
        if self.transport.get_write_buffer_size() > self._limit:
            self.abort("slow reader")

    def abort(self, reason: str) -> None:
        """Cut the TCP connection without a close frame: the client sees code 1006."""
        self.closing = reason
        self.transport.abort()

    def close(self, reason: str, code: int = 1000) -> None:
        """Say goodbye with a close frame."""
        if self.closing is None:
            self.closing = reason
            self.drain()
            self.transport.write(server_frame(8, code.to_bytes(2, "big") + reason.encode()))
            self.transport.close()


class Stream(ABC):
    """One channel of one symbol (or of all, ``symbol`` None), shared by its subscribers."""

    def __init__(self, name: str, channel: str, symbol: str | None, interval_ms: float) -> None:
        self.name = name
        self.channel = channel
        self.symbol = symbol
        self.interval_s = interval_ms / 1000
        self.subscribers: dict[Connection, None] = {}
        self.fresh: list[Connection] = []  # subscribers who wait for the opening payload
        self.queued = False
        self.pushed_s = 0.0

    has_opening = False

    @abstractmethod
    def note(self, market: Market, event: Event) -> bool:
        """Take notice of an event; True when there is something to push."""

    @abstractmethod
    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        """The payloads due now; ``final`` asks for everything, so that a client can reach the last id."""

    def opening(self, now_ms: int) -> bytes:
        """The payload that a new subscriber must get before any other, where ``has_opening``."""
        raise LookupError(f"{self.channel} has no opening payload")


class Hub:
    """The streams in use, by symbol, and the queue of those that are due."""

    def __init__(
        self, opcode: int, faults: FaultBox, clock: Callable[[], float], wall_ms: Callable[[], int]
    ) -> None:
        self.connections: dict[int, Connection] = {}
        self.streams: dict[str, Stream] = {}
        self.sent: Counter[str] = Counter()
        self.faults = faults
        self.on_close: Callable[[Connection, Fault], None] = lambda connection, fault: connection.abort(
            fault.kind
        )
        self.observers: list[Callable[[Market, Event], None]] = []
        self.fragment_bytes = 0
        self._opcode = opcode
        self._clock = clock
        self._wall_ms = wall_ms
        self._by_symbol: dict[str | None, list[Stream]] = {}
        self._due: list[tuple[float, int, Stream]] = []
        self._late: list[tuple[float, int, Connection, bytes]] = []
        self._late_until: dict[tuple[Connection, Stream], float] = {}
        self._held: dict[tuple[Connection, Stream], bytes] = {}
        self._seq = 0

    def subscribe(self, connection: Connection, make: Callable[[], Stream], name: str) -> Stream:
        """Add a subscriber; the stream is made by the first one."""
        stream = self.streams.get(name)
        if stream is None:
            stream = self.streams[name] = make()
            self._by_symbol.setdefault(stream.symbol, []).append(stream)
        connection.streams[name] = stream
        if stream.has_opening:
            stream.fresh.append(connection)
            self._queue(stream, self._clock())
        else:
            stream.subscribers[connection] = None
        return stream

    def unsubscribe(self, connection: Connection, name: str) -> bool:
        """Remove a subscriber; the stream ends with its last one. False when it was none."""
        stream = connection.streams.pop(name, None)
        if stream is None:
            return False
        if not connection.streams:
            connection.bare_since_s = self._clock()
        stream.subscribers.pop(connection, None)
        if connection in stream.fresh:
            stream.fresh.remove(connection)
        self._late_until.pop((connection, stream), None)
        self._held.pop((connection, stream), None)
        if not stream.subscribers and not stream.fresh:
            del self.streams[name]
            self._by_symbol[stream.symbol].remove(stream)
        return True

    def drop_connection(self, connection: Connection) -> None:
        for name in tuple(connection.streams):
            self.unsubscribe(connection, name)
        self.connections.pop(connection.number, None)

    def event(self, market: Market, event: Event) -> None:
        """Let observers and every stream that this event concerns take notice; push those that do not wait."""
        for observe in self.observers:
            observe(market, event)
        now_s = self._clock()
        for streams in (self._by_symbol.get(market.symbol), self._by_symbol.get(None)):
            for stream in streams or ():
                if stream.note(market, event):
                    if stream.interval_s == 0.0:
                        self._push(stream, now_s, False)
                    else:
                        self._queue(stream, now_s)

    def tick(self) -> None:
        """Push what is due and release what was held back."""
        now_s = self._clock()
        while self._due and self._due[0][0] <= now_s:
            stream = heapq.heappop(self._due)[2]
            stream.queued = False
            if self.streams.get(stream.name) is stream:
                self._push(stream, now_s, False)
        while self._late and self._late[0][0] <= now_s:
            _, _, connection, frame = heapq.heappop(self._late)
            connection.send(frame)

    def flush(self) -> None:
        """Push everything that is pending, so that clients can reach the final ids."""
        now_s = self._clock()
        for stream in tuple(self.streams.values()):
            self._push(stream, now_s, True)
        for (connection, _), frame in self._held.items():
            connection.send(frame)
        self._held.clear()

    def open_now(self, stream: Stream) -> None:
        """Send new subscribers their opening payload without waiting for the stream's turn."""
        self._push(stream, self._clock(), False)

    def wake(self, stream: Stream) -> None:
        """Let a stream push in its turn what no market event has given it."""
        if stream.interval_s == 0.0:
            self.open_now(stream)
        else:
            self._queue(stream, self._clock())

    def _queue(self, stream: Stream, now_s: float) -> None:
        if not stream.queued:
            stream.queued = True
            self._seq += 1
            heapq.heappush(self._due, (max(now_s, stream.pushed_s + stream.interval_s), self._seq, stream))

    def _push(self, stream: Stream, now_s: float, final: bool) -> None:
        now_ms = self._wall_ms()
        stream.pushed_s = now_s
        for payload in stream.render(now_ms, final):
            self._deliver(stream, tuple(stream.subscribers), payload, now_s)
        if stream.fresh:
            fresh, stream.fresh = stream.fresh, []
            stream.subscribers.update(dict.fromkeys(fresh))
            self._deliver(stream, fresh, stream.opening(now_ms), now_s)

    def _deliver(self, stream: Stream, to: Sequence[Connection], payload: bytes, now_s: float) -> None:
        frame = message_frames(self._opcode, payload, self.fragment_bytes)
        if not (self.faults.active or self._held or self._late_until):
            for connection in to:
                connection.send(frame)
            self.sent[stream.channel] += len(to)
            return
        for connection in to:
            for out in self._with_faults(stream, connection, payload, frame, now_s):
                connection.send(out)
                self.sent[stream.channel] += 1

    def _with_faults(
        self, stream: Stream, connection: Connection, payload: bytes, frame: bytes, now_s: float
    ) -> list[bytes]:
        where = (connection, stream)
        fault = self.faults.take(
            PUSH_KINDS | CLOSE_KINDS, now_s, stream.symbol, stream.name, connection.number
        )
        kind = fault.kind if fault else None
        held = [self._held.pop(where)] if kind != "reorder" and where in self._held else []
        if fault is None or kind == "slow":
            return self._in_time(where, frame, now_s, fault) + held
        if kind == "reorder":
            earlier = self._held.get(where)
            self._held[where] = frame
            return [] if earlier is None else [earlier]
        if kind in CLOSE_KINDS:
            self.on_close(connection, fault)
        made = {
            "duplicate": [frame, frame],
            "truncate": [server_frame(self._opcode, payload[: len(payload) // 2])],
            "garbage": [server_frame(self._opcode, GARBAGE[self._opcode])],
        }
        return made.get(fault.kind, []) + held

    def _in_time(
        self, where: tuple[Connection, Stream], frame: bytes, now_s: float, fault: Fault | None
    ) -> list[bytes]:
        """The frame now, or nothing when it is late or must wait behind one that is."""
        release_s = self._late_until.get(where, 0.0)
        if fault is not None:
            release_s = max(release_s, now_s + fault.delay_ms / 1000)
            self._late_until[where] = release_s
        if release_s <= now_s:
            self._late_until.pop(where, None)
            return [frame]
        self._seq += 1
        heapq.heappush(self._late, (release_s, self._seq, where[0], frame))
        return []
