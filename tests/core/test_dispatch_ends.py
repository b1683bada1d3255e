"""Handlers that end otherwise: other awaitables, cancelled, closed, never started."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator
from typing import Any

from hftx.records import Trade

from .test_dispatch import A, B, Desk, Run, run, until

__all__ = ["run"]  # the fixture


def test_a_future_that_is_cancelled_elsewhere_does_not_silence_the_symbol(run: Run) -> None:
    async def main() -> None:
        heard: list[str | None] = []
        other = asyncio.get_running_loop().create_future()

        async def handler(trade: Trade) -> None:
            heard.append(trade.trade_id)
            if trade.trade_id == "1":
                await other

        async with Desk(handler) as desk:
            desk.trade(A, 1)
            desk.trade(A, 2)
            other.cancel()
            await until(lambda: desk.count("handler_failures") == 1)
            desk.trade(A, 3)
            await until(lambda: len(heard) == 3)
            assert heard == ["1", "2", "3"]

    run(main())


def test_a_future_that_is_already_cancelled_does_not_break_the_feed(run: Run) -> None:
    async def main() -> None:
        heard: list[str | None] = []
        other = asyncio.get_running_loop().create_future()
        other.cancel()

        async def handler(trade: Trade) -> None:
            heard.append(trade.trade_id)
            await other

        async with Desk(handler) as desk:
            for number in (1, 2):
                desk.trade(A, number)
                await asyncio.sleep(0)
            assert heard == ["1", "2"] and desk.count("handler_failures") == 2

    run(main())


def test_a_handler_that_cancels_its_own_task_ends_alone(run: Run) -> None:
    async def main() -> None:
        heard: list[str | None] = []

        async def handler(trade: Trade) -> None:
            heard.append(trade.trade_id)
            if trade.trade_id == "1":
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
                await asyncio.sleep(3600)

        async with Desk(handler) as desk:
            desk.trade(A, 1)
            await asyncio.sleep(0.01)
            desk.trade(A, 2)
            await until(lambda: len(heard) == 2)

    run(main())


def test_a_loop_ends_although_nobody_has_closed(run: Run) -> None:
    ended: list[str | None] = []

    async def main() -> None:
        async def handler(trade: Trade) -> None:
            try:
                await asyncio.sleep(3600 if trade.trade_id == "2" else 0)
            finally:
                ended.append(trade.trade_id)

        desk = Desk(handler)
        await desk.__aenter__()
        desk.trade(A, 1)
        await until(lambda: ended == ["1"])
        desk.trade(A, 2)
        desk.trade(B, 3)
        desk.trade(A, 4)
        await asyncio.sleep(0)

    run(main())   # cancels all tasks, and waits for them
    assert ended[:1] == ["1"] and "2" in ended


def test_closing_cancels_what_waits(run: Run) -> None:
    async def main() -> None:
        ended: list[Any] = []

        async def handler(trade: Trade) -> None:
            try:
                await asyncio.sleep(3600)
            finally:
                ended.append((trade.trade_id, asyncio.current_task() is not None))

        before = asyncio.all_tasks()
        desk = Desk(handler)
        async with desk:
            desk.trade(A, 1)
            desk.trade(A, 2)
            desk.trade(B, 3)
            await asyncio.sleep(0)
        assert sorted(ended) == [("1", True), ("3", True)]
        assert asyncio.all_tasks() == before and desk.asked == []

    run(main())


def test_closing_before_a_suspended_coroutine_was_picked_up_closes_it(run: Run) -> None:
    async def main() -> None:
        ended: list[str | None] = []

        async def handler(trade: Trade) -> None:
            try:
                await asyncio.sleep(3600)
            finally:
                ended.append(trade.trade_id)

        async with Desk(handler) as desk:
            desk.trade(A, 1)
        assert ended == ["1"]

    run(main())


def test_closing_twice_or_idle_is_nothing(run: Run) -> None:
    async def main() -> None:
        desk = Desk(lambda trade: None)
        await desk.session.close()
        async with desk:
            pass
        await desk.session.close()

    run(main())


def test_a_session_may_be_started_again(run: Run) -> None:
    async def main() -> None:
        heard: list[str | None] = []
        waits = True

        async def handler(trade: Trade) -> None:
            heard.append(trade.trade_id)
            if waits:
                await asyncio.sleep(3600)

        desk = Desk(handler)
        async with desk:
            desk.trade(A, 1)
            await asyncio.sleep(0)
        waits = False
        async with desk:
            desk.trade(A, 2)
            await until(lambda: heard == ["1", "2"])

    run(main())


def test_without_a_loop_a_coroutine_may_not_wait(run: Run) -> None:
    async def handler(trade: Trade) -> None:
        if trade.trade_id == "2":
            await asyncio.sleep(0)

    desk = Desk(handler)
    desk.trade(A, 1)
    assert desk.count("handler_failures") == 0
    desk.trade(A, 2)
    assert desk.count("handler_failures") == 1 and desk.asked == [(A, "handler raised")]


def test_a_queue_that_grows_too_long_loses_events_and_says_so(run: Run) -> None:
    async def main() -> None:
        async def handler(trade: Trade) -> None:
            await asyncio.sleep(3600)

        async with Desk(handler) as desk:
            for number in range(1, 10_004):
                desk.trade(A, number)
            assert desk.count("events_lost") == 2 and desk.asked[0] == (A, "handler raised")

    run(main())


class Slow:
    """An awaitable that is no coroutine."""

    def __init__(self, heard: list[str], name: str | None) -> None:
        self.heard, self.name = heard, name

    def __await__(self) -> Generator[Any, None, None]:
        yield from asyncio.sleep(0.001).__await__()
        self.heard.append(f"end {self.name}")


def test_an_awaitable_that_is_no_coroutine_is_waited_for(run: Run) -> None:
    async def main() -> None:
        heard: list[str] = []
        async with Desk(lambda trade: Slow(heard, trade.trade_id)) as desk:
            for number in (1, 2):
                desk.trade(A, number)
            await until(lambda: len(heard) == 2)
            assert heard == ["end 1", "end 2"]

    run(main())


def test_a_task_that_a_plain_handler_returns_is_waited_for(run: Run) -> None:
    async def main() -> None:
        heard: list[Any] = []

        async def work(trade: Trade) -> None:
            await asyncio.sleep(0)
            heard.append(trade.trade_id)

        def handler(trade: Trade) -> Awaitable[None]:
            return asyncio.ensure_future(work(trade))

        async with Desk(handler) as desk:
            desk.trade(A, 1)
            desk.trade(A, 2)
            await until(lambda: len(heard) == 2)
            assert heard == ["1", "2"]

    run(main())


def test_a_value_that_a_plain_handler_returns_is_ignored(run: Run) -> None:
    async def main() -> None:
        async with Desk(lambda trade: 7) as desk:
            desk.trade(A, 1)
            assert desk.count("handler_failures") == 0

    run(main())
