"""The faults of trading, as a client meets them, and the truth behind them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from hftx.sim import FaultError, Twin
from hftx.sim.faults import check, script

from .clients import GateSocket
from .conftest import Connect, StartTwin
from .test_mexc_user_streams import DEALS, key_of, listen
from .test_mexc_user_streams import ORDERS as MEXC_ORDERS
from .traders import Entry, GateTrader, MexcTrader, account, ask_for, best

VENUES = pytest.mark.parametrize("venue", ["gateio_spot", "mexc_spot"])
Trader = GateTrader | MexcTrader
ORDERS, TRADES = "spot.orders", "spot.usertrades"


@pytest.fixture
async def party(start: StartTwin, http: aiohttp.ClientSession, venue: str) -> tuple[Twin, Trader]:
    owner = account()
    twin = await start(venue, accounts=[owner])
    kind = GateTrader if venue == "gateio_spot" else MexcTrader
    return twin, kind(http, twin, owner)


async def buy(alice: Trader, up: int, amount: str = "0.001") -> tuple[int, Any]:
    """A limit buy this far above the best ask."""
    side = "buy" if isinstance(alice, GateTrader) else "BUY"
    return await alice.place(side, amount, best(alice.twin)[1] + up)


@VENUES
async def test_a_lost_ack_cuts_the_connection_but_the_order_lives(
    party: tuple[Twin, Trader], venue: str
) -> None:
    twin, alice = party
    twin.inject("lost_ack", delay_ms=20)
    with pytest.raises(aiohttp.ClientError):
        await buy(alice, -5)
    assert len(alice.truth()["open_orders"]) == 1
    assert (await buy(alice, -5))[0] in (200, 201), "spent on one request"


@VENUES
async def test_an_error_after_acceptance(party: tuple[Twin, Trader], venue: str) -> None:
    twin, alice = party
    twin.inject("error_after_accept", status=502, symbol="BTC_USDT", channel="POST")
    status, body = await buy(alice, -5)
    assert status == 502 and isinstance(body, str)
    assert ("<html>" in body) is (venue == "gateio_spot")
    assert len(alice.truth()["open_orders"]) == 1


@VENUES
async def test_a_storm_of_429_and_its_end(party: tuple[Twin, Trader], venue: str) -> None:
    twin, alice = party
    twin.inject("rate_storm", count=2)
    assert [(await buy(alice, -5))[0] for _ in range(2)] == [429, 429]
    assert alice.truth()["orders"] == []
    assert (await buy(alice, -5))[0] in (200, 201)
    assert twin.stats()["refused"]["429"] == 2


@VENUES
async def test_a_slow_answer(party: tuple[Twin, Trader], venue: str) -> None:
    twin, alice = party
    twin.inject("slow_answer", delay_ms=120)
    begun = time.monotonic()
    assert (await buy(alice, -5))[0] in (200, 201)
    assert time.monotonic() - begun >= 0.12


@VENUES
@pytest.mark.parametrize("shift_ms", [-90_000, 90_000])
async def test_a_wrong_clock_refuses_right_timestamps(
    party: tuple[Twin, Trader], venue: str, shift_ms: int
) -> None:
    twin, alice = party
    twin.inject("clock_skew", shift_ms=shift_ms)
    _, body = await buy(alice, -5)
    assert body["label" if venue == "gateio_spot" else "code"] in ("REQUEST_EXPIRED", 700003)
    path = "/spot/time" if venue == "gateio_spot" else "/api/v3/time"
    async with alice.http.get(twin.rest_url + path) as response:
        told = next(iter((await response.json()).values()))
    assert abs(told - time.time() * 1000 - shift_ms) < 2000, "the venue believes its clock"
    twin.clear_faults()
    assert (await buy(alice, -5))[0] in (200, 201)


async def fills_heard(alice: Trader, connect: Connect) -> Any:
    """A subscriber to fills: a function that reads the next one's trade id."""
    if isinstance(alice, GateTrader):
        gate = await connect(alice.twin)
        await ask_for(gate, alice, TRADES, ["!all"])

        async def gate_fill() -> str:
            return str((await gate.push(TRADES))["result"][0]["id"])

        return gate_fill
    mexc = await listen(alice, await key_of(alice), DEALS)

    async def mexc_fill() -> str:
        return str((await mexc.push(DEALS)).privateDeals.tradeId)

    return mexc_fill


@VENUES
async def test_a_duplicate_fill(party: tuple[Twin, Trader], connect: Connect, venue: str) -> None:
    twin, alice = party
    heard = await fills_heard(alice, connect)
    twin.inject("duplicate_fill", symbol="BTC_USDT")
    await buy(alice, 5)
    await buy(alice, 5)
    first, second, third = [await heard() for _ in range(3)]
    assert first == second != third and len(alice.truth()["fills"]) == 2


@VENUES
async def test_a_late_fill_comes_behind_a_later_one(
    party: tuple[Twin, Trader], connect: Connect, venue: str
) -> None:
    twin, alice = party
    heard = await fills_heard(alice, connect)
    twin.inject("late_fill", delay_ms=150)
    await buy(alice, 5)
    await buy(alice, 5)
    order = [await heard(), await heard()]
    assert order == sorted(order, reverse=True)


