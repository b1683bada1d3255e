"""Plain books built from the futures twin's streams by the venue's own steps end equal to the twin's."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin

from .clients import DEADLINE_S, GateSocket, PlainBook, true_levels
from .conftest import Connect, StartTwin

VENUE = "gateio_futures"
RUN_S = 0.5
LEAST_STEPS = 12
DECIMAL = {"X-Gate-Size-Decimal": "1"}
ABOVE_DOUBLES = 2**53
INTERVALS = pytest.mark.parametrize("interval_ms", [None, 0.0])


def pairs(levels: list[dict[str, Any]]) -> list[list[str]]:
    """Levels as [price, size] texts."""
    return [[level["p"], str(level["s"])] for level in levels]


def is_sorted(levels: list[list[str]]) -> bool:
    prices = [Decimal(price) for price, _ in levels]
    return prices in (sorted(prices), sorted(prices, reverse=True))


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


class Updates:
    """Gate API v4 docs, "futures.order_book_update", how to maintain a local order book."""

    def __init__(self, socket: GateSocket, symbol: str, limit: int) -> None:
        self.socket, self.symbol, self.limit = socket, symbol, limit
        self.book = PlainBook()
        self.unsorted = self.full = self.last_id = 0

    async def begin(self, http: aiohttp.ClientSession, twin: Twin) -> None:
        waiting = [await self._result()]
        query = {"contract": self.symbol, "limit": str(self.limit), "with_id": "true"}
        url = f"{twin.rest_url}/futures/usdt/order_book"
        async with http.get(url, params=query, headers=DECIMAL) as response:
            reply = await response.json()
        self.book.load(reply["id"], pairs(reply["bids"]), pairs(reply["asks"]))
        assert len(reply["bids"]) == self.limit or len(reply["bids"]) == len(twin.book(self.symbol)["bids"])
        for result in waiting:
            self._take(result)

    async def step(self) -> None:
        self._take(await self._result())

    async def _result(self) -> dict[str, Any]:
        result: dict[str, Any] = (await self.socket.push("futures.order_book_update"))["result"]
        return result

    def _take(self, result: dict[str, Any]) -> None:
        bids, asks = pairs(result["b"]), pairs(result["a"])
        assert result["l"] == str(self.limit) and result["s"] == self.symbol
        assert self.last_id in (0, result["U"] - 1) and result["u"] >= result["U"]
        self.last_id = result["u"]
        self.unsorted += not (is_sorted(bids) and is_sorted(asks))
        if result.get("full"):
            self.full += 1
            self.book.load(result["u"], bids, asks)
        elif result["u"] > self.book.id:
            assert result["U"] <= self.book.id + 1, "gap"
            self.book.apply(result["u"], bids, asks)
            self.book.cut(self.limit)


@INTERVALS
@pytest.mark.parametrize("symbol", ["ETH_USDT", "ADA_USDT", "币安人生_USDT"])
@pytest.mark.parametrize(("speed", "limit"), [("20ms", 20), ("100ms", 100), ("100ms", 50)])
async def test_order_book_update(
    start: StartTwin,
    connect: Connect,
    http: aiohttp.ClientSession,
    interval_ms: float | None,
    symbol: str,
    speed: str,
    limit: int,
) -> None:
    options = {"push_interval_ms": interval_ms, "futures_first_book_id": ABOVE_DOUBLES}
    twin = await start(VENUE, symbols=[symbol, "BTC_USDT"], rate=2000, **options)
    socket = await connect(twin, **DECIMAL)
    await socket.request("futures.order_book_update", "subscribe", [symbol, speed, str(limit)])
    read = Updates(socket, symbol, limit)
    await read.begin(http, twin)
    await follow(twin, read)
    assert read.book.levels() == true_levels(twin, symbol, limit)
    assert read.full == 0
    assert read.unsorted or interval_ms == 0.0, "an aggregate comes in any order"


async def test_full_frames_replace_the_book(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession
) -> None:
    twin = await start(VENUE, rate=2000, futures_full_frames=True, gate_full_frame_every=2)
    socket = await connect(twin, **DECIMAL)
    await socket.request("futures.order_book_update", "subscribe", ["BTC_USDT", "20ms"])
    read = Updates(socket, "BTC_USDT", 20)
    await read.begin(http, twin)
    while read.full < 3:
        await read.step()
        assert not read.full or len(read.book.bids) == len(read.book.asks) == 20


class Obu:
    """Gate API v4 docs, "futures.obu": a snapshot, then contiguous deltas; nothing is cut by the client."""

    def __init__(self, socket: GateSocket, symbol: str) -> None:
        self.socket, self.symbol = socket, symbol
        self.book = PlainBook()
        self.most = self.unsorted = self.bare = 0

    async def step(self) -> None:
        result = (await self.socket.push("futures.obu"))["result"]
        bids, asks = result.get("b", []), result.get("a", [])
        if result.get("full"):
            assert is_sorted(bids) and is_sorted(asks)
            self.book.load(result["u"], bids, asks)
            return
        assert self.book.id, "a delta before the snapshot"
        assert result["U"] == self.book.id + 1, "gap"
        self.unsorted += not (is_sorted(bids) and is_sorted(asks))
        self.bare += not ("a" in result or "b" in result)
        self.book.apply(result["u"], bids, asks)
        self.most = max(self.most, len(self.book.bids), len(self.book.asks))


@INTERVALS
@pytest.mark.parametrize("headers", [{}, DECIMAL], ids=["whole", "decimal"])
@pytest.mark.parametrize(("symbol", "level"), [("ETH_USDT", 50), ("ADA_USDT", 400)])
async def test_obu_amounts_are_exact_with_and_without_the_header(
    start: StartTwin,
    connect: Connect,
    interval_ms: float | None,
    headers: dict[str, str],
    symbol: str,
    level: int,
) -> None:
    twin = await start(VENUE, symbols=[symbol], rate=2000, push_interval_ms=interval_ms)
    socket = await connect(twin, **headers)
    await socket.request("futures.obu", "subscribe", [f"ob.{symbol}.{level}"])
    read = Obu(socket, symbol)
    await follow(twin, read)
    assert read.book.levels() == true_levels(twin, symbol, level)
    assert read.most <= level, "levels that fell out of the window were not deleted"
    assert read.unsorted or interval_ms == 0.0
    if interval_ms == 0.0 and level == 50:
        assert read.bare, "a change below the window moves the id and says nothing else"


@pytest.mark.parametrize("headers", [{}, DECIMAL], ids=["whole", "decimal"])
async def test_the_legacy_book_and_the_best_levels_share_ids_with_rest(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    twin = await start(VENUE, push_interval_ms=0)
    socket = await connect(twin, **headers)
    await socket.reply("futures.order_book", "subscribe", ["ADA_USDT", "5", "0"])
    await socket.reply("futures.book_ticker", "subscribe", ["ADA_USDT"])
    twin.play(60)
    last: dict[str, Any] = {}
    names = ("futures.order_book", "futures.book_ticker")
    while [last.get(name, {}).get("id", last.get(name, {}).get("u")) for name in names] != [
        twin.book("ADA_USDT")["id"]
    ] * 2:
        message = await socket.message()
        assert message["event"] == ("all" if message["channel"] == names[0] else "update")
        last[message["channel"]] = message["result"]
    book, best = (last[name] for name in names)
    query = {"contract": "ADA_USDT", "limit": "5", "with_id": "true"}
    async with http.get(
        f"{twin.rest_url}/futures/usdt/order_book", params=query, headers=headers
    ) as response:
        reply = await response.json()
    assert (reply["id"], reply["bids"], reply["asks"]) == (book["id"], book["bids"], book["asks"])
    assert (best["b"], best["B"]) == (book["bids"][0]["p"], book["bids"][0]["s"])
    assert (best["a"], best["A"]) == (book["asks"][0]["p"], book["asks"][0]["s"])
    true = twin.book("ADA_USDT")["bids"][0][1]
    assert best["B"] == (true if headers else int(Decimal(true)))
    assert book["contract"] == best["s"] == "ADA_USDT" and book["l"] == "5"


async def test_the_best_levels_are_told_again_with_a_new_id(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE, symbols=["BTC_USDT"], push_interval_ms=0)
    socket = await connect(twin)
    await socket.reply("futures.book_ticker", "subscribe", ["BTC_USDT"])
    twin.play(80)
    seen = [(await socket.push("futures.book_ticker"))["result"] for _ in range(80)]
    assert [row["u"] for row in seen] == list(range(seen[0]["u"], seen[0]["u"] + 80))
    best = [(row["b"], row["B"], row["a"], row["A"]) for row in seen]
    assert any(before == after for before, after in pairwise(best))


async def test_two_forms_of_sizes_on_two_sockets_do_not_mix(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE, symbols=["ADA_USDT"], push_interval_ms=0)
    whole, exact = await connect(twin), await connect(twin, **DECIMAL)
    for socket in (whole, exact):
        await socket.reply("futures.order_book_update", "subscribe", ["ADA_USDT", "100ms"])
    twin.play(40)
    cut = 0
    for _ in range(40):
        a, b = [
            (await socket.push("futures.order_book_update"))["result"] for socket in (whole, exact)
        ]
        assert (a["U"], a["u"]) == (b["U"], b["u"])
        for side in ("b", "a"):
            short, long = [{level["p"]: level["s"] for level in result[side]} for result in (a, b)]
            assert {px: str(int(Decimal(size))) for px, size in long.items()} == {
                px: str(size) for px, size in short.items()
            }
            assert all(isinstance(size, int) for size in short.values())
            cut += sum(Decimal(size) % 1 != 0 for size in long.values())
    assert cut, "a fraction was cut toward zero"
