"""A plain book built from the streams by the venues' own steps ends equal to the twin's."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .clients import DEADLINE_S, MEXC, GateSocket, MexcSocket, PlainBook, true_levels
from .conftest import Connect, StartTwin

RUN_S = 0.6
LEAST_STEPS = 12
SYMBOLS = ("BTC_USDT", "ADA_USDT")
STREAMS = pytest.mark.parametrize("interval_ms", [None, 0.0])


async def follow(twin: Twin, read: Any) -> None:
    """Let the market run, pause it, and read until the book stands at the final id."""
    loop = asyncio.get_running_loop()
    end_s, steps, paused = loop.time() + RUN_S, 0, False
    async with asyncio.timeout(DEADLINE_S):
        while not (paused and read.book.id == twin.book(read.symbol)["id"]):
            await read.step()
            steps += 1
            if not paused and steps >= LEAST_STEPS and loop.time() > end_s:
                twin.pause()
                paused = True


class GateUpdates:
    """Gate API v4 docs, "How to maintain local order book": spot.order_book_update and REST."""

    def __init__(self, socket: GateSocket, symbol: str, limit: int) -> None:
        self.socket, self.symbol, self.limit = socket, symbol, limit
        self.book = PlainBook()
        self.full = self.updates = 0

    async def begin(self, http: aiohttp.ClientSession, twin: Twin) -> None:
        self._waiting = [await self._result()]
        url = f"{twin.rest_url}/spot/order_book?currency_pair={self.symbol}&limit={self.limit}&with_id=true"
        async with http.get(url) as response:
            reply = await response.json()
        self.book.load(reply["id"], reply["bids"], reply["asks"])
        for result in self._waiting:
            self._take(result)

    async def step(self) -> None:
        self._take(await self._result())

    async def _result(self) -> dict[str, Any]:
        result: dict[str, Any] = (await self.socket.push("spot.order_book_update"))["result"]
        return result

    def _take(self, result: dict[str, Any]) -> None:
        self.updates += 1
        if result.get("full"):
            self.full += 1
            self.book.load(result["u"], result["b"], result["a"])
        elif result["u"] > self.book.id:
            assert result["U"] <= self.book.id + 1, "gap"
            self.book.apply(result["u"], result["b"], result["a"])
            self.book.cut(self.limit)
        assert result["l"] == str(self.limit) and result["s"] == self.symbol


@STREAMS
@pytest.mark.parametrize(("speed", "limit"), [("20ms", 20), ("100ms", 100)])
async def test_gate_order_book_update(
    start: StartTwin,
    connect: Connect,
    http: aiohttp.ClientSession,
    interval_ms: float | None,
    speed: str,
    limit: int,
) -> None:
    twin = await start("gateio_spot", rate=1500, push_interval_ms=interval_ms, gate_full_frame_every=10)
    socket = await connect(twin)
    await socket.request("spot.order_book_update", "subscribe", ["ADA_USDT", speed])
    read = GateUpdates(socket, "ADA_USDT", limit)
    await read.begin(http, twin)
    await follow(twin, read)
    assert read.book.levels() == true_levels(twin, "ADA_USDT", limit)
    assert read.updates >= LEAST_STEPS


async def test_gate_full_frames_replace_the_book(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession
) -> None:
    twin = await start("gateio_spot", rate=1500, gate_full_frame_every=2)
    socket = await connect(twin)
    await socket.request("spot.order_book_update", "subscribe", ["BTC_USDT", "20ms"])
    read = GateUpdates(socket, "BTC_USDT", 20)
    await read.begin(http, twin)
    while read.full < 3:
        await read.step()
        if read.full:
            assert len(read.book.bids) == len(read.book.asks) == 20
    assert read.updates > read.full


class GateObu:
    """Gate API v4 docs, spot.obu: a snapshot, then contiguous deltas; nothing is cut by the client."""

    def __init__(self, socket: GateSocket, symbol: str) -> None:
        self.socket, self.symbol = socket, symbol
        self.book = PlainBook()
        self.most = 0

    async def step(self) -> None:
        result = (await self.socket.push("spot.obu"))["result"]
        if result.get("full"):
            self.book.load(result["u"], result["b"], result["a"])
            return
        assert self.book.id, "a delta before the snapshot"
        assert result["U"] == self.book.id + 1, "gap"
        self.book.apply(result["u"], result.get("b", []), result.get("a", []))
        self.most = max(self.most, len(self.book.bids), len(self.book.asks))


@STREAMS
@pytest.mark.parametrize("level", [50, 400])
async def test_gate_obu(start: StartTwin, connect: Connect, interval_ms: float | None, level: int) -> None:
    twin = await start("gateio_spot", rate=1500, push_interval_ms=interval_ms)
    socket = await connect(twin)
    await socket.request("spot.obu", "subscribe", [f"ob.BTC_USDT.{level}"])
    read = GateObu(socket, "BTC_USDT")
    await follow(twin, read)
    assert read.book.levels() == true_levels(twin, "BTC_USDT", level)
    assert read.most <= level, "levels that fell out of the window were not deleted"


class MexcDepth:
    """MEXC Spot v3 docs, "How to properly maintain a local copy of the order book"."""

    def __init__(self, socket: MexcSocket, symbol: str) -> None:
        self.socket, self.symbol = socket, symbol
        self.book = PlainBook()
        self.last = 0
        self.empty = self.zeros = 0

    async def begin(self, http: aiohttp.ClientSession, twin: Twin) -> None:
        waiting = [await self._push()]
        url = f"{twin.rest_url}/api/v3/depth?symbol={self.symbol.replace('_', '')}&limit=5000"
        async with http.get(url) as response:
            reply = await response.json()
        assert reply["lastUpdateId"] >= int(waiting[0].fromVersion)
        self.book.load(reply["lastUpdateId"], reply["bids"], reply["asks"])
        for body in waiting:
            self._take(body)

    async def step(self) -> None:
        self._take(await self._push())

    async def _push(self) -> Any:
        while True:
            wrapper = await self.socket.push("aggre.depth", with_body=False)
            if wrapper.WhichOneof("body"):
                return wrapper.publicAggreDepths
            self.empty += 1

    def _take(self, body: Any) -> None:
        first, last = int(body.fromVersion), int(body.toVersion)
        assert self.last in (0, first - 1), "pushes are contiguous on a connection"
        self.last = last
        if last <= self.book.id:
            return
        assert first <= self.book.id + 1, "gap"
        sides = [[[item.price, item.quantity] for item in side] for side in (body.bids, body.asks)]
        self.zeros += sum(qty not in ("0",) and float(qty) == 0 for side in sides for _, qty in side)
        self.book.apply(last, *sides)


@STREAMS
@pytest.mark.parametrize("speed", ["10ms", "100ms"])
async def test_mexc_aggre_depth(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession, interval_ms: float | None, speed: str
) -> None:
    twin = await start("mexc_spot", rate=1500, push_interval_ms=interval_ms, mexc_empty_wrapper_every=5)
    socket = await connect(twin)
    await socket.send(method="SUBSCRIPTION", params=[f"{MEXC}aggre.depth.v3.api.pb@{speed}@BTCUSDT"])
    read = MexcDepth(socket, "BTC_USDT")
    await read.begin(http, twin)
    await follow(twin, read)
    assert read.book.levels() == true_levels(twin, "BTC_USDT")
    assert read.empty and read.zeros


async def test_fragmented_messages_are_whole_again(start: StartTwin, connect: Connect) -> None:
    twin = await start("gateio_spot", rate=1500, push_interval_ms=0, fragment_bytes=60)
    socket = await connect(twin)
    await socket.request("spot.obu", "subscribe", ["ob.BTC_USDT.400"])
    read = GateObu(socket, "BTC_USDT")
    await follow(twin, read)
    assert read.book.levels() == true_levels(twin, "BTC_USDT")


async def test_two_connections_hear_the_same_and_one_may_leave(start: StartTwin, connect: Connect) -> None:
    twin = await start("gateio_spot", rate=800, push_interval_ms=0)
    first, second = await connect(twin), await connect(twin)
    for socket in (first, second):
        await socket.request("spot.obu", "subscribe", ["ob.BTC_USDT.50"])
    reads = [GateObu(first, "BTC_USDT"), GateObu(second, "BTC_USDT")]
    for read in reads:
        await read.step()
    await first.ws.close()
    await follow(twin, reads[1])
    assert reads[1].book.levels() == true_levels(twin, "BTC_USDT", 50)


LAGGING = {
    "mexc_spot": "/api/v3/depth?symbol=BTCUSDT&limit=5000",
    "gateio_spot": "/spot/order_book?currency_pair=BTC_USDT&limit=100&with_id=true",
    "gateio_futures": "/futures/usdt/order_book?contract=BTC_USDT&limit=100&with_id=true",
}


@pytest.mark.parametrize("venue", LAGGING)
async def test_snapshots_lag_as_told(start: StartTwin, http: aiohttp.ClientSession, venue: str) -> None:
    twin = await start(venue, snapshot_lag_ms=10_000)
    before = twin.book("BTC_USDT")
    twin.play(50)
    async with http.get(twin.rest_url + LAGGING[venue]) as response:
        reply = await response.json()
    assert reply.get("id", reply.get("lastUpdateId")) == before["id"] < twin.book("BTC_USDT")["id"]
    for side in ("bids", "asks"):
        levels = [[row["p"], str(row["s"])] if isinstance(row, dict) else row for row in reply[side][:100]]
        assert levels == before[side][:100]


async def test_the_same_seed_gives_the_same_books_on_both_venues(start: StartTwin) -> None:
    gate, mexc = await start("gateio_spot", seed=5), await start("mexc_spot", seed=5)
    other = await start("mexc_spot", seed=6)
    for twin in (gate, mexc, other):
        twin.play(300)
    assert [true_levels(gate, name) for name in SYMBOLS] == [true_levels(mexc, name) for name in SYMBOLS]
    assert true_levels(mexc, "BTC_USDT") != true_levels(other, "BTC_USDT")
