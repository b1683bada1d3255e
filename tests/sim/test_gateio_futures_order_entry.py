"""Gate futures' WebSocket order entry: login, acks and results, every way to fail, limits."""

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
from .futures_traders import ADA, BTC, DECIMALS, FuturesEntry, FuturesTrader, owner

Party = tuple[Twin, FuturesTrader, FuturesEntry]
Join = Callable[..., Awaitable[Party]]


@pytest.fixture
def join(start: StartTwin, http: aiohttp.ClientSession) -> Join:
    async def begin(login: bool = True, **given: Any) -> Party:
        mine = owner(**given.pop("owner", {}))
        headers = given.pop("headers", {})
        twin = await start("gateio_futures", symbols=(BTC, ADA), accounts=[mine], **given)
        alice = FuturesTrader(http, twin, mine)
        entry = FuturesEntry(GateSocket(await http.ws_connect(twin.ws_url, headers=headers)), alice)
        if login:
            await entry.login()
        return twin, alice, entry

    return begin


def failure(frame: dict[str, Any]) -> tuple[str, str]:
    return frame["header"]["status"], frame["data"]["errs"]["label"]


async def test_login(join: Join) -> None:
    _, alice, entry = await join(login=False)
    assert failure(await entry.ask("order_status", {"order_id": "1"})) == ("401", "INVALID_CREDENTIALS")
    assert failure(await entry.login(signature="0" * 128)) == ("401", "INVALID_SIGNATURE")
    answer = await entry.login()
    assert answer["data"]["result"] == {"api_key": alice.owner.key, "uid": alice.uid}
    assert "clientId" in answer["header"] and answer["header"]["status"] == "200"


async def test_a_request_can_be_signed_by_itself(join: Join) -> None:
    _, alice, entry = await join(login=False)
    param = {"contract": BTC, "status": "open"}
    now = str(int(time.time()))
    sign = alice.sign(f"api\nfutures.order_list\n{json.dumps(param)}\n{now}")
    signed = {"api_key": alice.owner.key, "signature": sign, "timestamp": now}
    assert (await entry.send("futures.order_list", req_param=param, **signed))["data"]["result"] == []


async def test_place_is_acked_and_answered(join: Join) -> None:
    _, alice, entry = await join()
    bid, _ = alice.touch()
    param = {"contract": BTC, "size": 10, "price": str(bid - 5), "tif": "gtc", "text": "t-ws"}
    ack = await entry.send("futures.order_place", req_param=param)
    assert ack["ack"] is True
    assert ack["data"]["result"] == {"req_id": ack["request_id"], "req_header": None, "req_param": param}
    assert ack["header"]["x_gate_ratelimit_limit"] == 100 and ack["header"]["x_gate_ratelimit_requests_remain"] == 99
    assert "x_gat_ratelimit_reset_timestamp" in ack["header"]
    final = await entry.answer()
    assert final["ack"] is False and final["request_id"] == ack["request_id"]
    order = final["data"]["result"]
    assert (order["status"], order["size"], order["left"], order["price"]) == ("open", 10, 10, str(bid - 5))
    assert order["id"] > 2**53 and order["stp_id"] == 0 and order["text"] == "t-ws"
    assert (await entry.ask("order_status", {"order_id": order["id_string"]}))["data"]["result"] == order
    assert (await entry.ask("order_list", {"contract": BTC, "status": "open"}))["data"]["result"] == [order]
    amended = await entry.ask("order_amend", {"order_id": order["id_string"], "size": 6, "price": str(bid - 6)})
    assert (amended["data"]["result"]["size"], amended["data"]["result"]["price"]) == (6, str(bid - 6))
    gone = await entry.ask("order_cancel", {"order_id": "t-ws"})
    assert gone["data"]["result"]["finish_as"] == "cancelled" and gone["ack"] is False


async def test_no_ack_key_as_live(join: Join) -> None:
    _, _, entry = await join(futures_explicit_ack=False)
    assert "ack" not in await entry.ask("order_list", {"contract": BTC, "status": "open"})


async def test_batches_and_bulk_cancels(join: Join) -> None:
    _, alice, entry = await join()
    bid, ask = alice.touch()
    items = [
        {"contract": BTC, "size": 1, "price": str(bid - 5)},
        {"contract": BTC, "size": 1, "price": str(ask + 5), "tif": "poc"},
        {"contract": BTC, "size": -1, "price": str(ask + 5)},
        {"contract": BTC, "size": 2, "price": str(bid - 6)},
    ]
    rows = (await entry.ask("order_batch_place", items))["data"]["result"]
    assert [row["succeeded"] for row in rows] == [True, False, True, True]
    assert rows[1]["label"] == "ORDER_POC_IMMEDIATE"
    ended = (await entry.ask("order_cancel_ids", [rows[0]["id_string"], "17"]))["data"]["result"]
    assert ended[0] == {"id": rows[0]["id_string"], "user_id": int(alice.uid), "succeeded": True}
    assert ended[1] == {"id": "17", "user_id": int(alice.uid), "message": "ORDER_NOT_FOUND"}
    swept = (await entry.ask("order_cancel_cp", {"contract": BTC, "side": "ask"}))["data"]["result"]
    assert [row["id"] for row in swept] == [rows[2]["id"]]
    swept = (await entry.ask("order_cancel_cp", {"contract": BTC}))["data"]["result"]
    assert [row["id"] for row in swept] == [rows[3]["id"]] and alice.truth()["open_orders"] == []


