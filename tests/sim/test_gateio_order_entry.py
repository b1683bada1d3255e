"""Gate's WebSocket order entry: login, acks and results, refusals, limits."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .clients import GateSocket
from .conftest import Connect, StartTwin
from .traders import Entry, GateTrader, account, best

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


@pytest.mark.parametrize(
    ("change", "label"),
    [({"api_key": "nobody"}, "INVALID_KEY"), ({"signature": "0" * 128}, "INVALID_SIGNATURE")],
)
async def test_a_failed_login_leaves_the_socket_open(join: Join, change: dict[str, str], label: str) -> None:
    _, alice, socket = await join()
    entry = Entry(socket, alice)
    refused = await entry.login(**change)
    assert (refused["header"]["status"], refused["data"]["errs"]["label"]) == ("401", label)
    early = await entry.send("spot.order_list", req_param={"currency_pair": "BTC_USDT", "status": "open"})
    assert early["header"]["status"] == "401"
    assert (await entry.login())["data"]["result"]["uid"] == str(alice.truth()["uid"])


async def test_place_is_acknowledged_and_then_answered(join: Join) -> None:
    twin, alice, socket = await join()
    entry = Entry(socket, alice)
    await entry.login()
    bid, _ = best(twin)
    ack, final = await entry.place(side="buy", amount="0.001", price=str(bid - 1), text="t-ws")
    assert ack["ack"] is True and ack["data"]["result"]["req_param"]["text"] == "t-ws"
    assert "ack" not in final and final["request_id"] == ack["request_id"]
    assert final["data"]["result"]["status"] == "open" and isinstance(final["header"]["status"], str)
    assert final["header"]["x_gate_ratelimit_limit"] == 1000
    assert "x_gat_ratelimit_reset_timestamp" in final["header"]
    order_id = final["data"]["result"]["id"]
    where = {"order_id": order_id, "currency_pair": "BTC_USDT"}
    status = await entry.send("spot.order_status", req_param=where)
    assert status["data"]["result"]["id"] == order_id
    amended = await entry.send("spot.order_amend", req_param=where | {"amount": "0.002"})
    assert amended["data"]["result"]["amount"] == "0.002"
    listed = await entry.send("spot.order_list", req_param={"currency_pair": "BTC_USDT", "status": "open"})
    assert [row["id"] for row in listed["data"]["result"]] == [order_id]
    gone = await entry.send("spot.order_cancel", req_param=where)
    assert gone["data"]["result"]["finish_as"] == "cancelled"
    again = await entry.send("spot.order_cancel", req_param=where)
    assert again["data"]["errs"]["label"] == "ORDER_CANCELLED"
    missing = await entry.send("spot.order_status", req_param=where | {"order_id": "1"})
    assert (missing["header"]["status"], missing["data"]["errs"]["label"]) == ("404", "ORDER_NOT_FOUND")


async def test_many_orders_in_one_frame(join: Join) -> None:
    twin, alice, socket = await join()
    entry = Entry(socket, alice)
    await entry.login()
    bid, _ = best(twin)
    one = {"currency_pair": "BTC_USDT", "side": "buy", "amount": "0.001", "price": str(bid - 1)}
    ack = await entry.send("spot.order_place", req_param=[one | {"text": f"t-{n}"} for n in range(4)])
    assert ack["ack"] is True
    placed = (await entry.answer())["data"]["result"]
    ids = [{"currency_pair": "BTC_USDT", "id": placed[0]["id"]}, {"currency_pair": "BTC_USDT", "id": "7"}]
    gone = (await entry.send("spot.order_cancel_ids", req_param=ids))["data"]["result"]
    assert gone[0] == {"currency_pair": "BTC_USDT", "id": placed[0]["id"], "succeeded": True}
    assert "succeeded" not in gone[1] and gone[1]["label"] == "ORDER_NOT_FOUND"
    swept = await entry.send("spot.order_cancel_cp", req_param={"currency_pair": "BTC_USDT", "side": "buy"})
    assert len(swept["data"]["result"]) == 3 and alice.truth()["open_orders"] == []


@pytest.mark.parametrize(
    ("payload", "acks", "label"),
    [
        ({"req_param": "text"}, False, "INVALID_ARGUMENT"),
        ({"req_param": {"currency_pair": "XX_USDT"}}, True, "INVALID_CURRENCY_PAIR"),
        (
            {"req_param": {"currency_pair": "BTC_USDT"}, "req_header": {"x-gate-exptime": "17"}},
            False,
            "REQUEST_EXPIRED",
        ),
    ],
)
async def test_failures_come_before_or_after_the_ack(
    join: Join, payload: dict[str, Any], acks: bool, label: str
) -> None:
    _, alice, socket = await join()
    entry = Entry(socket, alice)
    await entry.login()
    first = await entry.send("spot.order_place", **payload)
    assert first.get("ack", False) is acks
    last = await entry.answer() if acks else first
    assert last["data"]["errs"]["label"] == label
    assert (await entry.send("spot.order_fly", req_param={}))["data"]["errs"]["label"] == "INVALID_ARGUMENT"
    assert (await entry.send("spot.order_list", req_id="", req_param={}))["request_id"] == ""


async def test_each_request_may_be_signed_instead(join: Join) -> None:
    twin, alice, socket = await join()
    _, row = await alice.place("buy", "0.001", best(twin)[0] - 1)
    param = f'{{"order_id":"{row["id"]}","currency_pair":"BTC_USDT"}}'
    now = int(time.time())
    sign = alice.sign(f"api\nspot.order_cancel\n{param}\n{now}")
    identity = f'"api_key":"{alice.owner.key}","timestamp":"{now}","signature":"{sign}"'
    payload = f'{{"req_id":"S1","req_param": {param},{identity}}}'
    await socket.ws.send_str(
        f'{{"time":{now},"channel":"spot.order_cancel","event":"api","payload":{payload}}}'
    )
    answer = await Entry(socket, alice).answer()
    assert answer["data"]["result"]["status"] == "cancelled", json.dumps(answer)


async def test_orders_share_the_bucket_with_rest(join: Join) -> None:
    twin, alice, socket = await join(gate_order_limit=3, gate_order_window_s=30.0)
    entry = Entry(socket, alice)
    await entry.login()
    price = str(best(twin)[0] - 1)
    for _ in range(2):
        await entry.place(side="buy", amount="0.001", price=price)
    assert (await alice.place("buy", "0.001", price))[0] == 201
    refused, _ = await entry.place(side="buy", amount="0.001", price=price)
    assert refused["header"]["status"] == "429" and "(211)" in refused["data"]["errs"]["message"]
    assert "x_gate_ratelimit_requests_remain" not in refused["header"]


async def test_a_key_without_trade_permission_only_reads(join: Join) -> None:
    _, alice, socket = await join(owner={"permissions": frozenset({"read"})})
    entry = Entry(socket, alice)
    await entry.login()
    refused, _ = await entry.place(side="buy", amount="0.001", price="91000")
    assert (refused["header"]["status"], refused["data"]["errs"]["label"]) == ("403", "READ_ONLY")
