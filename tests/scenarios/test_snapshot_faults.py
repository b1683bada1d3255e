"""REST snapshots that are too old, late, or fail: fetched again with pauses until the book can be proven."""

from __future__ import annotations

import time

import pytest

from hftx.enums import BookStatus
from hftx.symbols import Symbol

from .rig import FUTURES_UPDATE, GATE_UPDATE, MEXC, NAMES, VICTIM, Rig, Setup, running, seconds_since, until

FROM_REST = [MEXC, GATE_UPDATE, FUTURES_UPDATE]


def _snapshots_asked(rig: Rig) -> int:
    return sum(n for path, n in rig.twin.stats()["rest_calls"].items() if "depth" in path or "order_book" in path)


@pytest.mark.parametrize("setup", FROM_REST, ids=str)
async def test_snapshots_older_than_the_stream_are_fetched_again_with_pauses(setup: Setup) -> None:
    async with running(setup) as rig:
        with rig.others_notice_nothing():
            asked, start = _snapshots_asked(rig), time.monotonic()
            rig.twin.inject("stale_snapshot", symbol="BTC_USDT", count=4)
            rig.inject("drop")
            await rig.struck("stale_snapshot", times=4)
            assert rig.book().status is not BookStatus.LIVE
            await rig.grows()
        assert _snapshots_asked(rig) - asked == 5
        assert seconds_since(start) > 0.5   # 0.05 + 0.1 + 0.2 + 0.4 s of pauses, less a quarter
        await rig.ends_equal()


@pytest.mark.parametrize("setup", FROM_REST, ids=str)
async def test_failed_snapshots_are_fetched_again(setup: Setup) -> None:
    async with running(setup) as rig:
        with rig.others_notice_nothing():
            rig.twin.inject("snapshot_error", symbol="BTC_USDT", count=2, status=503)
            rig.inject("drop")
            await rig.struck("snapshot_error", times=2)
            await rig.grows()
        await rig.ends_equal()


@pytest.mark.parametrize("setup", FROM_REST, ids=str)
async def test_a_rate_limited_snapshot_is_fetched_again(setup: Setup) -> None:
    async with running(setup, window_seconds=1.0) as rig:   # a 429 that names no wait closes it for a whole window
        rig.twin.inject("snapshot_error", symbol="BTC_USDT", count=1, status=429)
        rig.inject("drop")
        await rig.struck("snapshot_error")
        await rig.grows()
        await rig.ends_equal()


@pytest.mark.parametrize("setup", FROM_REST, ids=str)
async def test_snapshots_that_trail_the_stream_still_make_true_books(setup: Setup) -> None:
    async with running(setup, options={"snapshot_lag_ms": 80.0}) as rig:
        rig.inject("drop")
        await rig.struck("drop")
        await rig.grows()
        await rig.ends_equal()


@pytest.mark.parametrize("setup", FROM_REST, ids=str)
async def test_a_stale_snapshot_at_the_start_delays_one_symbol_only(setup: Setup) -> None:
    async with running(setup, live=False) as rig:
        rig.twin.inject("stale_snapshot", symbol="BTC_USDT", count=3)
        others = [symbol for symbol in map(Symbol, NAMES) if symbol != VICTIM]
        await rig.exchange.initialize([VICTIM, *others])
        await until(lambda: all(rig.book(s).is_live for s in others), "the others are LIVE")
        await rig.ends_equal()
