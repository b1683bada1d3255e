"""Orders on the wire of both venues: worked examples, and any valid order against urllib, json and hmac."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx._core.venues.gateio_orders import GateOrderEncoder
from hftx._core.venues.mexc_orders import MexcOrderEncoder
from hftx.enums import ExchangeEnum, OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.errors import RuleError, UnknownSymbolError, UsageError
from hftx.orders import OrderParams
from hftx.signing import GateSigner, MexcSigner
from hftx.symbols import SymbolInfo
from order_samples import BTC, GATE_INFO, GATE_ORDER, MEXC_INFO, MEXC_ORDER, changed, fitting

MEXC_SECRET, GATE_SECRET = "6f1d0c9b8a7e4d5fa3b2c1d0e9f80716", "sim-secret-5f1d7c2ab94e4c0e8d63"
MEXC_NOW, GATE_NOW = 1767225600123, 1767225600
TIFS = {TimeInForce.GTC: "gtc", TimeInForce.IOC: "ioc", TimeInForce.FOK: "fok", TimeInForce.POST_ONLY: "poc"}
MEXC_TYPES = {"gtc": "LIMIT", "ioc": "IMMEDIATE_OR_CANCEL", "fok": "FILL_OR_KILL", "poc": "LIMIT_MAKER"}
GATE_STP = {"cancel_maker": "co", "cancel_taker": "cn", "cancel_both": "cb"}
MEXC_NAMES = ["ETHUSDT", "币安人生USDT", 'A"B C&']
GATE_NAMES = ["ETH_USDT", "币安人生_USDT", 'A"B_C\\']
MARKET_BUY = OrderParams(BTC, Side.BUY, OrderType.MARKET, quote_quantity=50)


def mexc(info: SymbolInfo = MEXC_INFO, name: str = "ETHUSDT", window: int | None = 3000) -> MexcOrderEncoder:
    encoder = MexcOrderEncoder(MexcSigner(MEXC_SECRET), window)
    encoder.set_symbol(info, name)
    return encoder


def gate(info: SymbolInfo = GATE_INFO, name: str = "BTC_USDT", mode: str | None = None) -> GateOrderEncoder:
    encoder = GateOrderEncoder(GateSigner(GATE_SECRET), mode)
    encoder.set_symbol(info, name)
    return encoder


def query_of(params: OrderParams, **options: Any) -> dict[str, str]:
    return dict(parse_qsl(mexc(**options).encode(params, MEXC_NOW).decode(), strict_parsing=True))


def body_of(params: OrderParams, **options: Any) -> dict[str, str]:
    body, _ = gate(**options).encode(params, GATE_NOW)
    parsed: dict[str, str] = json.loads(body)
    return parsed


def plain(value: Any) -> str:
    exact = Decimal(repr(value) if isinstance(value, float) else value)
    text = f"{exact:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).lstrip("+")


def test_worked_example_of_mexc() -> None:
    assert mexc().encode(MEXC_ORDER, MEXC_NOW) == (
        b"symbol=ETHUSDT&side=SELL&type=LIMIT&quantity=0.25&price=3125.4&newClientOrderId=acme-000017"
        b"&recvWindow=3000&timestamp=1767225600123"
        b"&signature=62d2133e474b4f3ef070f16553b4298f71e1f5a3e3d000115a62e35b606629d9"
    )


def test_worked_example_of_gate() -> None:
    body = (
        b'{"text":"t-mm-000001","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy",'
        b'"amount":"0.0025","price":"91250.4","time_in_force":"poc"}'
    )
    signature = (
        "726b8ca3217c87e2a9e5a11467a23163026db4cfd0acaa43b40a6d0b1be5d6ca"
        "9ab7ccb6a63324e215fd609224d586227dee8173ffc72c65d440504cf4d21cc5"
    )
    encoder = gate()
    assert encoder.encode(GATE_ORDER, GATE_NOW) == encoder.encode(GATE_ORDER, str(GATE_NOW)) == (body, signature)
    assert encoder.encode_param(GATE_ORDER) == body


def expected_query(params: OrderParams, name: str, window: int | None) -> bytes:
    kind = MEXC_TYPES[TIFS[params.time_in_force]] if params.order_type is OrderType.LIMIT else "MARKET"
    fields = [
        ("symbol", name), ("side", params.side.name), ("type", kind),
        ("quantity", params.quantity and plain(params.quantity)),
        ("quoteOrderQty", params.quote_quantity and plain(params.quote_quantity)),
        ("price", params.price and plain(params.price)),
        ("newClientOrderId", params.client_order_id),
        ("stpMode", None if params.stp is SelfTradePrevention.NONE else params.stp.value),
        ("recvWindow", window), ("timestamp", MEXC_NOW),
    ]  # fmt: skip
    query = urlencode([(key, value) for key, value in fields if value is not None], quote_via=quote).encode()
    digest = hmac.new(MEXC_SECRET.encode(), query, hashlib.sha256).hexdigest()
    return query + b"&signature=" + digest.encode()


def expected_body(params: OrderParams, name: str, mode: str | None) -> bytes:
    is_limit = params.order_type is OrderType.LIMIT
    tif = TIFS[params.time_in_force]
    amount = params.quantity if params.quantity is not None else params.quote_quantity
    fields = {
        "text": params.client_order_id, "currency_pair": name, "type": params.order_type.value, "account": "spot",
        "side": params.side.name.lower(), "amount": plain(amount), "price": plain(params.price) if is_limit else None,
        "time_in_force": tif if is_limit or tif == "fok" else "ioc", "stp_act": GATE_STP.get(params.stp.value),
        "action_mode": mode,
    }  # fmt: skip
    present = {key: value for key, value in fields.items() if value is not None}
    return json.dumps(present, separators=(",", ":"), ensure_ascii=False).encode()


@given(fitting(ExchangeEnum.MEXC), st.sampled_from(MEXC_NAMES), st.sampled_from([None, 1, 60000]))
@settings(max_examples=600, deadline=None)
def test_any_order_to_mexc_agrees_with_urlencode_and_hmac(
    case: tuple[SymbolInfo, OrderParams], name: str, window: int | None
) -> None:
    info, params = case
    query = mexc(info, name, window).encode(params, MEXC_NOW)
    assert query == expected_query(params, name, window)


@given(fitting(ExchangeEnum.GATEIO), st.sampled_from(GATE_NAMES), st.sampled_from([None, "ACK", "FULL"]))
@settings(max_examples=600, deadline=None)
def test_any_order_to_gate_agrees_with_json_and_hmac(
    case: tuple[SymbolInfo, OrderParams], name: str, mode: str | None
) -> None:
    info, params = case
    encoder = gate(info, name, mode)
    body, signature = encoder.encode(params, GATE_NOW)
    assert body == encoder.encode_param(params) == expected_body(params, name, mode)
    assert signature == GateSigner(GATE_SECRET).rest("POST", "/api/v4/spot/orders", "", body, GATE_NOW)


@pytest.mark.parametrize("tif", TimeInForce)
def test_times_in_force_of_limit_orders(tif: TimeInForce) -> None:
    assert query_of(changed(MEXC_ORDER, time_in_force=tif))["type"] == MEXC_TYPES[TIFS[tif]]
    assert body_of(changed(GATE_ORDER, time_in_force=tif))["time_in_force"] == TIFS[tif]


@pytest.mark.parametrize("stp", SelfTradePrevention)
def test_self_trade_prevention(stp: SelfTradePrevention) -> None:
    wanted = None if stp is SelfTradePrevention.NONE else stp.value
    assert query_of(changed(MEXC_ORDER, stp=stp)).get("stpMode") == wanted
    assert body_of(changed(GATE_ORDER, stp=stp)).get("stp_act") == GATE_STP.get(stp.value)


def test_market_orders() -> None:
    sell = changed(MARKET_BUY, side=Side.SELL, quote_quantity=None, quantity="0.5")
    assert body_of(MARKET_BUY) == {
        "currency_pair": "BTC_USDT", "type": "market", "account": "spot", "side": "buy", "amount": "50",
        "time_in_force": "ioc",
    }  # fmt: skip
    assert body_of(sell)["amount"] == "0.5" and "price" not in body_of(sell)
    assert body_of(changed(sell, time_in_force=TimeInForce.FOK))["time_in_force"] == "fok"
    of_mexc = replace(MEXC_INFO, symbol=BTC)
    query = query_of(changed(MARKET_BUY, quote_quantity="12.5"), info=of_mexc, window=None)
    assert query.items() >= {"type": "MARKET", "quoteOrderQty": "12.5"}.items() and "quantity" not in query
    assert query_of(sell, info=of_mexc)["quantity"] == "0.5"
    assert set(query) == {"symbol", "side", "type", "quoteOrderQty", "timestamp", "signature"}


def test_a_refused_order_leaves_no_trace_in_the_next() -> None:
    for encoder, order, now in ((mexc(), MEXC_ORDER, MEXC_NOW), (gate(), GATE_ORDER, GATE_NOW)):
        before = encoder.encode(order, now)
        for bad in (changed(order, price="0.0000001"), changed(order, client_order_id="not one")):
            with pytest.raises(RuleError):
                encoder.encode(bad, now)
        assert encoder.encode(order, now) == before


def test_new_rules_count_from_the_next_order_on() -> None:
    encoder = mexc()
    encoder.set_symbol(replace(MEXC_INFO, price_digits=0), "ETHUSDT")
    with pytest.raises(RuleError, match="tick_size"):
        encoder.encode(MEXC_ORDER, MEXC_NOW)


def test_a_symbol_without_rules_is_refused() -> None:
    with pytest.raises(UnknownSymbolError, match="set_symbol"):
        mexc().encode(GATE_ORDER, MEXC_NOW)
    with pytest.raises(UnknownSymbolError, match="set_symbol"):
        gate().encode_param(MEXC_ORDER)


@pytest.mark.parametrize("window", [0, -1, 60001, 2.5, True, "5"])
def test_windows_that_mexc_refuses_are_refused(window: Any) -> None:
    with pytest.raises(UsageError, match="1 to 60000"):
        MexcOrderEncoder(MexcSigner(MEXC_SECRET), window)


def test_action_modes_that_gate_does_not_know_are_refused() -> None:
    with pytest.raises(UsageError, match="ACK, RESULT, FULL"):
        GateOrderEncoder(GateSigner(GATE_SECRET), "ack")


@pytest.mark.parametrize("encoder", [mexc(), gate()], ids=["mexc", "gateio"])
def test_an_encoder_shows_no_secret(encoder: object) -> None:
    assert MEXC_SECRET not in repr(encoder) and GATE_SECRET not in repr(encoder)
    assert [name for name in dir(encoder) if "signer" in name] == []
