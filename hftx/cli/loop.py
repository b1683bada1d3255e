"""Runs a verb under uvloop until it ends or is asked to: Ctrl-C and SIGTERM become one event. Knows no verb."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import uvloop

Result = TypeVar("Result")
Stoppable = Callable[[asyncio.Event], Coroutine[Any, Any, Result]]


class Stopped(Exception):
    """The user asked to leave before the work was done."""


def run(verb: Stoppable[Result]) -> Result:
    """The result of `verb(stop)`, where `stop` is set by Ctrl-C or SIGTERM."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_with_signals(verb))


async def unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, Result]) -> Result:
    """The result of `work`; cancels it and raises `Stopped` when `stop` comes first."""
    task = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Stopped
        return task.result()
    finally:
        stopping.cancel()
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def pause(stop: asyncio.Event, seconds: float | None) -> None:
    """Return after `seconds`, or when `stop` is set; without seconds only then."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def _with_signals(verb: Stoppable[Result]) -> Result:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return await verb(stop)
