"""The absolute budget: 100 symbols, 10,000 messages a second from a twin in its own process to handlers.

Question: how long after a frame came is its handler done? Knows the client only by its public interface.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import uvloop

from hftx.enums import BookStatus, PublicWebsocketChannelType
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger
from hftx.records import OrderBook
from hftx.symbols import Symbol
from hftx.venues.gateio import defaults
from hftx.venues.gateio.websocket import GateioPublicSpotWebsocket

from ..rows import Row
from .child import started
from .twin import symbol_names

SYMBOLS = 100
MESSAGES_A_SECOND = 10_000
SUSTAINED = 0.95  # of that rate must really have come
P999_US = 500.0
PATIENCE_S = 20.0


class TwinProcess:
    """The twin's process, led through its standard streams."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls) -> TwinProcess:
        """A twin that stands still; its addresses are the first answer."""
        return cls(await started("twin", "--symbols", str(SYMBOLS), "--rate", str(MESSAGES_A_SECOND)))

    async def answer(self) -> dict[str, Any]:
        """The next line that the twin says."""
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE_S)
        return dict(json.loads(line))

    async def order(self, word: str) -> dict[str, Any]:
        """Send an order and return the counters that answer it."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())
        return await self.answer()

    async def stop(self) -> None:
        """End its input, and it ends."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.wait_for(self._process.wait(), PATIENCE_S)


class Listener:
    """The bot: a plain handler that counts and reads the best bid and ask."""

    def __init__(self) -> None:
        self.heard = 0
        self.books: dict[Symbol, OrderBook] = {}

    def on_book(self, book: OrderBook) -> None:
        """One applied message."""
        self.heard += 1
        if book.bid_px >= book.ask_px:
            raise AssertionError(f"{book.symbol} is crossed")
        if len(self.books) < SYMBOLS:
            self.books[book.symbol] = book

    def all_live(self) -> bool:
        """Whether every symbol has a book that can be trusted."""
        return len(self.books) == SYMBOLS and all(
            book.status is BookStatus.LIVE for book in self.books.values()
        )


def path_rows(seconds: float) -> Iterator[Row]:
    """The row of the absolute budget, from a run of so many seconds."""
    yield uvloop.run(_measure(seconds))


async def _measure(seconds: float) -> Row:
    twin = await TwinProcess.start()
    try:
        urls = await twin.answer()
        listener = Listener()
        client = GateioPublicSpotWebsocket(
            defaults.config(urls["rest"], urls["ws"]),
            PublicWebsocketHandlers(orderbook_handler=listener.on_book),
            get_exchange_logger("gateio", "benchmark"),
        )
        try:
            symbols = [Symbol(name) for name in symbol_names(SYMBOLS)]
            await client.initialize(symbols, [PublicWebsocketChannelType.ORDERBOOK])
            await _until(listener.all_live)
            before = listener.heard
            await twin.order("resume")
            await asyncio.sleep(seconds)
            counters = await twin.order("pause")
            sent = sum(counters["messages"].values())
            await _until(lambda: listener.heard >= sent)
            rate = (listener.heard - before) / seconds
            return _row(client.get_performance_metrics(), sent - listener.heard, rate, listener.all_live())
        finally:
            await client.close()
    finally:
        await twin.stop()


async def _until(condition: Callable[[], bool]) -> bool:
    """Whether the condition came true in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_S
    while not condition() and loop.time() < deadline:
        await asyncio.sleep(0.01)
    return condition()


def _row(metrics: dict[str, Any], lost: int, rate: float, all_live: bool) -> Row:
    stage = metrics["latency_us"]["frame_to_handler"]
    name = f"path_{MESSAGES_A_SECOND}"
    figures = {"p99_us": stage["p99"], "p999_us": stage["p999"], "max_us": stage["max"]}
    figures |= {"messages_a_second": rate, "lost": float(lost), "gaps": float(metrics["gaps"])}
    promises = {
        f"p99.9 of message processing is {stage['p999']:.0f} us, must be under {P999_US:.0f}": stage["p999"]
        < P999_US,
        f"{lost} messages lost": lost == 0,
        f"{metrics['gaps']} gaps": metrics["gaps"] == 0,
        f"only {rate:.0f} messages a second came": rate >= SUSTAINED * MESSAGES_A_SECOND,
        "not every book was LIVE at the end": all_live,
    }
    misses = [f"{name}: {text}" for text, kept in promises.items() if not kept]
    return Row(name, stage["p50"] * 1e3, {"budget": P999_US / stage["p999"]}, figures, misses)
