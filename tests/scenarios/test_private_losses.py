"""The private stream under faults: lost, late, repeated and unreadable events; what is left is the venue's truth."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hftx.enums import OrderStatus
from hftx.symbols import Symbol
from hftx.websocket.private_options import PrivateStreamOptions

from .private_rig import BALANCES, CALM, FILLS, ORDERS, VENUES, PrivateRig, watching
from .rig import until

BTC = Symbol("BTC/USDT")
WATCHFUL = PrivateStreamOptions(reconcile_seconds=600.0, patience_seconds=0.1)
both = pytest.mark.parametrize("venue", VENUES)


async def a_busy_while(rig: PrivateRig, rounds: int = 3) -> None:
    """Orders that rest, fill and are cancelled."""
    for _ in range(rounds):
        resting = await rig.rest_order()
        await rig.take("buy")
        await rig.take("sell", "0.002")
        await rig.cancel(resting)
    await rig.rest_order()


@both
@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("duplicate_fill", {"count": 3}),
        ("late_fill", {"count": 2, "delay_ms": 80}),
        ("ack_after_fill", {"count": 2, "delay_ms": 20}),
    ],
)
async def test_fills_that_come_twice_late_or_early(venue: str, kind: str, args: dict[str, Any]) -> None:
    async with watching(venue) as rig:
        rig.twin.inject(kind, **args)
        if kind == "ack_after_fill":
            rig.twin.resume()
        await a_busy_while(rig)
        await rig.ends_equal()


@both
@pytest.mark.parametrize("stream", ["fills", "orders", "balances"])
@pytest.mark.parametrize("kind", ["drop", "truncate", "garbage", "duplicate"])
async def test_one_channel_loses_or_spoils_pushes(venue: str, stream: str, kind: str) -> None:
    channel = {"fills": FILLS, "orders": ORDERS, "balances": BALANCES}[stream][venue]
    async with watching(venue) as rig:
        await a_busy_while(rig, 1)
        rig.twin.inject(kind, channel=channel, count=3)
        await a_busy_while(rig, 2)
        await until(lambda: rig.hits(kind) == 3, f"{kind} strikes")
        await rig.ends_equal()


@both
async def test_a_lost_fill_is_asked_for_though_nothing_else_happens(venue: str) -> None:
    async with watching(venue, options=WATCHFUL) as rig:
        rig.twin.inject("drop", channel=FILLS[venue])
        order_id = await rig.take()
        await rig.ends_equal()
        assert rig.metrics["asked_late"] >= 1 and rig.metrics["reconciliations"] == 1
        assert rig.heard.orders[order_id][-1].status is OrderStatus.FILLED


@both
async def test_a_lost_order_event_is_asked_for_when_its_fills_came(venue: str) -> None:
    async with watching(venue, options=WATCHFUL) as rig:
        rig.twin.inject("drop", channel=ORDERS[venue], count=4)
        await rig.take()
        await rig.ends_equal()
        assert rig.metrics["asked_late"] >= 1 and rig.metrics["reconciliations"] == 1


@both
@pytest.mark.parametrize("kind", ["close", "close_notice"])
async def test_what_happens_during_an_outage_is_told_after_it(venue: str, kind: str) -> None:
    async with watching(venue, options=CALM) as rig:
        before = await rig.rest_order()
        await rig.take()
        await until(lambda: len(rig.heard.fills) == len(rig.truth["fills"]), "the stream works")
        rig.twin.inject("refuse_connection", count=3)
        rig.twin.inject(kind)
        await until(lambda: not rig.stream.is_authenticated() or rig.metrics["rotations"] > 0, "the line is gone")
        await a_busy_while(rig)
        await rig.cancel(before)
        await rig.stream.wait_synced(10.0)
        await rig.ends_equal()
        assert rig.metrics["reconnections"] + rig.metrics["rotations"] >= 1
        assert not rig.stream.store.freshness(BTC).is_stale


@both
async def test_another_bot_trades_a_symbol_of_ours_for_the_first_time_during_an_outage(venue: str) -> None:
    async with watching(venue, options=CALM) as rig:
        rig.twin.inject("refuse_connection", count=2)
        rig.twin.inject("close")
        await until(lambda: not rig.stream.is_authenticated(), "the line is gone")
        await rig.take()
        await rig.stream.wait_synced(10.0)
        await rig.ends_equal()


@both
async def test_nothing_of_a_silence_is_lost(venue: str) -> None:
    async with watching(venue, options=CALM) as rig:
        rig.twin.inject("silence", seconds=60.0)
        await a_busy_while(rig, 2)
        await until(lambda: rig.hits("silence") > 0, "pushes are swallowed")
        rig.twin.clear_faults()
        rig.twin.inject("close")
        await a_busy_while(rig, 1)
        await until(lambda: rig.metrics["reconnections"] >= 1, "a reconnect")
        await rig.ends_equal()


@both
@pytest.mark.parametrize("mode", ["failing", "silent"])
async def test_rest_is_down_while_the_line_comes_back(venue: str, mode: str) -> None:
    async with watching(venue, options=CALM) as rig:
        await a_busy_while(rig, 1)
        rig.door.mode = mode
        rig.twin.inject("close")
        await until(lambda: not rig.stream.is_authenticated(), "the line is gone")
        await a_busy_while(rig, 2)
        await until(lambda: rig.door.refused >= 2, "REST was tried")
        assert not rig.stream.is_synced and rig.stream.store.freshness(BTC).is_stale
        rig.door.mode = "open"
        await rig.stream.wait_synced(20.0)
        await rig.ends_equal()
        assert rig.stream.is_authenticated() and not rig.stream.store.freshness(BTC).is_stale


@both
@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("rate_storm", {"seconds": 0.6}),
        ("slow_answer", {"seconds": 0.5, "delay_ms": 200}),
    ],
)
async def test_rest_fails_while_the_line_is_gone(venue: str, kind: str, args: dict[str, Any]) -> None:
    async with watching(venue, options=CALM) as rig:
        rig.twin.inject("refuse_connection", count=2)
        await a_busy_while(rig, 1)
        rig.twin.inject("close")
        await until(lambda: not rig.stream.is_authenticated(), "the line is gone")
        await a_busy_while(rig, 2)
        rig.twin.inject(kind, **args)
        assert rig.stream.store.freshness(BTC).is_stale
        await rig.ends_equal()
        await rig.stream.wait_synced(10.0)


@both
async def test_rotation_with_traffic_tells_everything_once(venue: str) -> None:
    async with watching(venue, options=CALM, lifetime_seconds=0.4, backoff_max_seconds=1.0) as rig:
        while rig.metrics["rotations"] < 3:
            await rig.take("buy")
            await rig.cancel(await rig.rest_order())
            await asyncio.sleep(0.02)   # both venues limit orders a second
        await rig.ends_equal()
        assert rig.metrics["reconnections"] == 0


@both
async def test_a_connection_that_ends_while_it_takes_over_is_a_loss(venue: str) -> None:
    async with watching(venue, options=CALM) as rig:
        await rig.take()
        rotating = asyncio.create_task(rig.stream._manager.rotate("a test"))
        await until(lambda: rig.metrics["rotations"] == 1, "both connections live")
        rig.twin.inject("refuse_connection", count=4)
        rig.twin.inject("close", connection=2)
        await until(lambda: not rig.stream.is_connected(), "the new one is gone")
        assert not rig.stream.is_authenticated() and rig.stream.store.freshness(BTC).is_stale
        await rotating
        await rig.take("sell")
        await rig.stream.wait_synced(10.0)
        await rig.ends_equal()
        assert not rig.stream.store.freshness(BTC).is_stale
