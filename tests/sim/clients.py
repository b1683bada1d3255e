"""Plain clients of the twin and plain-Python books built the way the venues' documents say.

Must never know: how the twin makes what it sends.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import aiohttp

from hftx.sim import Twin
from hftx.sim.mexc.mexc_pb2 import PushDataV3ApiWrapper

DEADLINE_S = 8.0
MEXC = "spot@public."

Levels = list[tuple[Decimal, Decimal]]


async def until(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds; fails after the deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.005)


def decimals(rows: list[list[str]]) -> Levels:
    return [(Decimal(price), Decimal(qty)) for price, qty in rows]


def true_levels(twin: Twin, symbol: str, limit: int | None = None) -> tuple[int, Levels, Levels]:
    book = twin.book(symbol)
    return book["id"], decimals(book["bids"][:limit]), decimals(book["asks"][:limit])


class Socket:
    """A client socket with a deadline on everything."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def frame(self) -> aiohttp.WSMessage:
        async with asyncio.timeout(DEADLINE_S):
            return await self.ws.receive()

    async def frames(self, count: int) -> list[aiohttp.WSMessage]:
        return [await self.frame() for _ in range(count)]

    async def closed(self) -> int | None:
        """Read to the end; the close code."""
        while (await self.frame()).type not in (
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
            aiohttp.WSMsgType.ERROR,
        ):
            pass
        return self.ws.close_code


class GateSocket(Socket):
    """Requests and frames of Gate's WebSockets; ``prefix`` is the first word of the market's channels."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, prefix: str = "spot") -> None:
        super().__init__(ws)
        self.prefix = prefix

    async def request(self, channel: str, event: str, payload: Any, **extra: Any) -> None:
        message = {"time": int(time.time()), "channel": channel, "event": event, "payload": payload} | extra
        await self.ws.send_str(json.dumps(message))

    async def message(self) -> dict[str, Any]:
        frame = await self.frame()
        assert frame.type is aiohttp.WSMsgType.TEXT, frame
        parsed: dict[str, Any] = json.loads(frame.data)
        return parsed

    async def reply(self, channel: str, event: str, payload: Any, **extra: Any) -> dict[str, Any]:
        """Send a request and return its reply, skipping pushes."""
        await self.request(channel, event, payload, **extra)
        while True:
            message = await self.message()
            if message.get("event") not in ("update", "all", None):
                return message

    async def push(self, channel: str) -> dict[str, Any]:
        """The next push of a channel."""
        while True:
            message = await self.message()
            if message["channel"] == channel and message.get("event", "update") in ("update", "all"):
                return message


class MexcSocket(Socket):
    """Requests and frames of MEXC's spot WebSocket."""

    async def send(self, **message: Any) -> None:
        await self.ws.send_str(json.dumps(message))

    async def text(self) -> dict[str, Any]:
        """The next text frame, as JSON."""
        while True:
            frame = await self.frame()
            if frame.type is aiohttp.WSMsgType.TEXT:
                parsed: dict[str, Any] = json.loads(frame.data)
                return parsed
            assert frame.type is aiohttp.WSMsgType.BINARY, frame

    async def reply(self, method: str, params: list[str], **extra: Any) -> dict[str, Any]:
        await self.send(method=method, params=params, **extra)
        return await self.text()

    async def push(self, channel: str = "", with_body: bool = True) -> Any:
        """The next push whose channel contains the text."""
        while True:
            frame = await self.frame()
            if frame.type is aiohttp.WSMsgType.TEXT:
                continue
            assert frame.type is aiohttp.WSMsgType.BINARY, frame
            wrapper = PushDataV3ApiWrapper.FromString(frame.data)
            if channel in wrapper.channel and (wrapper.WhichOneof("body") or not with_body):
                return wrapper


class PlainBook:
    """Two dicts of Decimal."""

    def __init__(self) -> None:
        self.id = 0
        self.bids: dict[Decimal, Decimal] = {}
        self.asks: dict[Decimal, Decimal] = {}

    def load(self, book_id: int, bids: list[list[str]], asks: list[list[str]]) -> None:
        self.id = book_id
        self.bids, self.asks = dict(decimals(bids)), dict(decimals(asks))

    def apply(self, last_id: int, bids: list[list[str]], asks: list[list[str]]) -> None:
        for side, rows in ((self.bids, bids), (self.asks, asks)):
            for price, qty in decimals(rows):
                if qty == 0:
                    side.pop(price, None)
                else:
                    side[price] = qty
        self.id = last_id

    def cut(self, limit: int) -> None:
        for price in sorted(self.bids, reverse=True)[limit:]:
            del self.bids[price]
        for price in sorted(self.asks)[limit:]:
            del self.asks[price]

    def levels(self) -> tuple[int, Levels, Levels]:
        bids = sorted(self.bids.items(), reverse=True)
        asks = sorted(self.asks.items())
        assert bids[0][0] < asks[0][0], "crossed"
        return self.id, bids, asks
