"""Gate futures' signed order endpoints: rules, life of an order, lists, batches, limits."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .conftest import StartTwin
from .futures_traders import ADA, BTC, CJK, ETH, FuturesTrader, owner

Party = tuple[Twin, FuturesTrader]
Join = Callable[..., Awaitable[Party]]


@pytest.fixture
def join(start: StartTwin, http: aiohttp.ClientSession) -> Join:
    async def begin(**given: Any) -> Party:
        mine = owner(**given.pop("owner", {}))
        symbols = (BTC, ETH, ADA, CJK)
        twin = await start("gateio_futures", symbols=symbols, accounts=[mine, owner("bob")], **given)
        return twin, FuturesTrader(http, twin, mine)

    return begin


async def test_an_order_rests_is_listed_amended_and_cancelled(join: Join) -> None:
    _, alice = await join()
    bid, _ = alice.touch()
    row = await alice.placed(10, bid - 5, text="t-one", tif="poc")
    assert row["id"] > 2**53 and row["id_string"] == str(row["id"]) and row["status"] == "open"
    assert (row["size"], row["left"], row["price"], row["fill_price"]) == (10, 10, str(bid - 5), "0")
    assert (row["text"], row["tif"], row["mkfr"], row["tkfr"]) == ("t-one", "poc", "0.0002", "0.0005")
    assert "finish_as" not in row and "finish_time" not in row and row["user"] == int(alice.uid)
    (listed,) = await alice.get("/orders", contract=BTC, status="open")
    assert listed == row == await alice.get(f"/orders/{row['id']}") == await alice.get("/orders/t-one")
    status, amended = await alice.ask("PUT", f"/orders/{row['id']}", body={"size": 4, "amend_text": "less"})
    assert status == 200 and (amended["size"], amended["left"], amended["amend_text"]) == (4, 4, "less")
    status, gone = await alice.ask("DELETE", f"/orders/{row['id']}")
    assert status == 200 and (gone["status"], gone["finish_as"], gone["left"]) == ("finished", "cancelled", 4)
    assert gone["finish_time"] >= gone["create_time"]
    assert (await alice.ask("DELETE", f"/orders/{row['id']}"))[1]["label"] == "ORDER_FINISHED"
    assert await alice.get("/orders", contract=BTC, status="finished") == [gone]
    assert await alice.get("/orders_timerange", contract=BTC) == [gone]
    assert (await alice.ask("DELETE", "/orders/123"))[0] == 404


async def test_a_sell_is_a_negative_size(join: Join) -> None:
    _, alice = await join()
    bid, _ = alice.touch()
    row = await alice.placed(-30, bid - 5, tif="ioc")
    assert row["finish_as"] == "filled" and (row["size"], row["left"]) == (-30, 0)
    trades = await alice.get("/my_trades", contract=BTC, order=row["id"])
    assert sum(trade["size"] for trade in trades) == -30
    mean = sum(Decimal(trade["price"]) * trade["size"] for trade in trades) / -30
    assert abs(Decimal(row["fill_price"]) - mean) < Decimal("1e-9")
    for trade in trades:
        value = Decimal(trade["price"]) * abs(trade["size"]) * Decimal("0.0001")
        assert Decimal(trade["fee"]) == value * Decimal("0.0005") and trade["close_size"] == 0
    assert alice.position()["size"] == "-30"


async def test_market_orders(join: Join) -> None:
    twin, alice = await join()
    assert await alice.refused(10, "0") == "INVALID_PARAM_VALUE", "gtc"
    row = await alice.take(10)
    assert (row["price"], row["finish_as"], row["left"]) == ("0", "filled", 0)
    tiny = await alice.take(-50_000, market_order_slip_ratio="0.000001")
    assert tiny["finish_as"] == "ioc" and tiny["left"] < 0, "the walk ends at the slip ratio"
    assert await alice.refused(10, "0", tif="ioc", market_order_slip_ratio="0.9") == "INVALID_PARAM_VALUE"
    assert twin.act("mark", contract=BTC, price="50000")["mark_price"] == "50000"


async def test_what_cannot_fill_is_refused_or_ends_at_once(join: Join) -> None:
    _, alice = await join()
    _, ask = alice.touch()
    assert await alice.refused(10, ask, tif="poc") == "ORDER_POC_IMMEDIATE"
    assert await alice.refused(900_000, ask, tif="fok") in ("ORDER_FOK", "INSUFFICIENT_AVAILABLE")
    _, lenient = await join(futures_refuses_unfillable=False)
    for tif in ("poc", "fok"):
        row = await lenient.placed(9000, lenient.touch()[1], tif=tif)
        assert (row["status"], row["finish_as"]) == ("finished", tif)


async def test_ticks_that_are_no_power_of_ten(join: Join) -> None:
    _, alice = await join()
    bid, _ = alice.touch(ETH)
    assert bid % Decimal("0.05") == 0
    row = await alice.placed(1, bid - Decimal("0.05"), ETH)
    assert Decimal(row["price"]) == bid - Decimal("0.05")
    assert await alice.refused(1, bid - Decimal("0.01"), ETH) == "INVALID_PARAM_VALUE"


async def test_decimal_sizes(join: Join) -> None:
    _, alice = await join()
    bid, _ = alice.touch(ADA)
    low = bid - Decimal("0.01")
    cut = await alice.placed("1.7", low, ADA)
    assert (cut["size"], alice.truth()["open_orders"][0]["quantity"]) == (1, "1"), "a fraction is cut when sent"
    alice.decimals = True
    row = await alice.placed("1.7", low, ADA, iceberg="0.5")
    assert (row["size"], row["left"], row["iceberg"]) == ("1.7", "1.7", "0.5")
    assert (await alice.placed("-2", alice.touch(ADA)[1] + Decimal("0.01"), ADA))["size"] == "-2"
    assert await alice.refused("1.75", low, ADA) == "INVALID_PARAM_VALUE"
    alice.decimals = False
    assert [order["size"] for order in await alice.get("/orders", contract=ADA, status="open")] == [-2, 1, 1]


async def test_a_contract_with_a_name_beyond_ascii(join: Join) -> None:
    _, alice = await join()
    bid, _ = alice.touch(CJK)
    row = await alice.placed(3, bid, CJK)
    assert row["contract"] == CJK
    assert [order["id"] for order in await alice.get("/orders", contract=CJK, status="open")] == [row["id"]]


async def test_batches(join: Join) -> None:
    _, alice = await join()
    bid, ask = alice.touch()
    items = [
        {"contract": BTC, "size": 5, "price": str(bid - 5), "text": "t-a"},
        {"contract": BTC, "size": 5, "price": str(ask + 5), "tif": "poc", "text": "t-b"},
        {"contract": BTC, "size": -5, "price": str(ask + 5), "text": "t-c"},
    ]
    status, rows = await alice.ask("POST", "/batch_orders", body=items)
    assert status == 200 and [row["succeeded"] for row in rows] == [True, False, True]
    assert rows[1]["label"] == "ORDER_POC_IMMEDIATE" and rows[1]["text"] == "t-b" and rows[1]["detail"]
    status, body = await alice.ask("POST", "/batch_orders", body=[items[0] | {"size": "x"}, items[2]])
    assert (status, body["label"]) == (400, "INVALID_PARAM_VALUE") and len(alice.truth()["orders"]) == 2
    changes: list[Any] = [{"order_id": rows[0]["id"], "size": 7}, {"text": "t-c", "price": str(ask + 6)}]
    changes.append({"text": "t-none", "size": 1})
    status, amended = await alice.ask("POST", "/batch_amend_orders", body=changes)
    assert [row["succeeded"] for row in amended] == [True, True, False]
    assert (amended[0]["size"], amended[1]["price"], amended[2]["label"]) == (7, str(ask + 6), "ORDER_NOT_FOUND")
    ids = [str(rows[0]["id"]), "t-c", "99"]
    status, ended = await alice.ask("POST", "/batch_cancel_orders", body=ids)
    assert [row.get("succeeded", False) for row in ended] == [True, True, False]
    assert ended[2]["message"] == "ORDER_NOT_FOUND" and [row["id"] for row in ended] == ids
    assert (await alice.ask("POST", "/batch_orders", body=items * 4))[0] == 400


async def test_cancel_all_by_side_and_kind(join: Join) -> None:
    _, alice = await join()
    bid, ask = alice.touch()
    await alice.take(10)
    bought = await alice.placed(1, bid - 5)
    sold = await alice.placed(-1, ask + 5)
    spared = await alice.placed(-1, ask + 6, reduce_only=True)
    assert (await alice.ask("DELETE", "/orders"))[1]["label"] == "MISSING_REQUIRED_PARAM"
    _, rows = await alice.ask("DELETE", "/orders", {"contract": BTC, "side": "bid"})
    assert [row["id"] for row in rows] == [bought["id"]]
    _, rows = await alice.ask("DELETE", "/orders", {"contract": BTC, "exclude_reduce_only": "true"})
    assert [row["id"] for row in rows] == [sold["id"]]
    _, rows = await alice.ask("DELETE", "/orders", {"contract": BTC})
    assert [row["id"] for row in rows] == [spared["id"]]


async def test_amendments_keep_their_rules(join: Join) -> None:
    twin, alice = await join()
    bid, ask = alice.touch()
    row = await alice.placed(9000, bid)

    async def amend(**fields: Any) -> Any:
        status, body = await alice.ask("PUT", f"/orders/{row['id']}", body=fields)
        return body["label"] if status != 200 else body

    assert await amend() == "MISSING_REQUIRED_PARAM" and await amend(size=9000) == "NO_CHANGE"
    assert await amend(size=-9000) == "INVALID_PARAM_VALUE" and await amend(price=str(bid / 9)) == "INVALID_PARAM_VALUE"
    while not alice.truth()["fills"]:
        twin.play(1)
    filled = int(Decimal(alice.truth()["fills"][0]["quantity"]))
    ended = await amend(size=filled)
    assert (ended["finish_as"], ended["size"] - ended["left"]) == ("cancelled", filled)
    again = await alice.placed(10, bid - 5)
    _, crossed = await alice.ask("PUT", f"/orders/{again['id']}", body={"price": str(ask + 9)})
    assert crossed["finish_as"] == "filled"


async def test_self_trade_prevention(join: Join) -> None:
    _, alice = await join(owner={"stp_group": 7})
    bid, ask = alice.touch()
    best = ask - Decimal("0.1")
    resting = await alice.placed(-5, best) if best > bid else await alice.placed(-5, ask)
    taker = await alice.placed(5000, alice.touch()[1], tif="ioc")
    assert taker["finish_as"] == "stp" and taker["stp_id"] == 7 and taker["stp_act"] == "cn"
    other = await alice.placed(5000, alice.touch()[1], tif="ioc", stp_act="co")
    assert other["stp_act"] == "co"
    assert (await alice.get(f"/orders/{resting['id']}"))["finish_as"] == "stp"


async def test_an_order_at_the_price_of_a_level(join: Join) -> None:
    twin, alice = await join()
    body = {"contract": BTC, "size": 3, "direction": "sell", "level": 3}
    status, row = await alice.ask("POST", "/bbo_orders", body=body | {"tif": "ioc"})
    assert status == 201 and row["size"] == -3 and row["finish_as"] == "filled"
    assert (await alice.ask("POST", "/bbo_orders", body=body | {"level": 21}))[0] == 400
    level = twin.book(BTC)["asks"][1][0]
    status, row = await alice.ask("POST", "/bbo_orders", body=body | {"direction": "buy", "level": 2})
    assert (status, row["price"]) == (201, level)


async def test_fills_in_both_lists(join: Join) -> None:
    _, alice = await join()
    await alice.take(10)
    await alice.take(-25)
    rows, ranged = await alice.get("/my_trades", contract=BTC), await alice.get("/my_trades_timerange", contract=BTC)
    assert [row["trade_id"] for row in ranged] == [str(row["id"]) for row in rows]
    assert "id" not in ranged[0] and sum(row["size"] for row in rows) == -15
    assert sum(row["close_size"] for row in rows) == -10, "it closed ten and opened fifteen"
    assert await alice.get("/my_trades_timerange", role="maker") == []
    assert await alice.get("/my_trades", limit=1, offset=1) == rows[1:2]


async def test_ended_orders_are_forgotten(join: Join) -> None:
    _, alice = await join(futures_cancelled_kept_s=0, futures_text_kept_s=0)
    bid, _ = alice.touch()
    row = await alice.placed(1, bid - 5, text="t-gone")
    await alice.ask("DELETE", f"/orders/{row['id']}")
    filled = await alice.take(5, text="t-kept")
    end_s = time.time() + 5
    while (await alice.ask("GET", f"/orders/{row['id']}"))[0] == 200:
        assert time.time() < end_s
    assert (await alice.ask("GET", "/orders/t-gone"))[1]["label"] == "ORDER_NOT_FOUND"
    assert [order["id"] for order in await alice.get("/orders", status="finished")] == [filled["id"]]
    assert (await alice.get("/orders/t-kept"))["id"] == filled["id"]


async def test_the_dead_mans_switch(join: Join) -> None:
    twin, alice = await join()
    bid, _ = alice.touch()
    await alice.placed(1, bid - 5)
    assert (await alice.ask("POST", "/countdown_cancel_all", body={"timeout": 3}))[0] == 400
    status, body = await alice.ask("POST", "/countdown_cancel_all", body={"timeout": 5, "contract": BTC})
    assert status == 200 and abs(body["triggerTime"] - time.time() * 1000 - 5000) < 2000
    clock = twin._venue.now_s
    twin._venue.now_s = lambda: clock() + 6
    twin._venue.tick()
    assert alice.truth()["open_orders"] == []
