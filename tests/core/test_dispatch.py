"""Who gets an event, and when: plain handlers, coroutines that wait or not, and handlers that fail.

Every test runs on the loop of the standard library and on uvloop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any, TypeAlias

import pytest
import uvloop

from hftx._core.venues.gateio_market import GateioMarketSession
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import Trade
from hftx.symbols import Symbol
from trials import ASKS, BIDS, NOW
from twins import gate_frames

Run: TypeAlias = Callable[[Coroutine[Any, Any, None]], None]
A, B = Symbol("A/USDT"), Symbol("B/USDT")
D = Decimal
DEADLINE_SECONDS = 2.0


class Desk:
    """A started session with a trades handler, and what was asked of the driver."""

    def __init__(self, handler: Callable[[Any], Any], books: Callable[[Any], Any] | None = None) -> None:
        self.asked: list[Any] = []
        handlers = PublicWebsocketHandlers(orderbook_handler=books, trades_handler=handler)
        ask = lambda symbol, reason: self.asked.append((symbol, reason))  # noqa: E731
        self.session = GateioMarketSession(handlers, 10, ask, logging.getLogger("hftx.trials"))
        for symbol in (A, B):
            self.session.add_symbol(symbol, f"{symbol.base}_USDT", 8, 8)
            self.session.begin_sync(symbol, 0)

    async def __aenter__(self) -> Desk:
        self.session.start(asyncio.get_running_loop())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    def trade(self, symbol: Symbol, number: int) -> None:
        frame, _ = gate_frames.trade(f"{symbol.base}_USDT", number, "buy", D(1), D(1), market_id=number)
        assert self.session.receive(frame, True, NOW) == 1

    def book(self, symbol: Symbol, last: int) -> None:
        assert self.session.receive(gate_frames.obu(f"{symbol.base}_USDT", BIDS, ASKS, last)[0], True, NOW) == 1

    def count(self, name: str) -> int:
        return int(self.session.counters[name])


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    factory = uvloop.new_event_loop if request.param == "uvloop" else asyncio.new_event_loop

    def runner(coroutine: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=factory) as loop:
            loop.run(asyncio.wait_for(coroutine, DEADLINE_SECONDS))

    return runner


async def until(condition: Callable[[], bool]) -> None:
    """Turns of the loop until the condition holds; the run's own deadline ends a wait in vain."""
    while not condition():
        await asyncio.sleep(0.001)


def test_a_plain_handler_is_called_in_place(run: Run) -> None:
    async def main() -> None:
        heard: list[str] = []
        async with Desk(lambda trade: heard.append(trade.trade_id)) as desk:
            desk.trade(A, 1)
            assert heard == ["1"] and desk.count("handler_waits") == 0

    run(main())


def test_a_coroutine_that_does_not_wait_is_finished_in_place(run: Run) -> None:
    async def main() -> None:
        heard: list[str | None] = []

        async def handler(trade: Trade) -> None:
            heard.append(trade.trade_id)

        async with Desk(handler) as desk:
            desk.trade(A, 1)
            desk.trade(B, 2)
            assert heard == ["1", "2"] and desk.count("handler_waits") == 0

    run(main())


def test_events_of_a_symbol_keep_their_order_and_hold_up_no_other(run: Run) -> None:
    async def main() -> None:
        heard: list[str] = []
        gate = asyncio.Event()

        async def handler(trade: Trade) -> None:
            if trade.symbol == A:
                heard.append(f"begin {trade.trade_id}")
                await gate.wait()
            heard.append(f"end {trade.trade_id}")

        async with Desk(handler) as desk:
            for number in (1, 2, 3):
                desk.trade(A, number)
            desk.trade(B, 4)
            assert heard == ["begin 1", "end 4"]
            gate.set()
            await until(lambda: len(heard) == 7)
            assert heard[2:] == ["end 1", "begin 2", "end 2", "begin 3", "end 3"]
            assert desk.count("handler_waits") == 1 and desk.count("handler_calls") == 4

    run(main())


def test_a_book_that_waits_is_called_once_with_the_newest_levels(run: Run) -> None:
    async def main() -> None:
        heard: list[int] = []
        gate = asyncio.Event()

        async def handler(book: Any) -> None:
            heard.append(book.id)
            await gate.wait()

        async with Desk(lambda trade: None, handler) as desk:
            for last in (10, 11, 12, 13):
                desk.book(A, last)
            gate.set()
            await until(lambda: len(heard) == 2)
            desk.book(A, 14)
            assert heard == [10, 13, 14]

    run(main())


