"""A WebSocket server of which every byte is in the test's hands: frames, fragments, codes, answers that never come.

Must never know: hftx. It speaks RFC 6455 by hand, so that it can also speak it wrongly.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
DEADLINE_SECONDS = 5.0

Message = dict[str, Any]


async def until(condition: Callable[[], bool], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Wait until the condition holds; fails with `what` after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.001)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {what}") from None


def frame(opcode: int, payload: bytes, fin: bool = True) -> bytes:
    """One unmasked frame (RFC 6455, 5.2)."""
    head = bytes([opcode | (0x80 if fin else 0)])
    if len(payload) < 126:
        return head + bytes([len(payload)]) + payload
    if len(payload) < 65536:
        return head + b"\x7e" + len(payload).to_bytes(2, "big") + payload
    return head + b"\x7f" + len(payload).to_bytes(8, "big") + payload


class Line:
    """The server's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.request = b""
        self.messages: list[Message] = []
        self.frames: list[tuple[int, bytes]] = []
        self.headers: dict[str, str] = {}
        self.ended = False

    def raw(self, data: bytes) -> None:
        """Send these bytes."""
        self._writer.write(data)

    def send(self, message: object) -> None:
        """Send text: a str as it is, anything else as JSON."""
        text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        self.raw(frame(TEXT, text.encode()))

    def close(self, code: int, reason: str = "") -> None:
        """Send a close frame and end the connection."""
        self.raw(frame(CLOSE, code.to_bytes(2, "big") + reason.encode()))
        self._writer.close()

    def abort(self) -> None:
        """Cut the line."""
        self._writer.transport.abort()

    async def handshake(self) -> None:
        """Read the upgrade request and accept it."""
        self.request = request = await self._reader.readuntil(b"\r\n\r\n")
        fields = (line.partition(":") for line in request.decode("latin-1").split("\r\n")[1:])
        self.headers = {name.lower(): value.strip() for name, _, value in fields}
        key = self.headers["sec-websocket-key"].encode()
        accept = base64.b64encode(hashlib.sha1(key + _KEY).digest())
        self.raw(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )

    async def read(self) -> tuple[int, bytes]:
        """The next frame of the client, unmasked."""
        first, second = await self._reader.readexactly(2)
        size = second & 0x7F
        if size > 125:
            size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8), "big")
        mask = await self._reader.readexactly(4)
        masked = await self._reader.readexactly(size)
        return first & 15, bytes(byte ^ mask[i % 4] for i, byte in enumerate(masked))


Answer = Callable[[Line, Message], None]


class FakeVenue:
    """Accepts connections; `answer(line, message)` hears of every text message of a client."""

    def __init__(self, answer: Answer, greeting: bytes | None) -> None:
        self.answer, self.greeting = answer, greeting
        self.lines: list[Line] = []
        self.url = ""
        self.tasks: set[asyncio.Task[Any]] = set()

    @property
    def line(self) -> Line:
        """The newest connection."""
        return self.lines[-1]

    def heard(self, word: str) -> list[Message]:
        """All messages so far that contain a word."""
        return [m for line in self.lines for m in line.messages if word in json.dumps(m)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection to its end."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        line = Line(reader, writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if self.greeting is not None:
                await reader.readuntil(b"\r\n\r\n")
                line.raw(self.greeting)
            else:
                await line.handshake()
                self.lines.append(line)
                await self._listen(line)
        line.ended = True
        writer.close()
        self.tasks.discard(task)

    async def _listen(self, line: Line) -> None:
        while True:
            opcode, payload = await line.read()
            line.frames.append((opcode, payload))
            if opcode == TEXT:
                message = json.loads(payload)
                line.messages.append(message)
                self.answer(line, message)


@asynccontextmanager
async def fake_venue(answer: Answer, greeting: bytes | None = None) -> AsyncIterator[FakeVenue]:
    """A server on a free port; with `greeting` it sends those bytes instead of a handshake."""
    venue = FakeVenue(answer, greeting)
    server = await asyncio.start_server(venue.serve, "127.0.0.1", 0)
    venue.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield venue
    finally:
        server.close()
        for task in list(venue.tasks):
            task.cancel()
        await asyncio.gather(*venue.tasks, return_exceptions=True)


def mute(line: Line, message: Message) -> None:
    """A venue that never answers."""


def gate_accepts(line: Line, message: Message) -> None:
    """Gate's answers: success to everything, pong to ping."""
    market, _, word = message["channel"].partition(".")
    if word == "ping":
        line.send({"time": message["time"], "channel": f"{market}.pong", "event": "", "result": None})
    else:
        line.send(gate_ack(message))


def gate_ack(message: Message, error: object = None) -> Message:
    """Gate's answer to one request."""
    ack = {key: message[key] for key in ("time", "id", "channel", "event", "payload")}
    if error is not None:
        return ack | {"error": error, "result": {"status": "fail"}}
    return ack | {"result": {"status": "success"}}


def mexc_accepts(line: Line, message: Message) -> None:
    """MEXC's answers: what was asked, pong to ping."""
    text = "PONG" if message["method"] == "PING" else ",".join(message["params"])
    line.send({"id": message.get("id", 0), "code": 0, "msg": text})


def gate_book(symbol: str, first: int | None, last: int, bids: Any = (), asks: Any = ()) -> Message:
    """A push of `spot.obu`: full without `first`."""
    result: Message = {"t": 1, "s": f"ob.{symbol}.50", "u": last, "b": list(bids), "a": list(asks)}
    result |= {"full": True} if first is None else {"U": first}
    return {"channel": "spot.obu", "result": result, "time_ms": 2}
