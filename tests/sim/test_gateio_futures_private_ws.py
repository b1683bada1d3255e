"""Gate futures' private channels: subscriptions, payload shapes, exact numbers, order of events."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .clients import GateSocket
from .conftest import StartTwin
from .futures_traders import ADA, BTC, CJK, DECIMALS, FuturesTrader, exact, owner

Party = tuple[Twin, FuturesTrader, GateSocket]
Join = Callable[..., Awaitable[Party]]
ORDERS, TRADES, POSITIONS, BALANCES = (
    f"futures.{name}" for name in ("orders", "usertrades", "positions", "balances")
)


@pytest.fixture
def join(start: StartTwin, http: aiohttp.ClientSession) -> Join:
    async def begin(**given: Any) -> Party:
        mine = owner(**given.pop("owner", {}))
        headers = given.pop("headers", {})
        twin = await start("gateio_futures", symbols=(BTC, ADA, CJK), accounts=[mine, owner("bob")], **given)
        ws = await http.ws_connect(twin.ws_url, headers=headers)
        return twin, FuturesTrader(http, twin, mine), GateSocket(ws)

    return begin


async def test_acks_and_refusals(join: Join) -> None:
    _, alice, socket = await join()
    ack = await alice.listen(socket, ORDERS)
    assert ack["result"] == {"status": "success"} and "error" not in ack and ack["payload"] == [alice.uid, "!all"]
    wrong = await alice.listen(socket, ORDERS, SIGN="0" * 128)
    assert wrong["error"]["code"] == 4 and "INVALID_SIGNATURE" in wrong["error"]["message"]
    bare = await socket.reply(ORDERS, "subscribe", [alice.uid, "!all"])
    assert bare["error"]["code"] == 4
    for payload in ([alice.uid], [alice.uid, "NO_USDT"], [], [1, 2]):
        assert (await alice.listen(socket, ORDERS, payload))["error"]["code"] == 2
    for channel in ("autoorders", "liquidates", "auto_deleverages", "position_closes", "reduce_risk_limits"):
        assert (await alice.listen(socket, f"futures.{channel}"))["result"]["status"] == "success"
    assert (await alice.listen(socket, BALANCES, [alice.uid]))["result"]["status"] == "success"
    assert (await alice.listen(socket, "futures.position_adl_rank", [BTC]))["result"]["status"] == "success"


async def test_a_wrong_user_id_is_acked_and_silent(join: Join) -> None:
    twin, alice, socket = await join()
    other = str(twin.account("fut-bob-key")["uid"])
    for payload in ([other, "!all"], ["1", "!all"]):
        assert (await alice.listen(socket, ORDERS, payload))["result"]["status"] == "success"
    assert (await alice.listen(socket, POSITIONS, ["0", BTC]))["result"]["status"] == "success", "a placeholder"
    bob = FuturesTrader(alice.http, twin, owner("bob"))
    await bob.take(5)
    await alice.take(5)
    first = await socket.message()
    assert first["channel"] == POSITIONS and first["result"][0]["user"] == alice.uid


async def test_a_new_order_and_its_end(join: Join) -> None:
    _, alice, socket = await join()
    await alice.listen(socket, ORDERS)
    bid, _ = alice.touch()
    price = bid - 5
    placed = await alice.placed(-25, price + 100, tif="poc", text="t-mm", iceberg=10)
    text, (row,) = await exact(socket, ORDERS)
    assert f'"price":{price + 100},' in text and f'"id":{placed["id"]},' in text, "numbers, all digits"
    assert (row["status"], row["finish_as"], row["finish_time_ms"]) == ("open", "_new", row["create_time_ms"])
    assert (row["size"], row["left"], row["iceberg"], row["fill_price"]) == (-25, -25, 10, 0)
    assert row["user"] == alice.uid and row["stp_id"] == "0" and row["mkfr"] == Decimal("0.0002")
    assert row["update_id"] == 1 and row["text"] == "t-mm" and type(row["create_time"]) is int
    await alice.ask("PUT", f"/orders/{placed['id']}", body={"size": -20})
    _, (row,) = await exact(socket, ORDERS)
    assert (row["finish_as"], row["size"], row["update_id"]) == ("_update", -20, 2)
    await alice.ask("DELETE", f"/orders/{placed['id']}")
    _, (row,) = await exact(socket, ORDERS)
    assert (row["status"], row["finish_as"], row["left"], row["update_id"]) == ("finished", "cancelled", -20, 3)


async def test_the_order_of_events(join: Join) -> None:
    _, alice, socket = await join()
    for channel in (BALANCES, POSITIONS, ORDERS, TRADES, "futures.position_closes"):
        await alice.listen(socket, channel)
    await alice.take(10)
    channels = [(await socket.message())["channel"] for _ in range(5)]
    assert channels == [TRADES, ORDERS, ORDERS, POSITIONS, BALANCES], "the fill, new and filled, position, fee"
    await alice.take(0, close=True)
    heard = [await socket.message() for _ in range(6)]
    assert [message["channel"] for message in heard][-1] == "futures.position_closes"
    assert heard[-1]["result"][0]["side"] == "long"
    (balances,) = [message["result"] for message in heard if message["channel"] == BALANCES]
    assert [row["type"] for row in balances] == ["pnl", "fee"]


async def test_fills_positions_and_balances(join: Join) -> None:
    _, alice, socket = await join()
    await alice.take(4)
    for channel in (TRADES, POSITIONS, BALANCES):
        await alice.listen(socket, channel)
    order = await alice.take(-10)
    _, (fill,) = await exact(socket, TRADES)
    assert fill["id"].isdigit() and int(fill["id"]) > 2**53 and fill["order_id"] == str(order["id"])
    assert (fill["size"], fill["close_size"], fill["role"]) == (-10, "-4", "taker"), "close_size is text"
    notional = Decimal(fill["price"]) * 10 * Decimal("0.0001")
    assert fill["fee"] == notional * Decimal("0.0005") and fill["point_fee"] == 0
    _, (position,) = await exact(socket, POSITIONS)
    assert position["size"] == -6 and position["entry_price"] == Decimal(fill["price"])
    assert position["mode"] == "single" and position["update_id"] == 2 and position["leverage"] == 0
    _, balances = await exact(socket, BALANCES)
    assert balances[-1]["type"] == "fee" and balances[-1]["change"] == -fill["fee"]
    assert balances[-1]["text"] == f"{BTC}:{order['id']}" and balances[-1]["currency"] == "usdt"
    assert balances[-1]["balance"] == Decimal(alice.truth()["balances"]["USDT"]["total"])


async def test_a_rebate_is_a_negative_fee(join: Join, start: StartTwin, http: aiohttp.ClientSession) -> None:
    mine = owner()
    twin = await start("gateio_futures", symbols=("SOL_USDT",), accounts=[mine, owner("bob")])
    alice, bob = FuturesTrader(http, twin, mine), FuturesTrader(http, twin, owner("bob"))
    socket = GateSocket(await http.ws_connect(twin.ws_url))
    await alice.listen(socket, TRADES)
    await alice.listen(socket, BALANCES, [alice.uid])
    _, ask = alice.touch("SOL_USDT")
    await alice.placed(3, ask - Decimal("0.01"), "SOL_USDT", tif="poc")
    while not alice.truth()["fills"]:
        await bob.take(-1, "SOL_USDT")
    _, (fill,) = await exact(socket, TRADES)
    _, (entry,) = await exact(socket, BALANCES)
    assert fill["fee"] < 0 < entry["change"] and fill["role"] == "maker"


async def test_sizes_as_text_with_the_header(join: Join) -> None:
    _, alice, socket = await join(headers=DECIMALS)
    alice.decimals = True
    for channel in (ORDERS, TRADES, POSITIONS):
        await alice.listen(socket, channel)
    await alice.take("1.7", ADA)
    _, (fill,) = await exact(socket, TRADES)
    _, (order,) = await exact(socket, ORDERS)
    _, (position,) = await exact(socket, POSITIONS)
    assert (fill["size"], order["size"], order["left"], position["size"]) == ("1.7", "1.7", "1.7", "1.7")
    assert order["iceberg"] == "0" and fill["close_size"] == "0"
    plain = GateSocket(await alice.http.ws_connect(alice.twin.ws_url))
    await alice.listen(plain, TRADES)
    await alice.take("-1.7", ADA)
    _, (fill,) = await exact(plain, TRADES)
    assert fill["size"] == -1 and fill["close_size"] == "-1", "cut toward zero"


async def test_one_contract_and_all(join: Join) -> None:
    _, alice, socket = await join()
    await alice.listen(socket, ORDERS, [alice.uid, CJK])
    await alice.placed(1, alice.touch()[0] - 5)
    await alice.placed(1, alice.touch(CJK)[0], CJK)
    frame = await socket.frame()
    assert json.loads(frame.data)["result"][0]["contract"] == CJK and CJK in frame.data
    now = int(time.time())
    auth = alice.auth(ORDERS, "unsubscribe", now)
    ack = await socket.reply(ORDERS, "unsubscribe", [alice.uid, CJK], auth=auth, time=now)
    assert ack["result"]["status"] == "success" and alice.twin.stats()["subscriptions"] == 0


async def test_liquidation_and_deleveraging_are_told(join: Join) -> None:
    twin, alice, socket = await join()
    await alice.take(10)
    for channel in (ORDERS, "futures.liquidates", "futures.auto_deleverages", "futures.public_liquidates"):
        if "public" in channel:
            await socket.reply(channel, "subscribe", [BTC])
        else:
            await alice.listen(socket, channel)
    twin.act("deleverage", key=alice.owner.key, contract=BTC, size="4")
    _, (order,) = await exact(socket, ORDERS)
    assert (order["finish_as"], order["text"]) == ("auto_deleveraged", "auto_deleveraging")
    _, (event,) = await exact(socket, "futures.auto_deleverages")
    assert (event["trade_size"], event["position_size"]) == (-4, 6) and isinstance(event["entry_price"], Decimal)
    twin.act("liquidate", key=alice.owner.key, contract=BTC)
    _, (order,) = await exact(socket, ORDERS)
    assert order["is_liq"] is True and order["status"] == "finished"
    _, (event,) = await exact(socket, "futures.liquidates")
    assert (event["order_id"], event["size"], event["left"]) == (order["id"], 6, 0)
    assert event["user"] == alice.uid and event["margin"] == 0


async def test_a_lowered_risk_limit_is_told(join: Join) -> None:
    twin, alice, socket = await join()
    await alice.post(f"/positions/{BTC}/leverage", leverage="20")
    await alice.post(f"/positions/{BTC}/risk_limit", risk_limit="5000000")
    await alice.take(10)
    await alice.placed(1, alice.touch()[0] - 5)
    await alice.listen(socket, "futures.reduce_risk_limits")
    twin.act("cut_risk", key=alice.owner.key, contract=BTC)
    _, (row,) = await exact(socket, "futures.reduce_risk_limits")
    assert (row["risk_limit"], row["cancel_orders"], row["leverage_max"]) == (1000000, 1, 125)
    assert row["liq_price"] > 0 and row["user"] == alice.uid and alice.truth()["open_orders"] == []


async def test_a_liquidation_is_published(join: Join) -> None:
    twin, alice, socket = await join()
    await alice.take(10)
    for channel in ("futures.public_liquidates", "futures.trades"):
        await socket.reply(channel, "subscribe", [BTC])
    twin.act("liquidate", key=alice.owner.key, contract=BTC)
    heard = {message["channel"]: message["result"][-1] for message in [await socket.message() for _ in range(2)]}
    assert heard["futures.public_liquidates"]["size"] == heard["futures.trades"]["size"] == -10
    assert heard["futures.trades"]["is_internal"] is True


async def test_transfers_and_funding_reach_the_balances(join: Join) -> None:
    twin, alice, socket = await join(owner={"in_futures": 1000})
    await alice.take(10)
    await alice.listen(socket, BALANCES, [alice.uid])
    body = {"currency": "USDT", "from": "spot", "to": "futures", "amount": "5"}
    assert (await alice.call("POST", "/wallet/transfers", body=body))[0] == 200
    _, (entry,) = await exact(socket, BALANCES)
    assert (entry["type"], entry["change"]) == ("dnw", 5)
    twin.act("funding", contract=BTC, rate="-0.0002")
    _, (entry,) = await exact(socket, BALANCES)
    assert entry["type"] == "fund" and entry["change"] > 0
