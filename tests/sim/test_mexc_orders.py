"""Orders on the MEXC twin over REST: every type and ending, rules, lookups, limits."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .conftest import StartTwin
from .traders import MexcTrader, account, best

VENUE = "mexc_spot"
Open = Callable[..., Awaitable[tuple[Twin, MexcTrader]]]


@pytest.fixture
def trade(start: StartTwin, http: aiohttp.ClientSession) -> Open:
    async def begin(**given: Any) -> tuple[Twin, MexcTrader]:
        owner = account(**given.pop("owner", {}))
        options = {"mexc_order_limit": 1000, "mexc_weight_limit": 100_000, "mexc_account_limit": 100} | given
        twin = await start(
            VENUE, accounts=[owner, account("bob", stp_group=given.get("group", 0))], **options
        )
        return twin, MexcTrader(http, twin, owner)

    return begin


async def test_a_limit_order_rests_and_is_cancelled(trade: Open) -> None:
    twin, alice = await trade()
    bid, _ = best(twin)
    before = twin.book("BTC_USDT")["id"]
    status, placed = await alice.place("BUY", "0.0025", bid - 1, newClientOrderId="acme-1")
    assert status == 200 and "status" not in placed and placed["orderId"].startswith("C02__")
    assert twin.book("BTC_USDT")["id"] == before + 1
    row = await alice.order(placed["orderId"])
    assert (row["status"], row["executedQty"], row["clientOrderId"]) == ("NEW", "0", "acme-1")
    balances = (await alice.call("GET", "/account"))[1]["balances"]
    assert Decimal(balances[0]["locked"]) == Decimal("0.0025") * (bid - 1)
    assert (await alice.call("GET", "/order", symbol="BTCUSDT", origClientOrderId="acme-1"))[1] == row
    status, gone = await alice.call("DELETE", "/order", symbol="BTCUSDT", origClientOrderId="acme-1")
    assert (status, gone["status"], gone["orderId"]) == (200, "CANCELED", placed["orderId"])
    status, again = await alice.call("DELETE", "/order", symbol="BTCUSDT", orderId=placed["orderId"])
    assert (status, again) == (400, {"code": -2011, "msg": "Unknown order sent."})
    assert (await alice.call("GET", "/order", symbol="BTCUSDT", orderId="C02__1"))[1]["code"] == -2013
    assert (await alice.call("GET", "/order", symbol="BTCUSDT"))[1]["code"] == 700004
    assert alice.truth()["balances"]["USDT"]["locked"] == "0"


@pytest.mark.parametrize(
    ("kind", "up", "quantity", "state"),
    [
        ("LIMIT", 5, "0.3", "FILLED"),
        ("LIMIT_MAKER", 5, "0.3", "CANCELED"),
        ("LIMIT_MAKER", -5, "0.3", "NEW"),
        ("IMMEDIATE_OR_CANCEL", -5, "0.3", "CANCELED"),
        ("IMMEDIATE_OR_CANCEL", 0, "9", "PARTIALLY_CANCELED"),
        ("FILL_OR_KILL", 0, "9", "CANCELED"),
        ("FILL_OR_KILL", 5, "0.3", "FILLED"),
        ("LIMIT", 0, "9", "PARTIALLY_FILLED"),
    ],
)
async def test_types_and_endings(trade: Open, kind: str, up: int, quantity: str, state: str) -> None:
    twin, alice = await trade()
    _, ask = best(twin)
    status, placed = await alice.place("BUY", quantity, ask + up, kind)
    assert status == 200, placed
    row = await alice.order(placed["orderId"])
    assert (row["status"], row["type"], row["origQty"]) == (state, kind, quantity)
    truth = alice.truth()
    spent = sum(Decimal(fill["quote"]) for fill in truth["fills"])
    fees = sum(Decimal(fill["fee"]) for fill in truth["fills"])
    assert Decimal(row["cummulativeQuoteQty"]) == spent and fees == spent * Decimal("0.0005")
    rest = Decimal(0) if row["status"] in ("FILLED", "CANCELED", "PARTIALLY_CANCELED") else Decimal(quantity)
    resting = (rest - Decimal(row["executedQty"]) if rest else rest) * (ask + up)
    assert Decimal(truth["balances"]["USDT"]["locked"]) == resting
    assert Decimal(truth["balances"]["USDT"]["total"]) == 1_000_000 - spent - fees


async def test_a_time_in_force_parameter_is_ignored(trade: Open) -> None:
    twin, alice = await trade()
    bid, _ = best(twin)
    _, placed = await alice.place("BUY", "0.01", bid - 5, timeInForce="IOC")
    assert (await alice.order(placed["orderId"]))["status"] == "NEW"


async def test_market_orders_by_quantity_and_by_quote(trade: Open) -> None:
    twin, alice = await trade()
    _, ask = best(twin)
    _, bought = await alice.place("BUY", None, kind="MARKET", quoteOrderQty="500")
    row = await alice.order(bought["orderId"])
    assert (
        row["status"] == "FILLED"
        and row["origQty"] == row["executedQty"]
        and row["origQuoteOrderQty"] == "500"
    )
    assert 499 < Decimal(row["cummulativeQuoteQty"]) * Decimal("1.0005") <= 500, (
        "the fee is inside of the amount"
    )
    assert Decimal(bought["price"]) > ask, "a protection price"
    _, by_quantity = await alice.place("BUY", "0.1", kind="MARKET")
    assert (await alice.order(by_quantity["orderId"]))["executedQty"] == "0.1"
    _, sold = await alice.place("SELL", "0.1", kind="MARKET")
    row = await alice.order(sold["orderId"])
    assert row["status"] == "FILLED" and Decimal(sold["price"]) < ask
    _, trades = await alice.call("GET", "/myTrades", symbol="BTCUSDT", orderId=sold["orderId"])
    assert {trade["commissionAsset"] for trade in trades} == {"USDT"} and not any(
        t["isMaker"] for t in trades
    )
    assert sum(Decimal(trade["qty"]) for trade in trades) == Decimal("0.1")
    assert alice.truth()["balances"]["USDT"]["locked"] == "0"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"symbol": "XXUSDT"}, 10007),
        ({"symbol": ""}, 700004),
        ({"side": "HOLD"}, 33333),
        ({"type": "STOP_MARKET"}, 33333),
        ({"type": ""}, 700004),
        ({"quantity": "0.000001"}, 30002),
        ({"quantity": "0.00001", "price": "91000"}, 30002),
        ({"quantity": "17"}, 30003),
        ({"quantity": "12"}, 30004),
        ({"quantity": "x"}, 33333),
        ({"quantity": ""}, 700004),
        ({"price": "91000.001"}, 33333),
        ({"price": "0"}, 33333),
        ({"price": "95000"}, 30087),
        ({"side": "SELL", "price": "85000"}, 30087),
        ({"side": "SELL", "price": "91900", "quantity": "16"}, 30005),
        ({"newClientOrderId": "a b"}, 700008),
        ({"newClientOrderId": "x" * 33}, 700008),
        ({"stpMode": "cancel_all"}, 33333),
        ({"type": "MARKET", "quantity": "", "quoteOrderQty": "0.5"}, 30002),
        ({"type": "MARKET", "quantity": "", "quoteOrderQty": "90001"}, 30003),
        ({"type": "MARKET", "quantity": ""}, 700004),
    ],
)
async def test_rules_have_their_code_and_nothing_rests(
    trade: Open, change: dict[str, str], code: int
) -> None:
    _, alice = await trade(owner={"balances": {"USDT": "1000000", "BTC": "15"}})
    given = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "quantity": "0.01",
        "price": "91000",
    } | change
    status, body = await alice.call("POST", "/order", **given)
    assert (status, body["code"]) == (400, code) and body["msg"], body
    truth = alice.truth()
    assert truth["orders"] == [] and {row["locked"] for row in truth["balances"].values()} == {"0"}
    if code not in (30004, 30005):
        assert (await alice.call("POST", "/order/test", **given))[1] == body


async def test_a_test_order_places_nothing(trade: Open) -> None:
    _, alice = await trade()
    given = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.01", "price": "91000"}
    assert await alice.call("POST", "/order/test", **given) == (200, {})
    assert alice.truth()["orders"] == []


async def test_batches_mix_orders_and_errors(trade: Open) -> None:
    twin, alice = await trade(mexc_batch_limit=100)
    bid, _ = best(twin)
    good = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "0.001", "price": str(bid - 1)}
    items = [good | {"newClientOrderId": "a-1"}, good | {"newClientOrderId": "a-2", "quantity": "0.00001"}]
    items.append(good | {"type": "LIMIT_ORDER"})
    status, rows = await alice.call("POST", "/batchOrders", batchOrders=json.dumps(items))
    assert status == 200 and rows[0]["newClientOrderId"] == "a-1" and rows[0]["orderListId"] == -1
    assert rows[1] == {
        "newClientOrderId": "a-2",
        "msg": "The minimum transaction volume cannot be less than:1USDT",
        "code": 30002,
    }
    assert rows[2]["orderId"] and len(alice.truth()["open_orders"]) == 2
    wrongs: list[Any] = [[], [good] * 21, [good, good | {"symbol": "ADAUSDT"}], {}]
    for wrong in wrongs:
        assert (await alice.call("POST", "/batchOrders", batchOrders=json.dumps(wrong)))[1]["code"] == 33333


async def test_lists_and_cancel_all(trade: Open) -> None:
    twin, alice = await trade()
    bid, ask = best(twin)
    for number in range(3):
        await alice.place("BUY", "0.001", bid - 1 - number)
    await alice.call(
        "POST", "/order", symbol="ADAUSDT", side="SELL", type="LIMIT", quantity="10", price="0.9"
    )
    await alice.place("BUY", "0.001", ask)
    _, rows = await alice.call("GET", "/openOrders", symbol="BTCUSDT")
    assert len(rows) == 3 and {row["symbol"] for row in rows} == {"BTCUSDT"}
    assert len((await alice.call("GET", "/openOrders"))[1]) == 4
    _, rows = await alice.call("GET", "/allOrders", symbol="BTCUSDT", limit="2")
    assert [row["status"] for row in rows] == ["FILLED", "NEW"]
    _, gone = await alice.call("DELETE", "/openOrders", symbol="BTCUSDT")
    assert len(gone) == 3 and {row["status"] for row in gone} == {"CANCELED"}
    assert (await alice.call("DELETE", "/openOrders", symbol="BTCUSDT"))[1] == []
    _, all_gone = await alice.call("DELETE", "/order/all")
    assert all_gone["code"] == 200 and alice.truth()["open_orders"] == []


async def test_twelve_orders_a_second(trade: Open) -> None:
    twin, alice = await trade(mexc_order_limit=12)
    bid, _ = best(twin)
    answers = [await alice.place("BUY", "0.001", bid - 1) for _ in range(13)]
    assert [status for status, _ in answers] == [200] * 12 + [429] and answers[-1][1]["code"] == 429
    status, _ = await alice.call("DELETE", "/order", symbol="BTCUSDT", orderId=answers[0][1]["orderId"])
    assert status == 429, "cancellations share the bucket"
    assert twin.stats()["refused"]["429"] == 2


async def test_open_orders_are_capped(trade: Open) -> None:
    twin, alice = await trade(mexc_max_open_orders=2)
    bid, _ = best(twin)
    answers = [await alice.place("BUY", "0.001", bid - 1) for _ in range(3)]
    assert answers[-1][0] == 400 and answers[-1][1]["code"] == 30029


async def test_self_trades_are_prevented_only_if_asked_for(trade: Open) -> None:
    twin, alice = await trade(owner={"stp_group": 3})
    bob = MexcTrader(alice.http, twin, account("bob"))
    _, ask = best(twin)
    queue = Decimal(twin.book("BTC_USDT")["asks"][0][1])
    _, resting = await alice.place("SELL", "0.01", ask)
    await bob.place("BUY", queue, ask)
    _, taker = await alice.place("BUY", "0.01", ask, stpMode="cancel_taker")
    row = await alice.order(taker["orderId"])
    assert (row["status"], row["cancelReason"], row["stpMode"]) == ("CANCELED", "stp_cancel", "cancel_taker")
    await alice.place("BUY", "0.004", ask)
    row = await alice.order(resting["orderId"])
    assert (row["status"], row["executedQty"]) == ("PARTIALLY_FILLED", "0.004")
    _, trades = await alice.call("GET", "/myTrades", symbol="BTCUSDT")
    assert len(trades) == 2 and len({trade["id"] for trade in trades}) == 1
    assert {trade["isSelfTrade"] for trade in trades} == {True}


async def test_account_facts(trade: Open) -> None:
    _, alice = await trade(owner={"taker_fee": "0.002", "pairs": frozenset({"BTC_USDT"})})
    _, fee = await alice.call("GET", "/tradeFee", symbol="BTCUSDT")
    assert fee["data"] == {"makerCommission": 0, "takerCommission": 0.002} and fee["code"] == 0
    assert (await alice.call("GET", "/selfSymbols"))[1]["data"] == ["BTCUSDT"]
    assert (await alice.call("GET", "/tradeFee", symbol="ADAUSDT"))[1]["code"] == 10007
    assert (await alice.call("GET", "/uid"))[1] == {"uid": str(alice.truth()["uid"])}
    assert (await alice.call("GET", "/kyc/status"))[1] == {"status": "3"}
    assert (await alice.call("GET", "/mxDeduct/enable"))[1]["data"] == {"mxDeductEnable": False}
