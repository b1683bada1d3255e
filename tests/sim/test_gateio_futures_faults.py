"""The faults of trading on the futures twin, as a client meets them, and the truth behind them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .clients import GateSocket
from .conftest import StartTwin
from .futures_traders import BTC, FuturesEntry, FuturesTrader, exact, owner

Party = tuple[Twin, FuturesTrader, GateSocket]
ORDERS, TRADES, POSITIONS, BALANCES = (
    f"futures.{name}" for name in ("orders", "usertrades", "positions", "balances")
)


@pytest.fixture
async def party(start: StartTwin, http: aiohttp.ClientSession) -> Party:
    mine = owner()
    twin = await start("gateio_futures", symbols=(BTC,), accounts=[mine])
    return twin, FuturesTrader(http, twin, mine), GateSocket(await http.ws_connect(twin.ws_url))


async def ids(socket: GateSocket, count: int) -> list[str]:
    return [(await exact(socket, TRADES))[1][0]["id"] for _ in range(count)]


async def test_a_lost_answer_leaves_an_order(party: Party) -> None:
    twin, alice, _ = party
    twin.inject("lost_ack", symbol=BTC)
    with pytest.raises(aiohttp.ClientError):
        await alice.order(10, alice.touch()[0] - 5, text="t-lost")
    assert (await alice.get("/orders/t-lost"))["status"] == "open"


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_after_acceptance(party: Party, status: int) -> None:
    twin, alice, _ = party
    twin.inject("error_after_accept", status=status)
    got, body = await alice.order(10, alice.touch()[0] - 5, text="t-err")
    assert got == status and isinstance(body, str) and len(alice.truth()["open_orders"]) == 1


async def test_a_storm_and_a_slow_answer(party: Party) -> None:
    twin, alice, _ = party
    twin.inject("rate_storm", channel="/futures/usdt/orders")
    assert (await alice.order(10, alice.touch()[0] - 5))[0] == 429 and alice.truth()["orders"] == []
    twin.inject("slow_answer", delay_ms=120)
    start_s = time.monotonic()
    assert (await alice.order(10, alice.touch()[0] - 5))[0] == 201
    assert time.monotonic() - start_s >= 0.12


async def test_a_wrong_clock(party: Party) -> None:
    twin, alice, socket = party
    twin.inject("clock_skew", shift_ms=-90_000)
    assert (await alice.order(10, alice.touch()[0] - 5))[1]["label"] == "REQUEST_EXPIRED"
    assert (await alice.listen(socket, ORDERS))["result"]["status"] == "fail"
    twin.clear_faults()
    assert (await alice.order(10, alice.touch()[0] - 5))[0] == 201


async def test_duplicate_and_late_fills(party: Party) -> None:
    twin, alice, socket = party
    await alice.listen(socket, TRADES)
    twin.inject("duplicate_fill", symbol=BTC)
    await alice.take(1)
    first, second = await ids(socket, 2)
    assert first == second and len(alice.truth()["fills"]) == 1
    twin.inject("late_fill", delay_ms=150)
    await alice.take(1)
    await alice.take(1)
    third, fourth = await ids(socket, 2)
    assert int(third) > int(fourth), "the later one came first"


async def test_events_without_order(party: Party) -> None:
    twin, alice, socket = party
    for channel in (ORDERS, TRADES, POSITIONS, BALANCES):
        await alice.listen(socket, channel)
    twin.inject("slow", channel=ORDERS, seconds=5, delay_ms=60)
    twin.inject("slow", channel=TRADES, seconds=5, delay_ms=120)
    await alice.take(1)
    channels = [(await socket.message())["channel"] for _ in range(5)]
    assert channels == [POSITIONS, BALANCES, ORDERS, ORDERS, TRADES]


async def test_dropped_positions(party: Party) -> None:
    twin, alice, socket = party
    await alice.listen(socket, POSITIONS)
    twin.inject("drop", channel=POSITIONS)
    await alice.take(1)
    await alice.take(1)
    _, (row,) = await exact(socket, POSITIONS)
    assert (row["update_id"], row["size"]) == (2, 2)


async def test_an_ack_after_the_fill(party: Party) -> None:
    twin, alice, socket = party
    await alice.listen(socket, TRADES)
    twin.inject("ack_after_fill", delay_ms=5000)
    answer = asyncio.create_task(alice.placed(10, alice.touch()[0], text="t-slow"))
    fill = asyncio.create_task(exact(socket, TRADES))
    while not fill.done():
        twin.play(5)
        assert not answer.done() or alice.truth()["fills"]
        await asyncio.sleep(0.002)
    assert (await answer)["text"] == "t-slow"


async def test_faults_over_the_socket(party: Party) -> None:
    twin, alice, socket = party
    entry = FuturesEntry(socket, alice)
    await entry.login()
    order: dict[str, Any] = {"contract": BTC, "size": 1, "price": str(alice.touch()[0] - 5)}
    twin.inject("error_after_accept", status=500)
    final = await entry.ask("order_place", order)
    assert (final["header"]["status"], final["data"]["errs"]["label"]) == ("500", "INTERNAL")
    twin.inject("lost_ack", symbol=BTC)
    await socket.request("futures.order_place", "api", {"req_id": "L", "req_param": order})
    listed = await entry.ask("order_list", {"contract": BTC, "status": "open"})
    assert listed["request_id"] != "L" and len(listed["data"]["result"]) == 2, "no answer, but both orders live"
    twin.inject("rate_storm")
    assert (await entry.ask("order_place", order))["header"]["status"] == "429"
    twin.inject("slow_answer", delay_ms=50)
    assert (await entry.ask("order_place", order))["data"]["result"]["status"] == "open"
    await alice.listen(socket, ORDERS)
    twin.inject("ack_after_fill", delay_ms=1000)
    await socket.request(
        "futures.order_place", "api", {"req_id": "A", "req_param": order | {"price": "0", "tif": "ioc"}}
    )
    seen = [(await socket.message()).get("channel", "api") for _ in range(4)]
    assert seen == [ORDERS, ORDERS, "api", "api"], "the fill is heard before the order is confirmed"
