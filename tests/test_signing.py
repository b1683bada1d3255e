"""What MEXC and Gate want signed: worked examples with made-up keys, and any request against the standard library."""

from __future__ import annotations

import copy
import hashlib
import hmac
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx.config import Credentials
from hftx.errors import UsageError
from hftx.signing import GateSigner, MexcSigner, backend

MEXC_SECRET, GATE_SECRET = "6f1d0c9b8a7e4d5fa3b2c1d0e9f80716", "sim-secret-5f1d7c2ab94e4c0e8d63"
NOW = 1767225600
BATCH = (
    "batchOrders=%5B%7B%22symbol%22%3A%22ETHUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22LIMIT%22%2C"
    "%22quantity%22%3A%220.1%22%2C%22price%22%3A%222500%22%2C%22newClientOrderId%22%3A%22acme-1%22%7D%5D"
)
ORDER = "symbol=ETHUSDT&side=SELL&type=LIMIT"
REST_OF_ORDER = "quantity=0.25&price=3125.4&newClientOrderId=acme-000017"
STAMP = "recvWindow=3000&timestamp=1767225600123"
MEXC = {  # query, body, signature
    "order in the query": (
        f"{ORDER}&{REST_OF_ORDER}&{STAMP}", "", "62d2133e474b4f3ef070f16553b4298f71e1f5a3e3d000115a62e35b606629d9",
    ),
    "order in query and body": (
        ORDER, f"{REST_OF_ORDER}&{STAMP}", "9468ff7d40173b3e85d674ab38110bdb4f51e740746184e58c2bc2f22eb71d22",
    ),
    "account": (STAMP, "", "3dd0da3e975023383d76a16ae62e15e834f7c535b355a9e19d569e493b539549"),
    "batch": (f"{BATCH}&{STAMP}", "", "166aae30583530fa63705885fb214969fa3fce92e574573ba68794f1a2e45d1b"),
    "cancel": (
        f"symbol=ETHUSDT&orderId=C02__700000000000000017&{STAMP}", "",
        "9420b132256020a6078b5eccc03c67adcf19a9dc3bb0bb64d64b8d7893cc4e40",
    ),
    "user data stream": (
        "timestamp=1767225600123", "", "73bb4695abf918a7c2af37f0eddc9de3149a60b81a9af0b1ff28d12ffccd088a",
    ),
}  # fmt: skip
BODY = (
    '{"text":"t-mm-000001","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy",'
    '"amount":"0.0025","price":"91250.4","time_in_force":"poc"}'
)
GATE_REST = {  # method, path, query, body, signature
    "open orders": (
        "GET", "/api/v4/spot/open_orders", "page=1&limit=50", "",
        "f5899287e139a6f6d7ad0c5af3b0809ae0ebc70ee6328f0bfcb0141304fb1cd8"
        "3c13e463a75d956fcf7e4f7e3cb96a9ce82bd385a175438937c2e3bb0da9ca74",
    ),
    "order": (
        "POST", "/api/v4/spot/orders", "", BODY,
        "726b8ca3217c87e2a9e5a11467a23163026db4cfd0acaa43b40a6d0b1be5d6ca"
        "9ab7ccb6a63324e215fd609224d586227dee8173ffc72c65d440504cf4d21cc5",
    ),
    "cancel": (
        "DELETE", "/api/v4/spot/orders/700100200300", "currency_pair=BTC_USDT", "",
        "1ce339b79b4d1c9cbd923199f10fb43ecc1f43b72683c875fe53e6754a058f64"
        "fbb6253c1d2f34de3685250595efb35ccffeba571dc8c8dd2b3f7275aea1fe3b",
    ),
}  # fmt: skip
GATE_CHANNELS = {
    "spot.orders": "c403b9293056f06c902975f97c6c3e6b927e4f462e98531c9475421e5ffda7f9"
    "db9a45b1e61701cec9635f1991b3142e5165df365c596cd74a184bec01507cce",
    "spot.balances": "e29703ba02f5ab2f0a6c67ab74d73d0163e1561340aa4eec7bee2d1bf4e3b0e2"
    "765996407dae0732b06098c16c934be667d1c8b34c7a7a81c6e909951ec4f7cd",
}
GATE_LOGINS = {
    ("spot.login", ""): "8b96b2996b51929634fce38fa99a185796d0bc410b892ea75b34ded272fdf0d7"
    "591b1bc8cf448a3f88509ec7418d73224e4e3afba0cda01dbb0b0a141299cd2a",
    ("spot.order_cancel", '{"order_id":"700100200300","currency_pair":"BTC_USDT"}'):
    "eef0be39a35e4b238cb45753d0287bf567494b5ef3845a28c760843197222431"
    "623d5921d00b6247f28e0d454c6ad450a9752f4121ec92e5d1dd59915b66debf",
}  # fmt: skip

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@pytest.mark.parametrize("name", MEXC)
def test_worked_examples_of_mexc(name: str) -> None:
    query, body, signature = MEXC[name]
    signer = MexcSigner(MEXC_SECRET)
    assert signer.rest(query, body) == signer.rest(query.encode(), body.encode()) == signature


