"""Gate's WebSocket manners: acks, refusals, pings, channel shapes and close rules."""

from __future__ import annotations

import asyncio
import json
import time
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from .clients import GateSocket, decimals, until
from .conftest import Connect, StartTwin

VENUE = "gateio_spot"


async def test_a_subscription_is_acknowledged_with_everything_echoed(
    start: StartTwin, connect: Connect
) -> None:
    socket = await connect(await start(VENUE))
    reply = await socket.reply("spot.trades", "subscribe", ["BTC_USDT", "ADA_USDT"], id=11)
    assert list(reply) == [
        "time", "time_ms", "id", "conn_id", "trace_id", "channel", "event", "payload", "result", "requestId",
    ]  # fmt: skip
    assert reply["id"] == 11 and reply["payload"] == ["BTC_USDT", "ADA_USDT"]
    assert reply["result"] == {"status": "success"} and reply["trace_id"] == reply["requestId"]
    assert abs(reply["time_ms"] / 1000 - time.time()) < 5
    without_id = await socket.reply("spot.trades", "unsubscribe", ["BTC_USDT"])
    assert "id" not in without_id and without_id["event"] == "unsubscribe"


@pytest.mark.parametrize(
    ("channel", "payload", "text"),
    [
        ("spot.trades", ["BTC_USDT", "XX_USDT"], "unknown currency pair: XX_USDT"),
        ("spot.tickers", ["btc_usdt"], "unknown currency pair: btc_usdt"),
        ("spot.nothing", ["BTC_USDT"], "Unknown channel spot.nothing"),
        ("spot.order_book", ["BTC_USDT", "30", "100ms"], "provided level not supported: 30"),
        ("spot.order_book", ["BTC_USDT", "20", "7ms"], "provided interval not supported: 7ms"),
        ("spot.order_book_update", ["BTC_USDT", "1000ms"], "provided interval not supported: 1000ms"),
        ("spot.order_book_update", ["BTC_USDT"], "2 arguments"),
        ("spot.obu", ["ob.BTC_USDT.20"], "provided level not supported: 20"),
        ("spot.candlesticks", ["9m", "BTC_USDT"], "unsupported interval: 9m"),
        ("spot.tickers", "BTC_USDT", "invalid payload"),
        ("spot.tickers", [], "invalid payload"),
    ],
)
async def test_bad_arguments_are_refused_as_a_whole(
    start: StartTwin, connect: Connect, channel: str, payload: Any, text: str
) -> None:
    twin = await start(VENUE)
    socket = await connect(twin)
    reply = await socket.reply(channel, "subscribe", payload, id=4)
    assert reply["error"]["code"] == 2 and text in reply["error"]["message"]
    assert reply["result"] == {"status": "fail"} and reply["id"] == 4
    assert twin.stats()["subscriptions"] == 0


async def test_what_is_no_json_object_is_refused_and_the_socket_lives(
    start: StartTwin, connect: Connect
) -> None:
    socket = await connect(await start(VENUE))
    for text in ("{nonsense", "[1,2]", '"text"'):
        await socket.ws.send_str(text)
        error = (await socket.message())["error"]
        assert error == {"code": 1, "message": "request message need json scheme"}
    await socket.ws.send_str(json.dumps({"time": int(time.time()), "channel": "spot.ping"}))
    pong = await socket.message()
    assert (pong["channel"], pong["event"], pong["result"]) == ("spot.pong", "", None) and pong["conn_id"]


@pytest.mark.parametrize("at", [0, None, "soon"])
async def test_a_request_needs_a_fresh_time(start: StartTwin, connect: Connect, at: object) -> None:
    socket = await connect(await start(VENUE))
    reply = await socket.reply("spot.tickers", "subscribe", ["BTC_USDT"], time=at)
    assert reply["error"]["code"] == 2 and "time" in reply["error"]["message"]


async def test_an_unknown_event_is_refused(start: StartTwin, connect: Connect) -> None:
    socket = await connect(await start(VENUE))
    reply = await socket.reply("spot.tickers", "listen", ["BTC_USDT"])
    assert reply["error"] == {"code": 2, "message": "unknown event listen"}


async def test_obu_refuses_a_repeat_and_is_silent_for_an_unknown_pair(
    start: StartTwin, connect: Connect
) -> None:
    twin = await start(VENUE, push_interval_ms=0)
    socket = await connect(twin)
    assert "error" not in await socket.reply("spot.obu", "subscribe", ["ob.XX_USDT.50", "ob.BTC_USDT.50"])
    first = await socket.push("spot.obu")
    assert first["result"]["full"] is True and first["result"]["s"] == "ob.BTC_USDT.50"
    assert "event" not in first and "time" not in first
    reply = await socket.reply("spot.obu", "subscribe", ["ob.BTC_USDT.50"])
    assert reply["error"] == {"code": 2, "message": "Alert sub ob.BTC_USDT.50"}
    await socket.reply("spot.obu", "unsubscribe", ["ob.BTC_USDT.50"])
    assert "error" not in await socket.reply("spot.obu", "subscribe", ["ob.BTC_USDT.50"])
    twin.play(40)
    names = {(await socket.push("spot.obu"))["result"]["s"] for _ in range(10)}
    assert names == {"ob.BTC_USDT.50"}


async def test_the_obu_snapshot_may_come_before_the_ack(start: StartTwin, connect: Connect) -> None:
    socket = await connect(await start(VENUE, obu_snapshot_before_ack=True))
    await socket.request("spot.obu", "subscribe", ["ob.BTC_USDT.50"])
    snapshot, ack = await socket.message(), await socket.message()
    assert snapshot["result"]["full"] is True and ack["event"] == "subscribe"


