"""Mark, index and funding: the same of the same seed, never in the middle of an event, due at whole intervals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin, TwinOptions, UnknownSymbolError
from hftx.sim.gateio_futures.dialect import GateioFutures
from hftx.sim.gateio_futures.marks import Marks, Settlement

from .clients import until
from .conftest import Connect, StartTwin

VENUE = "gateio_futures"
NAMES = ("BTC_USDT", "ADA_USDT")


def dialect_of(twin: Twin) -> GateioFutures:
    assert isinstance(twin._dialect, GateioFutures)
    return twin._dialect


def figures(marks: Marks) -> list[tuple[Decimal, ...]]:
    return [(marks.mark_price(n), marks.index_price(n), marks.coming_rate(n)) for n in NAMES]


async def test_the_same_seed_gives_the_same_figures(start: StartTwin) -> None:
    one, two, other = [await start(VENUE, seed=seed) for seed in (5, 5, 6)]
    one.play(300)
    for _ in range(300):  # one by one, with a tick of the clock after each
        two.play(1)
    other.play(300)
    assert figures(dialect_of(one).marks) == figures(dialect_of(two).marks)
    assert figures(dialect_of(one).marks) != figures(dialect_of(other).marks)


async def test_the_mark_is_the_median_and_stays_near_the_market(start: StartTwin) -> None:
    twin = await start(VENUE)
    marks = dialect_of(twin).marks
    seen = set()
    for _ in range(200):
        twin.play(5)
        gauge = marks.gauge("BTC_USDT")
        funded = gauge.index + gauge.index * gauge.rate // 1_000_000
        assert gauge.mark == sorted((funded, gauge.index + gauge._basis, gauge.last))[1]
        assert abs(gauge.mark - gauge.last) * 100 < gauge.last
        assert abs(gauge.rate) <= 7_500
        seen.add(gauge.mark)
    assert len(seen) > 20


async def test_moves_are_told_once_at_a_tick(start: StartTwin) -> None:
    twin = await start(VENUE)
    marks = dialect_of(twin).marks
    told: list[str] = []
    marks.on_mark.append(told.append)
    venue = dialect_of(twin).venue
    venue.play(200)
    assert told == [], "not in the middle of market events"
    venue.tick()
    assert sorted(told) == sorted(NAMES)
    venue.tick()
    assert sorted(told) == sorted(NAMES), "nothing moved since"


async def test_a_pinned_mark_stands_and_is_shown(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession
) -> None:
    twin = await start(VENUE, push_interval_ms=0)
    marks = dialect_of(twin).marks
    told: list[str] = []
    marks.on_mark.append(told.append)
    socket = await connect(twin)
    await socket.reply("futures.tickers", "subscribe", ["BTC_USDT"])
    marks.pin("BTC_USDT", Decimal("50000.5"))
    assert told == ["BTC_USDT"] and marks.mark_price("BTC_USDT") == Decimal("50000.5")
    (row,) = (await socket.push("futures.tickers"))["result"]
    assert row["mark_price"] == "50000.5"
    twin.play(50)
    assert marks.mark_price("BTC_USDT") == Decimal("50000.5")
    async with http.get(f"{twin.rest_url}/futures/usdt/contracts/BTC_USDT") as response:
        assert (await response.json())["mark_price"] == "50000.5"
    marks.pin("BTC_USDT", None)
    assert abs(marks.mark_price("BTC_USDT") - 91_000) < 1_000
    for wrong in ("0", "-1", "NaN"):
        with pytest.raises(ValueError, match="above 0"):
            marks.pin("BTC_USDT", Decimal(wrong))
    with pytest.raises(UnknownSymbolError, match="listed: BTC_USDT, ADA_USDT"):
        marks.pin("XX_USDT", Decimal(1))


async def test_funding_falls_due_by_the_clock(start: StartTwin) -> None:
    twin = await start(VENUE, futures_funding_interval_s=1)
    marks = dialect_of(twin).marks
    heard: list[Settlement] = []
    marks.on_funding.append(heard.append)
    await until(lambda: len(heard) >= 4)
    assert {settlement.contract for settlement in heard[:2]} == set(NAMES)
    first, second = heard[0], heard[2]
    assert second.at_s - first.at_s >= 1 and first.mark == marks.mark_price(first.contract)
    assert marks.settlements(first.contract)[-1] in heard


async def test_funding_on_demand_and_the_settled_rate_is_shown_for_a_while(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession
) -> None:
    twin = await start(VENUE, futures_funding_by_clock=False, push_interval_ms=0)
    marks = dialect_of(twin).marks
    heard: list[Settlement] = []
    marks.on_funding.append(heard.append)
    socket = await connect(twin)
    await socket.reply("futures.tickers", "subscribe", ["ADA_USDT"])
    made = marks.settle("ADA_USDT", Decimal("0.0031"))
    assert heard == [made] and made.rate == Decimal("0.0031")
    (row,) = (await socket.push("futures.tickers"))["result"]
    assert row["funding_rate"] == "0.0031"
    assert marks.coming_rate("ADA_USDT") != marks.funding_rate("ADA_USDT") == Decimal("0.0031")
    async with http.get(f"{twin.rest_url}/futures/usdt/funding_rate?contract=ADA_USDT&limit=1") as response:
        assert await response.json() == [{"t": made.at_s, "r": "0.0031"}]


def test_the_interval_must_be_a_second_at_least() -> None:
    with pytest.raises(ValueError, match="futures_funding_interval_s"):
        TwinOptions(futures_funding_interval_s=0)


async def test_prints_of_accounts_reach_the_tape(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession
) -> None:
    twin = await start(VENUE, push_interval_ms=0, futures_internal_every=0, futures_liquidation_every=0)
    tape = dialect_of(twin).tape
    socket = await connect(twin)
    await socket.reply("futures.trades", "subscribe", ["BTC_USDT"])
    await socket.reply("futures.public_liquidates", "subscribe", ["!all"])
    last_px = dialect_of(twin).venue.market("BTC_USDT").last_px
    trade = tape.taken_over("BTC_USDT", 800_001, -12)
    tape.liquidated("BTC_USDT", 800_000, -12)
    (row,) = (await socket.push("futures.trades"))["result"]
    expected: dict[str, Any] = {"id": trade.seq, "size": -12, "price": "80000.1", "is_internal": True}
    assert {key: row[key] for key in expected} == expected
    (print_,) = (await socket.push("futures.public_liquidates"))["result"]
    assert (print_["price"], print_["size"], print_["contract"]) == ("80000", -12, "BTC_USDT")
    assert dialect_of(twin).venue.market("BTC_USDT").last_px == last_px, "no price of the market"
    async with http.get(f"{twin.rest_url}/futures/usdt/liq_orders?contract=BTC_USDT") as response:
        (order,) = await response.json()
    assert (order["order_size"], order["size"], order["left"]) == (-12, 12, 0)