@pytest.mark.parametrize("name", GATE_REST)
def test_worked_examples_of_gate_over_rest(name: str) -> None:
    method, path, query, body, signature = GATE_REST[name]
    signer = GateSigner(GATE_SECRET)
    assert signer.rest(method, path, query, body, NOW) == signature
    assert signer.rest(method.encode(), path.encode(), query.encode(), body.encode(), str(NOW)) == signature


@pytest.mark.parametrize("channel", GATE_CHANNELS)
def test_worked_examples_of_gate_channels(channel: str) -> None:
    assert GateSigner(GATE_SECRET).channel(channel, "subscribe", NOW) == GATE_CHANNELS[channel]


@pytest.mark.parametrize("request_", GATE_LOGINS, ids=lambda request_: request_[0])
def test_worked_examples_of_gate_websocket_requests(request_: tuple[str, str]) -> None:
    channel, req_param = request_
    assert GateSigner(GATE_SECRET).login(channel, req_param, NOW) == GATE_LOGINS[request_]
    assert GateSigner(GATE_SECRET).login(channel, req_param.encode(), str(NOW)) == GATE_LOGINS[request_]


@given(texts, texts)
@settings(max_examples=200, deadline=None)
def test_any_request_to_mexc_agrees_with_hmac(query: str, body: str) -> None:
    expected = hmac.new(MEXC_SECRET.encode(), (query + body).encode(), hashlib.sha256).hexdigest()
    assert MexcSigner(MEXC_SECRET).rest(query, body) == expected


@given(st.sampled_from(["GET", "POST", "DELETE", "PATCH"]), texts, texts, texts, st.integers(0, 2**40))
@settings(max_examples=200, deadline=None)
def test_any_request_to_gate_agrees_with_hmac(method: str, path: str, query: str, body: str, now: int) -> None:
    text = "\n".join([method, path, query, hashlib.sha512(body.encode()).hexdigest(), str(now)])
    expected = hmac.new(GATE_SECRET.encode(), text.encode(), hashlib.sha512).hexdigest()
    assert GateSigner(GATE_SECRET).rest(method, path, query, body, now) == expected


def test_one_signer_signs_one_request_after_another() -> None:
    mexc, gate = MexcSigner(MEXC_SECRET), GateSigner(GATE_SECRET)
    for _ in range(2):
        for query, body, signature in MEXC.values():
            assert mexc.rest(query, body) == signature
        for method, path, query, body, signature in GATE_REST.values():
            assert gate.rest(method, path, query, body, NOW) == signature


@pytest.mark.parametrize("kind", [MexcSigner, GateSigner])
def test_the_secret_of_credentials_is_used(kind: type) -> None:
    signers = kind(GATE_SECRET), kind(GATE_SECRET.encode()), kind(Credentials("key", GATE_SECRET))
    sign = "login" if kind is GateSigner else "rest"
    parts = ("spot.login", "", NOW) if kind is GateSigner else ("a=1",)
    assert len({getattr(signer, sign)(*parts) for signer in signers}) == 1


@pytest.mark.parametrize("kind", [MexcSigner, GateSigner])
@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_no_signer_is_pickled_or_copied(kind: type, way: object) -> None:
    with pytest.raises(TypeError, match="not pickled or copied"):
        way(kind(GATE_SECRET))  # type: ignore[operator]


@pytest.mark.parametrize("kind", [MexcSigner, GateSigner])
def test_no_signer_shows_its_secret(kind: type) -> None:
    signer = kind(GATE_SECRET)
    assert repr(signer) == f"<{kind.__name__}>" and signer != kind(GATE_SECRET)
    assert not hasattr(signer, "__dict__") and [n for n in dir(signer) if "secret" in n or "key" in n] == []


@pytest.mark.parametrize("part", [None, 1.5, True, object()], ids=repr)
def test_what_has_no_exact_text_is_not_signed(part: object) -> None:
    for sign in (MexcSigner(MEXC_SECRET).rest, lambda p: GateSigner(GATE_SECRET).rest("GET", "/p", "", "", p)):
        with pytest.raises(UsageError, match="text, bytes and integers") as refused:
            sign(part)  # type: ignore[arg-type]
        assert MEXC_SECRET not in str(refused.value)


def test_text_that_has_no_bytes_is_not_signed() -> None:
    signer = MexcSigner(MEXC_SECRET)
    with pytest.raises(UnicodeEncodeError):
        signer.rest("a=\ud800")
    assert signer.rest(STAMP) == MEXC["account"][2]


def test_the_backend_is_named() -> None:
    assert backend() in ("openssl", "hashlib")
