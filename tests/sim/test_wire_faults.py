"""Every fault as the client sees it on the wire, on every venue."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from google.protobuf.message import DecodeError

from hftx.sim import Twin
from hftx.sim.mexc.mexc_pb2 import PushDataV3ApiWrapper

from .clients import MEXC, GateSocket, MexcSocket, until
from .conftest import Connect, StartTwin

VENUES = pytest.mark.parametrize("venue", ["gateio_spot", "gateio_futures", "mexc_spot"])
GATE = pytest.mark.parametrize("venue", ["gateio_spot", "gateio_futures"])
CHANNELS = {"mexc_spot": "aggre.depth"} | dict.fromkeys(("gateio_spot", "gateio_futures"), "order_book_update")


@dataclass
class Listener:
    """A subscriber to the book of BTC_USDT whose pushes cover one id each."""

    twin: Twin
    socket: Any

    async def ids(self, count: int) -> list[int]:
        return [await self._id() for _ in range(count)]

    async def _id(self) -> int:
        if isinstance(self.socket, GateSocket):
            result = (await self.socket.push(f"{self.socket.prefix}.order_book_update"))["result"]
            assert result["U"] == result["u"]
            return int(result["u"])
        body = (await self.socket.push("aggre.depth")).publicAggreDepths
        assert body.fromVersion == body.toVersion
        return int(body.toVersion)

    async def raw(self) -> aiohttp.WSMessage:
        frame: aiohttp.WSMessage = await self.socket.frame()
        return frame


async def listen(start: StartTwin, connect: Connect, venue: str, **options: Any) -> Listener:
    given = {"push_interval_ms": 0, "symbols": ["BTC_USDT"], "gate_full_frames": False}
    twin = await start(venue, **given | {"mexc_empty_wrapper_every": 0} | options)
    socket = await connect(twin)
    await subscribe(socket)
    return Listener(twin, socket)


async def subscribe(socket: Any) -> dict[str, Any]:
    if isinstance(socket, GateSocket):
        return await socket.reply(f"{socket.prefix}.order_book_update", "subscribe", ["BTC_USDT", "20ms"])
    assert isinstance(socket, MexcSocket)
    return await socket.reply("SUBSCRIPTION", [f"{MEXC}aggre.depth.v3.api.pb@10ms@BTCUSDT"])


@VENUES
async def test_drop_leaves_a_true_gap(start: StartTwin, connect: Connect, venue: str) -> None:
    listener = await listen(start, connect, venue)
    listener.twin.inject("drop", symbol="BTC_USDT", channel=CHANNELS[venue], after=1, count=2)
    listener.twin.play(5)
    first, *rest = await listener.ids(3)
    assert rest == [first + 3, first + 4] and rest[-1] == listener.twin.book("BTC_USDT")["id"]
    assert listener.twin.stats()["faults"] == {"active": 0, "hits": {"drop": 2}}


@VENUES
async def test_a_dropped_aggregate_takes_its_ids_along(
    start: StartTwin, connect: Connect, venue: str
) -> None:
    twin = await start(venue, symbols=["BTC_USDT"], gate_full_frames=False)
    socket = await connect(twin)
    await subscribe(socket)
    twin.inject("drop")
    first_id = twin.book("BTC_USDT")["id"]
    twin.play(7)
    twin.pause()
    twin.play(3)
    twin.pause()
    if isinstance(socket, GateSocket):
        result = (await socket.push(f"{socket.prefix}.order_book_update"))["result"]
        span = result["U"], result["u"]
    else:
        body = (await socket.push("aggre.depth")).publicAggreDepths
        span = int(body.fromVersion), int(body.toVersion)
    assert first_id + 1 < span[0] <= first_id + 8 and span[1] <= first_id + 10


@VENUES
async def test_duplicate_and_reorder(start: StartTwin, connect: Connect, venue: str) -> None:
    listener = await listen(start, connect, venue)
    listener.twin.inject("duplicate")
    listener.twin.play(2)
    a, b, c = await listener.ids(3)
    assert (b, c) == (a, a + 1)
    listener.twin.inject("reorder")
    listener.twin.play(3)
    d, e, f = await listener.ids(3)
    assert (d, e, f) == (c + 2, c + 1, c + 3)


@VENUES
async def test_a_reordered_last_message_comes_with_the_pause(
    start: StartTwin, connect: Connect, venue: str
) -> None:
    listener = await listen(start, connect, venue)
    listener.twin.inject("reorder")
    listener.twin.play(1)
    listener.twin.pause()
    assert await listener.ids(1) == [listener.twin.book("BTC_USDT")["id"]]


@VENUES
async def test_truncate_and_garbage_break_one_frame_each(
    start: StartTwin, connect: Connect, venue: str
) -> None:
    listener = await listen(start, connect, venue)
    for kind in ("truncate", "garbage"):
        listener.twin.inject(kind)
        listener.twin.play(2)
        broken = await listener.raw()
        if venue != "mexc_spot":
            assert broken.type is aiohttp.WSMsgType.TEXT
            with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
                broken.json()
        else:
            assert broken.type is aiohttp.WSMsgType.BINARY
            with pytest.raises(DecodeError):
                PushDataV3ApiWrapper.FromString(broken.data)
        assert await listener.ids(1) == [listener.twin.book("BTC_USDT")["id"]]


@VENUES
async def test_silence_loses_what_falls_into_it(start: StartTwin, connect: Connect, venue: str) -> None:
    listener = await listen(start, connect, venue)
    listener.twin.inject("silence", seconds=60)
    listener.twin.play(20)
    assert listener.twin.stats()["messages"] == {}
    listener.twin.clear_faults()
    listener.twin.play(1)
    assert await listener.ids(1) == [listener.twin.book("BTC_USDT")["id"]]


@VENUES
async def test_slow_delays_in_order(start: StartTwin, connect: Connect, venue: str) -> None:
    listener = await listen(start, connect, venue)
    listener.twin.inject("slow", seconds=60, delay_ms=150)
    started = time.monotonic()
    listener.twin.play(3)
    listener.twin.clear_faults()
    listener.twin.play(3)
    ids = await listener.ids(6)
    assert ids == list(range(ids[0], ids[0] + 6)) and time.monotonic() - started >= 0.15
    listener.twin.play(1)
    assert await listener.ids(1) == [ids[-1] + 1]


@VENUES
async def test_close_is_abrupt_and_hits_one_connection(
    start: StartTwin, connect: Connect, venue: str
) -> None:
    listener = await listen(start, connect, venue)
    other = await connect(listener.twin)
    listener.twin.inject("close", symbol="BTC_USDT")
    assert await listener.socket.closed() == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
    await until(lambda: bool(listener.twin.stats()["connections"] == 1))
    assert not other.ws.closed
    listener.twin.inject("close", connection=2)
    assert await other.closed() == aiohttp.WSCloseCode.ABNORMAL_CLOSURE


@VENUES
async def test_a_close_that_waits_for_messages(start: StartTwin, connect: Connect, venue: str) -> None:
    listener = await listen(start, connect, venue)
    listener.twin.inject("close", channel=CHANNELS[venue], after=2)
    listener.twin.play(5)
    assert await listener.socket.closed() == aiohttp.WSCloseCode.ABNORMAL_CLOSURE


@GATE
async def test_gate_announces_an_upgrade_and_closes(start: StartTwin, connect: Connect, venue: str) -> None:
    listener = await listen(start, connect, venue)
    listener.twin.inject("close_notice", seconds=0.05)
    notice = await listener.socket.push(f"{listener.socket.prefix}.system")
    assert notice["result"]["type"] == "upgrade" and notice["result"]["msg"]
    assert await listener.socket.closed() == aiohttp.WSCloseCode.GOING_AWAY


async def test_mexc_closes_with_a_close_frame(start: StartTwin, connect: Connect) -> None:
    listener = await listen(start, connect, "mexc_spot")
    listener.twin.inject("close_notice")
    assert await listener.socket.closed() == aiohttp.WSCloseCode.GOING_AWAY


def book_url(twin: Twin) -> str:
    if twin.name == "gateio_spot":
        return f"{twin.rest_url}/spot/order_book?currency_pair=BTC_USDT&with_id=true"
    if twin.name == "gateio_futures":
        return f"{twin.rest_url}/futures/usdt/order_book?contract=BTC_USDT&with_id=true"
    return f"{twin.rest_url}/api/v3/depth?symbol=BTCUSDT"


@VENUES
async def test_a_stale_snapshot_is_older_than_the_stream(
    start: StartTwin, http: aiohttp.ClientSession, venue: str
) -> None:
    twin = await start(venue, symbols=["BTC_USDT"])
    twin.play(100)
    twin.inject("stale_snapshot", symbol="BTC_USDT", behind=30)
    ids = []
    for _ in range(2):
        async with http.get(book_url(twin)) as response:
            reply = await response.json()
        ids.append(reply.get("id", reply.get("lastUpdateId")))
    assert ids == [twin.book("BTC_USDT")["id"] - 30, twin.book("BTC_USDT")["id"]]


@VENUES
async def test_a_snapshot_error_is_no_json(start: StartTwin, http: aiohttp.ClientSession, venue: str) -> None:
    twin = await start(venue, symbols=["BTC_USDT"])
    twin.inject("snapshot_error", count=2, status=502)
    statuses = []
    for _ in range(3):
        async with http.get(book_url(twin)) as response:
            statuses.append((response.status, response.content_type == "application/json"))
    assert statuses == [(502, False), (502, False), (200, True)]


@VENUES
async def test_a_refused_subscription_leaves_others_alone(
    start: StartTwin, connect: Connect, venue: str
) -> None:
    twin = await start(venue)
    socket = await connect(twin)
    twin.inject("refuse_subscription", symbol="BTC_USDT")
    refused, accepted = await subscribe(socket), await subscribe(socket)
    if venue != "mexc_spot":
        assert refused["error"]["code"] == 3 and refused["result"] == {"status": "fail"}
        assert "error" not in accepted
    else:
        assert refused["code"] == 0 and refused["msg"].startswith("Not Subscribed successfully!")
        assert accepted["msg"].endswith("@BTCUSDT")
    assert twin.stats()["subscriptions"] == 1


@VENUES
async def test_a_refused_connection(start: StartTwin, connect: Connect, venue: str) -> None:
    twin = await start(venue)
    twin.inject("refuse_connection", count=2)
    for _ in range(2):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await connect(twin)
        assert refusal.value.status == 503
    assert not (await connect(twin)).ws.closed


@VENUES
async def test_a_script_starts_faults_by_event_and_by_time(
    start: StartTwin, connect: Connect, venue: str
) -> None:
    steps = [{"kind": "drop", "at_event": 4}, {"kind": "close", "at_s": 0.3}]
    listener = await listen(start, connect, venue, faults=steps)
    listener.twin.play(6)
    first, *rest = await listener.ids(5)
    assert [number - first for number in rest] == [1, 2, 3, 5]
    assert await listener.socket.closed() == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
