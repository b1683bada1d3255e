"""Work that the user may stop at any moment."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from hftx.cli.loop import Stopped, pause, run, unless_stopped


async def test_a_stop_cancels_the_work() -> None:
    stop, cancelled = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        stop.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(Stopped):
        await unless_stopped(stop, work())
    assert cancelled.is_set()


async def test_work_that_ends_gives_its_result_or_its_error() -> None:
    async def result() -> int:
        return 7

    async def error() -> int:
        raise LookupError("nothing here")

    assert await unless_stopped(asyncio.Event(), result()) == 7
    with pytest.raises(LookupError):
        await unless_stopped(asyncio.Event(), error())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_pause(number: signal.Signals) -> None:
    async def verb(stop: asyncio.Event) -> bool:
        os.kill(os.getpid(), number)
        await pause(stop, 30.0)
        return stop.is_set()

    assert run(verb) is True


def test_a_pause_ends_by_itself() -> None:
    async def verb(stop: asyncio.Event) -> bool:
        await pause(stop, 0.01)
        return stop.is_set()

    assert run(verb) is False
