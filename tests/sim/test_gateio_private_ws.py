"""Gate's private channels against the twin's own truth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .clients import GateSocket
from .conftest import Connect, StartTwin
from .traders import GateTrader, account, ask_for, best

ORDERS, TRADES, BALANCES = "spot.orders", "spot.usertrades", "spot.balances"
Party = tuple[Twin, GateTrader, GateSocket]
Join = Callable[..., Awaitable[Party]]


@pytest.fixture
def join(start: StartTwin, http: aiohttp.ClientSession, connect: Connect) -> Join:
    async def begin(**given: Any) -> Party:
        owner = account(**given.pop("owner", {}))
        twin = await start(
            "gateio_spot", accounts=[owner, account("bob")], **{"gate_order_limit": 1000} | given
        )
        return twin, GateTrader(http, twin, owner), await connect(twin)

    return begin


async def rows(
    socket: GateSocket, channel: str, until: Callable[[dict[str, Any]], bool]
) -> list[dict[str, Any]]:
    """The rows of a channel's pushes up to the first that satisfies the condition."""
    found: list[dict[str, Any]] = []
    while not found or not until(found[-1]):
        found += (await socket.push(channel))["result"]
    return found


@pytest.mark.parametrize(
    ("change", "code"),
    [({"SIGN": "0" * 128}, 4), ({"KEY": "nobody"}, 4), ({"method": "none"}, 4)],
)
async def test_a_subscription_must_be_signed(join: Join, change: dict[str, str], code: int) -> None:
    _, alice, socket = await join()
    reply = await ask_for(socket, alice, ORDERS, ["!all"], **change)
    assert reply["error"]["code"] == code and reply["result"] == {"status": "fail"}
    bare = await socket.reply(ORDERS, "subscribe", ["!all"])
    assert bare["error"]["code"] == 4


async def test_payloads(join: Join) -> None:
    twin, alice, socket = await join()
    reply = await ask_for(socket, alice, ORDERS, ["BTC_USDT", "XX_USDT"])
    assert reply["error"] == {"code": 2, "message": "unknown currency pair: XX_USDT"}
    assert (await ask_for(socket, alice, ORDERS, []))["error"]["code"] == 2
    assert (await ask_for(socket, alice, BALANCES, []))["result"] == {"status": "success"}
    reply = await ask_for(socket, alice, ORDERS, ["BTC_USDT"])
    assert reply["result"] == {"status": "success"} and reply["payload"] == ["BTC_USDT"]
    await ask_for(socket, alice, ORDERS, ["BTC_USDT"], "unsubscribe")
    assert twin.stats()["subscriptions"] == 1


async def test_a_resting_order_is_put_updated_and_finished(join: Join) -> None:
    twin, alice, socket = await join()
    await ask_for(socket, alice, ORDERS, ["!all"])
    _, ask = best(twin)
    _, row = await alice.place("sell", "0.05", ask, text="t-rest")
    queue = Decimal(twin.book("BTC_USDT")["asks"][0][1]) - Decimal("0.05")
    bob = GateTrader(alice.http, twin, account("bob"))
    await bob.place("buy", queue + Decimal("0.02"), ask)
    await alice.call("DELETE", f"/spot/orders/{row['id']}", {"currency_pair": "BTC_USDT"})
    pushes = await rows(socket, ORDERS, lambda row: row["event"] == "finish")
    assert [push["event"] for push in pushes] == ["put", "update", "finish"]
    assert [push["left"] for push in pushes] == ["0.05", "0.03", "0.03"]
    assert [push["finish_as"] for push in pushes] == ["open", "open", "cancelled"]
    last = pushes[-1]
    assert "status" not in last and isinstance(last["create_time_ms"], str)
    assert (last["user"], last["text"], last["id"]) == (alice.truth()["uid"], "t-rest", row["id"])


async def sequence(socket: GateSocket, count: int) -> list[tuple[str, str]]:
    seen: list[tuple[str, str]] = []
    while len(seen) < count:
        message = await socket.message()
        if message["channel"] in (ORDERS, TRADES) and message["event"] == "update":
            seen += [(message["channel"], row.get("event", "fill")) for row in message["result"]]
    return seen


@pytest.mark.parametrize("before", [True, False])
async def test_fills_of_an_immediate_order_may_precede_its_put(join: Join, before: bool) -> None:
    twin, alice, socket = await join(gate_fill_before_put=before)
    for channel in (ORDERS, TRADES):
        await ask_for(socket, alice, channel, ["BTC_USDT"])
    await alice.place("buy", "0.001", best(twin)[1])
    expected = [(TRADES, "fill"), (ORDERS, "put"), (ORDERS, "finish")]
    assert await sequence(socket, 3) == (expected if before else [expected[1], expected[0], expected[2]])


async def test_streams_tell_the_truth_of_a_busy_account(join: Join) -> None:
    twin, alice, socket = await join()
    opening = {asset: Decimal(row["total"]) for asset, row in alice.truth()["balances"].items()}
    for channel in (ORDERS, TRADES, BALANCES):
        await ask_for(socket, alice, channel, ["!all"])
    for number in range(12):
        bid, ask = best(twin)
        await alice.place("buy", "0.03", bid if number % 3 else ask + 1)
        await alice.place("sell", "0.02", ask if number % 2 else bid - 1)
        twin.play(30)
    await alice.call("DELETE", "/spot/orders")
    await alice.place("buy", "0.001", best(twin)[1] + 5, text="t-last")
    truth = alice.truth()
    heard = Heard()
    while not heard.all_of(truth):
        heard.take(await socket.message())
    fills = heard.fills
    assert [fill["order_id"] for fill in fills] == [fill["order_id"] for fill in truth["fills"]]
    assert [Decimal(fill["fee"]) for fill in fills] == [Decimal(fill["fee"]) for fill in truth["fills"]]
    assert len({(fill["id"], fill["order_id"]) for fill in fills}) == len(fills)
    assert {fill["role"] for fill in fills} == {"maker", "taker"}
    for order in truth["orders"]:
        pushed = heard.orders[order["order_id"]]
        assert Decimal(pushed["filled_amount"]) == Decimal(order["filled_quantity"])
        assert pushed["finish_as"] == order["reason"]
    for asset, change in heard.changes.items():
        assert opening[asset] + change == Decimal(truth["balances"][asset]["total"])


class Heard:
    """What the private channels have told so far."""

    def __init__(self) -> None:
        self.fills: list[dict[str, Any]] = []
        self.orders: dict[str, dict[str, Any]] = {}
        self.held: dict[str, dict[str, Any]] = {}
        self.changes: dict[str, Decimal] = {}

    def take(self, message: dict[str, Any]) -> None:
        if message["channel"] == TRADES:
            self.fills += message["result"]
        elif message["channel"] == ORDERS:
            self.orders |= {row["id"]: row for row in message["result"]}
        elif message["channel"] == BALANCES:
            for row in message["result"]:
                asset = row["currency"]
                self.held[asset] = row
                self.changes[asset] = self.changes.get(asset, Decimal(0)) + Decimal(row["change"])

    def all_of(self, truth: dict[str, Any]) -> bool:
        return (
            len(self.fills) == len(truth["fills"])
            and len(self.orders) == len(truth["orders"])
            and {"USDT", "BTC"} <= set(self.held)
            and all(self._settled(asset, truth["balances"][asset]) for asset in self.held)
        )

    def _settled(self, asset: str, truth: dict[str, str]) -> bool:
        row = self.held[asset]
        pairs = ((row["available"], truth["available"]), (row["freeze"], truth["locked"]))
        return all(Decimal(told) == Decimal(true) for told, true in pairs)
