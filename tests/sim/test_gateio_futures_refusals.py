"""What Gate futures' order endpoints refuse: fields, money, limits, expired requests."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin
from hftx.sim.gateio_futures.tickets import amount

from .conftest import StartTwin
from .futures_traders import BTC, FuturesTrader, owner

Party = tuple[Twin, FuturesTrader]
Join = Callable[..., Awaitable[Party]]


@pytest.fixture
def join(start: StartTwin, http: aiohttp.ClientSession) -> Join:
    async def begin(**given: Any) -> Party:
        mine = owner(**given.pop("owner", {}))
        twin = await start("gateio_futures", symbols=(BTC,), accounts=[mine], **given)
        return twin, FuturesTrader(http, twin, mine)

    return begin


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"contract": "NO_USDT"}, "CONTRACT_NOT_FOUND"),
        ({"contract": None}, "MISSING_REQUIRED_PARAM"),
        ({"size": 0}, "INVALID_PARAM_VALUE"),
        ({"size": "1.5"}, "INVALID_PARAM_VALUE"),
        ({"size": "ten"}, "INVALID_PARAM_VALUE"),
        ({"size": True}, "INVALID_PARAM_VALUE"),
        ({"size": 10**50}, "SIZE_TOO_LARGE"),
        ({"size": None}, "MISSING_REQUIRED_PARAM"),
        ({"size": 2_000_000}, "SIZE_TOO_LARGE"),
        ({"price": None}, "INVALID_ARGUMENT"),
        ({"price": "91000.05"}, "INVALID_PARAM_VALUE"),
        ({"price": "-1"}, "INVALID_PARAM_VALUE"),
        ({"price": "1000"}, "PRICE_TOO_DEVIATED"),
        ({"tif": "GTC"}, "INVALID_ARGUMENT"),
        ({"text": "mine"}, "INVALID_PARAM_VALUE"),
        ({"text": "t-" + "x" * 29}, "INVALID_PARAM_VALUE"),
        ({"stp_act": "cn"}, "INVALID_PARAM_VALUE"),
        ({"iceberg": 11}, "INVALID_PARAM_VALUE"),
        ({"reduce_only": "yes"}, "INVALID_PARAM_VALUE"),
        ({"reduce_only": True}, "INCREASE_POSITION"),
        ({"size": 0, "close": True}, "POSITION_EMPTY"),
        ({"size": 0, "auto_size": "close_long", "reduce_only": True}, "INVALID_PARAM_VALUE"),
        ({"size": 200_000}, "RISK_LIMIT_EXCEEDED"),
        ({"size": 100_000}, "INSUFFICIENT_AVAILABLE"),
    ],
)
async def test_refusals(join: Join, fields: dict[str, Any], label: str) -> None:
    _, alice = await join(owner={"money": "1000"})
    bid, _ = alice.touch()
    given = {"contract": BTC, "size": 10, "price": str(bid - 5)} | fields
    status, body = await alice.ask("POST", "/orders", body={k: v for k, v in given.items() if v is not None})
    assert (status, body["label"]) == (400, label), body
    assert alice.truth()["orders"] == []


@pytest.mark.parametrize("text", ["1e999999", "-1e999999", "1e-999999", "NaN", "Infinity"])
def test_numbers_of_absurd_length_are_none(text: str) -> None:
    assert amount(json.loads(text, parse_float=Decimal)) is None
    assert amount(json.loads("1.5", parse_float=Decimal)) == Decimal("1.5") == amount("1.5")


async def test_a_contract_that_is_being_delisted(join: Join) -> None:
    _, alice = await join(futures_delisting=frozenset({BTC}))
    assert await alice.refused(1, alice.touch()[0] - 5) == "CONTRACT_IN_DELISTING"
    assert await alice.refused(1, alice.touch()[0] - 5, reduce_only=True) == "INCREASE_POSITION"
    async with alice.http.get(f"{alice.twin.rest_url}/futures/usdt/contracts/{BTC}") as response:
        row = await response.json()
    assert (row["status"], row["in_delisting"]) == ("delisting", True)


async def test_prices_that_a_position_does_not_live_to_see(join: Join) -> None:
    _, alice = await join()
    await alice.post(f"/positions/{BTC}/leverage", leverage="20")
    await alice.take(100)
    due = int(Decimal((await alice.get(f"/positions/{BTC}"))["liq_price"]))
    assert await alice.refused(-10, due - 10, reduce_only=True) == "PRICE_OVER_LIQUIDATION"
    assert await alice.refused(-10, due - 2000, reduce_only=True) == "PRICE_OVER_BANKRUPT"
    assert (await alice.placed(-10, due + 10, reduce_only=True))["finish_as"] == "filled"


async def test_each_order_of_a_batch_counts(join: Join) -> None:
    _, alice = await join(futures_order_limit=5, futures_cancel_limit=2)
    bid, _ = alice.touch()
    items = [{"contract": BTC, "size": 1, "price": str(bid - 5)}] * 4
    assert (await alice.ask("POST", "/batch_orders", body=items))[0] == 200
    status, body = await alice.ask("POST", "/batch_orders", body=items[:2])
    assert (status, body["label"]) == (429, "TOO_MANY_REQUESTS")
    assert (await alice.order(1, bid - 5))[0] == 201
    for _ in range(2):
        assert (await alice.ask("DELETE", "/orders", {"contract": BTC}))[0] == 200
    assert (await alice.ask("DELETE", "/orders", {"contract": BTC}))[0] == 429


async def test_headers_and_expiry(join: Join, http: aiohttp.ClientSession) -> None:
    twin, alice = await join()
    bid, _ = alice.touch()
    headers = alice.headers("GET", "/futures/usdt/positions", "", "")
    async with http.get(f"{twin.rest_url}/futures/usdt/positions", headers=headers) as response:
        assert response.headers["X-Gate-RateLimit-Limit"] == "200" and "X-Out-Time" in response.headers
    body = {"contract": BTC, "size": 1, "price": str(bid - 5)}
    late = await alice.ask("POST", "/orders", body=body, **{"x-gate-exptime": str(int(time.time() * 1000) - 50)})
    assert (late[0], late[1]["label"]) == (403, "REQUEST_EXPIRED") and alice.truth()["orders"] == []
    async with http.get(f"{twin.rest_url}/futures/usdt/positions") as response:
        assert (await response.json())["label"] == "MISSING_REQUIRED_HEADER"


async def test_the_most_open_orders(join: Join) -> None:
    _, alice = await join(futures_order_limit=1000)
    bid, _ = alice.touch()
    for _ in range(10):
        await alice.ask("POST", "/batch_orders", body=[{"contract": BTC, "size": 1, "price": str(bid - 5)}] * 10)
    assert len(alice.truth()["open_orders"]) == 100
    assert await alice.refused(1, bid - 5) == "TOO_MANY_ORDERS"
    assert (await alice.placed(1, bid - 5, tif="ioc"))["finish_as"] == "ioc"
