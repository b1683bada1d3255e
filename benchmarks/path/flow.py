"""Plays a script of the feeder into listeners of this process, and joins what both sides stamped.

Latency is from the write to the handler; the writer's own lateness is told apart. Never knows a promise.
"""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic_ns
from typing import TypeAlias

import numpy as np
import picows
import uvloop
from numpy.typing import NDArray
from picows import WSFrame, WSListener, WSTransport

from hftx._core.feed import Feed
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import OrderBook
from hftx.symbols import Symbol

from .. import contenders as c
from .. import wire
from ..traffic import FIRST_ID, PRICE_DIGITS, QTY_DIGITS, Level, Traffic, Update, make_traffic
from .child import started
from .core_watch import CoreWatch
from .feeder import Block, Script, Stream, Template

KEPT_LEVELS = 100    # of a side, as the venues stream
SEEDS = 20
PATIENCE_S = 30.0
FEW_CALM = 500   # messages of a block

Figures: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Flow:
    """By block, in ns: from write to handler, how late the write was done, and which messages nothing disturbed."""

    latency: list[Figures]
    late: list[Figures]
    calm: list[NDArray[np.bool_]]
    lost: int

    def of(self, blocks: Sequence[Block], stream: int) -> list[Figures]:
        """The latencies of a stream's blocks, of the calm messages where a block has enough of them."""
        mine = [number for number, block in enumerate(blocks) if block.stream == stream]
        pairs = [(self.latency[number], self.calm[number]) for number in mine]
        return [taken[calm] if calm.sum() >= FEW_CALM else taken for taken, calm in pairs]


class Stamps(WSListener):
    """A picows listener that does nothing but stamp."""

    def __init__(self) -> None:
        self.stamps = array("q")

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """picows: a frame came."""
        self.stamps.append(monotonic_ns())

    def make(self) -> WSListener:
        """The listener of its connection."""
        return self


class Books:
    """hftx: a session of so many symbols, whose handler reads the best bid and ask, and stamps."""

    def __init__(self, symbols: int) -> None:
        self.stamps = array("q")
        self.session = c.gate_session(PublicWebsocketHandlers(orderbook_handler=self.on_book))
        for name in names(symbols):
            self.session.add_symbol(Symbol(name), name, PRICE_DIGITS, QTY_DIGITS)

    def on_book(self, book: OrderBook) -> None:
        """One applied message."""
        if book.bid_px >= book.ask_px:
            raise c.SenselessError
        self.stamps.append(monotonic_ns())

    def make(self) -> WSListener:
        """The listener of its connection, as a client makes it."""
        return Feed(self.session, self, 0)

    def on_open(self) -> None:
        """Feed: the connection stands."""

    def on_control(self, text: bytes) -> None:
        """Feed: not market data."""
        raise c.RefusedError(f"not market data: {text!r}")

    def on_close_frame(self, code: int, reason: bytes) -> None:
        """Feed: the other side closes."""

    def on_lost(self) -> None:
        """Feed: the connection is gone."""


Sink = Stamps | Books


def names(symbols: int) -> list[str]:
    """Of made-up pairs, all as long as the name in the frames."""
    return [f"{number:03X}_USDT" for number in range(symbols)]


def in_turns(blocks: int, messages: int, rate: float) -> list[Block]:
    """So many blocks for each of two streams, side by side; which is first changes from pair to pair."""
    turns = (0, 1), (1, 0)
    return [Block(one, messages, rate) for number in range(blocks) for one in turns[number % 2]]


def stream(symbols: int) -> Stream:
    """Books of `KEPT_LEVELS` a side; updates of 5 levels a side, and their undoing."""
    courses = [_course(make_traffic(5, 1, seed)) for seed in range(min(SEEDS, symbols))]
    pictures, updates = [], []
    for number, name in enumerate(names(symbols)):
        picture, pair = courses[number % len(courses)]
        pictures.append(_named(picture, name))
        even, odd = (_cut(_named(update, name)) for update in pair)
        updates.append((even, odd))
    return Stream(pictures, updates, FIRST_ID + 1)


