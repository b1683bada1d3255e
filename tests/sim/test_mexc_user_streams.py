"""MEXC's listen keys and private channels against the twin's own truth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .clients import MexcSocket, until
from .conftest import StartTwin
from .traders import MexcTrader, account, best

ORDERS, DEALS, ACCOUNT = (f"spot@private.{name}.v3.api.pb" for name in ("orders", "deals", "account"))
STATUS = {"NEW": 1, "FILLED": 2, "PARTIALLY_FILLED": 3, "CANCELED": 4, "PARTIALLY_CANCELED": 5}
ENOUGH = {"mexc_order_limit": 1000, "mexc_weight_limit": 100_000}
Party = tuple[Twin, MexcTrader]
Join = Callable[..., Awaitable[Party]]


@pytest.fixture
def join(start: StartTwin, http: aiohttp.ClientSession) -> Join:
    async def begin(**given: Any) -> Party:
        owner = account()
        twin = await start("mexc_spot", accounts=[owner, account("bob")], **ENOUGH | given)
        return twin, MexcTrader(http, twin, owner)

    return begin


async def key_of(alice: MexcTrader) -> str:
    status, body = await alice.call("POST", "/userDataStream")
    assert status == 200 and len(body["listenKey"]) == 64
    return str(body["listenKey"])


async def listen(alice: MexcTrader, key: str, *channels: str) -> MexcSocket:
    socket = MexcSocket(await alice.http.ws_connect(f"{alice.twin.ws_url}?listenKey={key}"))
    if channels:
        assert (await socket.reply("SUBSCRIPTION", list(channels)))["msg"] == ",".join(channels)
    return socket


async def test_keys_are_made_listed_renewed_and_deleted(join: Join) -> None:
    _, alice = await join()
    key = await key_of(alice)
    assert (await alice.call("PUT", "/userDataStream", listenKey=key))[1] == {"listenKey": key}
    _, listed = await alice.call("GET", "/userDataStream")
    assert listed == {"listenKey": [key], "total": 60, "available": 59}
    socket = await listen(alice, key, ORDERS)
    assert (await alice.call("DELETE", "/userDataStream", listenKey=key))[1] == {"listenKey": key}
    await socket.closed()
    for method in ("PUT", "DELETE"):
        assert (await alice.call(method, "/userDataStream", listenKey=key))[0] == 400
    assert (await alice.call("PUT", "/userDataStream"))[1]["code"] == 700004


async def test_a_wrong_key_is_told_so_in_plain_text(join: Join) -> None:
    _, alice = await join()
    socket = await listen(alice, "f" * 64)
    frame = await socket.frame()
    assert (frame.type, frame.data) == (aiohttp.WSMsgType.TEXT, "Invalid listen key")
    await socket.closed()


async def test_five_connections_a_key_and_a_cap_of_keys(join: Join) -> None:
    _, alice = await join(mexc_connections_per_key=2, mexc_listen_keys=2)
    key = await key_of(alice)
    first = await listen(alice, key, ORDERS)
    other = await listen(alice, key, ORDERS)
    assert (await (await listen(alice, key)).frame()).data == "Invalid listen key"
    await first.ws.close()
    await until(lambda: alice.twin.stats()["connections"] == 1)
    again = await listen(alice, key, DEALS)
    assert not other.ws.closed and not again.ws.closed
    second = await key_of(alice)
    assert second != key and await key_of(alice) == second


async def test_private_channels_need_a_key(join: Join) -> None:
    twin, alice = await join()
    socket = MexcSocket(await alice.http.ws_connect(twin.ws_url))
    assert (await socket.reply("SUBSCRIPTION", [ORDERS]))["msg"].startswith("Not Subscribed successfully! [")


async def test_an_expired_key_ends_its_stream(join: Join) -> None:
    _, alice = await join(mexc_listen_key_s=0.3)
    key = await key_of(alice)
    socket = await listen(alice, key, ORDERS)
    await socket.closed()
    assert (await (await listen(alice, key)).frame()).data == "Invalid listen key"


async def test_unsubscribing_ends_the_pushes(join: Join) -> None:
    twin, alice = await join()
    socket = await listen(alice, await key_of(alice), ORDERS, DEALS)
    assert (await socket.reply("UNSUBSCRIPTION", [ORDERS]))["msg"] == ORDERS
    assert twin.stats()["subscriptions"] == 1


async def test_a_resting_order_from_new_to_partially_cancelled(join: Join) -> None:
    twin, alice = await join()
    socket = await listen(alice, await key_of(alice), ORDERS, DEALS)
    _, ask = best(twin)
    _, placed = await alice.place("SELL", "0.05", ask, newClientOrderId="acme-1")
    queue = Decimal(twin.book("BTC_USDT")["asks"][0][1]) - Decimal("0.05")
    bob = MexcTrader(alice.http, twin, account("bob"))
    await bob.place("BUY", queue + Decimal("0.02"), ask)
    await alice.call("DELETE", "/order", symbol="BTCUSDT", orderId=placed["orderId"])
    new, part, gone = [(await socket.push(ORDERS)).privateOrders for _ in range(3)]
    assert [row.status for row in (new, part, gone)] == [1, 3, 5]
    assert (new.id, new.clientId, new.orderType, new.tradeType) == (placed["orderId"], "acme-1", 1, 2)
    assert (part.cumulativeQuantity, part.remainQuantity, part.lastDealQuantity) == ("0.02", "0.03", "0.02")
    assert Decimal(part.remainAmount) == Decimal("0.03") * ask and part.isMaker
    assert Decimal(part.amount) == Decimal("0.05") * ask and Decimal(part.avgPrice) == ask


async def test_a_filled_market_buy_says_what_was_frozen_and_returned(join: Join) -> None:
    _, alice = await join()
    socket = await listen(alice, await key_of(alice), ORDERS)
    await alice.place("BUY", "0.01", kind="MARKET")
    last = None
    while last is None or last.status != 2:
        wrapper = await socket.push(ORDERS)
        last = wrapper.privateOrders
    assert wrapper.symbol == "BTCUSDT" and (last.amount, last.orderType) == ("0", 5)
    frozen = Decimal(last.price) * Decimal("0.01")
    assert Decimal(last.remainAmount) == frozen - Decimal(last.cumulativeAmount)
    assert Decimal(last.avgPrice) < Decimal(last.price)


async def test_streams_tell_the_truth_of_a_busy_account(join: Join) -> None:
    twin, alice = await join()
    socket = await listen(alice, await key_of(alice), ORDERS, DEALS, ACCOUNT)
    opening = {asset: row for asset, row in alice.truth()["balances"].items()}
    for number in range(12):
        bid, ask = best(twin)
        await alice.place("BUY", "0.03", bid if number % 3 else ask + 1)
        await alice.place("SELL", "0.02", ask if number % 2 else bid - 1)
        twin.play(30)
    await alice.call("DELETE", "/order/all")
    truth = alice.truth()
    deals: dict[tuple[str, str], Any] = {}  # a self-trade has two deals with one id
    orders: dict[str, Any] = {}
    held: dict[str, Any] = {}
    while not (len(deals) == len(truth["fills"]) and _final(orders, truth) and _same(held, truth)):
        wrapper = await socket.push("spot@private")
        body = wrapper.WhichOneof("body")
        if body == "privateDeals":
            assert wrapper.symbol == "BTCUSDT"
            deal = wrapper.privateDeals
            deals[deal.tradeId, deal.orderId] = deal
        elif body == "privateOrders":
            orders[wrapper.privateOrders.id] = wrapper.privateOrders
        else:
            row = wrapper.privateAccount
            before = held.get(row.vcoinName)
            free = Decimal(before.balanceAmount if before else opening[row.vcoinName]["available"])
            frozen = Decimal(before.frozenAmount if before else opening[row.vcoinName]["locked"])
            assert free + Decimal(row.balanceAmountChange) == Decimal(row.balanceAmount)
            assert frozen + Decimal(row.frozenAmountChange) == Decimal(row.frozenAmount)
            held[row.vcoinName] = row
    assert sum(Decimal(deal.feeAmount) for deal in deals.values()) == sum(
        Decimal(f["fee"]) for f in truth["fills"]
    )
    assert {deal.isMaker for deal in deals.values()} == {True, False}
    _, trades = await alice.call("GET", "/myTrades", symbol="BTCUSDT", limit="1000")
    assert [(trade["id"], trade["orderId"]) for trade in reversed(trades)] == list(deals)


def _final(orders: dict[str, Any], truth: dict[str, Any]) -> bool:
    names = {"open": "NEW", "filled": "FILLED", "cancelled": "CANCELED"}
    return len(orders) == len(truth["orders"]) and all(
        Decimal(orders[row["order_id"]].cumulativeQuantity) == Decimal(row["filled_quantity"])
        and orders[row["order_id"]].status in (STATUS[names[row["status"]]], STATUS["PARTIALLY_CANCELED"])
        for row in truth["orders"]
    )


def _same(held: dict[str, Any], truth: dict[str, Any]) -> bool:
    return {"USDT", "BTC"} <= set(held) and all(
        Decimal(row.balanceAmount) == Decimal(truth["balances"][asset]["available"])
        and Decimal(row.frozenAmount) == Decimal(truth["balances"][asset]["locked"])
        for asset, row in held.items()
    )
