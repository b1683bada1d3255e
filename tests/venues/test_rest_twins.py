"""Both REST clients against the twin of their venue: the same promises, the twin's own truth."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import BookStatus, KlineInterval
from hftx.errors import BannedError, UnknownSymbolError, UsageError, VenueError, VenueUnavailableError
from hftx.rest.public import PublicSpotRest
from hftx.sim import Twin, TwinOptions, start_twin
from hftx.symbols import Symbol
from hftx.venues.gateio.defaults import config as gate_config
from hftx.venues.gateio.rest import GateioPublicSpotRest
from hftx.venues.mexc.defaults import config as mexc_config
from hftx.venues.mexc.rest import MexcPublicSpotRest

BTC, ETH, ADA = Symbol("BTC/USDT"), Symbol("ETH/USDT"), Symbol("ADA/USDT")
NAMES = ["BTC_USDT", "ETH_USDT", "ADA_USDT"]
VENUES: dict[str, Any] = {
    "mexc_spot": (MexcPublicSpotRest, mexc_config),
    "gateio_spot": (GateioPublicSpotRest, gate_config),
}


@dataclass
class Pair:
    twin: Twin
    rest: PublicSpotRest


@pytest.fixture(params=list(VENUES))
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    twin = await start_twin(request.param, symbols=NAMES, seed=1, rate=0.0)
    client, config = VENUES[request.param]
    try:
        async with client(config(twin.rest_url)) as rest:
            yield Pair(twin, rest)
    finally:
        await twin.stop()


async def test_ping_and_time(pair: Pair) -> None:
    await pair.rest.ping()
    assert abs(await pair.rest.get_server_time() - time.time() * 1000) < 5_000


async def test_rules_of_all_some_and_one(pair: Pair) -> None:
    everything = await pair.rest.get_symbols_info()
    assert set(everything) == {BTC, ETH, ADA}
    assert (everything[ADA].price_digits, everything[ADA].qty_digits) == (6, 8)
    assert everything[BTC].tick_size == Decimal("0.01") and everything[BTC].tradable
    assert await pair.rest.get_symbols_info([ETH, "BTC_USDT"]) == {BTC: everything[BTC], ETH: everything[ETH]}
    assert await pair.rest.get_symbols_info([ADA]) == {ADA: everything[ADA]}
    assert await pair.rest.get_symbols_info([]) == {}
    several: list[Symbol | str] = [BTC, "NO/USDT"]
    for wanted in (several[1:], several):
        with pytest.raises(UnknownSymbolError):
            await pair.rest.get_symbols_info(wanted)


@pytest.mark.parametrize("name", NAMES)
async def test_a_book_is_the_twins_own(pair: Pair, name: str) -> None:
    pair.twin.play(50)
    truth, book = pair.twin.book(name), await pair.rest.get_orderbook(name, 20)
    assert (book.status, book.id) == (BookStatus.LIVE, truth["id"])
    for side in ("bids", "asks"):
        assert book.levels(side, 20) == [(Decimal(px), Decimal(qty)) for px, qty in truth[side][:20]]


async def test_a_book_without_limit_has_the_configured_depth_and_the_unit_of_the_rules(pair: Pair) -> None:
    await pair.rest.get_symbols_info()
    pair.rest.config = replace(pair.rest.config, book_depth=7)
    book = await pair.rest.get_orderbook(ADA)
    assert len(book.levels("bids", 99)) == 7
    assert (book.price_digits, book.qty_digits) == (6, 8)


async def test_raw_books_are_the_venues_own_text(pair: Pair) -> None:
    body = json.loads(await pair.rest.get_orderbook_raw(BTC, 5))
    truth = pair.twin.book("BTC_USDT")
    assert truth["id"] in (body.get("id"), body.get("lastUpdateId"))
    assert [Decimal(row[0]) for row in body["bids"]] == [Decimal(row[0]) for row in truth["bids"][:5]]


async def test_recent_trades_come_newest_last(pair: Pair) -> None:
    trades = await pair.rest.get_recent_trades(BTC, 30)
    assert len(trades) == 30 and all(trade.symbol == BTC and trade.qty > 0 for trade in trades)
    assert [trade.venue_ns for trade in trades] == sorted(trade.venue_ns for trade in trades)
    newest = (await pair.rest.get_recent_trades(BTC, 1))[0]
    assert (newest.price, newest.venue_ns) == (trades[-1].price, trades[-1].venue_ns)
    assert len(await pair.rest.get_recent_trades(BTC)) >= 30


async def test_past_trades_lie_in_their_range(pair: Pair) -> None:
    everything = await pair.rest.get_historical_trades(BTC, 1000)
    middle = everything[len(everything) // 2].venue_ns // 1_000_000
    after, before = middle - 1_800_000, middle + 1_700_000
    some = await pair.rest.get_historical_trades(BTC, 1000, after=after, before=before)
    assert 0 < len(some) < len(everything)
    assert all(after - 1000 < trade.venue_ns // 1_000_000 <= before for trade in some)
    last = await pair.rest.get_historical_trades(BTC, 3, after=after, before=before)
    assert [trade.px for trade in last] == [trade.px for trade in some][-3:]


async def test_klines_of_every_kind_of_range(pair: Pair) -> None:
    minute, now = 60_000, int(time.time() * 1000)
    start = now - now % minute - 30 * minute
    newest = await pair.rest.get_klines(ETH, KlineInterval.MINUTE_1, limit=5)
    assert len(newest) == 5 and newest[-1].open_ns // 1_000_000 >= start
    both = await pair.rest.get_klines(ETH, KlineInterval.MINUTE_1, start, start + 9 * minute)
    assert [bar.open_ns // 1_000_000 for bar in both] == [start + n * minute for n in range(10)]
    first = await pair.rest.get_klines(ETH, KlineInterval.MINUTE_1, start, None, 3)
    assert [bar.open_ns for bar in first] == [bar.open_ns for bar in both[:3]]
    last = await pair.rest.get_klines(ETH, KlineInterval.MINUTE_1, None, start + 9 * minute, 3)
    assert [bar.open_ns for bar in last] == [bar.open_ns for bar in both[-3:]]
    assert all(bar.low <= min(bar.open, bar.close) and bar.high >= max(bar.open, bar.close) for bar in both)


async def test_pages_of_klines_join(pair: Pair) -> None:
    minute, now = 60_000, int(time.time() * 1000)
    start = now - now % minute - 100 * minute
    pair.rest.table = replace(pair.rest.table, max_klines=7)  # type: ignore[misc]
    bars = await pair.rest.get_klines_batch(ETH, KlineInterval.MINUTE_1, start, start + 99 * minute)
    assert [bar.open_ns // 1_000_000 for bar in bars] == [start + n * minute for n in range(100)]
    assert await pair.rest.get_klines_batch(ETH, KlineInterval.DAY_1, now + 10**10, now + 10**12) == []


async def test_every_interval_is_understood(pair: Pair) -> None:
    for interval in pair.rest.table.intervals:
        bars = await pair.rest.get_klines(BTC, interval, limit=2)
        assert 1 <= len(bars) <= 2 and bars[-1].interval == interval.value


async def test_tickers_of_all_some_and_one(pair: Pair) -> None:
    everything = await pair.rest.get_ticker_info()
    assert set(everything) == {BTC, ETH, ADA}
    book = await pair.rest.get_orderbook(BTC, 1)
    one = await pair.rest.get_ticker_info([BTC])
    assert set(one) == {BTC} and (one[BTC].bid_price, one[BTC].ask_price) == (
        book.best_bid[0],
        book.best_ask[0],
    )
    assert set(await pair.rest.get_ticker_info([BTC, ADA])) == {BTC, ADA}
    assert abs(one[BTC].change) < 1 and one[BTC].last_price > 0
    with pytest.raises(UnknownSymbolError):
        await pair.rest.get_ticker_info(["NO/USDT", BTC])


async def test_unknown_symbols_are_typed_with_the_venues_code(pair: Pair) -> None:
    calls = [pair.rest.get_orderbook, pair.rest.get_recent_trades, pair.rest.get_orderbook_raw]
    for call in calls:
        with pytest.raises(UnknownSymbolError) as caught:
            await call("NO/USDT")
        assert isinstance(caught.value, VenueError) and caught.value.code in (
            "-1121",
            "INVALID_CURRENCY_PAIR",
        )


async def test_wrong_arguments_are_refused_before_anything_is_sent(pair: Pair) -> None:
    rest, minute = pair.rest, KlineInterval.MINUTE_1
    wrong: list[Any] = [
        lambda: rest.get_orderbook(5),  # type: ignore[arg-type]
        lambda: rest.get_orderbook("nonsense"),
        lambda: rest.get_orderbook(BTC, 0),
        lambda: rest.get_orderbook(BTC, 5001),
        lambda: rest.get_orderbook_raw(BTC, "5"),  # type: ignore[arg-type]
        lambda: rest.get_recent_trades(BTC, 1001),
        lambda: rest.get_historical_trades(BTC, before=1.5, after=0),  # type: ignore[arg-type]
        lambda: rest.get_historical_trades(BTC, before=1, after=2),
        lambda: rest.get_klines(BTC, "1m"),  # type: ignore[arg-type]
        lambda: rest.get_klines(BTC, minute, limit=1001),
        lambda: rest.get_klines(BTC, minute, 5, 4),
        lambda: rest.get_klines(BTC, minute, 0, 10**12),
        lambda: rest.get_klines_batch(BTC, minute, -1, 5),
        lambda: rest.get_klines_batch(BTC, minute, 6, 5),
        lambda: rest.get_ticker_info("BTC/USDT"),
        lambda: rest.get_symbols_info(BTC),  # type: ignore[arg-type]
    ]
    before = pair.twin.stats()
    for call in wrong:
        with pytest.raises(UsageError):
            await call()
    assert pair.twin.stats() == before


async def test_a_failing_snapshot_is_repeated_then_told(pair: Pair) -> None:
    pair.twin.inject("snapshot_error", count=2)
    assert (await pair.rest.get_orderbook(BTC)).status is BookStatus.LIVE
    pair.twin.inject("snapshot_error", count=3)
    with pytest.raises(VenueUnavailableError):
        await pair.rest.get_orderbook_raw(BTC)
    assert (await pair.rest.get_orderbook(BTC)).status is BookStatus.LIVE


@pytest.mark.parametrize("venue", list(VENUES))
async def test_a_storm_of_calls_keeps_inside_the_venues_limit(venue: str) -> None:
    options = TwinOptions(
        mexc_weight_limit=30, mexc_weight_window_s=0.4, gate_request_limit=10, gate_request_window_s=0.4
    )
    twin = await start_twin(venue, symbols=NAMES, seed=1, rate=0.0, options=options)
    client, config = VENUES[venue]
    made = config(twin.rest_url)
    weight = 30 if venue == "mexc_spot" else 10
    limits = replace(made.rest_limits, weight=weight, window_seconds=0.4, attempts=1)
    started = time.monotonic()
    async with client(replace(made, rest_limits=limits)) as rest:
        books = await asyncio.gather(*(rest.get_orderbook(BTC, 5) for _ in range(35)))
    assert len(books) == 35 and not any(twin.stats().get("refused", {}).values())
    assert 3 * 0.4 <= time.monotonic() - started < 4.0
    await twin.stop()


async def test_a_ban_of_the_twin_stops_every_call() -> None:
    options = TwinOptions(mexc_weight_limit=1, mexc_weight_window_s=60.0, mexc_ban_strikes=0)
    twin = await start_twin("mexc_spot", symbols=NAMES, seed=1, rate=0.0, options=options)
    async with MexcPublicSpotRest(mexc_config(twin.rest_url)) as rest:
        await rest.ping()
        with pytest.raises(BannedError) as caught:
            await rest.ping()
        assert caught.value.retry_after > 100
        calls = twin.stats()
        with pytest.raises(BannedError, match="nothing was sent"):
            await rest.get_server_time()
        assert twin.stats() == calls
    await twin.stop()


def test_a_client_wants_the_configuration_of_its_own_venue() -> None:
    with pytest.raises(UsageError, match="needs an ExchangeConfig of mexc_spot, not gateio_spot"):
        MexcPublicSpotRest(gate_config())
    with pytest.raises(UsageError, match="not str"):
        GateioPublicSpotRest("https://api.gateio.ws")  # type: ignore[arg-type]
