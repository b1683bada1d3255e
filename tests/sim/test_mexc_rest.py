"""MEXC's public REST endpoints: shapes, errors, weights and bans."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from .conftest import StartTwin

VENUE = "mexc_spot"
BTC = "symbol=BTCUSDT"


async def get(http: aiohttp.ClientSession, url: str) -> tuple[int, Any, Any]:
    async with http.get(url) as response:
        return response.status, await response.json(), response.headers


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("depth?symbol=XXUSDT", 400, -1121),
        ("depth", 400, 700004),
        ("depth?symbol=BTCUSDT&limit=x", 400, 33333),
        ("klines?symbol=BTCUSDT&interval=1h", 400, -1121),
        ("aggTrades?symbol=BTCUSDT&startTime=1", 400, -1128),
        ("aggTrades?symbol=BTCUSDT&startTime=1&endTime=3600002", 400, -1127),
        ("exchangeInfo?symbols=BTCUSDT,XXUSDT", 400, -1121),
        ("nowhere", 404, 404),
    ],
)
async def test_errors_have_a_code_and_a_text(
    start: StartTwin, http: aiohttp.ClientSession, path: str, status: int, code: int
) -> None:
    twin = await start(VENUE)
    answer, body, _ = await get(http, f"{twin.rest_url}/api/v3/{path}")
    assert (answer, body["code"]) == (status, code) and body["msg"]


async def test_weights_are_shared_and_excess_is_429_then_418(
    start: StartTwin, http: aiohttp.ClientSession
) -> None:
    twin = await start(VENUE, mexc_weight_limit=30, mexc_ban_strikes=2)
    base = f"{twin.rest_url}/api/v3"
    assert (await get(http, f"{base}/exchangeInfo"))[0] == 200
    assert (await get(http, f"{base}/depth?{BTC}"))[0] == 200
    assert twin.stats()["weights"] == {"127.0.0.1": 28}
    status, body, headers = await get(http, f"{base}/depth?{BTC}")
    assert status == 429 and body["code"] == 429 and 1 <= int(headers["Retry-After"]) <= 10
    assert (await get(http, f"{base}/ping"))[0] == 200, "a lighter request still fits"
    assert [(await get(http, f"{base}/depth?{BTC}"))[0] for _ in range(2)] == [429, 418]
    status, _, headers = await get(http, f"{base}/ping")
    assert status == 418 and 100 < int(headers["Retry-After"]) <= 120
    assert twin.stats()["bans"] == 1
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(twin.ws_url)
    assert refused.value.status == 418


async def test_the_budget_comes_back(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, mexc_weight_limit=1, mexc_weight_window_s=0.2, mexc_ban_strikes=10_000)
    url = f"{twin.rest_url}/api/v3/ping"
    assert [(await get(http, url))[0] for _ in range(2)] == [200, 429]
    end = time.monotonic() + 5
    while (await get(http, url))[0] == 429:
        assert time.monotonic() < end


async def test_depth_limits(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    truth = twin.book("BTC_USDT")
    url = f"{twin.rest_url}/api/v3/depth?{BTC}"
    _, short, _ = await get(http, url)
    _, whole, _ = await get(http, f"{url}&limit=9000")
    assert len(short["bids"]) == 100 and short["lastUpdateId"] == truth["id"]
    assert (whole["bids"], whole["asks"]) == (truth["bids"], truth["asks"])


async def test_trades_newest_first_with_null_ids(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    twin.play(300)
    base = f"{twin.rest_url}/api/v3"
    _, rows, _ = await get(http, f"{base}/trades?{BTC}&limit=30")
    assert len(rows) == 30 and all(row["id"] is None for row in rows)
    assert [row["time"] for row in rows] == sorted((row["time"] for row in rows), reverse=True)
    assert {(row["tradeType"], row["isBuyerMaker"]) for row in rows} == {("BID", False), ("ASK", True)}
    assert Decimal(rows[0]["quoteQty"]) == Decimal(rows[0]["price"]) * Decimal(rows[0]["qty"])
    assert (await get(http, f"{base}/historicalTrades?{BTC}&limit=30"))[1] == rows
    now_ms = int(time.time() * 1000)
    _, recent, _ = await get(
        http, f"{base}/aggTrades?{BTC}&startTime={now_ms - 5000}&endTime={now_ms + 5000}"
    )
    assert recent and {row["a"] for row in recent} == {None} and all(row["T"] % 1000 == 0 for row in recent)
    assert len(recent) < len((await get(http, f"{base}/aggTrades?{BTC}"))[1])


async def test_klines_ascend_in_milliseconds(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    _, rows, _ = await get(http, f"{twin.rest_url}/api/v3/klines?{BTC}&interval=5m&limit=10")
    assert [len(row) for row in rows] == [8] * 10
    assert [row[0] for row in rows[1:]] == [row[6] for row in rows[:-1]], "close time is the next open time"
    assert rows[0][0] % 300_000 == 0
    for _, opening, high, low, close, *_ in rows:
        assert Decimal(low) <= min(Decimal(opening), Decimal(close)) and Decimal(high) >= Decimal(close)
    _, month, _ = await get(http, f"{twin.rest_url}/api/v3/klines?{BTC}&interval=1M")
    assert month[-1][6] - month[-1][0] in {days * 86_400_000 for days in (28, 29, 30, 31)}


async def test_tickers_are_an_object_or_an_array(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, mexc_weight_limit=10_000)
    base = f"{twin.rest_url}/api/v3"
    truth = twin.book("BTC_USDT")
    for path in ("ticker/24hr", "ticker/price", "ticker/bookTicker"):
        _, one, _ = await get(http, f"{base}/{path}?{BTC}")
        _, every, _ = await get(http, f"{base}/{path}")
        assert one["symbol"] == "BTCUSDT" and [row["symbol"] for row in every] == ["BTCUSDT", "ADAUSDT"]
    _, day, _ = await get(http, f"{base}/ticker/24hr?{BTC}")
    _, quote, _ = await get(http, f"{base}/ticker/bookTicker?{BTC}")
    assert [quote["bidPrice"], quote["bidQty"]] == truth["bids"][0] and quote["askPrice"] == day["askPrice"]
    assert Decimal(day["priceChange"]) == Decimal(day["lastPrice"]) - Decimal(day["openPrice"])
    assert day["count"] is None and Decimal(day["lowPrice"]) <= Decimal(day["lastPrice"])
    assert (await get(http, f"{base}/avgPrice?{BTC}"))[1]["mins"] == 5


async def test_symbols_tell_their_digits(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, symbol_digits={"ADA_USDT": (3, 1)})
    base = f"{twin.rest_url}/api/v3"
    _, info, _ = await get(http, f"{base}/exchangeInfo?symbols=ADAUSDT")
    (row,) = info["symbols"]
    assert (row["quotePrecision"], row["quoteAssetPrecision"], row["baseAssetPrecision"]) == (3, 3, 1)
    assert info["rateLimits"] == [] and row["status"] == "1" and row["tradeSideType"] == 1
    _, names, _ = await get(http, f"{base}/defaultSymbols")
    assert names["code"] == 0 and names["data"] == ["BTCUSDT", "ADAUSDT"]
    assert (await get(http, f"{base}/ping"))[1] == {}
    assert abs((await get(http, f"{base}/time"))[1]["serverTime"] - time.time() * 1000) < 5000
