"""MEXC's WebSocket manners: acks, refusal texts, caps, channel shapes and close rules."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from hftx.sim.mexc.mexc_pb2 import PushDataV3ApiWrapper

from .clients import MEXC, MexcSocket, until
from .conftest import Connect, StartTwin

VENUE = "mexc_spot"
DEPTH = f"{MEXC}aggre.depth.v3.api.pb@10ms@BTCUSDT"
DEALS = f"{MEXC}aggre.deals.v3.api.pb@100ms@BTCUSDT"


def refusal(*channels: str) -> str:
    return f"Not Subscribed successfully! [{','.join(channels)}].  Reason\uff1a Blocked! "


async def test_acks_echo_the_channels_and_the_id(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE)
    socket = await connect(twin)
    assert await socket.reply("SUBSCRIPTION", [DEPTH, DEALS], id=7) == {
        "id": 7,
        "code": 0,
        "msg": f"{DEPTH},{DEALS}",
    }
    assert await socket.reply("SUBSCRIPTION", [DEPTH]) == {"id": 0, "code": 0, "msg": DEPTH}
    assert twin.stats()["subscriptions"] == 2
    assert await socket.reply("UNSUBSCRIPTION", [DEPTH], id=8) == {"id": 8, "code": 0, "msg": DEPTH}
    assert twin.stats()["subscriptions"] == 1
    await socket.send(method="ping")
    assert await socket.text() == {"id": 0, "code": 0, "msg": "PONG"}


@pytest.mark.parametrize(
    "channel",
    [
        f"{MEXC}aggre.depth.v3.api.pb@10ms@XXUSDT",
        f"{MEXC}aggre.depth.v3.api.pb@10ms@btcusdt",
        f"{MEXC}aggre.depth.v3.api.pb@20ms@BTCUSDT",
        f"{MEXC}aggre.depth.v3.api.pb@BTCUSDT@10ms",
        f"{MEXC}aggre.depth.v3.api@10ms@BTCUSDT",
        f"{MEXC}deals.v3.api.pb@BTCUSDT",
        f"{MEXC}limit.depth.v3.api.pb@BTCUSDT@50",
        f"{MEXC}kline.v3.api.pb@BTCUSDT@1m",
        f"{MEXC}miniTicker.v3.api.pb@BTCUSDT@UTC+14",
        f"{MEXC}miniTickers.v3.api.pb@Mars",
        "nonsense",
    ],
)
async def test_a_refusal_has_code_0_and_the_exact_text(
    start: StartTwin, connect: Connect, channel: str
) -> None:
    twin = await start(VENUE)
    socket = await connect(twin)
    assert await socket.reply("SUBSCRIPTION", [channel], id=3) == {
        "id": 3,
        "code": 0,
        "msg": refusal(channel),
    }
    assert twin.stats()["subscriptions"] == 0


async def test_a_mixed_request_is_answered_in_two_texts(start: StartTwin, connect: Connect) -> None:
    socket = await connect(await start(VENUE))
    taken = await socket.reply("SUBSCRIPTION", [DEPTH, "nonsense", DEALS], id=5)
    assert taken == {"id": 5, "code": 0, "msg": f"{DEPTH},{DEALS}"}
    assert await socket.text() == {"id": 5, "code": 0, "msg": refusal("nonsense")}


async def test_the_thirty_first_subscription_is_refused(start: StartTwin, connect: Connect) -> None:
    symbols = [f"A{number}_USDT" for number in range(31)]
    twin = await start(VENUE, symbols=symbols, warmup_events=0, levels=20)
    socket = await connect(twin)
    channels = [f"{MEXC}aggre.depth.v3.api.pb@100ms@{name.replace('_', '')}" for name in symbols]
    assert (await socket.reply("SUBSCRIPTION", channels))["msg"] == ",".join(channels[:30])
    assert (await socket.text())["msg"] == refusal(channels[30])
    assert twin.stats()["subscriptions"] == 30
    await socket.reply("UNSUBSCRIPTION", channels[:1])
    assert (await socket.reply("SUBSCRIPTION", channels[30:]))["msg"] == channels[30]


@pytest.mark.parametrize(
    "text", ["{bad", "[]", '{"method":"SUBSCRIPTION"}', '{"method":"DANCE","params":["x"]}']
)
async def test_malformed_requests_are_answered_with_code_0(
    start: StartTwin, connect: Connect, text: str
) -> None:
    socket = await connect(await start(VENUE))
    await socket.ws.send_str(text)
    reply = await socket.text()
    assert reply["code"] == 0 and reply["msg"].startswith("Not Subscribed successfully!")


async def test_too_many_messages_a_second_cut_the_connection(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE, mexc_max_messages_per_s=10)
    socket = await connect(twin)
    for _ in range(11):
        await socket.send(method="PING")
    assert await socket.closed() == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
    await until(lambda: twin.stats()["closed"] == {"message rate": 1})


async def test_no_subscription_and_old_age_end_a_connection(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE, mexc_no_subscription_s=0.2)
    socket = await connect(twin)
    await socket.reply("SUBSCRIPTION", ["nonsense"])
    await socket.closed()
    await until(lambda: twin.stats()["closed"] == {"no subscription": 1})
    twin = await start(VENUE, mexc_lifetime_s=0.2)
    socket = await connect(twin)
    await socket.reply("SUBSCRIPTION", [DEPTH])
    await socket.closed()
    await until(lambda: twin.stats()["closed"] == {"lifetime": 1})


async def test_no_traffic_ends_a_connection_and_pings_keep_it(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE, mexc_no_traffic_s=0.6)
    quiet, pinging = await connect(twin), await connect(twin)
    for socket in (quiet, pinging):
        await socket.reply("SUBSCRIPTION", [DEPTH])
    for _ in range(16):
        await pinging.send(method="PING")
        assert (await pinging.text())["msg"] == "PONG"
        await asyncio.sleep(0.05)
    await quiet.closed()
    await until(lambda: twin.stats()["closed"] == {"no traffic": 1})
    assert twin.stats()["connections"] == 1


async def test_a_listen_key_is_invalid_while_there_are_no_accounts(
    start: StartTwin, http: aiohttp.ClientSession
) -> None:
    twin = await start(VENUE)
    async with http.ws_connect(f"{twin.ws_url}?listenKey=abc") as ws:
        socket = MexcSocket(ws)
        assert (await socket.frame()).data == "Invalid listen key"
        await socket.closed()


async def pushes(socket: MexcSocket, until_version: str) -> dict[str, Any]:
    """The last push of each channel once the depth stands at the version."""
    last: dict[str, Any] = {}
    while True:
        wrapper = await socket.push()
        last[wrapper.channel.split("@")[1]] = wrapper
        book = last.get("public.aggre.bookTicker.v3.api.pb")
        if book is not None and book.publicAggreBookTicker.version == until_version:
            return last


async def test_all_public_channels_agree(start: StartTwin, connect: Connect) -> None:
    twin = await start(
        VENUE, push_interval_ms=0, symbols=["BTC_USDT"], mexc_limit_depth_ms=0, mexc_batch_ticker_ms=0
    )
    socket = await connect(twin)
    names = [
        "limit.depth.v3.api.pb@BTCUSDT@5",
        "bookTicker.batch.v3.api.pb@BTCUSDT",
        "kline.v3.api.pb@BTCUSDT@Min1",
    ]
    names += ["aggre.deals.v3.api.pb@10ms@BTCUSDT", "aggre.depth.v3.api.pb@10ms@BTCUSDT"]
    names += ["miniTicker.v3.api.pb@BTCUSDT@24H", "miniTickers.v3.api.pb@UTC+4:30"]
    names += ["aggre.bookTicker.v3.api.pb@100ms@BTCUSDT"]
    reply = await socket.reply("SUBSCRIPTION", [MEXC + name for name in names])
    assert reply["msg"] == ",".join(MEXC + name for name in names)
    twin.play(200)
    truth = twin.book("BTC_USDT")
    last = {name: wrapper for name, wrapper in (await pushes(socket, str(truth["id"]))).items()}
    best = last["public.aggre.bookTicker.v3.api.pb"].publicAggreBookTicker
    assert [best.bidPrice, best.bidQuantity] == truth["bids"][0] and [
        best.askPrice,
        best.askQuantity,
    ] == truth["asks"][0]
    limit = last["public.limit.depth.v3.api.pb"].publicLimitDepths
    assert [[item.price, item.quantity] for item in limit.asks] == truth["asks"][:5]
    assert (limit.version, limit.eventType) == (str(truth["id"]), f"{MEXC}limit.depth.v3.api.pb")
    assert last["public.bookTicker.batch.v3.api.pb"].publicBookTickerBatch.items[0].bidPrice == best.bidPrice
    depth = last["public.aggre.depth.v3.api.pb"].publicAggreDepths
    assert depth.toVersion == str(truth["id"]) and depth.eventType == f"{MEXC}aggre.depth.v3.api.pb@10ms"
    deal = last["public.aggre.deals.v3.api.pb"].publicAggreDeals.deals[-1]
    kline = last["public.kline.v3.api.pb"]
    bar, mini = kline.publicSpotKline, last["public.miniTicker.v3.api.pb"].publicMiniTicker
    assert Decimal(deal.price) == Decimal(bar.closingPrice) == Decimal(mini.price)
    assert kline.HasField("symbolId") and kline.HasField("createTime") and not kline.HasField("sendTime")
    assert bar.windowEnd - bar.windowStart == 60 and bar.windowStart % 60 == 0
    assert Decimal(mini.volume) > Decimal(mini.quantity), "volume is the quote turnover"
    every = last["public.miniTickers.v3.api.pb"]
    assert not every.HasField("symbol") and [item.symbol for item in every.publicMiniTickers.items] == [
        "BTCUSDT"
    ]


async def test_new_fields_can_be_left_out(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE, push_interval_ms=0, symbols=["BTC_USDT"], mexc_new_fields=False)
    socket = await connect(twin)
    await socket.reply("SUBSCRIPTION", [DEPTH, DEALS, f"{MEXC}aggre.bookTicker.v3.api.pb@100ms@BTCUSDT"])
    twin.play(60)
    depth, deals = await socket.push("aggre.depth"), await socket.push("aggre.deals")
    quote = await socket.push("aggre.bookTicker")
    assert not depth.publicAggreDepths.lastOrderCreateTime and not deals.publicAggreDeals.deals[0].tradeId
    assert not quote.publicAggreBookTicker.version and quote.publicAggreBookTicker.bidPrice


async def test_an_unlisted_symbol_is_not_among_the_pushes(start: StartTwin, connect: Connect) -> None:
    twin = await start(VENUE, push_interval_ms=0)
    socket = await connect(twin)
    await socket.reply("SUBSCRIPTION", [DEPTH])
    twin.play(40)
    assert {(await socket.push()).symbol for _ in range(8)} == {"BTCUSDT"}


def test_the_schema_reproduces_the_documented_bytes() -> None:
    """Spot v3 docs: the rendered book ticker and depth examples, built anew, give the published bytes."""
    ticker = PushDataV3ApiWrapper(channel=f"{MEXC}aggre.bookTicker.v3.api.pb@100ms@ETHUSDT", symbol="ETHUSDT")
    ticker.sendTime = 1767225600123
    body = ticker.publicAggreBookTicker
    body.bidPrice, body.bidQuantity, body.askPrice, body.askQuantity = "2499.98", "1.5", "2500.01", "0.75"
    depth = PushDataV3ApiWrapper(channel=f"{MEXC}aggre.depth.v3.api.pb@100ms@ETHUSDT", symbol="ETHUSDT")
    depth.sendTime = 1767225600123
    depth.publicAggreDepths.asks.add(price="2500.01", quantity="0")
    depth.publicAggreDepths.bids.add(price="2499.98", quantity="1.50")
    depth.publicAggreDepths.eventType = f"{MEXC}aggre.depth.v3.api.pb@100ms"
    depth.publicAggreDepths.fromVersion, depth.publicAggreDepths.toVersion = "9001", "9003"
    assert ticker.SerializeToString().hex() == (
        "0a3473706f74407075626c69632e61676772652e626f6f6b5469636b65722e76332e6170692e7062403130306d7340455448"
        "555344541a074554485553445430fbd0eab6b733da131d0a07323439392e39381203312e351a07323530302e30312204302e3735"
    )
    assert depth.SerializeToString().hex() == (
        "0a2f73706f74407075626c69632e61676772652e64657074682e76332e6170692e7062403130306d7340455448555344541a"
        "0745544855534454"
        "30fbd0eab6b733ca13540a0c0a07323530302e3031120130120f0a07323439392e39381204312e35301a2773706f7440707562"
        "6c69632e61676772652e64657074682e76332e6170692e7062403130306d732204393030312a0439303033"
    )
    assert json.dumps(PushDataV3ApiWrapper.DESCRIPTOR.fields_by_name["publicAggreBookTicker"].number) == "315"
