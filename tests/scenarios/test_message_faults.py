"""Messages lost, repeated, swapped, cut or replaced on the way: one symbol pays, and its book comes back true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hftx.enums import BookStatus
from hftx.errors import StaleBookError

from .rig import GATE_OBU, GATE_UPDATE, MEXC, SETUPS, VICTIM, Rig, Setup, missing_trades, running, until

DAMAGED = {"truncate": "truncated", "garbage": "malformed"}


async def _strike(rig: Rig, kind: str) -> None:
    with rig.others_notice_nothing():
        rig.inject(kind)
        await rig.struck(kind)
        await rig.grows()
    await rig.ends_equal()


@pytest.mark.parametrize("kind", ["drop", "reorder"])
@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_missing_diff_is_a_gap_and_the_book_is_made_anew(setup: Setup, kind: str) -> None:
    async with running(setup) as rig:
        await _strike(rig, kind)
        assert rig.session.listing(VICTIM).gaps == rig.metrics["gaps"] == 1
        assert rig.metrics["resyncs"] == 1
        assert rig.metrics["faults"] == {}


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_repeated_diff_is_dropped_without_a_resync(setup: Setup) -> None:
    async with running(setup) as rig:
        dropped = rig.book().dropped
        await _strike(rig, "duplicate")
        assert rig.book().dropped == dropped + 1
        assert rig.metrics["gaps"] == rig.metrics["resyncs"] == 0


@pytest.mark.parametrize("kind", DAMAGED)
@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_an_unreadable_diff_is_counted_kept_and_costs_one_symbol(setup: Setup, kind: str) -> None:
    async with running(setup) as rig:
        await _strike(rig, kind)
        assert rig.metrics["faults"] == {DAMAGED[kind]: 1}
        assert rig.metrics["resyncs"] == 1
        [(kept_kind, kept_ns, frame)] = rig.session.kept
        assert (kept_kind, kept_ns > 0, len(frame) > 0) == (DAMAGED[kind], True, True)


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_series_of_faults_ends_with_true_books(setup: Setup) -> None:
    async with running(setup) as rig:
        with rig.others_notice_nothing():
            for turn, kind in enumerate(("drop", "garbage", "reorder", "truncate", "duplicate", "drop"), 1):
                rig.inject(kind, after=turn % 3)
                await rig.struck(kind)
                await rig.grows([VICTIM])
        await rig.ends_equal()
        assert sum(rig.metrics["faults"].values()) == 2


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_slow_delivery_loses_nothing(setup: Setup) -> None:
    async with running(setup) as rig:
        with rig.others_notice_nothing():
            rig.inject("slow", seconds=0.3, delay_ms=200.0)
            await rig.struck("slow", times=5)
            await rig.grows()
        await rig.ends_equal()
        assert rig.metrics["gaps"] == rig.metrics["resyncs"] == 0


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_book_stream_that_falls_silent_for_a_while_comes_back_true(setup: Setup) -> None:
    async with running(setup) as rig:
        with rig.others_notice_nothing():
            rig.inject("silence", seconds=0.3)
            await rig.struck("silence", times=3)
            await until(lambda: rig.session.listing(VICTIM).gaps == 1, "the gap is found")
            await rig.grows()
        await rig.ends_equal()
        assert rig.metrics["resyncs"] == 1


@pytest.mark.parametrize("setup", [GATE_OBU, GATE_UPDATE], ids=str)
@pytest.mark.parametrize(("kind", "counter"), [("drop", "trade_gaps"), ("duplicate", "duplicates")])
async def test_trades_are_counted_by_the_venues_number(setup: Setup, kind: str, counter: str) -> None:
    async with running(setup) as rig:
        await until(lambda: any(trade.symbol == VICTIM for trade in rig.heard.trades), "the counting begins")
        rig.inject(kind, channel=setup.trade_stream)
        await rig.struck(kind)
        known = len(rig.heard.trades)
        await until(lambda: len(rig.heard.trades) > known + 20, "more trades come")
        assert rig.metrics[counter] == 1
        assert rig.metrics["resyncs"] == 0
        await rig.ends_equal()
        await until(lambda: missing_trades(rig) == {}, "every trade is heard once, the lost one from REST")


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_an_unreadable_trade_does_not_hurt_the_connection(setup: Setup) -> None:
    async with running(setup) as rig:
        with rig.others_notice_nothing():
            rig.inject("garbage", channel=setup.trade_stream)
            await rig.struck("garbage")
            await until(lambda: rig.metrics["faults"] == {"malformed": 1}, "the fault is counted")
            await rig.grows()
        await rig.ends_equal()
        assert rig.metrics["reconnections"] == 0


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_fragmented_messages_make_the_same_books(setup: Setup) -> None:
    async with running(setup, options={"fragment_bytes": 40}) as rig:
        await rig.grows(by=10)
        await rig.ends_equal()
        assert rig.metrics["faults"] == {}
        assert rig.metrics["gaps"] == rig.metrics["resyncs"] == 0


@pytest.mark.parametrize("depth", [20, 60])
async def test_a_cut_book_keeps_its_depth_true(depth: int) -> None:
    shallow = replace(MEXC, depth=depth)
    async with running(shallow, rate=2000.0) as rig:
        await rig.grows(by=30)
        await rig.ends_equal(at_least=depth // 4)   # thinner than that, a book is made anew
        assert all(len(book.bids) <= depth for book in rig.exchange.orderbooks.values())


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_the_best_quote_is_refused_while_the_book_is_not_live(setup: Setup) -> None:
    async with running(setup) as rig:
        assert rig.exchange.get_best_bid_ask(VICTIM).bid_px > 0
        rig.session.stale(VICTIM, "asked for by a test")
        assert rig.book().status is BookStatus.STALE
        with pytest.raises(StaleBookError, match="asked for by a test"):
            rig.exchange.get_best_bid_ask(VICTIM)
        assert rig.exchange.get_best_bid_ask(VICTIM, allow_stale=True).bid_px > 0
        await rig.ends_equal()
