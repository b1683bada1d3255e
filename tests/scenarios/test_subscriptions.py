"""Subscriptions that are refused, impossible, added and removed while the market runs, within the venue's limits."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hftx import create_exchange
from hftx.enums import DEFAULT_PUBLIC_CHANNELS, PublicWebsocketChannelType
from hftx.errors import InitializationError, StaleBookError, SubscriptionError, UsageError
from hftx.symbols import Symbol

from .rig import (
    FUTURES_OBU,
    FUTURES_UPDATE,
    GATE_OBU,
    GATE_UPDATE,
    MEXC,
    NAMES,
    SETUPS,
    VICTIM,
    Rig,
    Setup,
    running,
    seconds_since,
    until,
)

NOWHERE = Symbol("NOPE/USDT")
SYMBOLS = [Symbol(name) for name in NAMES]
REASON = {"mexc_spot": "Blocked"} | dict.fromkeys(("gateio_spot", "gateio_futures"), "internal error, please try again")
MANY = tuple(f"C{number}_USDT" for number in range(20))


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_symbol_that_the_venue_does_not_list_is_named_and_the_others_live(setup: Setup) -> None:
    async with running(setup, live=False) as rig:
        with pytest.raises(SubscriptionError, match=r"NOPE/USDT: .+") as caught:
            await rig.exchange.initialize([*SYMBOLS, NOWHERE])
        assert set(caught.value.refused) == {NOWHERE}
        assert rig.exchange.active_symbols == set(SYMBOLS)
        await rig.ends_equal()


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_refused_stream_is_an_error_with_the_venues_reason(setup: Setup) -> None:
    async with running(setup, live=False) as rig:
        rig.inject("refuse_subscription", count=9)
        with pytest.raises(SubscriptionError, match=REASON[setup.venue]) as caught:
            await rig.exchange.initialize(SYMBOLS)
        assert set(caught.value.refused) == {VICTIM}
        await rig.ends_equal()
        streams = rig.twin.stats()["subscriptions"]
        assert streams == 2 * setup.default_streams, "nothing of the refused symbol stays subscribed"
        rig.twin.clear_faults()
        await rig.exchange.add_symbol(VICTIM)
        await rig.ends_equal()
        assert rig.exchange.active_symbols == set(SYMBOLS)


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_refusal_after_a_reconnect_is_asked_again(setup: Setup) -> None:
    async with running(setup, backoff_max_seconds=0.3) as rig:
        rig.inject("refuse_subscription", seconds=0.1)
        rig.twin.inject("close")
        await rig.struck("refuse_subscription")
        await until(lambda: all(rig.book(s).is_live for s in SYMBOLS if s != VICTIM), "the others are LIVE")
        await rig.ends_equal()
        assert rig.metrics["reconnections"] == 1


@pytest.mark.parametrize("setup", [GATE_OBU, FUTURES_OBU], ids=str)
async def test_a_stream_that_is_accepted_and_stays_silent_is_never_called_live(setup: Setup) -> None:
    async with running(setup, live=False) as rig:
        await rig.exchange.initialize([VICTIM, NOWHERE], [PublicWebsocketChannelType.ORDERBOOK])
        with pytest.raises(StaleBookError, match="NOPE/USDT SYNCING") as caught:
            await rig.exchange.wait_live(0.5)
        assert "BTC/USDT" not in str(caught.value)


WRONG: list[tuple[Any, Any, str]] = [
    ([], None, "symbols are required"),
    (["NOT A SYMBOL"], None, "not a symbol|cannot read"),
    ([7], None, "int"),
    (["BTC/USDT"], [], "channels are required"),
    (["BTC/USDT"], ["orderbook"], "ORDERBOOK, TRADES"),
    (["BTC/USDT"], [0], "ORDERBOOK, TRADES"),
]


@pytest.mark.parametrize(("symbols", "channels", "text"), WRONG)
@pytest.mark.parametrize("setup", [MEXC, GATE_OBU, FUTURES_OBU], ids=str)
async def test_wrong_arguments_are_refused_at_the_call(setup: Setup, symbols: Any, channels: Any, text: str) -> None:
    async with running(setup, live=False) as rig:
        with pytest.raises(UsageError, match=text):
            await rig.exchange.initialize(symbols, DEFAULT_PUBLIC_CHANNELS if channels is None else channels)
        assert rig.twin.stats()["connections"] == 0
        await rig.exchange.initialize(SYMBOLS)   # and nothing of the wrong call is left
        await rig.ends_equal()


@pytest.mark.parametrize("setup", [MEXC, GATE_OBU, FUTURES_OBU], ids=str)
async def test_calls_out_of_order_are_refused(setup: Setup) -> None:
    async with running(setup) as rig:
        with pytest.raises(InitializationError, match="use subscribe"):
            await rig.exchange.initialize(SYMBOLS)
        fresh = create_exchange(setup.venue, setup.config(rig.twin))
        with pytest.raises(InitializationError, match="call initialize first"):
            await fresh.add_symbol(VICTIM)
        await fresh.close()


async def _timed(work: Any) -> float:
    start = time.monotonic()
    await work
    return seconds_since(start)


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_symbols_come_and_go_while_the_market_runs(setup: Setup) -> None:
    async with running(setup) as rig:
        exchange, others = rig.exchange, [s for s in SYMBOLS if s != VICTIM]
        left, joined = [], []
        with rig.others_notice_nothing():
            for _ in range(5):
                old = rig.book()
                left.append(await _timed(exchange.remove_symbol(VICTIM)))
                assert exchange.active_symbols == set(others)
                assert (old.is_live, old.stale_reason) == (False, "unsubscribed")
                joined.append(await _timed(exchange.add_symbol(VICTIM)))
                await exchange.wait_live(5.0)
                await rig.grows(by=1)
        assert min(left) < 0.05
        assert min(joined) < 0.05
        assert rig.metrics["connections"] == 1
        assert rig.twin.stats()["subscriptions"] == 3 * len(DEFAULT_PUBLIC_CHANNELS)
        await rig.ends_equal()


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_what_is_not_there_is_left_alone(setup: Setup) -> None:
    async with running(setup) as rig:
        book = rig.book()
        await rig.exchange.add_symbol(VICTIM)
        await rig.exchange.remove_symbol(NOWHERE)
        assert rig.book() is book
        await rig.ends_equal()


async def _streams(rig: Rig) -> list[int]:
    return sorted(len(c.streams) for c in rig.twin._venue.hub.connections.values())


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_leaving_makes_room_on_the_same_connection(setup: Setup) -> None:
    async with running(setup, live=False, streams_per_connection=6) as rig:
        await rig.exchange.initialize(SYMBOLS, DEFAULT_PUBLIC_CHANNELS)
        assert await _streams(rig) == [3, 6]
        await rig.exchange.remove_symbol(SYMBOLS[2])
        await until(lambda: rig.twin.stats()["connections"] == 1, "a connection without streams is closed")
        await rig.exchange.remove_symbol(SYMBOLS[1])
        await rig.exchange.add_symbol(SYMBOLS[2])
        assert await _streams(rig) == [6]
        await rig.ends_equal()


async def test_mexc_takes_as_many_connections_as_its_limit_of_30_asks_for() -> None:
    async with running(MEXC, MANY, rate=300.0) as rig:
        assert await _streams(rig) == [30, 30]
        assert rig.metrics["connections"] == 2
        assert rig.exchange.websocket.is_connected()
        await rig.ends_equal()


@pytest.mark.parametrize("setup", [GATE_OBU, GATE_UPDATE, FUTURES_OBU, FUTURES_UPDATE], ids=str)
async def test_gate_carries_many_symbols_on_one_connection(setup: Setup) -> None:
    async with running(setup, MANY, rate=300.0) as rig:
        assert await _streams(rig) == [3 * len(MANY)]
        await rig.ends_equal()


async def test_outgoing_messages_keep_to_the_venues_rate() -> None:
    limit = 20
    options = {"mexc_max_messages_per_s": limit}
    config: dict[str, Any] = {"messages_per_second": float(limit), "message_bytes": 1}   # one stream a message
    start = time.monotonic()
    async with running(MEXC, MANY[:10], options=options, **config) as rig:
        assert seconds_since(start) > 1.0, "30 messages at 20 a second"
        assert rig.twin.stats()["closed"] == {}
        await rig.ends_equal()


async def test_the_twin_cuts_off_whoever_ignores_the_rate() -> None:
    options = {"mexc_max_messages_per_s": 5}
    async with running(MEXC, live=False, options=options, message_bytes=1, ack_seconds=0.5) as rig:
        with pytest.raises(ConnectionError):
            await rig.exchange.initialize(SYMBOLS)
        assert "message rate" in rig.twin.stats()["closed"]
