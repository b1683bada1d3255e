"""A wild course of requests in a moving market: what was pushed, what REST says and the truth are one story."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .clients import GateSocket, until
from .conftest import StartTwin
from .futures_traders import ADA, BTC, FuturesTrader, owner

CHANNELS = [f"futures.{name}" for name in ("orders", "usertrades", "positions", "balances")]
CLEAN = ("INSUFFICIENT_AVAILABLE", "INCREASE_POSITION", "REDUCE_EXCEEDED", "POSITION_EMPTY", "ORDER_POC_IMMEDIATE")
SIZES = {BTC: ("1", "40", "900"), ADA: ("0.1", "2.5", "70")}


async def do(alice: FuturesTrader, rng: random.Random, dual: bool) -> None:
    contract = rng.choice((BTC, ADA))
    bid, ask = alice.touch(contract)
    size = rng.choice(("", "-")) + rng.choice(SIZES[contract])
    price = rng.choice((bid, ask)) + rng.randrange(-3, 4) * (Decimal("0.1") if contract == BTC else Decimal("0.0001"))
    kind = rng.random()
    if kind < 0.15:
        status, body = await alice.ask("DELETE", "/orders", {"contract": contract})
    elif kind < 0.25:
        both = {"auto_size": rng.choice(("close_long", "close_short")), "reduce_only": True}
        status, body = await alice.order("0", "0", contract, tif="ioc", **(both if dual else {"close": True}))
    elif kind < 0.45:
        status, body = await alice.order(size, "0", contract, tif="ioc", reduce_only=rng.random() < 0.3)
    else:
        tif = rng.choice(("gtc", "gtc", "gtc", "ioc", "poc"))
        status, body = await alice.order(size, price, contract, tif=tif, reduce_only=rng.random() < 0.3)
    assert status < 300 or body["label"] in CLEAN, body


def heard(socket_rows: dict[str, list[dict[str, Any]]], channel: str) -> list[dict[str, Any]]:
    return socket_rows[f"futures.{channel}"]


async def drain(socket: GateSocket, rows: dict[str, list[dict[str, Any]]], alice: FuturesTrader) -> None:
    """Read until everything that was pushed before a ping has come."""
    await socket.request("futures.ping", "", None)
    while True:
        frame = await socket.frame()
        message = json.loads(frame.data, parse_float=Decimal)
        if message["channel"] == "futures.pong":
            return
        if message["event"] == "update":
            rows[message["channel"]] += message["result"]


@pytest.mark.parametrize(("seed", "dual"), [(1, False), (2, False), (3, True)])
async def test_one_story(start: StartTwin, http: aiohttp.ClientSession, seed: int, dual: bool) -> None:
    mine = owner(money="3000")
    twin = await start("gateio_futures", symbols=(BTC, ADA), accounts=[mine], rate=600.0, futures_order_limit=10_000)
    alice = FuturesTrader(http, twin, mine)
    alice.decimals = True
    if dual:
        await alice.post("/dual_mode", dual_mode="true")
    socket = GateSocket(await http.ws_connect(twin.ws_url, headers={"X-Gate-Size-Decimal": "1"}))
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for channel in CHANNELS:
        await alice.listen(socket, channel, [alice.uid] if channel.endswith("balances") else None)
    rng = random.Random(seed)
    for _ in range(120):
        await do(alice, rng, dual)
    await until(lambda: len(alice.truth()["fills"]) > 20)
    twin.pause()
    await drain(socket, rows, alice)
    await check(twin, alice, rows)


async def check(twin: Twin, alice: FuturesTrader, rows: dict[str, list[dict[str, Any]]]) -> None:
    truth = alice.truth()
    pushed = {(int(fill["id"]), fill["order_id"]): fill for fill in heard(rows, "usertrades")}
    assert len(pushed) == len(heard(rows, "usertrades")), "a trade with oneself has two sides of one number"
    assert sorted(pushed) == sorted((fill["trade"], fill["order_id"]) for fill in truth["fills"])
    net: defaultdict[str, Decimal] = defaultdict(Decimal)
    for fill in pushed.values():
        net[fill["contract"]] += Decimal(fill["size"])
    positions = {(row["contract"], row["mode"]): row for row in heard(rows, "positions")}
    for position in truth["positions"]:
        key = (position["contract"], position["mode"])
        if key not in positions:
            assert position["size"] == "0" and position["update_id"] == 0
            continue
        assert positions[key]["size"] == position["size"] and positions[key]["update_id"] == position["update_id"]
        assert positions[key]["entry_price"] == Decimal(position["entry_price"])
        net[position["contract"]] -= Decimal(position["size"])
    assert not any(net.values())
    held = await alice.get("/positions", holding="true")
    assert {(row["contract"], row["mode"]): row["size"] for row in held} == {
        (row["contract"], row["mode"]): row["size"] for row in truth["positions"] if row["size"] != "0"
    }
    total = truth["balances"]["USDT"]["total"]
    assert heard(rows, "balances")[-1]["balance"] == Decimal(total)
    assert sum(row["change"] for row in heard(rows, "balances")) == Decimal(total) - 3000
    assert (await alice.get("/accounts"))["total"] == total
    last = {row["id_string"]: row for row in heard(rows, "orders")}
    for order in truth["orders"]:
        told = last[order["order_id"]]
        assert told["status"] == ("open" if order["status"] == "open" else "finished")
        assert told["status"] == "open" or told["finish_as"] == order["reason"]
        assert abs(Decimal(told["left"])) == Decimal(order["quantity"]) - Decimal(order["filled_quantity"])
    ids = [(row["id_string"], row["update_id"]) for row in heard(rows, "orders")]
    assert len(set(ids)) == len(ids), "each push of an order has a number of its own"
    assert Decimal(truth["balances"]["USDT"]["available"]) > -Decimal(50)
