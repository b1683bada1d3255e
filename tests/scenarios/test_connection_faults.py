"""Lines that break, are announced to break, or are refused: data is back at once and books are true."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from hftx import create_exchange
from hftx.enums import BookStatus, ConnectionState
from hftx.errors import ConnectionLost
from hftx.sim import TwinOptions, start_twin
from hftx.symbols import Symbol

from .relay import relay
from .rig import NAMES, ONE_SYMBOL, SETUPS, VICTIM, Heard, Rig, Setup, running, seconds_since, until


async def _comes_back(rig: Rig, kind: str, **args: object) -> float:
    """Break the victim's line; seconds from the end of the books to the next market data."""
    rig.inject(kind, **args)
    await rig.struck(kind)
    await until(lambda: not rig.book().is_live, "the victim's book says that it is not LIVE")
    start, updates = time.monotonic(), rig.book().updates
    await until(lambda: rig.book().is_live and rig.book().updates > updates, "market data again")
    return seconds_since(start)


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_after_an_abrupt_close_market_data_is_back_within_a_second(setup: Setup) -> None:
    async with running(setup, streams_per_connection=ONE_SYMBOL) as rig:
        assert rig.metrics["connections"] == len(NAMES)
        with rig.others_notice_nothing():
            assert await _comes_back(rig, "close") < 1.0
            await rig.grows()
        assert rig.metrics["reconnections"] == 1
        assert rig.twin.stats()["closed"] == {"fault close": 1}
        await rig.ends_equal()
        assert rig.exchange.state is ConnectionState.RECONNECTED


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_all_books_of_a_shared_line_come_back(setup: Setup) -> None:
    async with running(setup) as rig:
        assert await _comes_back(rig, "close") < 1.0
        await rig.ends_equal()
        assert rig.metrics["reconnections"] == rig.metrics["connections"] == 1


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_books_say_why_they_are_stale_while_the_line_is_down(setup: Setup) -> None:
    async with running(setup, backoff_seconds=0.02) as rig:
        rig.twin.inject("refuse_connection", count=3)
        rig.inject("close")
        await until(lambda: rig.book().status is BookStatus.STALE, "the book is STALE")
        assert "connection lost" in rig.book().stale_reason
        assert rig.exchange.health()["ok"] is False
        await until(lambda: rig.hits("refuse_connection") == 3, "the venue refused three times")
        await rig.ends_equal()
        assert rig.metrics["reconnections"] == 1
        assert rig.exchange.health()["ok"] is True


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_notice_moves_the_streams_and_loses_nothing(setup: Setup) -> None:
    async with running(setup) as rig:
        rig.twin.inject("close_notice", seconds=0.5)
        await until(lambda: rig.metrics["rotations"] + rig.metrics["reconnections"] == 1, "a new line")
        await until(lambda: "fault close_notice" in rig.twin.stats()["closed"] or rig.metrics["rotations"], "closed")
        await rig.grows()
        await rig.ends_equal()
        announced = setup.venue != "mexc_spot"
        assert (rig.metrics["rotations"], rig.metrics["reconnections"]) == ((1, 0) if announced else (0, 1))
        assert rig.metrics["trade_gaps"] == 0
        assert not announced or rig.metrics["gaps"] == rig.metrics["resyncs"] == 0


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_venue_that_refuses_the_connection_is_an_error_at_the_call(setup: Setup) -> None:
    twin = await start_twin(setup.venue, NAMES, rate=0.0)
    twin.inject("refuse_connection")
    exchange = create_exchange(setup.venue, setup.config(twin))
    try:
        with pytest.raises(ConnectionLost, match=twin.ws_url.split("//")[1]):
            await exchange.initialize([VICTIM])
        assert not exchange.websocket.is_connected()
        assert exchange.websocket.get_active_symbols() == set()
    finally:
        await exchange.close()
        await twin.stop()


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_line_that_is_dead_without_being_closed_is_replaced(setup: Setup) -> None:
    twin = await start_twin(setup.venue, NAMES, rate=300.0, options=TwinOptions(**setup.options))
    async with relay(twin.ws_url) as line:
        config = replace(setup.config(twin, ping_seconds=0.1, silence_seconds=0.4), websocket_url=line.url)
        exchange = create_exchange(setup.venue, config)
        try:
            await exchange.initialize([Symbol(name) for name in NAMES])
            await exchange.wait_live(10.0)
            rig = Rig(setup, twin, exchange, Heard())
            await rig.grows(by=2)
            line.kill_line()
            await until(lambda: "silence" in rig.book().stale_reason, "the silence is noticed", 2.0)
            await rig.ends_equal()
            assert line.connections == 2
            assert rig.metrics["reconnections"] == 1
        finally:
            await exchange.close()
            await twin.stop()


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_quiet_market_is_no_silence(setup: Setup) -> None:
    async with running(setup, rate=0.0, ping_seconds=0.05, silence_seconds=0.2) as rig:
        start = time.monotonic()
        await until(lambda: seconds_since(start) > 0.7, "the time passes")
        assert rig.metrics["reconnections"] == 0
        assert rig.book().is_live
