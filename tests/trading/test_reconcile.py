"""What a reconciliation asks, how often, and what it makes of the answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from decimal import Decimal

import pytest

from hftx._core.latency import monotonic_ns
from hftx.enums import OrderStatus
from hftx.errors import (
    ConnectionLost,
    RateLimitError,
    RequestTimeoutError,
    UnlistedSymbolError,
    VenueUnavailableError,
)
from hftx.orders import AssetBalance

from .reconcile_bench import NOW_MS, Bench
from .samples import BTC, ETH, a_fill, an_order

MS = 1_000_000
Make = Callable[..., Bench]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made: list[Bench] = []

    def begin(**given: float) -> Bench:
        made.append(Bench(**given))  # type: ignore[arg-type]
        return made[-1]

    yield begin
    for bench in made:
        await bench.reconciler.close()


async def started(bench: Bench) -> Bench:
    bench.open()
    bench.reconciler.start()
    await bench.reconciler.wait_synced(2.0)
    return bench


async def until(condition: Callable[[], bool], seconds: float = 2.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.002)


async def test_the_first_time_only_open_orders_are_asked_for_fills(make: Make) -> None:
    bench = make()
    bench.rest.orders = {
        "7": an_order(OrderStatus.PARTIALLY_FILLED, "2"),
        "6": an_order(OrderStatus.FILLED, "10", order_id="6", client_order_id=None),
    }
    bench.rest.fills = [a_fill("a", "2"), a_fill("old", "10", order_id="6")]
    await started(bench)
    assert [f.trade_id for f in bench.fills] == ["a"] and {o.order_id for o in bench.orders} == {"7"}
    assert bench.rest.count("history") == 0
    assert {call[2] for call in bench.rest.asked if call[0] == "fills"} == {"7"}


async def test_an_audit_does_not_ask_for_the_history(make: Make) -> None:
    bench = make(every=0.02)
    bench.rest.orders = {"7": an_order()}
    await started(bench)
    await until(lambda: bench.reconciler.runs >= 4)
    assert bench.rest.count("history") == 0 and bench.rest.count("fills") >= 2
    bench.reconciler.doubt("a loss")
    await until(lambda: bench.rest.count("history") == 1)


async def test_fills_are_asked_from_the_last_proof_less_the_overlap_but_not_from_before_the_start(
    make: Make,
) -> None:
    bench = make()
    bench.rest.orders = {"7": an_order()}
    await started(bench)
    bench.now_ms = NOW_MS + 2_000
    await bench.reconciler.run("first loss")
    bench.now_ms = NOW_MS + 60_000
    await bench.reconciler.run("second loss")
    bench.now_ms = NOW_MS + 70_000
    await bench.reconciler.run("third loss")
    starts = [call[3] for call in bench.rest.asked if call[0] == "fills" and call[2] is None]
    assert starts[0] == starts[1] == NOW_MS
    assert abs(starts[2] - (NOW_MS + 55_000)) <= 50


async def test_a_clock_that_was_set_back_does_not_ask_for_the_future(make: Make) -> None:
    bench = make()
    bench.rest.orders = {"7": an_order()}
    await started(bench)
    bench.now_ms = NOW_MS - 90_000
    await bench.reconciler.run("a loss")
    starts = [call[3] for call in bench.rest.asked if call[0] == "fills"]
    assert starts and all(start <= bench.now_ms for start in starts)


@pytest.mark.parametrize("newest_first", [True, False])
async def test_full_pages_are_asked_until_nothing_is_missing(make: Make, newest_first: bool) -> None:
    bench = make(fills=10)
    bench.rest.newest_first = newest_first
    bench.rest.orders = {"7": an_order(quantity=Decimal(1000))}
    await started(bench)
    bench.rest.fills = [
        a_fill(f"f{n}", "1", venue_ns=(NOW_MS + 37 * (n % 61)) * MS) for n in range(157)
    ]
    bench.now_ms = NOW_MS + 4_000
    await bench.reconciler.run("a loss")
    assert len(bench.fills) == 157 == len({f.trade_id for f in bench.fills})
    assert [f.venue_ns for f in bench.fills] == sorted(f.venue_ns for f in bench.fills)


async def test_more_fills_in_one_ms_than_the_venue_tells_is_an_error_in_the_log(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    bench = make(fills=3)
    bench.rest.orders = {"7": an_order()}
    await started(bench)
    bench.rest.fills = [a_fill(f"f{n}", "1", venue_ns=NOW_MS * MS) for n in range(5)]
    bench.now_ms = NOW_MS + 100
    await bench.reconciler.run("a loss")
    assert "may be missing" in caplog.text


async def test_a_venue_that_lists_symbol_by_symbol(make: Make) -> None:
    bench = make()
    bench.rest.lists_whole_account = False
    bench.session.order(an_order(), monotonic_ns())
    bench.session.order(an_order(symbol=ETH, order_id="8", client_order_id=None), monotonic_ns())
    bench.rest.orders = {
        "7": an_order(),
        "8": an_order(OrderStatus.CANCELLED, symbol=ETH, order_id="8", client_order_id=None),
    }
    await started(bench)
    assert {call[1] for call in bench.rest.asked if call[0] == "open"} == {None, BTC, ETH}
    assert not bench.store.freshness(BTC).is_stale and not bench.store.freshness(ETH).is_stale
    assert bench.orders[-1].status is OrderStatus.CANCELLED
    await bench.reconciler.run("again")
    assert [call[1] for call in bench.rest.asked if call[0] == "open"].count(None) == 1


async def test_a_missing_order_is_asked_by_id_and_its_end_is_told_once(make: Make) -> None:
    bench = make()
    bench.session.order(an_order(), monotonic_ns())
    bench.rest.orders = {"7": an_order(OrderStatus.FILLED, "10")}
    bench.rest.fills = [a_fill("a", "4"), a_fill("b", "6")]
    await started(bench)
    await bench.reconciler.run("again")
    assert [o.status for o in bench.orders].count(OrderStatus.FILLED) == 1
    assert sorted(f.trade_id for f in bench.fills) == ["a", "b"]


async def test_an_order_without_venue_id_is_asked_by_its_own(make: Make) -> None:
    bench = make()
    bench.session.order(an_order(OrderStatus.UNKNOWN, order_id=""), monotonic_ns())
    bench.rest.orders = {"7": an_order(OrderStatus.CANCELLED)}
    await started(bench)
    assert ("order", BTC, None, "t-a") in bench.rest.asked
    assert bench.store.unknown_orders() == []


async def test_an_order_that_the_venue_does_not_find_stays_stale_and_is_asked_again(make: Make) -> None:
    bench = make(patience=0.02)
    bench.session.order(an_order(), monotonic_ns())
    await started(bench)
    assert bench.store.freshness(BTC).is_stale and "7" in bench.store.freshness(BTC).reason
    await until(lambda: bench.rest.count("order") >= 3)
    bench.rest.orders = {"7": an_order(OrderStatus.CANCELLED)}
    await until(lambda: not bench.store.freshness(BTC).is_stale)
    asked = bench.rest.count("order")
    await asyncio.sleep(0.15)
    assert bench.rest.count("order") == asked, "answered: nothing more to ask"


@pytest.mark.parametrize(
    "error",
    [
        VenueUnavailableError("fake", "GET /x", 503, "", "down"), RateLimitError("fake", "GET /x", 429, "", "slow"),
        RequestTimeoutError("late"), ConnectionLost("gone"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("survived", [0, 1, 3])
async def test_a_failure_at_any_point_is_repeated_and_stale_until_it_succeeds(
    make: Make, error: Exception, survived: int
) -> None:
    bench = make()
    bench.rest.orders = {"7": an_order(OrderStatus.PARTIALLY_FILLED, "2")}
    bench.rest.fills = [a_fill("a", "2")]
    await started(bench)
    bench.session.lost(1, "gone", monotonic_ns())
    bench.reconciler.lost()
    assert not bench.reconciler.is_synced and bench.store.freshness(BTC).is_stale
    bench.rest.orders["7"] = an_order(OrderStatus.FILLED, "10")
    bench.rest.fills.append(a_fill("b", "8", venue_ns=(NOW_MS + 1) * MS))
    bench.session.opened(2, monotonic_ns())
    bench.rest.errors = [error] * (survived + 1)  # type: ignore[list-item]
    bench.reconciler.opened("again")
    await bench.reconciler.wait_synced(2.0)
    assert bench.reconciler.failures >= 1 and not bench.rest.errors
    assert [f.trade_id for f in bench.fills] == ["a", "b"] and bench.orders[-1].status is OrderStatus.FILLED
    assert not bench.store.freshness(BTC).is_stale


async def test_a_symbol_that_the_venue_lists_no_longer_does_not_block_the_others(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    bench = make()
    bench.rest.orders = {"7": an_order()}
    await started(bench)
    good = bench.rest.get_account_trades

    async def refuse(symbol: object, *given: object, **more: object) -> object:
        if symbol == ETH:
            raise UnlistedSymbolError("fake", "GET /fills", 400, "", "no such pair")
        return await good(symbol, *given, **more)  # type: ignore[arg-type]

    bench.rest.get_account_trades = refuse  # type: ignore[method-assign,assignment]
    bench.session.order(an_order(OrderStatus.CANCELLED, symbol=ETH, order_id="8"), monotonic_ns())
    await bench.reconciler.run("a loss")
    await bench.reconciler.run("another")
    assert caplog.text.count("can no longer be reconciled") == 1


async def test_requests_during_a_run_make_one_more_run(make: Make) -> None:
    bench = await started(make())
    runs = bench.reconciler.runs
    await asyncio.gather(*(bench.reconciler.run(f"reason {n}") for n in range(20)))
    assert 1 <= bench.reconciler.runs - runs <= 2


async def test_waiting_ends_in_time_and_with_the_close(make: Make) -> None:
    bench = make()
    with pytest.raises(RequestTimeoutError, match="not reconciled within"):
        await bench.reconciler.wait_synced(0.02)
    waiting = asyncio.create_task(bench.reconciler.run("never"))
    await asyncio.sleep(0)
    await bench.reconciler.close()
    with pytest.raises(ConnectionLost):
        await waiting
    with pytest.raises(ConnectionLost):
        await bench.reconciler.run("too late")


async def test_balances_that_vanish_from_the_list_are_zero(make: Make) -> None:
    bench = make()
    bench.rest.holdings = [AssetBalance("BTC", Decimal(1), Decimal(0)), AssetBalance("USDT", Decimal(5), Decimal(0))]
    await started(bench)
    bench.rest.holdings.pop(0)
    await bench.reconciler.run("a loss")
    assert bench.session.balances["BTC"].total == 0 and bench.session.balances["USDT"].total == 5


async def test_a_symbol_of_the_bot_is_asked_for_when_its_asset_has_moved_untold(make: Make) -> None:
    bench = make()
    bench.traded = {BTC, ETH}
    bench.rest.holdings = [AssetBalance("BTC", Decimal(1), Decimal(0)), AssetBalance("ETH", Decimal(1), Decimal(0))]
    await started(bench)
    await bench.reconciler.run("a loss")
    assert bench.rest.count("fills") == 0
    bench.rest.holdings[1] = AssetBalance("ETH", Decimal(2), Decimal(0))
    bench.rest.fills = [a_fill("s", "1", symbol=ETH, venue_ns=(NOW_MS + 10) * MS)]
    bench.now_ms = NOW_MS + 100
    await bench.reconciler.run("a loss")
    assert {call[1] for call in bench.rest.asked if call[0] == "fills"} == {ETH}
    assert [f.trade_id for f in bench.fills] == ["s"]
