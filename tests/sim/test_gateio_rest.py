"""Gate's public REST endpoints: shapes, errors, limits and headers."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from .clients import decimals
from .conftest import StartTwin

VENUE = "gateio_spot"
PAIR = "currency_pair=BTC_USDT"


async def get(http: aiohttp.ClientSession, url: str) -> tuple[int, Any, Any]:
    async with http.get(url) as response:
        return response.status, await response.json(), response.headers


@pytest.mark.parametrize(
    ("path", "status", "label"),
    [
        ("/spot/order_book?currency_pair=XX_USDT", 400, "INVALID_CURRENCY_PAIR"),
        ("/spot/order_book", 400, "MISSING_REQUIRED_PARAM"),
        ("/spot/order_book?currency_pair=BTC_USDT&limit=x", 400, "INVALID_PARAM_VALUE"),
        ("/spot/order_book?currency_pair=BTC_USDT&interval=0.001", 400, "INVALID_PARAM_VALUE"),
        ("/spot/order_book?currency_pair=BTC_USDT&interval=x", 400, "INVALID_PARAM_VALUE"),
        ("/spot/trades?currency_pair=BTC_USDT&limit=1001", 400, "INVALID_PARAM_VALUE"),
        ("/spot/candlesticks?currency_pair=BTC_USDT&interval=9m", 400, "INVALID_PARAM_VALUE"),
        ("/spot/candlesticks?currency_pair=BTC_USDT&limit=2&from=1", 400, "INVALID_PARAM_VALUE"),
        ("/spot/currencies/XX", 400, "INVALID_CURRENCY"),
        ("/spot/currency_pairs/XX_USDT", 400, "INVALID_CURRENCY_PAIR"),
        ("/spot/accounts", 400, "MISSING_REQUIRED_HEADER"),
        ("/nowhere", 404, "NOT_FOUND"),
    ],
)
async def test_errors_have_a_label_and_a_message(
    start: StartTwin, http: aiohttp.ClientSession, path: str, status: int, label: str
) -> None:
    twin = await start(VENUE)
    code, body, _ = await get(http, twin.rest_url + path)
    assert (code, body["label"]) == (status, label) and body["message"]


async def test_other_methods_are_not_allowed(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    async with http.post(twin.rest_url + "/spot/time") as response:
        assert response.status == 405 and (await response.json())["label"] == "METHOD_NOT_ALLOWED"


async def test_each_endpoint_has_its_own_budget(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, gate_request_limit=3)
    url = f"{twin.rest_url}/spot/time"
    left = [(await get(http, url))[2]["X-Gate-RateLimit-Requests-Remain"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    status, body, headers = await get(http, url)
    assert status == 429 and body["label"] == "TOO_MANY_REQUESTS" and "Retry-After" not in headers
    assert headers["X-Gate-RateLimit-Limit"] == "3"
    assert 0 <= int(headers["X-Gate-RateLimit-Reset-Timestamp"]) - time.time() < 11
    assert int(headers["X-Out-Time"]) >= int(headers["X-In-Time"]) > 1e15
    assert (await get(http, f"{twin.rest_url}/spot/tickers"))[0] == 200
    assert twin.stats()["refused"] == {"429": 1}


async def test_the_budget_comes_back(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, gate_request_limit=1, gate_request_window_s=0.2)
    url = f"{twin.rest_url}/spot/time"
    assert [(await get(http, url))[0] for _ in range(2)] == [200, 429]
    end = time.monotonic() + 5
    while (await get(http, url))[0] == 429:
        assert time.monotonic() < end


async def test_the_book_has_an_id_only_when_asked(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    truth = twin.book("BTC_USDT")
    _, plain, _ = await get(http, f"{twin.rest_url}/spot/order_book?{PAIR}")
    _, named, _ = await get(http, f"{twin.rest_url}/spot/order_book?{PAIR}&limit=100&with_id=true")
    assert "id" not in plain and len(plain["bids"]) == len(plain["asks"]) == 10
    assert named["id"] == truth["id"] and named["bids"] == truth["bids"][:100]
    assert named["current"] >= named["update"]


async def test_levels_are_grouped_away_from_the_touch(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    truth = twin.book("BTC_USDT")
    _, reply, _ = await get(http, f"{twin.rest_url}/spot/order_book?{PAIR}&limit=100&interval=1")
    bids, asks = decimals(reply["bids"]), decimals(reply["asks"])
    assert all(price == int(price) for price, _ in bids + asks)
    assert bids[0][0] <= Decimal(truth["bids"][0][0]) and asks[0][0] >= Decimal(truth["asks"][0][0])
    assert sum(qty for _, qty in asks) == sum(qty for _, qty in decimals(truth["asks"]))


async def test_deep_books_come_from_a_slow_cache(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    url = f"{twin.rest_url}/spot/order_book?{PAIR}&with_id=true&limit="
    _, first, _ = await get(http, url + "200")
    twin.play(50)
    _, again, _ = await get(http, url + "200")
    _, live, _ = await get(http, url + "100")
    assert again["id"] == first["id"] < live["id"] == twin.book("BTC_USDT")["id"]


async def test_trades_are_newest_first_and_can_be_paged(
    start: StartTwin, http: aiohttp.ClientSession
) -> None:
    twin = await start(VENUE)
    twin.play(500)
    url = f"{twin.rest_url}/spot/trades?{PAIR}"
    _, rows, _ = await get(http, f"{url}&limit=20")
    numbers = [int(row["sequence_id"]) for row in rows]
    assert numbers == list(range(numbers[0], numbers[0] - 20, -1))
    assert Decimal(rows[0]["deal"]) == Decimal(rows[0]["price"]) * Decimal(rows[0]["amount"])
    assert (await get(http, f"{url}&limit=10&page=2"))[1] == rows[10:]
    assert (await get(http, f"{url}&last_id={rows[4]['id']}"))[1] == rows[:4]
    assert (await get(http, f"{url}&last_id={rows[4]['id']}&reverse=true&limit=3"))[1] == rows[5:8]
    assert (await get(http, f"{url}&to={int(time.time()) - 86_400}"))[1] == []


async def test_candles_ascend_without_holes(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    _, rows, _ = await get(http, f"{twin.rest_url}/spot/candlesticks?{PAIR}&interval=5m&limit=20")
    starts = [int(row[0]) for row in rows]
    assert starts == list(range(starts[0], starts[0] + 20 * 300, 300)) and starts[0] % 300 == 0
    assert [row[7] for row in rows] == ["true"] * 19 + ["false"]
    for _, _, close, high, low, opening, _, _ in rows:
        assert Decimal(low) <= min(Decimal(close), Decimal(opening))
        assert Decimal(high) >= max(Decimal(close), Decimal(opening))
    _, ranged, _ = await get(
        http, f"{twin.rest_url}/spot/candlesticks?{PAIR}&interval=5m&from={starts[3]}&to={starts[7]}"
    )
    assert ranged == rows[3:8]


async def test_listings_and_tickers(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, symbol_digits={"BTC_USDT": (3, 4)})
    _, pairs, _ = await get(http, f"{twin.rest_url}/spot/currency_pairs")
    assert [(row["id"], row["precision"], row["amount_precision"]) for row in pairs] == [
        ("BTC_USDT", 3, 4),
        ("ADA_USDT", 6, 8),
    ]
    assert (await get(http, f"{twin.rest_url}/spot/currency_pairs/BTC_USDT"))[1] == pairs[0]
    _, coins, _ = await get(http, f"{twin.rest_url}/spot/currencies")
    assert [row["currency"] for row in coins] == ["ADA", "BTC", "USDT"] and coins[0]["chains"]
    _, (one,), _ = await get(http, f"{twin.rest_url}/spot/tickers?{PAIR}")
    _, every, _ = await get(http, f"{twin.rest_url}/spot/tickers")
    assert "lowest_size" in one and "lowest_size" not in every[0] and len(every) == 2
    assert [one["highest_bid"], one["highest_size"]] == twin.book("BTC_USDT")["bids"][0]
