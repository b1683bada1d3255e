"""What a lost push leaves behind is asked for: not at once, not too often, until the answers agree."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from decimal import Decimal

import pytest

from hftx._core.latency import monotonic_ns
from hftx.enums import OrderStatus
from hftx.errors import RateLimitError
from hftx.orders import AssetBalance

from .reconcile_bench import NOW_MS, Bench
from .samples import BTC, a_fill, an_order

PATIENCE = 0.05


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench(patience=PATIENCE, longest_backoff=0.1)
    made.open()
    made.reconciler.start()
    await made.reconciler.wait_synced(2.0)
    made.rest.asked.clear()
    yield made
    await made.reconciler.close()


async def until(condition: Callable[[], bool], seconds: float = 2.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)


async def test_nothing_is_asked_while_everything_arrives(bench: Bench) -> None:
    bench.session.order(an_order(OrderStatus.FILLED, "10"), monotonic_ns())
    bench.session.execution(a_fill("a", "10"), monotonic_ns())
    await asyncio.sleep(4 * PATIENCE)
    assert bench.rest.asked == [] and bench.late == [] and bench.reconciler.asked_late == 0


async def test_fills_that_do_not_arrive_are_asked_for_after_a_while(bench: Bench) -> None:
    bench.rest.fills = [a_fill("a", "4"), a_fill("b", "6")]
    begun_ns = monotonic_ns()
    bench.session.order(an_order(OrderStatus.FILLED, "10"), begun_ns)
    await until(lambda: bench.rest.count("fills") > 0)
    assert monotonic_ns() - begun_ns >= PATIENCE * 1e9
    assert sorted(f.trade_id for f in bench.fills) == ["a", "b"] and len(bench.late) == 1
    asked = len(bench.rest.asked)
    await asyncio.sleep(4 * PATIENCE)
    assert len(bench.rest.asked) == asked, "answered: nothing more to ask"


async def test_fills_that_appear_late_over_rest_are_asked_for_until_the_sums_agree(bench: Bench) -> None:
    bench.rest.fills = [a_fill("a", "4")]
    bench.session.order(an_order(OrderStatus.FILLED, "10"), monotonic_ns())
    await until(lambda: bench.rest.count("fills") >= 2)
    assert len(bench.late) == 1, "told once"
    bench.rest.fills.append(a_fill("b", "6"))
    await until(lambda: len(bench.fills) == 2)
    assert bench.store.orders_awaiting_executions(BTC) == []


async def test_an_order_that_never_came_is_asked_for_when_its_fills_did(bench: Bench) -> None:
    bench.rest.orders = {"7": an_order(OrderStatus.FILLED, "10")}
    bench.session.execution(a_fill("a", "10"), monotonic_ns())
    await until(lambda: bool(bench.orders))
    assert bench.orders[-1].status is OrderStatus.FILLED and bench.store.unclaimed_order_ids(BTC) == []


async def test_errors_of_the_venue_are_survived(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.rest.errors = [RateLimitError("fake", "GET /fills", 429, "", "slow down")] * 6  # type: ignore[list-item]
    bench.rest.fills = [a_fill("a", "10")]
    bench.session.order(an_order(OrderStatus.FILLED, "10"), monotonic_ns())
    await until(lambda: bool(bench.fills))
    assert "question 5" in caplog.text


def pushed(available: str, ms: int) -> bytes:
    row = {
        "timestamp": "1", "timestamp_ms": str(ms), "user": "1", "currency": "BTC", "change": "0", "total": available,
        "available": available, "freeze": "0", "freeze_change": "0", "change_type": "order-match",
    }  # fmt: skip
    frame = {"time": 1, "time_ms": ms, "channel": "spot.balances", "event": "update", "result": [row]}
    return json.dumps(frame).encode()


async def test_a_pushed_balance_is_overruled_only_when_the_venue_insists(bench: Bench) -> None:
    assert bench.session.receive(pushed("3", NOW_MS), True, monotonic_ns(), 1) == 1
    bench.rest.holdings = [AssetBalance("BTC", Decimal(2), Decimal(0))]
    await bench.reconciler.run("an answer that may be older than the push")
    assert bench.session.balances["BTC"].available == 3 and bench.overruled == 0
    await until(lambda: bench.overruled == 1)   # asked again by itself, soon
    assert bench.session.balances["BTC"].available == 2


async def test_a_balance_that_is_pushed_again_meanwhile_stays(bench: Bench) -> None:
    bench.session.receive(pushed("3", NOW_MS), True, monotonic_ns(), 1)
    bench.rest.holdings = [AssetBalance("BTC", Decimal(2), Decimal(0))]
    await bench.reconciler.run("first")
    bench.session.receive(pushed("4", NOW_MS + 1), True, monotonic_ns(), 1)
    bench.rest.holdings = [AssetBalance("BTC", Decimal(4), Decimal(0))]
    await bench.reconciler.run("second")
    await asyncio.sleep(4 * PATIENCE)
    assert bench.session.balances["BTC"].available == 4 and bench.overruled == 0
