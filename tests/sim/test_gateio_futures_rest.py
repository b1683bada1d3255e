"""Gate's futures REST: what is listed, every public endpoint, its limits, and what it says to what is wrong."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin
from hftx.sim.gateio_futures.contracts import DEFAULT_CONTRACTS, contracts
from hftx.sim.options import TwinOptions

from .conftest import StartTwin

VENUE = "gateio_futures"
DECIMAL = {"X-Gate-Size-Decimal": "1"}


async def ask(http: aiohttp.ClientSession, twin: Twin, path: str, **headers: str) -> tuple[int, Any]:
    async with http.get(f"{twin.rest_url}/futures/usdt/{path}", headers=headers) as response:
        return response.status, await response.json()


async def test_the_listing_has_every_kind_of_contract(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, symbols=None)
    status, rows = await ask(http, twin, "contracts", **DECIMAL)
    by_name = {row["name"]: row for row in rows}
    assert status == 200 and tuple(by_name) == DEFAULT_CONTRACTS
    assert by_name["ETH_USDT"]["order_price_round"] == "0.05"
    assert by_name["ADA_USDT"]["enable_decimal"] is True and by_name["ADA_USDT"]["order_size_min"] == "0.1"
    assert Decimal(by_name["SOL_USDT"]["maker_fee_rate"]) < 0
    assert any(not name.isascii() for name in by_name)
    assert by_name["BTC_USDT"]["quanto_multiplier"] == "0.0001"
    assert min(row["trade_id"] for row in rows) > 2**53 > max(row["orderbook_id"] for row in rows)
    assert {type(row[key]) for row in rows for key in ("order_size_min", "trade_size", "position_size")} == {str}
    for row in rows:
        assert row["type"] == "direct" and row["status"] == "trading"
        price = Decimal(row["last_price"])
        assert price % Decimal(row["order_price_round"]) == 0
        assert Decimal(row["mark_price"]) % Decimal(row["mark_price_round"]) == 0


async def test_without_the_header_sizes_are_whole_and_cut(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    _, row = await ask(http, twin, "contracts/ADA_USDT")
    assert row["order_size_min"] == 0 and isinstance(row["order_size_max"], int)
    _, exact = await ask(http, twin, "order_book?contract=ADA_USDT&limit=300", **DECIMAL)
    _, cut = await ask(http, twin, "order_book?contract=ADA_USDT&limit=300")
    for side in ("asks", "bids"):
        assert [(level["p"], level["s"]) for level in cut[side]] == [
            (level["p"], int(Decimal(level["s"]))) for level in exact[side]
        ]
        assert any(Decimal(level["s"]) % 1 for level in exact[side])


async def test_pages_of_contracts(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, symbols=["BTC_USDT", "ETH_USDT", "A1_USDT"])
    _, rows = await ask(http, twin, "contracts?offset=1&limit=1")
    assert [row["name"] for row in rows] == ["ETH_USDT"]
    _, rows = await ask(http, twin, "contracts?offset=2")
    assert [row["name"] for row in rows] == ["A1_USDT"]


async def test_the_book_is_the_twins_own(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    twin.play(50)
    _, book = await ask(http, twin, "order_book?contract=ADA_USDT&limit=300&with_id=true", **DECIMAL)
    true = twin.book("ADA_USDT")
    assert book["id"] == true["id"]
    for side in ("asks", "bids"):
        assert [[level["p"], level["s"]] for level in book[side]] == true[side]
    assert 0 <= book["current"] - book["update"] < 60
    _, short = await ask(http, twin, "order_book?contract=ADA_USDT")
    assert "id" not in short and len(short["asks"]) == len(short["bids"]) == 10


WRONG = [
    ("order_book?contract=BTC_USDT&limit=301", 400, "TOO_BIG", "limit 300"),
    ("order_book?contract=BTC_USDT&limit=0", 400, "INVALID_PARAM_VALUE", "limit"),
    ("order_book?contract=BTC_USDT&interval=1", 400, "INVALID_PARAM_VALUE", "interval"),
    ("order_book?contract=XX_USDT", 400, "CONTRACT_NOT_FOUND", "contract"),
    ("order_book", 400, "MISSING_REQUIRED_PARAM", "contract"),
    ("contracts/XX_USDT", 400, "CONTRACT_NOT_FOUND", "contract"),
    ("trades?contract=BTC_USDT&limit=1001", 400, "INVALID_PARAM_VALUE", "limit"),
    ("tickers?contract=XX_USDT", 400, "CONTRACT_NOT_FOUND", "contract"),
    ("candlesticks?contract=mark_XX_USDT", 400, "CONTRACT_NOT_FOUND", "contract"),
    ("candlesticks", 400, "MISSING_REQUIRED_PARAM", "contract"),
    ("candlesticks?contract=BTC_USDT&interval=2h", 400, "INVALID_PARAM_VALUE", "2h"),
    ("candlesticks?contract=BTC_USDT&from=1&limit=5", 400, "INVALID_PARAM_VALUE", "limit conflicts"),
    ("candlesticks?contract=BTC_USDT&limit=2001", 400, "INVALID_PARAM_VALUE", "limit"),
    ("liq_orders?from=1&to=3602", 400, "INVALID_PARAM_VALUE", "3600"),
    ("funding_rate?contract=BTC_USDT&limit=1001", 400, "INVALID_PARAM_VALUE", "limit"),
    ("nothing", 400, "MISSING_REQUIRED_HEADER", "Timestamp"),
]


@pytest.mark.parametrize(("path", "status", "label", "text"), WRONG, ids=[row[0] for row in WRONG])
async def test_what_is_wrong_is_refused_with_a_label(
    start: StartTwin, http: aiohttp.ClientSession, path: str, status: int, label: str, text: str
) -> None:
    twin = await start(VENUE)
    said, body = await ask(http, twin, path)
    assert (said, body["label"]) == (status, label) and text in body["message"]


async def test_an_unknown_settle_looks_private(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    async with http.get(f"{twin.rest_url}/futures/eur/contracts") as response:
        assert (response.status, (await response.json())["label"]) == (400, "MISSING_REQUIRED_HEADER")
    async with http.get(f"{twin.rest_url}/elsewhere") as response:
        assert response.status == 404


async def test_each_endpoint_has_its_budget(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, gate_request_limit=2)
    url = f"{twin.rest_url}/futures/usdt/tickers"
    left, statuses = [], []
    for _ in range(3):
        async with http.get(url) as response:
            left.append(response.headers["X-Gate-RateLimit-Requests-Remain"])
            statuses.append(response.status)
            assert response.headers["X-Gate-RateLimit-Limit"] == "2" and response.headers["X-Gate-Trace-Id"]
    assert left == ["1", "0", "0"] and statuses == [200, 200, 429]
    assert (await ask(http, twin, "contracts"))[0] == 200


async def test_trades_by_time_and_page(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, symbols=["BTC_USDT"], futures_internal_every=5)
    twin.play(400)
    _, rows = await ask(http, twin, "trades?contract=BTC_USDT&limit=1000")
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids, reverse=True) and len(set(ids)) == len(ids)
    assert any(row.get("is_internal") for row in rows)
    _, page = await ask(http, twin, "trades?contract=BTC_USDT&limit=4&offset=3")
    assert [row["id"] for row in page] == ids[3:7]
    _, older = await ask(http, twin, f"trades?contract=BTC_USDT&limit=5&last_id={ids[9]}")
    assert [row["id"] for row in older] == ids[10:15]
    middle = rows[len(rows) // 2]["create_time"]
    _, late = await ask(http, twin, f"trades?contract=BTC_USDT&limit=1000&from={middle}")
    assert [row["id"] for row in late] == [row["id"] for row in rows if row["create_time"] >= middle]
    _, early = await ask(http, twin, f"trades?contract=BTC_USDT&limit=1000&to={middle}")
    assert [row["id"] for row in early] == [row["id"] for row in rows if row["create_time"] <= middle]


@pytest.mark.parametrize("prefix", ["", "mark_", "index_"])
async def test_candlesticks_are_whole_and_in_order(
    start: StartTwin, http: aiohttp.ClientSession, prefix: str
) -> None:
    twin = await start(VENUE)
    _, rows = await ask(http, twin, f"candlesticks?contract={prefix}ADA_USDT&interval=5m&limit=30", **DECIMAL)
    times = [row["t"] for row in rows]
    assert times == list(range(times[0], times[-1] + 1, 300)) and len(rows) == 30
    for row in rows:
        assert Decimal(row["l"]) <= min(Decimal(row["o"]), Decimal(row["c"]))
        assert Decimal(row["h"]) >= max(Decimal(row["o"]), Decimal(row["c"]))
        assert ("v" in row) == (not prefix)
    path = f"candlesticks?contract={prefix}ADA_USDT&interval=5m&from={times[-4]}&to={times[-2]}"
    _, some = await ask(http, twin, path, **DECIMAL)
    assert [row["t"] for row in some] == times[-4:-1]


async def test_funding_rates_newest_first(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE, futures_funding_interval_s=3600)
    _, rows = await ask(http, twin, "funding_rate?contract=BTC_USDT&limit=5")
    times = [row["t"] for row in rows]
    assert len(rows) == 5 and all(a - b == 3600 for a, b in pairwise(times))
    assert times[0] % 3600 == 0 and {type(row["r"]) for row in rows} == {str}
    _, some = await ask(http, twin, f"funding_rate?contract=BTC_USDT&from={times[3]}&to={times[1]}")
    assert [row["t"] for row in some] == times[1:4]
    async with http.post(
        f"{twin.rest_url}/futures/usdt/funding_rates", json={"contracts": ["BTC_USDT", "ADA_USDT"]}
    ) as response:
        batch = await response.json()
    assert [one["contract"] for one in batch] == ["BTC_USDT", "ADA_USDT"]
    assert batch[0]["data"][:5] == rows
    async with http.post(f"{twin.rest_url}/futures/usdt/funding_rates", data="[]") as response:
        assert (await response.json())["label"] == "INVALID_REQUEST_BODY"


async def test_risk_tiers_grow_without_jumps(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    _, tiers = await ask(http, twin, "risk_limit_tiers?contract=BTC_USDT")
    assert [row["tier"] for row in tiers] == [1, 2, 3, 4] and tiers[0]["leverage_max"] == "125"
    for one, two in pairwise(tiers):
        limit = Decimal(one["risk_limit"])
        needs = [
            limit * Decimal(tier["maintenance_rate"]) - Decimal(tier["deduction"]) for tier in (one, two)
        ]
        assert needs[0] == needs[1]
        assert Decimal(two["initial_rate"]) > Decimal(two["maintenance_rate"])
    assert len((await ask(http, twin, "risk_limit_tiers"))[1]) == 8


async def test_contract_stats(start: StartTwin, http: aiohttp.ClientSession) -> None:
    twin = await start(VENUE)
    _, (row,) = await ask(http, twin, "contract_stats?contract=ADA_USDT", **DECIMAL)
    _, (ticker,) = await ask(http, twin, "tickers?contract=ADA_USDT", **DECIMAL)
    assert row["open_interest"] == ticker["total_size"] and row["time"] % 60 == 0


def test_digits_of_options_make_decimal_contracts() -> None:
    listed = contracts(["BTC_USDT", "Q7_USDT"], TwinOptions(symbol_digits={"BTC_USDT": (3, 1)}))
    assert listed["BTC_USDT"].takes_decimals and listed["BTC_USDT"].tick == Decimal("0.001")
    assert listed["Q7_USDT"].multiplier > 0


def test_prices_and_sizes_are_counted_exactly() -> None:
    eth, ada = contracts(["ETH_USDT", "ADA_USDT"], TwinOptions()).values()
    assert eth.price(62_523) == Decimal("3126.15") and eth.ticks(Decimal("3126.15")) == 62_523
    assert eth.ticks(Decimal("3126.12")) is None and eth.ticks(Decimal("3126.153")) is None
    assert ada.lots(Decimal("-1.5")) == -15 and ada.lots(Decimal("0.05")) is None
    assert ada.size(-15) == Decimal("-1.5") and ada.base_quantity(15) == 15
    assert eth.value(62_523 * 7) == eth.notional(Decimal("3126.15"), 7) == Decimal("3126.15") * 7 / 100
