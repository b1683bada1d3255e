"""Signatures on both twins: the worked examples of the venues' texts, and every way to be refused."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from hftx.sim.gateio.signing import api_text, channel_text, rest_text
from hftx.sim.gateio.signing import signature as gate_signature
from hftx.sim.mexc.signing import signature as mexc_signature

from .conftest import StartTwin
from .traders import GateTrader, MexcTrader, account

MEXC_SECRET = "6f1d0c9b8a7e4d5fa3b2c1d0e9f80716"
GATE_SECRET = "sim-secret-5f1d7c2ab94e4c0e8d63"
NOW = "1767225600"
STAMP = "recvWindow=3000&timestamp=1767225600123"
BATCH = (
    '[{"symbol":"ETHUSDT","side":"BUY","type":"LIMIT","quantity":"0.1",'
    '"price":"2500","newClientOrderId":"acme-1"}]'
)
POC = (
    b'{"text":"t-mm-000001","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy",'
    b'"amount":"0.0025","price":"91250.4","time_in_force":"poc"}'
)


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (
            f"symbol=ETHUSDT&side=SELL&type=LIMIT&quantity=0.25&price=3125.4&newClientOrderId=acme-000017&{STAMP}",
            "62d2133e474b4f3ef070f16553b4298f71e1f5a3e3d000115a62e35b606629d9",
        ),
        (
            f"symbol=ETHUSDT&side=SELL&type=LIMITquantity=0.25&price=3125.4&newClientOrderId=acme-000017&{STAMP}",
            "9468ff7d40173b3e85d674ab38110bdb4f51e740746184e58c2bc2f22eb71d22",
        ),
        (STAMP, "3dd0da3e975023383d76a16ae62e15e834f7c535b355a9e19d569e493b539549"),
        (
            f"batchOrders={quote(BATCH, safe='')}&{STAMP}",
            "166aae30583530fa63705885fb214969fa3fce92e574573ba68794f1a2e45d1b",
        ),
        (
            f"symbol=ETHUSDT&orderId=C02__700000000000000017&{STAMP}",
            "9420b132256020a6078b5eccc03c67adcf19a9dc3bb0bb64d64b8d7893cc4e40",
        ),
        ("timestamp=1767225600123", "73bb4695abf918a7c2af37f0eddc9de3149a60b81a9af0b1ff28d12ffccd088a"),
    ],
)
def test_mexc_worked_examples(message: str, digest: str) -> None:
    assert mexc_signature(MEXC_SECRET, message) == digest


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (
            rest_text("GET", "/api/v4/spot/open_orders", "page=1&limit=50", b"", NOW),
            "f5899287e139a6f6d7ad0c5af3b0809ae0ebc70ee6328f0bfcb0141304fb1cd8"
            "3c13e463a75d956fcf7e4f7e3cb96a9ce82bd385a175438937c2e3bb0da9ca74",
        ),
        (
            rest_text("POST", "/api/v4/spot/orders", "", POC, NOW),
            "726b8ca3217c87e2a9e5a11467a23163026db4cfd0acaa43b40a6d0b1be5d6ca"
            "9ab7ccb6a63324e215fd609224d586227dee8173ffc72c65d440504cf4d21cc5",
        ),
        (
            rest_text("DELETE", "/api/v4/spot/orders/700100200300", "currency_pair=BTC_USDT", b"", NOW),
            "1ce339b79b4d1c9cbd923199f10fb43ecc1f43b72683c875fe53e6754a058f64"
            "fbb6253c1d2f34de3685250595efb35ccffeba571dc8c8dd2b3f7275aea1fe3b",
        ),
        (
            channel_text("spot.orders", "subscribe", NOW),
            "c403b9293056f06c902975f97c6c3e6b927e4f462e98531c9475421e5ffda7f9"
            "db9a45b1e61701cec9635f1991b3142e5165df365c596cd74a184bec01507cce",
        ),
        (
            channel_text("spot.balances", "subscribe", NOW),
            "e29703ba02f5ab2f0a6c67ab74d73d0163e1561340aa4eec7bee2d1bf4e3b0e2"
            "765996407dae0732b06098c16c934be667d1c8b34c7a7a81c6e909951ec4f7cd",
        ),
        (
            api_text("spot.login", "", NOW),
            "8b96b2996b51929634fce38fa99a185796d0bc410b892ea75b34ded272fdf0d7"
            "591b1bc8cf448a3f88509ec7418d73224e4e3afba0cda01dbb0b0a141299cd2a",
        ),
        (
            api_text("spot.order_cancel", '{"order_id":"700100200300","currency_pair":"BTC_USDT"}', NOW),
            "eef0be39a35e4b238cb45753d0287bf567494b5ef3845a28c760843197222431"
            "623d5921d00b6247f28e0d454c6ad450a9752f4121ec92e5d1dd59915b66debf",
        ),
    ],
)
def test_gate_worked_examples(text: str, digest: str) -> None:
    assert gate_signature(GATE_SECRET, text) == digest


def now_ms(shift: int = 0) -> int:
    return int(time.time() * 1000) + shift


async def mexc(start: StartTwin, http: aiohttp.ClientSession, **given: Any) -> MexcTrader:
    owner = account(**given)
    return MexcTrader(http, await start("mexc_spot", accounts=[owner]), owner)


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("timestamp={now}", {"X-MEXC-APIKEY": None}, (400, 400)),
        ("timestamp={now}", {"X-MEXC-APIKEY": "no key!"}, (400, 700001)),
        ("timestamp={now}", {"X-MEXC-APIKEY": "mx0vnobody"}, (401, "10072")),
        ("timestamp={now}", {}, (400, 700002)),
        ("recvWindow=5000", {}, (400, 700004)),
        ("timestamp=soon", {}, (400, 700004)),
        ("timestamp={now}&recvWindow=60001", {}, (400, 700005)),
        ("timestamp={old}", {}, (400, 700003)),
        ("timestamp={early}", {}, (400, 700003)),
        ("timestamp={now}&recvWindow=1", {"Content-Type": "text/plain"}, (400, 700013)),
        ("timestamp={now}&recvWindow=1", {"Content-Type": None}, (400, 700013)),
    ],
)
async def test_mexc_refusals(
    start: StartTwin,
    http: aiohttp.ClientSession,
    query: str,
    headers: dict[str, str | None],
    expected: tuple[int, Any],
) -> None:
    alice = await mexc(start, http)
    text = query.format(now=now_ms(), old=now_ms(-6000), early=now_ms(2000))
    sign = "0" * 64 if expected[1] == 700002 else alice.sign(text)
    status, body = await alice.raw("POST", "/userDataStream", f"{text}&signature={sign}", headers=headers)
    assert (status, body["code"]) == expected and body["msg"]


async def test_mexc_wants_a_signature_even_for_listen_keys(
    start: StartTwin, http: aiohttp.ClientSession
) -> None:
    alice = await mexc(start, http)
    status, body = await alice.raw("POST", "/userDataStream", f"timestamp={now_ms()}")
    assert (status, body["code"]) == (400, 700004) and "'signature'" in body["msg"]


async def test_mexc_signs_query_and_body_without_a_joint(
    start: StartTwin, http: aiohttp.ClientSession
) -> None:
    alice = await mexc(start, http)
    query = "symbol=BTCUSDT&side=BUY&type=LIMIT&price=91000"
    body = f"quantity=0.01&price=1&timestamp={now_ms()}"
    upper = alice.sign(query + body).upper()
    status, refused = await alice.raw("POST", "/order", f"{query}&signature={upper}", body)
    assert refused["code"] == 700002, "lower case only"
    status, placed = await alice.raw("POST", "/order", f"{query}&signature={alice.sign(query + body)}", body)
    assert (status, placed["price"]) == (200, "91000"), "the query wins"
    status, placed = await alice.raw("POST", "/order", query, f"{body}&signature={alice.sign(query + body)}")
    assert status == 200, "a signature may stand in the form"


async def test_mexc_keys_are_limited(start: StartTwin, http: aiohttp.ClientSession) -> None:
    reader = await mexc(start, http, permissions=frozenset({"read"}))
    status, body = await reader.place("BUY", "0.01", "91000")
    assert (status, body["code"]) == (400, 700007)
    assert (await reader.call("GET", "/account"))[1]["canTrade"] is False
    stranger = await mexc(start, http, ips=frozenset({"203.0.113.7"}))
    assert (await stranger.call("GET", "/account"))[1]["code"] == 700006


@pytest.mark.parametrize(
    ("change", "status", "label"),
    [
        ({"KEY": None}, 400, "MISSING_REQUIRED_HEADER"),
        ({"Timestamp": None}, 400, "MISSING_REQUIRED_HEADER"),
        ({"SIGN": None}, 400, "MISSING_REQUIRED_HEADER"),
        ({"Timestamp": str(int(time.time()) - 100), "KEY": "nobody"}, 403, "REQUEST_EXPIRED"),
        ({"Timestamp": "now"}, 403, "REQUEST_EXPIRED"),
        ({"KEY": "nobody"}, 401, "INVALID_KEY"),
        ({"SIGN": "0" * 128}, 401, "INVALID_SIGNATURE"),
        ({"Accept": "text/html"}, 406, "NOT_ACCEPTABLE"),
        ({"x-gate-exptime": "1767225600123"}, 403, "REQUEST_EXPIRED"),
    ],
)
async def test_gate_refusals_in_the_venues_order(
    start: StartTwin, http: aiohttp.ClientSession, change: dict[str, str | None], status: int, label: str
) -> None:
    owner = account()
    twin = await start("gateio_spot", accounts=[owner])
    alice = GateTrader(http, twin, owner)
    headers = alice.headers("GET", "/spot/accounts", "", "") | change
    sent = {name: value for name, value in headers.items() if value is not None}
    async with http.get(f"{twin.rest_url}/spot/accounts", headers=sent) as response:
        body = await response.json()
        assert (response.status, body["label"]) == (status, label) and body["message"]
        assert response.headers["X-In-Time"] <= response.headers["X-Out-Time"]


async def test_gate_signs_the_query_unescaped_and_the_body_as_sent(
    start: StartTwin, http: aiohttp.ClientSession
) -> None:
    owner = account()
    twin = await start("gateio_spot", accounts=[owner])
    alice = GateTrader(http, twin, owner)
    pairs = {"currency_pairs": "BTC_USDT,ADA_USDT"}
    status, fees = await alice.call("GET", "/spot/batch_fee", pairs)
    assert status == 200 and set(fees) == {"BTC_USDT", "ADA_USDT"}
    escaped = "currency_pairs=BTC_USDT%2CADA_USDT"
    headers = alice.headers("GET", "/spot/batch_fee", escaped, "")
    url = URL(f"{twin.rest_url}/spot/batch_fee?{escaped}", encoded=True)
    async with http.get(url, headers=headers) as response:
        assert (await response.json())["label"] == "INVALID_SIGNATURE"
    headers = alice.headers("POST", "/spot/orders", "", '{"a":1}')
    async with http.post(f"{twin.rest_url}/spot/orders", headers=headers, data='{"a": 1}') as response:
        assert (await response.json())["label"] == "INVALID_SIGNATURE"
    headers = alice.headers("POST", "/spot/orders", "", "{") | {"Content-Type": "application/json"}
    async with http.post(f"{twin.rest_url}/spot/orders", headers=headers, data="{") as response:
        assert (await response.json())["label"] == "INVALID_REQUEST_BODY"
    headers = alice.headers("POST", "/spot/orders", "", "{}") | {"Content-Type": "text/plain"}
    async with http.post(f"{twin.rest_url}/spot/orders", headers=headers, data="{}") as response:
        assert (await response.json())["label"] == "INVALID_CONTENT_TYPE"


async def test_gate_keys_are_limited(start: StartTwin, http: aiohttp.ClientSession) -> None:
    owners = [
        account("reader", permissions=frozenset({"read"})),
        account("mute", permissions=frozenset({"trade"})),
        account("far", ips=frozenset({"203.0.113.7"})),
        account("narrow", pairs=frozenset({"ADA_USDT"})),
    ]
    twin = await start("gateio_spot", accounts=owners)
    reader, mute, far, narrow = (GateTrader(http, twin, owner) for owner in owners)
    assert (await reader.place("buy", "0.01", "91000"))[1]["label"] == "READ_ONLY"
    assert (await mute.call("GET", "/spot/accounts"))[1]["label"] == "FORBIDDEN"
    assert (await far.call("GET", "/spot/accounts"))[1]["label"] == "IP_FORBIDDEN"
    assert (await narrow.place("buy", "0.01", "91000"))[1]["label"] == "FORBIDDEN"
    async with http.get(f"{twin.rest_url}/spot/unheard_of") as response:
        assert (await response.json())["label"] == "MISSING_REQUIRED_HEADER"
