"""Manners of Gate's futures WebSocket: acks, refusals, pings, close rules, and the shape of every public push."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from .conftest import Connect, StartTwin

VENUE = "gateio_futures"
NAME = "币安人生_USDT"
DECIMAL = {"X-Gate-Size-Decimal": "1"}
FORMS = pytest.mark.parametrize("headers", [{}, DECIMAL], ids=["whole", "decimal"])


async def test_a_subscription_is_acknowledged_with_everything_echoed(
    start: StartTwin, connect: Connect
) -> None:
    socket = await connect(await start(VENUE, symbols=["BTC_USDT", NAME]))
    reply = await socket.reply("futures.trades", "subscribe", ["BTC_USDT", NAME], id=11)
    assert list(reply) == [
        "time", "time_ms", "id", "conn_id", "trace_id", "channel", "event", "payload", "result", "requestId",
    ]  # fmt: skip
    assert reply["payload"] == ["BTC_USDT", NAME] and reply["result"] == {"status": "success"}
    again = await socket.reply("futures.trades", "subscribe", ["BTC_USDT"])
    assert again["result"] == {"status": "success"}
    assert (await socket.reply("futures.trades", "unsubscribe", [NAME]))["event"] == "unsubscribe"


@pytest.mark.parametrize(
    ("channel", "payload", "text"),
    [
        ("futures.trades", ["BTC_USDT", "XX_USDT"], "unknown contract: XX_USDT"),
        ("futures.tickers", ["btc_usdt"], "unknown contract: btc_usdt"),
        ("futures.nothing", ["BTC_USDT"], "Unknown channel futures.nothing"),
        ("spot.trades", ["BTC_USDT"], "Unknown channel spot.trades"),
        ("futures.order_book", ["BTC_USDT", "30", "0"], "provided level not supported: 30"),
        ("futures.order_book", ["BTC_USDT", "20", "0.1"], "provided interval not supported: 0.1"),
        ("futures.order_book", ["BTC_USDT", "20"], "3 arguments"),
        ("futures.order_book_update", ["BTC_USDT", "1000ms"], "provided interval not supported: 1000ms"),
        ("futures.order_book_update", ["BTC_USDT", "20ms", "100"], "provided level not supported: 100"),
        ("futures.order_book_update", ["BTC_USDT", "100ms", "100", "1"], "not supported"),
        ("futures.order_book_update", ["BTC_USDT"], "2 arguments"),
        ("futures.candlesticks", ["2h", "BTC_USDT"], "unsupported interval: 2h"),
        ("futures.candlesticks", ["1m", "index_XX_USDT"], "unknown contract: index_XX_USDT"),
        ("futures.contract_stats", ["BTC_USDT", "10s"], "unsupported interval: 10s"),
        ("futures.contract_stats", ["BTC_USDT"], "2 arguments"),
        ("futures.contract_info", ["XX_USDT"], "unknown contract: XX_USDT"),
        ("futures.public_liquidates", ["!some"], "unknown contract: !some"),
        ("futures.tickers", "BTC_USDT", "invalid payload"),
        ("futures.tickers", [], "invalid payload"),
        ("futures.tickers", [5], "invalid payload"),
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


async def test_pings_and_what_is_no_json_object(start: StartTwin, connect: Connect) -> None:
    socket = await connect(await start(VENUE))
    await socket.ws.send_str("{nonsense")
    assert (await socket.message())["error"] == {"code": 1, "message": "request message need json scheme"}
    await socket.ws.send_str(json.dumps({"time": int(time.time()), "channel": "futures.ping"}))
    pong = await socket.message()
    assert list(pong) == ["time", "time_ms", "conn_id", "channel", "event", "result"]
    assert (pong["channel"], pong["event"], pong["result"]) == ("futures.pong", "", None)


async def test_a_bare_socket_is_cut_when_idle_and_a_subscribed_one_is_not(
    start: StartTwin, connect: Connect
) -> None:
    twin = await start(VENUE, gate_idle_s=0.3)
    bare, subscribed = await connect(twin), await connect(twin)
    await subscribed.reply("futures.tickers", "subscribe", ["BTC_USDT"])
    assert await bare.closed() == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
    assert twin.stats()["connections"] == 1 and twin.stats()["closed"] == {"idle": 1}


@pytest.mark.parametrize("stream", ["ob.XX_USDT.50", "ob.BTC_USDT.20", "book.BTC_USDT.50", "BTC_USDT"])
async def test_obu_accepts_a_wrong_stream_and_stays_silent(
    start: StartTwin, connect: Connect, stream: str
) -> None:
    twin = await start(VENUE, push_interval_ms=0)
    socket = await connect(twin)
    assert "error" not in await socket.reply("futures.obu", "subscribe", [stream, "ob.BTC_USDT.400"])
    twin.play(40)
    names = {(await socket.push("futures.obu"))["result"]["s"] for _ in range(10)}
    assert names == {"ob.BTC_USDT.400"}


async def test_obu_refuses_a_repeat(start: StartTwin, connect: Connect) -> None:
    socket = await connect(await start(VENUE, push_interval_ms=0))
    assert "error" not in await socket.reply("futures.obu", "subscribe", ["ob.BTC_USDT.50"])
    first = await socket.push("futures.obu")
    assert first["result"]["full"] is True and "event" not in first and "time" not in first
    reply = await socket.reply("futures.obu", "subscribe", ["ob.BTC_USDT.50"])
    assert reply["error"] == {"code": 2, "message": "Alert sub ob.BTC_USDT.50"}
    await socket.reply("futures.obu", "unsubscribe", ["ob.BTC_USDT.50"])
    assert "error" not in await socket.reply("futures.obu", "subscribe", ["ob.BTC_USDT.50"])


@FORMS
async def test_trades_of_a_moment_come_together_and_internal_ones_are_marked(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    twin = await start(VENUE, symbols=["ADA_USDT"], push_interval_ms=20, futures_internal_every=7)
    socket = await connect(twin, **headers)
    await socket.reply("futures.trades", "subscribe", ["ADA_USDT"])
    twin.play(600)
    async with http.get(
        f"{twin.rest_url}/futures/usdt/trades?contract=ADA_USDT&limit=1000", headers=headers
    ) as response:
        listed = await response.json()
    rows: list[dict[str, Any]] = []
    while not rows or rows[-1]["id"] != listed[0]["id"]:
        rows += (await socket.push("futures.trades"))["result"]
    ids = [row["id"] for row in rows]
    assert ids == list(range(ids[0], ids[0] + len(ids))) and ids[0] > 2**53
    assert {type(row["size"]) for row in rows} == ({str} if headers else {int})
    assert {Decimal(row["size"]) > 0 for row in rows} == {True, False}
    assert {row["contract"] for row in rows} == {"ADA_USDT"}
    internal = [row for row in rows if row.get("is_internal")]
    assert internal and all("is_internal" not in row for row in rows if row not in internal)
    by_id = {row["id"]: row for row in listed}
    for row in rows:
        said = by_id[row["id"]]
        assert (said["price"], said["size"], said.get("is_internal")) == (
            row["price"], row["size"], row.get("is_internal"),
        )  # fmt: skip
        assert said["create_time"] == row["create_time"] == row["create_time_ms"] // 1000
        assert round(said["create_time_ms"] * 1000) == row["create_time_ms"], "REST says seconds"


@FORMS
async def test_tickers_have_mark_index_and_funding(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    twin = await start(VENUE, symbols=["ADA_USDT", NAME], push_interval_ms=0)
    socket = await connect(twin, **headers)
    await socket.reply("futures.tickers", "subscribe", ["ADA_USDT", NAME])
    twin.play(100)
    twin.pause()
    last: dict[str, dict[str, Any]] = {}
    for _ in range(100):
        (row,) = (await socket.push("futures.tickers"))["result"]
        last[row["contract"]] = row
    async with http.get(f"{twin.rest_url}/futures/usdt/tickers", headers=headers) as response:
        rest = {row["contract"]: row for row in await response.json()}
    for name, row in last.items():
        said = {key: value for key, value in row.items() if key in rest[name]}
        assert said == {key: rest[name][key] for key in said}
        assert {type(value) for value in rest[name].values()} == {str}
        assert ("." in row["total_size"]) == (name == "ADA_USDT" and bool(headers))
        assert abs(Decimal(row["mark_price"]) / Decimal(row["last"]) - 1) < Decimal("0.01")
        assert abs(Decimal(row["funding_rate"])) <= Decimal("0.0075")
        assert row["funding_interval"] == 28_800 and row["funding_next_apply"] % 28_800 == 0
    assert set(last) == {"ADA_USDT", NAME}


@FORMS
@pytest.mark.parametrize("prefix", ["", "mark_", "index_"])
async def test_candlesticks_of_trades_mark_and_index(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession, headers: dict[str, str], prefix: str
) -> None:
    twin = await start(VENUE, symbols=["ADA_USDT"], push_interval_ms=5)
    socket = await connect(twin, **headers)
    await socket.reply("futures.candlesticks", "subscribe", ["7d", f"{prefix}ADA_USDT"])
    twin.play(300)
    twin.pause()
    (row,) = (await socket.push("futures.candlesticks"))["result"][-1:]
    query = {"contract": f"{prefix}ADA_USDT", "interval": "7d", "limit": "1"}
    url = f"{twin.rest_url}/futures/usdt/candlesticks"
    async with http.get(url, params=query, headers=headers) as response:
        (rest,) = await response.json()
    assert [row[key] for key in "tohlc"] == [rest[key] for key in "tohlc"]
    assert row["n"] == f"7d_{prefix}ADA_USDT" and row["w"] is False
    assert Decimal(row["l"]) <= Decimal(row["o"]) <= Decimal(row["h"])
    if prefix:
        assert "v" not in rest and Decimal(row["v"]) == 0
    else:
        assert row["v"] == rest["v"] and Decimal(row["a"]) - Decimal(row["v"]) * 10 < 10
        assert type(row["v"]) is (str if headers else int)


@FORMS
async def test_liquidations_come_at_most_once_a_second_contract_and_side(
    start: StartTwin, connect: Connect, http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    names = ["ADA_USDT", NAME]
    twin = await start(VENUE, symbols=names, push_interval_ms=20, futures_liquidation_every=3)
    socket, one = await connect(twin, **headers), await connect(twin, **headers)
    await socket.reply("futures.public_liquidates", "subscribe", ["!all"])
    await one.reply("futures.public_liquidates", "subscribe", [NAME])
    twin.play(900)
    rows = (await socket.push("futures.public_liquidates"))["result"]
    assert {row["contract"] for row in rows} == set(names)
    sides = [(row["contract"], Decimal(row["size"]) > 0) for row in rows]
    assert len(sides) == len(set(sides)), "one of each contract and side"
    assert {type(row["size"]) for row in rows} == ({str} if headers else {int})
    assert all(list(row) == ["price", "size", "time", "contract"] for row in rows)
    assert {row["contract"] for row in (await one.push("futures.public_liquidates"))["result"]} == {NAME}
    async with http.get(f"{twin.rest_url}/futures/usdt/liq_orders?limit=1000", headers=headers) as response:
        orders = await response.json()
    assert sum(1 for order in orders if order["contract"] == NAME) > 1


async def test_liquidations_as_before_august_2026(start: StartTwin, connect: Connect) -> None:
    twin = await start(
        VENUE, symbols=["BTC_USDT"], push_interval_ms=0, futures_liquidation_every=1, futures_liquidation_text=False
    )
    socket = await connect(twin)
    await socket.reply("futures.public_liquidates", "subscribe", ["BTC_USDT"])
    twin.play(60)
    (row,) = (await socket.push("futures.public_liquidates"))["result"]
    assert list(row) == ["price", "size", "time_ms", "contract"] and isinstance(row["price"], float)


@FORMS
async def test_statistics_of_a_contract_until_all_are_ended(
    start: StartTwin, connect: Connect, headers: dict[str, str]
) -> None:
    twin = await start(VENUE, symbols=["ADA_USDT", NAME], push_interval_ms=0)
    socket = await connect(twin, **headers)
    for payload in (["ADA_USDT", "1m"], [NAME, "5m"]):
        await socket.reply("futures.contract_stats", "subscribe", payload)
    twin.play(20)
    rows = [(await socket.push("futures.contract_stats"))["result"][0] for _ in range(20)]
    assert {row["contract"] for row in rows} == {"ADA_USDT", NAME}
    assert {type(row["open_interest"]) for row in rows} == ({str} if headers else {int})
    for _ in range(2):  # the second time there is nothing to end
        reply = await socket.reply("futures.contract_stats", "unsubscribe", ["unsub_all"])
        assert reply["result"] == {"status": "success"} and twin.stats()["subscriptions"] == 0


async def test_the_terms_of_a_contract_come_whole(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE, symbols=["ETH_USDT", NAME])
    socket = await connect(twin)
    await socket.reply("futures.contract_info", "subscribe", ["ETH_USDT", NAME])
    rows = {}
    for _ in range(2):
        message = await socket.push("futures.contract_info")
        assert message["event"] == "all"
        rows |= {row["contract"]: row for row in message["result"]}
    assert set(rows) == {"ETH_USDT", NAME}
    eth = rows["ETH_USDT"]
    assert (eth["order_price_round"], eth["quanto_multiplier"]) == ("0.05", "0.01")
    assert [tier["tier"] for tier in eth["risk_limit_tiers"]] == [1, 2, 3, 4]
