"""The keeper of books: when it asks for snapshots, how often, and when it stops. Session real, venue scripted."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from hftx._core.latency import monotonic_ns
from hftx._core.venues.gateio_market import GateioMarketSession
from hftx.enums import BookStatus
from hftx.errors import HftxError, RequestTimeoutError
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger
from hftx.symbols import Symbol
from hftx.websocket import resync
from hftx.websocket.resync import BookKeeper

from .fake_venue import until

BTC = Symbol("BTC/USDT")
LOGGER = get_exchange_logger("fake", "test")


def snapshot(id: int) -> bytes:
    return json.dumps(
        {"id": id, "current": 1, "update": 1, "bids": [["10.0", "1"]], "asks": [["10.5", "2"]]}
    ).encode()


def diff(first: int, last: int) -> bytes:
    result = {"t": 1, "e": "depthUpdate", "E": 1, "s": "BTC_USDT", "U": first, "u": last, "b": [["10.1", "1"]], "a": []}
    return json.dumps(
        {"time": 1, "time_ms": 1, "channel": "spot.order_book_update", "event": "update", "result": result}
    ).encode()


@dataclass
class Shelf:
    """Gives out prepared snapshots; an exception is raised instead. The last one is given again."""

    replies: list[bytes | Exception]
    asked: list[tuple[Symbol, int | None, int]] = field(default_factory=list)

    async def get_orderbook_raw(self, symbol: Symbol, limit: int | None = None) -> bytes:
        """The next reply."""
        self.asked.append((symbol, limit, monotonic_ns()))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class Desk:
    """A keeper and what it works on."""

    session: Any
    keeper: BookKeeper
    shelf: Shelf
    resubscribed: list[Symbol]

    def receive(self, first: int, last: int) -> None:
        """A diff comes."""
        self.session.receive(diff(first, last), True, monotonic_ns(), 1)


@asynccontextmanager
async def desk(*replies: bytes | Exception, full: bool = False) -> AsyncIterator[Desk]:
    resubscribed: list[Symbol] = []
    made: list[BookKeeper] = []

    def request(symbol: Symbol | None, reason: str) -> None:
        assert symbol is not None
        made[0].lose(symbol, reason)

    async def again(symbol: Symbol) -> None:
        resubscribed.append(symbol)
        session.begin_sync(symbol, 1)

    session = GateioMarketSession(PublicWebsocketHandlers(), 100, request, LOGGER, "obu" if full else "update")
    session.add_symbol(BTC, "BTC_USDT")
    session.begin_sync(BTC, 1)
    shelf = Shelf(list(replies))
    made.append(BookKeeper(session, None if full else shelf, 100, again, LOGGER))
    try:
        yield Desk(session, made[0], shelf, resubscribed)
    finally:
        await made[0].close()


async def test_a_snapshot_is_asked_for_when_the_first_diff_is_there() -> None:
    async with desk(snapshot(5)) as at:
        at.keeper.follow(BTC)
        at.receive(6, 6)
        await until(lambda: at.session.books[BTC].is_live, "the book is LIVE")
        assert [(symbol, limit) for symbol, limit, _ in at.shelf.asked] == [(BTC, 100)]
        assert at.session.books[BTC].id == 6
        assert at.keeper.resyncs == 0


async def test_a_quiet_market_gets_its_book_without_a_diff() -> None:
    async with desk(snapshot(5)) as at:
        at.keeper.follow(BTC)
        await until(lambda: at.session.books[BTC].is_live, "the book is LIVE")
        assert at.session.books[BTC].id == 5


async def test_old_snapshots_are_asked_for_again_with_growing_pauses() -> None:
    async with desk(snapshot(1), snapshot(2), snapshot(3), snapshot(9)) as at:
        at.receive(9, 9)
        at.keeper.follow(BTC)
        await until(lambda: at.session.books[BTC].is_live, "the book is LIVE")
        times = [at_ns / 1e9 for _, _, at_ns in at.shelf.asked]
        pauses = [later - earlier for earlier, later in pairwise(times)]
        assert len(pauses) == 3
        for pause, nominal in zip(pauses, resync.PAUSES, strict=False):
            assert pause >= nominal * 0.75


@pytest.mark.parametrize("error", [HftxError("refused"), RequestTimeoutError("slow")])
async def test_failures_are_logged_and_tried_again(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    async with desk(error, snapshot(5)) as at:
        at.keeper.follow(BTC)
        await until(lambda: at.session.books[BTC].is_live, "the book is LIVE")
        assert f"resync of BTC/USDT: {error}" in caplog.text


async def test_an_unreadable_snapshot_is_counted_and_asked_for_again() -> None:
    async with desk(b'{"id":', b"<html>", snapshot(5)) as at:
        at.keeper.follow(BTC)
        await until(lambda: at.session.books[BTC].is_live, "the book is LIVE")
        assert sum(at.session.faults.values()) == 2


async def test_a_gap_is_repaired_and_counted_once() -> None:
    async with desk(snapshot(5), snapshot(20)) as at:
        at.keeper.follow(BTC)
        await until(lambda: at.session.books[BTC].is_live, "the book is LIVE")
        at.receive(9, 9)
        assert at.session.books[BTC].status is BookStatus.STALE
        at.keeper.lose(BTC, "and once more, while it is being repaired")
        at.receive(10, 12)
        await until(lambda: at.session.books[BTC].is_live, "the book is LIVE again")
        assert at.session.books[BTC].id == 20
        assert at.keeper.resyncs == 1
        assert len(at.shelf.asked) == 2


async def test_losses_in_a_row_make_it_wait_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[float] = []
    async with desk(snapshot(5)) as at:

        async def note(symbol: Symbol, pause: float, fresh: bool = False) -> None:
            begun.append(pause)

        monkeypatch.setattr(at.keeper, "_restore", note)
        for _ in range(4):
            at.keeper.lose(BTC, "gap")
            await until(lambda: BTC not in at.keeper._tasks, "the work ends")
        assert begun == [0.0, *resync.PAUSES[1:4]]


async def test_a_forgotten_symbol_is_worked_on_no_more() -> None:
    async with desk(HftxError("refused")) as at:
        at.keeper.follow(BTC)
        await until(lambda: len(at.shelf.asked) == 1, "the first attempt")
        task = at.keeper._tasks[BTC]
        at.keeper.forget(BTC)
        await until(task.done, "the task ends")
        assert at.keeper._tasks == {}
        at.keeper.forget(BTC)


async def test_an_unexpected_failure_is_not_swallowed(caplog: pytest.LogCaptureFixture) -> None:
    async with desk(ZeroDivisionError("a bug")) as at:
        at.keeper.follow(BTC)
        await until(lambda: "resync of BTC/USDT ended: ZeroDivisionError('a bug')" in caplog.text, "it is logged")


async def test_a_stream_that_begins_full_is_subscribed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resync, "STREAM_SECONDS", 0.1)
    async with desk(full=True) as at:
        at.keeper.follow(BTC)
        await until(lambda: len(at.resubscribed) >= 2, "the full book does not come, twice")
        full = {"t": 1, "full": True, "s": "ob.BTC_USDT.50", "u": 7, "b": [["10", "1"]], "a": [["11", "1"]]}
        frame = json.dumps({"channel": "spot.obu", "result": full, "time_ms": 1}).encode()
        at.session.receive(frame, True, monotonic_ns(), 1)
        await until(lambda: at.keeper._tasks == {}, "the work is done")
        assert at.session.books[BTC].is_live
        assert at.shelf.asked == []