@pytest.mark.parametrize("waits", [False, True])
def test_a_coroutine_that_raises_is_counted_and_its_symbol_marked(run: Run, waits: bool) -> None:
    async def main() -> None:
        heard: list[str | None] = []

        async def handler(trade: Trade) -> None:
            if waits:
                await asyncio.sleep(0)
            heard.append(trade.trade_id)
            raise RuntimeError("in the handler")

        async with Desk(handler) as desk:
            for number in (1, 2):
                desk.trade(A, number)
            await until(lambda: len(heard) == 2)
            await until(lambda: desk.count("handler_failures") == 2)
            assert desk.asked == [(A, "handler raised")] * 2 and heard == ["1", "2"]

    run(main())


def test_a_handler_that_raises_is_logged_once_with_the_frame_and_the_feed_lives(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        heard: list[Any] = []

        def handler(trade: Trade) -> None:
            heard.append(trade)
            raise ValueError("in the handler")

        async with Desk(handler) as desk:
            for number in (1, 2, 3):
                desk.trade(A, number)
            assert len(heard) == 3 and desk.count("handler_failures") == 3
            assert desk.asked == [(A, "handler raised")] * 3

    run(main())
    (logged,) = caplog.records
    assert "in the handler" in logged.getMessage() and "spot.trades" in logged.getMessage()


def test_a_coroutine_that_raises_after_it_waited_is_logged_with_its_frame(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async def handler(trade: Trade) -> None:
            await asyncio.sleep(0)
            raise ValueError("in the handler")

        async with Desk(handler) as desk:
            desk.trade(A, 1)
            await until(lambda: desk.count("handler_failures") == 1)

    run(main())
    assert "spot.trades" in caplog.records[0].getMessage()


@pytest.mark.parametrize("seconds", [0.01, 0.0, -1.0])
def test_a_timeout_in_a_handler_times_out_the_handler_only(run: Run, seconds: float) -> None:
    async def main() -> None:
        heard: list[str] = []

        async def handler(trade: Trade) -> None:
            try:
                async with asyncio.timeout(seconds):
                    await asyncio.sleep(3600)
            except TimeoutError:
                heard.append(f"late {trade.trade_id}")

        async with Desk(handler) as desk:
            for number in (1, 2, 3):
                desk.trade(A, number)
                await until(lambda: len(heard) == number)  # noqa: B023
            assert heard == ["late 1", "late 2", "late 3"] and desk.count("handler_failures") == 0

    run(main())


def test_sleeps_and_wait_for_work_as_in_any_task(run: Run) -> None:
    async def main() -> None:
        heard: list[Any] = []

        async def handler(trade: Trade) -> None:
            await asyncio.sleep(0)
            heard.append(await asyncio.wait_for(asyncio.sleep(0.001, "slept"), 2))
            async with asyncio.TaskGroup() as group:
                task = group.create_task(asyncio.sleep(0, "grouped"))
            heard.append(task.result())

        async with Desk(handler) as desk:
            desk.trade(A, 1)
            await until(lambda: len(heard) == 2)
            assert heard == ["slept", "grouped"]

    run(main())


def test_the_current_task_is_one_and_the_same_before_and_after_waiting(run: Run) -> None:
    async def main() -> None:
        tasks: list[Any] = []

        async def handler(trade: Trade) -> None:
            tasks.append(asyncio.current_task())
            await asyncio.sleep(0)
            tasks.append(asyncio.current_task())

        async with Desk(handler) as desk:
            mine = asyncio.current_task()
            for number in (1, 2):
                desk.trade(A, number)
                assert asyncio.current_task() is mine
            await until(lambda: len(tasks) == 4)
            assert None not in tasks and mine not in tasks and tasks[0] is tasks[1] and tasks[2] is tasks[3]

    run(main())


def test_from_a_callback_of_the_loop_there_is_a_current_task_too(run: Run) -> None:
    async def main() -> None:
        tasks: list[Any] = []

        async def handler(trade: Trade) -> None:
            tasks.append(asyncio.current_task())
            async with asyncio.timeout(2):
                await asyncio.sleep(0)
            tasks.append(asyncio.current_task())

        async with Desk(handler) as desk:
            asyncio.get_running_loop().call_soon(desk.trade, A, 1)
            await until(lambda: len(tasks) == 2)
            assert tasks[0] is tasks[1] is not None

    run(main())