async def test_failures(join: Join) -> None:
    _, alice, entry = await join()
    bid, _ = alice.touch()
    order = {"contract": BTC, "size": 1, "price": str(bid - 5)}
    late = await entry.ask("order_place", order | {"tif": "GTC"})
    assert failure(late) == ("400", "INVALID_ARGUMENT")
    assert late["data"]["errs"]["message"] == "label: INVALID_ARGUMENT, message: invalid TIF"
    alone = await entry.ask("order_place", order | {"stp_act": "cn"})
    assert failure(alone) == ("400", "INVALID_PARAM_VALUE")
    assert alone["data"]["errs"]["message"].endswith("set stp_act without stp_id")
    odd = await entry.ask("order_amend", {"order_id": "abc", "size": 2})
    assert failure(odd) == ("405", "") and odd["data"]["errs"]["message"] == "405 Method Not Allowed, "
    assert failure(await entry.ask("order_cancel", {"order_id": "t-none"})) == ("400", "ORDER_NOT_FOUND")
    taken = (await entry.ask("order_place", order | {"price": "0", "tif": "ioc"}))["data"]["result"]
    assert taken["finish_as"] == "filled"
    assert failure(await entry.ask("order_cancel", {"order_id": taken["id_string"]})) == ("404", "ORDER_NOT_FOUND")
    assert failure(await entry.ask("order_fly", {})) == ("400", "INVALID_ARGUMENT")
    assert failure(await entry.ask("order_place", "x")) == ("400", "INVALID_ARGUMENT")
    old = await entry.ask("order_place", order, req_header={"x-gate-exptime": "1000"})
    assert failure(old) == ("403", "REQUEST_EXPIRED")
    await entry.socket.ws.send_str("{not json")
    broken = await entry.socket.message()
    assert broken["error"] == {"code": 1, "message": "request message need json scheme"}
    assert broken["result"] == {"status": "fail"} and broken["channel"] == ""


async def test_a_key_that_may_only_read(join: Join) -> None:
    _, alice, entry = await join(owner={"permissions": frozenset({"read"})})
    order = {"contract": BTC, "size": 1, "price": str(alice.touch()[0] - 5)}
    assert failure(await entry.ask("order_place", order)) == ("403", "READ_ONLY")
    assert (await entry.ask("order_list", {"contract": BTC, "status": "open"}))["data"]["result"] == []


async def test_the_budget_of_the_socket(join: Join) -> None:
    _, alice, entry = await join(futures_order_limit=3)
    bid, _ = alice.touch()
    order = {"contract": BTC, "size": 1, "price": str(bid - 5)}
    placed = await entry.ask("order_batch_place", [order, order])
    assert placed["header"]["x_gate_ratelimit_requests_remain"] == 1
    full = await entry.ask("order_batch_place", [order, order])
    assert failure(full) == ("429", "TOO_MANY_REQUESTS")
    assert full["data"]["errs"]["message"] == "Request Rate limit Exceeded (311)"
    spent = await entry.ask("order_cancel_cp", {"contract": BTC})
    assert "x_gate_ratelimit_requests_remain" not in spent["header"], "omitted at nothing"
    assert failure(await entry.ask("order_place", order)) == ("429", "TOO_MANY_REQUESTS")
    assert (await alice.order(1, bid - 5))[0] == 201, "REST has a budget of its own"


async def test_sizes_as_text_with_the_header(join: Join) -> None:
    _, alice, entry = await join(headers=DECIMALS)
    bid, _ = alice.touch(ADA)
    order = {"contract": ADA, "size": "1.7", "price": str(bid - Decimal("0.01"))}
    answer = (await entry.ask("order_place", order))["data"]["result"]
    assert (answer["size"], answer["left"]) == ("1.7", "1.7")
    ack = await entry.send("futures.order_place", req_param=order | {"size": 1.2})
    assert ack["data"]["result"]["req_param"]["size"] == 1.2
    assert (await entry.answer())["data"]["result"]["size"] == "1.2", "a number with decimals is read exactly"


async def test_close_over_the_socket(join: Join) -> None:
    _, alice, entry = await join()
    await alice.take(-7)
    param = {"contract": BTC, "size": 0, "price": "0", "tif": "ioc", "close": True}
    order = (await entry.ask("order_place", param))["data"]["result"]
    assert order["is_close"] and order["finish_as"] == "filled" and alice.position()["size"] == "0"
    again = await entry.ask("order_place", param)
    assert failure(again) == ("400", "POSITION_EMPTY")