def _course(traffic: Traffic) -> tuple[bytes, list[bytes]]:
    near = replace(traffic, bids=traffic.bids[:KEPT_LEVELS], asks=traffic.asks[:KEPT_LEVELS])
    change = traffic.updates[0]
    undo = [_undo(side, levels) for side, levels in ((near.bids, change.bids), (near.asks, change.asks))]
    steps = [Update(FIRST_ID, FIRST_ID, *levels) for levels in ((change.bids, change.asks), undo)]
    return wire.gate_full(near), wire.gate_deltas(replace(near, updates=steps))


def _undo(side: list[Level], levels: list[Level]) -> list[Level]:
    before = dict(side)
    return [(px, before.get(px, 0)) for px, _ in levels]


def _named(frame: bytes, name: str) -> bytes:
    return frame.replace(wire.GATE_SYMBOL.encode(), name.encode())


def _cut(frame: bytes) -> Template:
    head, middle, tail = frame.split(str(FIRST_ID).encode())
    return head, middle, tail


def play(streams: Sequence[Stream], sinks: Sequence[Sink], blocks: Sequence[Block]) -> Flow:
    """The blocks, each into the sink of its stream. Feeder and listeners have a core each where there are two."""
    with _own_core() as feeder_core:
        return uvloop.run(_play(Script(streams, blocks, feeder_core), sinks))


@contextmanager
def _own_core() -> Iterator[int | None]:
    allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(allowed) < 2:
        yield None
        return
    os.sched_setaffinity(0, {allowed[0]})
    try:
        yield allowed[1]
    finally:
        os.sched_setaffinity(0, set(allowed))


async def _play(script: Script, sinks: Sequence[Sink]) -> Flow:
    process = await started("feeder")
    assert process.stdin is not None and process.stdout is not None
    transports, watch = [], CoreWatch()
    try:
        process.stdin.write(pickle.dumps(script))
        port = int(await asyncio.wait_for(process.stdout.readline(), PATIENCE_S))
        for number, sink in enumerate(sinks):
            transport, _ = await picows.ws_connect(sink.make, f"ws://127.0.0.1:{port}/{number}")
            transports.append(transport)
        pictures = [len(one.pictures) for one in script.streams]
        await _until(lambda: all(len(s.stamps) == n for s, n in zip(sinks, pictures, strict=True)), PATIENCE_S)
        process.stdin.write(b"go\n")
        gc.collect()
        gc.freeze()
        watch.start()
        seconds = sum(block.messages / block.rate for block in script.blocks)
        file = Path((await asyncio.wait_for(process.stdout.readline(), 3 * seconds + PATIENCE_S)).decode().strip())
        sent = [sum(b.messages for b in script.blocks if b.stream == n) for n in range(len(sinks))]
        wanted = [n + m for n, m in zip(pictures, sent, strict=True)]
        await _until(lambda: all(len(s.stamps) >= n for s, n in zip(sinks, wanted, strict=True)), PATIENCE_S)
        watch.stop()
        gc.unfreeze()
        return _join(script, sinks, file, watch)
    finally:
        for transport in transports:
            transport.disconnect()
        process.stdin.close()
        await asyncio.wait_for(process.wait(), PATIENCE_S)


async def _until(condition: Callable[[], bool], seconds: float) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not condition() and loop.time() < deadline:
        await asyncio.sleep(0.01)


def _join(script: Script, sinks: Sequence[Sink], file: Path, watch: CoreWatch) -> Flow:
    late, written = np.fromfile(file, np.int64).reshape(2, -1)
    file.unlink()
    pairs = zip(sinks, script.streams, strict=True)
    heard = [np.frombuffer(sink.stamps, np.int64)[len(one.pictures) :] for sink, one in pairs]
    flow, at, taken = Flow([], [], [], len(written) - sum(map(len, heard))), 0, [0] * len(sinks)
    for block in script.blocks:
        stamps = heard[block.stream][taken[block.stream] : taken[block.stream] + block.messages]
        mine = slice(at, at + len(stamps))
        flow.latency.append(stamps - written[mine])
        flow.late.append(late[mine])
        flow.calm.append(watch.calm(stamps, late[mine]))
        taken[block.stream] += block.messages
        at += block.messages
    return flow
