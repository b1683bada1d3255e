"""The private stream while nothing goes wrong: every event once, balances to the last unit, clean ends."""

from __future__ import annotations

import asyncio

import pytest

from hftx.enums import OrderStatus
from hftx.symbols import Symbol
from tests.sim.traders import best

from .private_rig import CALM, VENUES, Heard, PrivateRig, stream_of, watching
from .rig import until

BTC = Symbol("BTC/USDT")
both = pytest.mark.parametrize("venue", VENUES)


@both
async def test_events_come_by_the_stream_alone(venue: str) -> None:
    async with watching(venue, options=CALM) as rig:
        assert rig.stream.is_authenticated() and rig.stream.is_connected() and rig.stream.is_synced
        resting = await rig.rest_order()
        for side in ("buy", "sell", "buy"):
            await rig.take(side)
        await rig.cancel(resting)
        await rig.ends_equal()
        assert rig.heard.orders[resting][-1].status is OrderStatus.CANCELLED
        assert rig.metrics["asked_late"] == 0 and rig.metrics["reconciliations"] == 1
        assert not rig.stream.store.freshness(BTC).is_stale


@both
async def test_orders_that_were_open_before_are_known_with_their_fills(venue: str) -> None:
    async def before(rig: PrivateRig) -> None:
        await rig.take()   # done before: not an event of ours
        await rig.rest_order()
        await rig.order("buy", "5", best(rig.twin)[1])   # takes what is there, the rest waits
        assert {row["status"] for row in rig.truth["orders"]} == {"filled", "open"}

    async with watching(venue, options=CALM, before=before) as rig:
        open_before = {row["order_id"] for row in rig.truth["open_orders"]}
        assert len(open_before) == 2 == len(rig.stream.store.open_orders())
        assert rig.heard.orders.keys() == open_before
        made = [fill for fill in rig.truth["fills"] if fill["order_id"] in open_before]
        assert len(rig.heard.fills) == len(made) > 0
        assert rig.stream.store.orders_awaiting_executions(BTC) == []


@both
async def test_two_bots_on_one_account_both_hear_everything(venue: str) -> None:
    async with watching(venue) as rig:
        heard = Heard()
        second = stream_of(rig.twin, rig.owner, heard)
        try:
            await second.initialize()
            await second.wait_synced(5.0)
            await rig.take()
            await rig.rest_order()
            await rig.ends_equal()
            other = PrivateRig(rig.venue, rig.twin, rig.owner, rig.trader, second, heard, rig.door)
            await other.ends_equal()
        finally:
            await second.close()
        await rig.take("sell")   # the first one is not disturbed by the end of the second
        await rig.ends_equal()


@both
async def test_close_ends_the_connection_and_leaves_the_state_stale(venue: str) -> None:
    async with watching(venue, options=CALM) as rig:
        await rig.rest_order()
        await until(lambda: len(rig.stream.store.open_orders()) == 1, "the order is known")
        await rig.stream.close()
        assert not rig.stream.is_authenticated() and not rig.stream.is_connected()
        assert rig.stream.store.freshness(BTC).is_stale and len(rig.stream.store.open_orders()) == 1
        await until(lambda: rig.twin.stats()["connections"] == 0, "the twin has no connection")
        if venue == "mexc_spot":
            assert (await rig.trader.call("GET", "/userDataStream"))[1]["listenKey"] == []
        await asyncio.wait_for(rig.stream.close(), 1.0)


async def test_mexc_asks_what_a_symbol_is_when_nobody_has_spelled_it_out() -> None:
    async with watching("mexc_spot", options=CALM, knows_symbol=False) as rig:
        await rig.take()
        await rig.ends_equal()
        assert rig.metrics["faults"] and rig.stream.session.unknown_symbols == set()
        faults = dict(rig.metrics["faults"])
        await rig.take("sell")
        await rig.ends_equal()
        assert rig.metrics["faults"] == faults, "the name is known from now on"
