"""Start, many lives and the end, on both event loops: nothing stays behind."""

from __future__ import annotations

import asyncio
import gc
import os
import stat
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
import uvloop

from hftx import create_exchange
from hftx.enums import DEFAULT_PUBLIC_CHANNELS, BookStatus, ConnectionState
from hftx.errors import InitializationError
from hftx.factory import create_exchange_component
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import Trade
from hftx.sim import TwinOptions, start_twin
from hftx.symbols import Symbol
from hftx.websocket.market import PublicMarketWebsocket

from .rig import NAMES, SETUPS, VICTIM, Heard, Rig, Setup, missing_trades, running, until

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
ON_BOTH_LOOPS = pytest.mark.parametrize("loop", LOOPS)
RECONNECTS = 20
KEPT_BY_REST = 8   # both ends of the connections that REST keeps open, one a symbol that asked


def run(loop: str, scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a scenario to its end on one kind of loop."""
    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        runner.run(scenario())


def open_sockets() -> set[int]:
    """File descriptors of this process that are sockets."""
    found = set()
    for fd in map(int, os.listdir("/dev/fd")):
        with suppress(OSError):   # the one that listed them is gone
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                found.add(fd)
    return found


@ON_BOTH_LOOPS
@pytest.mark.parametrize("setup", SETUPS, ids=str)
def test_close_leaves_no_task_and_no_socket(setup: Setup, loop: str) -> None:
    async def scenario() -> None:
        twin = await start_twin(setup.venue, NAMES, rate=300.0, options=TwinOptions(**setup.options))
        sockets, tasks = open_sockets(), asyncio.all_tasks()
        exchange = create_exchange(setup.venue, setup.config(twin), PublicWebsocketHandlers(trades_handler=_wait))
        await exchange.initialize([Symbol(name) for name in NAMES])
        await exchange.wait_live(10.0)
        await until(lambda: exchange.websocket.get_performance_metrics()["handler_waits"] > 3, "handlers wait")
        book = exchange.orderbooks[VICTIM]
        await exchange.close()
        assert exchange.state is ConnectionState.CLOSED
        assert (book.status, book.stale_reason) == (BookStatus.STALE, "unsubscribed")
        await until(lambda: twin.stats()["connections"] == 0, "the twin sees the end")
        await until(lambda: asyncio.all_tasks() <= tasks, f"tasks end: {asyncio.all_tasks() - tasks}")
        await until(lambda: open_sockets() <= sockets, "sockets end")
        await exchange.close()   # once more is no error
        await twin.stop()

    run(loop, scenario)


async def _wait(_: Trade) -> None:
    await asyncio.sleep(0.001)


@ON_BOTH_LOOPS
@pytest.mark.parametrize("setup", SETUPS, ids=str)
def test_books_and_trades_come_back_true_on_both_loops(setup: Setup, loop: str) -> None:
    async def scenario() -> None:
        async with running(setup, rate=2000.0) as rig:
            await rig.grows(by=20)
            for kind in ("drop", "garbage", "close"):
                rig.inject(kind)
                await rig.struck(kind)
                await rig.grows()
            await rig.ends_equal()
            if setup.venue == "gateio_spot":   # numbers its trades, so that lost ones can be fetched
                await until(lambda: missing_trades(rig) == {}, "the trades of the broken line are brought back")

    run(loop, scenario)


def _alive() -> dict[str, int]:
    """How many objects of a connection there are in this process."""
    gc.collect()
    names = [type(thing).__name__ for thing in gc.get_objects()]
    return {name: names.count(name) for name in ("Connection", "Feed", "Pending")}


async def _reconnected(rig: Rig, times: int) -> None:
    await until(lambda: bool(rig.metrics["reconnections"] == times), "a reconnect")


async def _reconnect(rig: Rig, times: int) -> None:
    """Close and come back; each time after a life that was long enough to come back at once."""
    for _ in range(times):
        before = rig.metrics["reconnections"]
        rig.twin.inject("close")
        await _reconnected(rig, before + 1)
        await rig.exchange.wait_live(5.0)
        await rig.grows(by=1)


@ON_BOTH_LOOPS
@pytest.mark.parametrize("setup", SETUPS, ids=str)
def test_many_reconnects_leak_nothing(setup: Setup, loop: str) -> None:
    async def scenario() -> None:
        async with running(setup, backoff_max_seconds=0.02) as rig:
            await _reconnect(rig, 3)
            tasks, sockets = len(asyncio.all_tasks()), len(open_sockets())
            await _reconnect(rig, RECONNECTS)
            await until(lambda: len(asyncio.all_tasks()) <= tasks + 3, f"tasks do not pile up: {asyncio.all_tasks()}")
            await until(lambda: len(open_sockets()) <= sockets + KEPT_BY_REST, "sockets do not pile up")
            assert rig.twin.stats()["connections"] == rig.metrics["connections"] == 1
            await until(lambda: max(_alive().values()) <= 2, f"the old ones are freed: {_alive()}")
            await rig.ends_equal()

    run(loop, scenario)


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_websocket_client_can_be_started_again(setup: Setup) -> None:
    heard = Heard()
    async with running(setup, live=False) as rig:
        config = setup.config(rig.twin)
        client = create_exchange_component(setup.venue, config, "websocket", handlers=heard.handlers())
        assert isinstance(client, PublicMarketWebsocket)
        for _ in range(2):
            await client.initialize([VICTIM], list(DEFAULT_PUBLIC_CHANNELS))
            await until(lambda: client.books[VICTIM].is_live, "the book is LIVE")
            await client.close()
            with pytest.raises(InitializationError):
                await client.subscribe([VICTIM])
        assert heard.books[VICTIM] > 0


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_closing_in_the_middle_of_trouble_is_quiet(setup: Setup) -> None:
    async with running(setup) as rig:
        tasks = asyncio.all_tasks()
        rig.twin.inject("refuse_connection", seconds=30.0)
        rig.inject("drop")
        rig.twin.inject("close")
        await until(lambda: rig.hits("refuse_connection") > 1, "the venue refuses")
        await rig.exchange.close()
        await until(lambda: asyncio.all_tasks() <= tasks, "no task stays")