@VENUES
async def test_a_late_fill_reaches_who_listens_after_a_reconnect(
    party: tuple[Twin, Trader], connect: Connect, venue: str
) -> None:
    twin, alice = party
    lost = await fills_heard(alice, connect)
    twin.inject("late_fill", delay_ms=400)
    await buy(alice, 5)
    twin.inject("close")
    with pytest.raises(AssertionError):
        await lost()
    heard = await fills_heard(alice, connect)
    assert await heard() and len(alice.truth()["fills"]) == 1


@VENUES
async def test_an_ack_after_the_fill(party: tuple[Twin, Trader], connect: Connect, venue: str) -> None:
    twin, alice = party
    heard = await fills_heard(alice, connect)
    twin.inject("ack_after_fill", delay_ms=5000)
    side = "buy" if venue == "gateio_spot" else "BUY"
    answer = asyncio.create_task(alice.place(side, "0.001", best(twin)[0]))
    fill = asyncio.create_task(heard())
    while not fill.done():
        twin.play(5)
        assert not answer.done() or alice.truth()["fills"]
        await asyncio.sleep(0.002)
    assert (await answer)[0] in (200, 201)


async def test_faults_of_orders_over_the_socket(start: StartTwin, http: aiohttp.ClientSession) -> None:
    owner = account()
    twin = await start("gateio_spot", accounts=[owner])
    alice = GateTrader(http, twin, owner)
    socket = GateSocket(await http.ws_connect(twin.ws_url))
    entry = Entry(socket, alice)
    await entry.login()
    order = {"side": "buy", "amount": "0.001", "price": str(best(twin)[0] - 5)}
    twin.inject("error_after_accept", status=500)
    ack, final = await entry.place(**order)
    assert ack["ack"] and (final["header"]["status"], final["data"]["errs"]["label"]) == ("500", "INTERNAL")
    twin.inject("lost_ack")
    await socket.request(
        "spot.order_place", "api", {"req_id": "L", "req_param": order | {"currency_pair": "BTC_USDT"}}
    )
    listed = await entry.send("spot.order_list", req_param={"currency_pair": "BTC_USDT", "status": "open"})
    assert listed["request_id"] != "L" and len(listed["data"]["result"]) == 2, (
        "no answer, but both orders live"
    )
    twin.inject("rate_storm")
    assert (await entry.place(**order))[0]["header"]["status"] == "429"
    twin.inject("slow_answer", delay_ms=50)
    assert (await entry.place(**order))[1]["data"]["result"]["status"] == "open"
    await ask_for(socket, alice, ORDERS, ["!all"])
    twin.inject("ack_after_fill", delay_ms=1000)
    param = {"currency_pair": "BTC_USDT", "side": "buy", "amount": "0.001", "price": str(best(twin)[1])}
    await socket.request("spot.order_place", "api", {"req_id": "A", "req_param": param})
    seen = [await socket.message() for _ in range(4)]
    assert [message.get("channel", "api") for message in seen] == [ORDERS, ORDERS, "api", "api"]


@pytest.mark.parametrize("close", [False, True])
async def test_killed_listen_keys(start: StartTwin, http: aiohttp.ClientSession, close: bool) -> None:
    owner = account()
    twin = await start("mexc_spot", accounts=[owner])
    alice = MexcTrader(http, twin, owner)
    key = await key_of(alice)
    socket = await listen(alice, key, MEXC_ORDERS)
    twin.inject("listen_key_killed", close=close)
    if close:
        await socket.closed()
    else:
        await alice.place("BUY", "0.001", best(twin)[0] - 5)
        await socket.send(method="PING")
        assert (await socket.frame()).type is aiohttp.WSMsgType.TEXT, "silence, but the socket lives"
    assert (await alice.call("PUT", "/userDataStream", listenKey=key))[0] == 400
    fresh = await listen(alice, await key_of(alice), MEXC_ORDERS)
    await alice.place("BUY", "0.001", best(twin)[0] - 5)
    assert (await fresh.push(MEXC_ORDERS)).privateOrders.status == 1


@VENUES
async def test_faults_of_pushes_work_on_private_channels(
    party: tuple[Twin, Trader], connect: Connect, venue: str
) -> None:
    twin, alice = party
    heard = await fills_heard(alice, connect)
    twin.inject("drop", channel="usertrades" if venue == "gateio_spot" else "private.deals")
    await buy(alice, 5)
    await buy(alice, 5)
    await heard()
    assert twin.stats()["faults"]["hits"] == {"drop": 1}


async def test_gate_has_no_listen_keys(start: StartTwin) -> None:
    twin = await start("gateio_spot")
    with pytest.raises(FaultError, match="no listen keys"):
        twin.inject("listen_key_killed")
    with pytest.raises(FaultError, match="no listen keys"):
        await start("gateio_spot", faults=[{"at_s": 1, "kind": "listen_key_killed"}])


@pytest.mark.parametrize(
    ("kind", "args", "says"),
    [
        ("clock_skew", {}, "needs 'shift_ms'"),
        ("clock_skew", {"shift_ms": 1.5}, "whole number"),
        ("listen_key_killed", {"close": 1}, "true or false"),
        ("lost_ack", {"connection": 1}, "takes no 'connection'"),
        ("duplicate_fill", {"channel": "x"}, "takes no 'channel'"),
    ],
)
def test_arguments_are_checked(kind: str, args: dict[str, Any], says: str) -> None:
    with pytest.raises(FaultError, match=says):
        check(kind, args)
    with pytest.raises(FaultError, match="entry 1"):
        script([{"at_s": 0, "kind": kind} | args])