async def test_unsubscribing_ends_the_pushes_and_removes_only_what_it_lists(
    start: StartTwin, connect: Connect
) -> None:
    twin = await start(VENUE, push_interval_ms=0)
    socket = await connect(twin)
    await socket.reply("spot.book_ticker", "subscribe", ["BTC_USDT"])
    await socket.reply("spot.book_ticker", "subscribe", ["ADA_USDT"])
    assert twin.stats()["subscriptions"] == 2
    await socket.reply("spot.book_ticker", "unsubscribe", ["BTC_USDT"])
    twin.play(30)
    seen = {(await socket.push("spot.book_ticker"))["result"]["s"] for _ in range(10)}
    assert seen == {"ADA_USDT"}


async def test_trades_tickers_candles_and_books_agree(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession
) -> None:
    twin = await start(VENUE, push_interval_ms=0, symbols=["BTC_USDT"])
    socket = await connect(twin)
    for channel, payload in (
        ("spot.trades", ["BTC_USDT"]),
        ("spot.candlesticks", ["1m", "BTC_USDT"]),
        ("spot.tickers", ["BTC_USDT"]),
        ("spot.order_book", ["BTC_USDT", "5", "100ms"]),
        ("spot.book_ticker", ["BTC_USDT"]),
    ):
        await socket.reply(channel, "subscribe", payload)
    twin.play(200)
    last: dict[str, Any] = {}
    trade_ids = []
    while last.get("spot.book_ticker", {}).get("u") != twin.book("BTC_USDT")["id"]:
        message = await socket.message()
        last[message["channel"]] = message["result"]
        if message["channel"] == "spot.trades":
            trade_ids.append(message["result"]["id_market"])
    trade, candle, ticker = last["spot.trades"], last["spot.candlesticks"], last["spot.tickers"]
    book, best = last["spot.order_book"], last["spot.book_ticker"]
    assert trade_ids == list(range(trade_ids[0], trade_ids[0] + len(trade_ids))) and len(trade_ids) > 10
    assert trade["range"] == f"{trade_ids[-1]}-{trade_ids[-1]}"
    assert trade["price"].partition(".")[2] == trade["price"].partition(".")[2].ljust(10, "0")
    assert Decimal(trade["price"]) == Decimal(candle["c"]) == Decimal(ticker["last"])
    assert candle["n"] == "1m_BTC_USDT" and candle["w"] is False
    assert book["lastUpdateId"] == best["u"] and len(book["bids"]) == 5
    assert book["bids"][0] == [best["b"], best["B"]] and book["asks"][0] == [best["a"], best["A"]]
    assert (ticker["highest_bid"], ticker["lowest_ask"]) == (best["b"], best["a"])
    async with http.get(f"{twin.rest_url}/spot/trades?currency_pair=BTC_USDT&limit=1") as response:
        (row,) = await response.json()
    assert (row["id"], row["sequence_id"]) == (str(trade["id"]), str(trade["id_market"]))
    assert decimals([[row["price"], row["amount"]]]) == decimals([[trade["price"], trade["amount"]]])


async def test_a_bare_socket_is_cut_when_idle_and_a_subscribed_one_is_not(
    start: StartTwin, connect: Connect
) -> None:
    twin = await start(VENUE, gate_idle_s=0.3)
    bare, subscribed = await connect(twin), await connect(twin)
    await subscribed.reply("spot.tickers", "subscribe", ["BTC_USDT"])
    assert await bare.closed() == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
    assert twin.stats()["connections"] == 1 and twin.stats()["closed"] == {"idle": 1}


async def test_pings_keep_a_bare_socket_alive(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE, gate_idle_s=0.6)
    socket = await connect(twin)
    for _ in range(16):
        await socket.ws.send_str(json.dumps({"time": int(time.time()), "channel": "spot.ping"}))
        assert (await socket.message())["channel"] == "spot.pong"
        await asyncio.sleep(0.05)
    assert twin.stats()["closed"] == {}


async def test_the_server_pings_and_drops_who_does_not_answer(
    start: StartTwin, http: aiohttp.ClientSession
) -> None:
    twin = await start(VENUE, gate_ping_s=0.2)
    async with http.ws_connect(twin.ws_url, autoping=False) as ws:
        socket = GateSocket(ws)
        await socket.request("spot.tickers", "subscribe", ["BTC_USDT"])
        kinds = {(await socket.frame()).type for _ in range(2)}
        assert aiohttp.WSMsgType.PING in kinds
        await socket.closed()
        await until(lambda: twin.stats()["connections"] == 0)


async def test_a_reader_who_falls_too_far_behind_is_cut(start: StartTwin) -> None:
    twin = await start(VENUE, push_interval_ms=0, slow_reader_bytes=20_000, symbols=["BTC_USDT"])
    reader, writer = await asyncio.open_connection("127.0.0.1", int(twin.ws_url.split(":")[2].split("/")[0]))
    writer.write(
        b"GET /ws/v4/ HTTP/1.1\r\nHost: twin\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    request = {"time": int(time.time()), "channel": "spot.order_book", "event": "subscribe"}
    body = json.dumps(request | {"payload": ["BTC_USDT", "100", "100ms"]}).encode()
    writer.write(b"\x81" + bytes((0x80 | 126,)) + len(body).to_bytes(2, "big") + bytes(4) + body)
    await until(lambda: twin.stats()["subscriptions"] == 1)
    for _ in range(200):
        if twin.stats()["connections"]:
            twin.play(50)
            await asyncio.sleep(0)
    await until(lambda: twin.stats()["closed"] == {"slow reader": 1})
    writer.close()


async def test_connections_beyond_the_cap_are_refused(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE, gate_max_connections=1)
    kept = await connect(twin)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await connect(twin)
    assert refusal.value.status == 429 and not kept.ws.closed
