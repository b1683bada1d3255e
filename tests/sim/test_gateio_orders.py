"""Orders on the Gate twin over REST: every type and ending, rules, lookups, limits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .clients import until
from .conftest import StartTwin
from .traders import GateTrader, account, best

VENUE = "gateio_spot"
PAIR = {"currency_pair": "BTC_USDT"}
Open = Callable[..., Awaitable[tuple[Twin, GateTrader]]]


@pytest.fixture
def trade(start: StartTwin, http: aiohttp.ClientSession) -> Open:
    async def begin(**given: Any) -> tuple[Twin, GateTrader]:
        owner = account(**given.pop("owner", {}))
        options = {"gate_order_limit": 1000} | given
        twin = await start(VENUE, accounts=[owner, account("bob")], **options)
        return twin, GateTrader(http, twin, owner)

    return begin


async def test_a_limit_order_rests_in_the_public_book_and_is_cancelled(trade: Open) -> None:
    twin, alice = await trade()
    bid, _ = best(twin)
    before = twin.book("BTC_USDT")["id"]
    status, row = await alice.place("buy", "0.0025", bid - 1, text="t-mm-1", time_in_force="poc")
    assert (status, row["status"], row["finish_as"], row["left"]) == (201, "open", "open", "0.0025")
    assert twin.book("BTC_USDT")["id"] == before + 1
    levels = {Decimal(price): Decimal(amount) for price, amount in twin.book("BTC_USDT")["bids"]}
    assert levels[bid - 1] >= Decimal("0.0025")
    _, held = await alice.call("GET", "/spot/accounts", {"currency": "USDT"})
    assert Decimal(held[0]["locked"]) == Decimal("0.0025") * (bid - 1)
    for order_id in (row["id"], "t-mm-1"):
        assert (await alice.call("GET", f"/spot/orders/{order_id}", PAIR))[1]["id"] == row["id"]
    status, gone = await alice.call("DELETE", "/spot/orders/t-mm-1", PAIR)
    assert (status, gone["status"], gone["finish_as"]) == (200, "cancelled", "cancelled")
    assert twin.book("BTC_USDT")["id"] == before + 2
    assert twin.account(alice.owner.key)["balances"]["USDT"]["locked"] == "0"
    assert (await alice.call("DELETE", f"/spot/orders/{row['id']}", PAIR))[1]["label"] == "ORDER_CANCELLED"


async def test_taking_pays_the_resting_prices_and_the_fee_in_what_is_received(trade: Open) -> None:
    twin, alice = await trade()
    _, ask = best(twin)
    _, row = await alice.place("buy", "0.3", ask + 5)
    assert (row["status"], row["left"], row["fee_currency"]) == ("closed", "0", "BTC")
    assert Decimal(row["fee"]) == Decimal("0.3") * Decimal("0.001")
    _, fills = await alice.call("GET", "/spot/my_trades", PAIR | {"order_id": row["id"]})
    assert len(fills) > 1 and {fill["role"] for fill in fills} == {"taker"}
    assert sum(Decimal(fill["price"]) * Decimal(fill["amount"]) for fill in fills) == Decimal(
        row["filled_total"]
    )
    async with alice.http.get(f"{twin.rest_url}/spot/trades", params=PAIR) as response:
        public = {trade["id"]: trade for trade in await response.json()}
    for fill in fills:
        printed = public[fill["id"]]
        assert (printed["price"], printed["side"]) == (fill["price"], "buy")
        assert (printed["amount"], printed["sequence_id"]) == (fill["amount"], fill["sequence_id"])


@pytest.mark.parametrize(
    ("extra", "state", "reason"),
    [
        ({"type": "market", "amount": "50"}, "closed", "filled"),
        ({"type": "market", "amount": "50", "time_in_force": "fok"}, "closed", "filled"),
        ({"type": "market", "amount": "290000", "slippage": "0.0001"}, "cancelled", "depth_not_enough"),
        (
            {"type": "market", "amount": "290000", "time_in_force": "fok", "slippage": "0.0001"},
            "",
            "FOK_NOT_FILL",
        ),
    ],
)
async def test_market_buys_spend_quote(trade: Open, extra: dict[str, Any], state: str, reason: str) -> None:
    _, alice = await trade(symbols=["XRP_USDT"])
    fields = {"currency_pair": "XRP_USDT", "side": "buy"} | extra
    status, row = await alice.call("POST", "/spot/orders", body=fields)
    if not state:
        assert (status, row["label"]) == (400, reason)
        return
    assert (status, row["price"], row["status"], row["finish_as"]) == (201, "0", state, reason), row
    assert Decimal(row["left"]) == Decimal(row["amount"]) - Decimal(row["filled_total"])
    if state == "closed":
        assert 0 <= Decimal(row["left"]) < Decimal("0.05"), "less than one more step"


async def test_market_sell(trade: Open) -> None:
    _, alice = await trade()
    _, row = await alice.place("sell", "0.02", type="market")
    assert (row["status"], row["left"], row["fee_currency"]) == ("closed", "0", "USDT")


async def test_ioc_drops_the_rest_and_is_created_even_without_a_fill(trade: Open) -> None:
    twin, alice = await trade()
    bid, ask = best(twin)
    first = Decimal(twin.book("BTC_USDT")["asks"][0][1])
    status, row = await alice.place("buy", first + 1, ask, time_in_force="ioc")
    assert (status, row["status"], row["finish_as"], row["left"]) == (201, "cancelled", "ioc", "1")
    status, row = await alice.place("buy", "0.01", bid - 1, time_in_force="ioc")
    assert (status, row["finish_as"], row["filled_total"]) == (201, "ioc", "0")


@pytest.mark.parametrize(
    ("fields", "status", "label"),
    [
        ({"time_in_force": "poc", "up": 5}, 400, "POC_FILL_IMMEDIATELY"),
        ({"time_in_force": "fok", "amount": "15", "up": 0}, 400, "FOK_NOT_FILL"),
        ({"amount": "0.0000001"}, 400, "INVALID_PRECISION"),
        ({"price": "91000.001"}, 400, "INVALID_PRECISION"),
        ({"amount": "0.000001"}, 400, "AMOUNT_TOO_LITTLE"),
        ({"amount": "0.00001"}, 400, "INVALID_PARAM_VALUE"),
        ({"amount": "60"}, 400, "AMOUNT_TOO_MUCH"),
        ({"amount": "12"}, 400, "BALANCE_NOT_ENOUGH"),
        ({"price": "1000000"}, 400, "INVALID_PARAM_VALUE"),
        ({"price": "10"}, 400, "INVALID_PARAM_VALUE"),
        ({"price": None}, 400, "MISSING_REQUIRED_PARAM"),
        ({"price": "1e5"}, 400, "INVALID_PARAM_VALUE"),
        ({"amount": "-1"}, 400, "INVALID_PARAM_VALUE"),
        ({"currency_pair": "XX_USDT"}, 400, "INVALID_CURRENCY_PAIR"),
        ({"currency_pair": ""}, 400, "MISSING_REQUIRED_PARAM"),
        ({"side": "hold"}, 400, "INVALID_PARAM_VALUE"),
        ({"type": "market", "time_in_force": "gtc"}, 400, "INVALID_PARAM_VALUE"),
        ({"text": "mine"}, 400, "INVALID_PARAM_VALUE"),
        ({"text": "t-" + "x" * 29}, 400, "INVALID_PARAM_VALUE"),
        ({"stp_act": "cn"}, 400, "INVALID_PARAM_VALUE"),
        ({"account": "margin"}, 400, "INVALID_PARAM_VALUE"),
        ({"slippage": "0.5", "type": "market"}, 400, "INVALID_PARAM_VALUE"),
    ],
)
async def test_rules_name_their_label_and_nothing_rests(
    trade: Open, fields: dict[str, Any], status: int, label: str
) -> None:
    twin, alice = await trade()
    _, ask = best(twin)
    given = {"side": "buy", "amount": "0.01", "price": str(ask + fields.pop("up", -1))} | PAIR | fields
    given = {name: value for name, value in given.items() if value is not None}
    answer, body = await alice.call("POST", "/spot/orders", body=given)
    assert (answer, body["label"]) == (status, label) and body["message"]
    truth = alice.truth()
    assert truth["open_orders"] == truth["orders"] == [] and truth["balances"]["USDT"]["locked"] == "0"


async def test_amendments(trade: Open) -> None:
    twin, alice = await trade()
    bid, ask = best(twin)
    _, row = await alice.place("buy", "0.01", bid - 1)
    path = f"/spot/orders/{row['id']}"
    status, less = await alice.call("PATCH", path, PAIR, {"amount": "0.008", "amend_text": "less"})
    assert (status, less["amount"], less["left"], less["amend_text"]) == (200, "0.008", "0.008", "less")
    _, moved = await alice.call("PATCH", path, body=PAIR | {"price": str(bid - 2)})
    assert Decimal(moved["price"]) == bid - 2 and moved["id"] == row["id"]
    assert Decimal(alice.truth()["balances"]["USDT"]["locked"]) == Decimal("0.008") * (bid - 2)
    assert (await alice.call("PATCH", path, PAIR, {"amount": "0.008"}))[1]["label"] == "NO_CHANGE"
    assert (await alice.call("PATCH", path, PAIR, {"amount": "14"}))[1]["label"] == "BALANCE_NOT_ENOUGH"
    assert (await alice.call("PATCH", path, PAIR, {}))[1]["label"] == "MISSING_REQUIRED_PARAM"
    _, taken = await alice.call("PATCH", path, PAIR, {"price": str(ask + 1)})
    assert taken["status"] == "closed"
    assert (await alice.call("PATCH", path, PAIR, {"amount": "1"}))[1]["label"] == "ORDER_CLOSED"
    _, first = await alice.place("buy", "0.01", bid - 3, time_in_force="poc")
    _, crossing = await alice.call("PATCH", f"/spot/orders/{first['id']}", PAIR, {"price": str(ask + 1)})
    assert crossing["label"] == "POC_FILL_IMMEDIATELY"
    assert (await alice.call("GET", f"/spot/orders/{first['id']}", PAIR))[1]["status"] == "open"


async def test_batches_have_an_outcome_for_each_item(trade: Open) -> None:
    twin, alice = await trade()
    bid, _ = best(twin)
    good = PAIR | {"side": "buy", "amount": "0.001", "price": str(bid - 1)}
    items = [good | {"text": "t-1"}, good | {"text": "t-2", "amount": "99"}, good | {"text": "t-3"}]
    status, rows = await alice.call("POST", "/spot/batch_orders", body=items)
    assert status == 200 and [row["succeeded"] for row in rows] == [True, False, True]
    assert [row["text"] for row in rows] == ["t-1", "t-2", "t-3"] and rows[1]["label"] == "AMOUNT_TOO_MUCH"
    many = [good | {"text": f"t-{number}"} for number in range(11)]
    assert (await alice.call("POST", "/spot/batch_orders", body=many))[1]["label"] == "TOO_MANY_ORDERS"
    assert (await alice.call("POST", "/spot/batch_orders", body=[good]))[1]["label"] == "INVALID_REQUEST_BODY"
    changes = [PAIR | {"order_id": rows[0]["id"], "amount": "0.002"}, PAIR | {"order_id": "1", "amount": "1"}]
    _, amended = await alice.call("POST", "/spot/amend_batch_orders", body=changes)
    assert amended[0]["amount"] == "0.002" and amended[1]["label"] == "ORDER_NOT_FOUND"
    ids = [PAIR | {"id": rows[0]["id"]}, PAIR | {"id": "t-3"}, PAIR | {"id": "12"}]
    _, gone = await alice.call("POST", "/spot/cancel_batch_orders", body=ids)
    assert [row["succeeded"] for row in gone] == [True, True, False] and gone[2]["label"] == "ORDER_NOT_FOUND"


async def test_lists_and_cancel_all(trade: Open) -> None:
    twin, alice = await trade()
    bid, ask = best(twin)
    for number in range(3):
        await alice.place("buy", "0.001", bid - 1 - number)
    await alice.place("sell", "0.001", ask + 5)
    _, rows = await alice.call("GET", "/spot/orders", PAIR | {"status": "open"})
    assert len(rows) == 4
    _, pairs = await alice.call("GET", "/spot/open_orders")
    assert [(row["currency_pair"], row["total"]) for row in pairs] == [("BTC_USDT", 4)]
    _, gone = await alice.call("DELETE", "/spot/orders", PAIR | {"side": "buy"})
    assert len(gone) == 3 and all(row["succeeded"] for row in gone)
    _, rows = await alice.call("GET", "/spot/orders", {"status": "finished"})
    assert len(rows) == 3 and {row["finish_as"] for row in rows} == {"cancelled"}
    _, gone = await alice.call("DELETE", "/spot/orders")
    assert len(gone) == 1 and alice.truth()["open_orders"] == []
    assert (await alice.call("GET", "/spot/orders/99", PAIR))[1]["label"] == "ORDER_NOT_FOUND"
    assert (await alice.call("GET", "/spot/orders", {"status": "all"}))[1]["label"] == "INVALID_PARAM_VALUE"


async def test_the_dead_mans_switch(trade: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    twin, alice = await trade()
    bid, _ = best(twin)
    await alice.place("buy", "0.001", bid - 1)
    path = "/spot/countdown_cancel_all"
    assert (await alice.call("POST", path, body={"timeout": 4}))[1]["label"] == "INVALID_PARAM_VALUE"
    status, body = await alice.call("POST", path, body={"timeout": 5} | PAIR)
    assert status == 200 and abs(body["triggerTime"] - time.time() * 1000 - 5000) < 1000
    monkeypatch.setattr("hftx.sim.gateio.desk._LEAST_COUNTDOWN_S", 1)
    await alice.call("POST", path, body={"timeout": 1})
    await asyncio.sleep(0.1)
    assert len(alice.truth()["open_orders"]) == 1
    await until(lambda: not alice.truth()["open_orders"])
    assert alice.truth()["orders"][0]["reason"] == "cancelled"
    await alice.place("buy", "0.001", bid - 1)
    await alice.call("POST", path, body={"timeout": 0} | PAIR)
    assert len(alice.truth()["open_orders"]) == 1


async def test_action_modes(trade: Open) -> None:
    twin, alice = await trade()
    bid, _ = best(twin)
    _, ack = await alice.place("buy", "0.001", bid - 1, action_mode="ACK")
    assert set(ack) == {"id", "text", "amend_text"}
    _, result = await alice.place("buy", "0.001", bid - 1, action_mode="RESULT")
    assert "fee" not in result and result["status"] == "open"


async def test_ten_orders_a_second_and_pair(trade: Open) -> None:
    twin, alice = await trade(gate_order_limit=10, gate_order_window_s=30.0)
    bid, _ = best(twin)
    answers = [await alice.place("buy", "0.001", bid - 1) for _ in range(11)]
    assert [status for status, _ in answers] == [201] * 10 + [429]
    assert answers[-1][1]["label"] == "TOO_MANY_REQUESTS"
    status, _ = await alice.call("PATCH", f"/spot/orders/{answers[0][1]['id']}", PAIR, {"amount": "0.002"})
    assert status == 429, "amendments share the bucket"
    status, _ = await alice.place("buy", "10", "0.8", currency_pair="ADA_USDT")
    assert status == 201, "another pair has its own"
    assert (await alice.call("DELETE", f"/spot/orders/{answers[0][1]['id']}", PAIR))[0] == 200


async def test_two_accounts_trade_with_each_other(trade: Open) -> None:
    twin, alice = await trade()
    bob = GateTrader(alice.http, twin, account("bob"))
    bid, ask = best(twin)
    price = ask - Decimal("0.01") if ask - bid > Decimal("0.01") else bid
    queue = Decimal(dict(twin.book("BTC_USDT")["bids"]).get(f"{price:f}".rstrip("0").rstrip("."), "0"))
    _, resting = await alice.place("buy", "0.01", price)
    await bob.place("sell", queue + Decimal("0.004"), price)
    _, row = await alice.call("GET", f"/spot/orders/{resting['id']}", PAIR)
    assert (row["status"], row["left"], row["filled_amount"]) == ("open", "0.006", "0.004")
    (maker,) = alice.truth()["fills"]
    taker = bob.truth()["fills"][-1]
    assert maker["trade"] == taker["trade"] and (maker["is_maker"], taker["is_maker"]) == (True, False)


@pytest.mark.parametrize(
    ("act", "taker", "maker"),
    [(None, "stp", "open"), ("cn", "stp", "open"), ("co", "filled", "stp"), ("cb", "stp", "stp")],
)
async def test_self_trade_prevention_in_a_group(trade: Open, act: str | None, taker: str, maker: str) -> None:
    twin, alice = await trade(owner={"stp_group": 4})
    bob = GateTrader(alice.http, twin, account("bob"))
    _, ask = best(twin)
    queue = Decimal(twin.book("BTC_USDT")["asks"][0][1])
    _, resting = await alice.place("sell", "0.01", ask)
    await bob.place("buy", queue, ask)
    _, row = await alice.place("buy", "0.02", ask + 5, **({} if act is None else {"stp_act": act}))
    assert (row["finish_as"], row["stp_id"], row["stp_act"]) == (taker, 4, act or "cn")
    _, other = await alice.call("GET", f"/spot/orders/{resting['id']}", PAIR)
    assert other["finish_as"] == maker and bool(alice.truth()["fills"]) is (taker == "filled")
