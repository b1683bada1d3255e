"""Answers to new orders over REST: what is read compiled is what the plain way reads; what is not is left to it."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hftx._core.venues.gateio_entry import GateioEntryReader
from hftx._core.venues.gateio_futures_entry import GateioFuturesEntryReader
from hftx._core.venues.gateio_orders import GateOrderEncoder
from hftx._core.venues.mexc_entry import placed
from hftx._core.venues.mexc_orders import MexcOrderEncoder
from hftx.enums import OrderType, Side, TimeInForce
from hftx.orders import Order, OrderParams
from hftx.rest.order_text import plain_order
from hftx.rest.reply import Reply, parse_json
from hftx.signing import GateSigner, MexcSigner
from hftx.symbols import Symbol, SymbolInfo
from hftx.venues.gateio import private_rows as gate
from hftx.venues.gateio_futures import private_rows as futures
from hftx.venues.mexc import private_rows as mexc

BTC = Symbol("BTC/USDT")
INFO = SymbolInfo(BTC, 2, 6)
ORDER = OrderParams(BTC, Side.BUY, OrderType.LIMIT, "0.25", "90000.1", client_order_id="t-1")
SECRET, NOW_MS = b"a secret that opens nothing", 1_767_225_600_123
MEXC = {
    "symbol": "BTCUSDT", "orderId": "C02__7", "orderListId": -1, "price": "90000.1", "origQty": "0.25",
    "type": "LIMIT", "side": "BUY", "stpMode": "", "transactTime": 1767225600150,
}  # fmt: skip
GATE = {
    "id": "700100200300", "text": "t-1", "amend_text": "-", "create_time": "1767225600", "update_time": "1767225600",
    "create_time_ms": 1767225600150, "update_time_ms": 1767225600155, "status": "open", "currency_pair": "BTC_USDT",
    "type": "limit", "account": "spot", "side": "buy", "amount": "0.25", "price": "90000.1", "time_in_force": "gtc",
    "iceberg": "0", "left": "0.15", "filled_amount": "0.1", "fill_price": "9000.01", "filled_total": "9000.01",
    "fee": "0", "fee_currency": "BTC", "gt_discount": False, "finish_as": "open",
}  # fmt: skip
FUTURES = {
    "id": 58828270140601928, "id_string": "58828270140601928", "user": 1, "contract": "BTC_USDT",
    "create_time": 1767225600.15, "update_time": 1767225600.155, "finish_time": 1767225600.155, "finish_as": "ioc",
    "status": "finished", "size": 10, "left": 4, "iceberg": 0, "price": "90000.1", "fill_price": "90000", "tif": "ioc",
    "is_reduce_only": False, "is_close": False, "is_liq": False, "text": "t-1", "stp_id": 0, "stp_act": "-",
}  # fmt: skip
CHANGES: list[dict[str, Any]] = [
    {}, {"status": "closed", "left": "0", "finish_as": "filled"}, {"status": "cancelled", "finish_as": "ioc"},
    {"type": "market", "time_in_force": "ioc"}, {"type": "market", "side": "sell", "time_in_force": "fok"},
    {"text": "apiv4"}, {"text": None}, {"finish_as": None}, {"finish_as": "stp"}, {"filled_amount": "0"},
    {"time_in_force": "poc", "price": "0"}, {"amount": "1e-3"}, {"amount": 0.25, "price": 90000.1}, {"size": -10},
    {"left": 10, "status": "open"}, {"id": "7"}, {"orderId": 7}, {"transactTime": None}, {"transactTime": "17"},
    {"orderId": "C\\u0041"}, {"create_time_ms": "1767225600150"}, {"price": "0", "tif": "fok"},
]  # fmt: skip


def fault(text: str) -> Exception:
    return ValueError(text)


def plainly(read: Callable[[Reply], Order], body: bytes) -> Order | None:
    try:
        return read(Reply(parse_json(body, fault), fault))
    except ValueError:
        return None


def spoilt(body: bytes, rng: random.Random) -> bytes:
    data = bytearray(body)
    for _ in range(rng.randrange(1, 4)):
        data[rng.randrange(len(data))] = rng.choice(b'{}[]":,.-+0129etfn\\ x\xff')
    return bytes(data)


READERS: dict[str, tuple[dict[str, Any], Callable[[bytes], Order | None], Callable[[Reply], Order]]] = {
    "mexc": (MEXC, lambda body: placed(ORDER, body), lambda row: mexc.placed(plain_order(ORDER), row, 5)),
    "gate": (GATE, GateioEntryReader({}).order, gate.order_of),
    "futures": (FUTURES, GateioFuturesEntryReader({}).order, futures.order_of),
}


@pytest.mark.parametrize("kind", READERS)
def test_what_is_read_is_what_the_plain_way_reads(kind: str) -> None:
    row, quick, plain = READERS[kind]
    read = 0
    for change in CHANGES:
        for indent in (None, 1):
            body = json.dumps({**row, **{name: change[name] for name in change if name in row}}, indent=indent).encode()
            order = quick(body)
            if order is not None:
                assert order == plainly(plain, body), (change, body)
                read += 1
    assert read > len(CHANGES)
    assert quick(json.dumps(row, separators=(",", ":")).encode()) is not None


@pytest.mark.parametrize("kind", READERS)
def test_what_is_left_out_cut_or_followed_by_more_is_not_read_as_something_else(kind: str) -> None:
    row, quick, plain = READERS[kind]
    body = json.dumps(row, separators=(",", ":")).encode()
    assert all(quick(body[:size]) is None for size in range(len(body)))
    assert quick(body + b"{}") is None and quick(b"[" + body + b"]") is None and quick(b"") is None
    for name in row:
        body = json.dumps({other: row[other] for other in row if other != name}).encode()
        order = quick(body)
        assert order is None or order == plainly(plain, body), name


@pytest.mark.parametrize("kind", READERS)
def test_spoilt_answers_are_read_alike_or_left(kind: str) -> None:
    row, quick, plain = READERS[kind]
    rng, body, read = random.Random(7), json.dumps(row, separators=(",", ":")).encode(), 0
    for _ in range(5_000):
        data = spoilt(body, rng)
        order = quick(data)
        if order is not None:
            told = plainly(plain, data)
            assert told is None or order == told, data
            read += 1
    assert read > 100


NUMBERS = ["0.25", "0.250", Decimal("0.25"), Decimal("25E-2"), 0.25, 1, Decimal("1E+1"), "1e1"]


@pytest.mark.parametrize("quantity", NUMBERS)
def test_amounts_of_a_mexc_order_are_those_that_were_asked_for(quantity: Any) -> None:
    params, body = replace(ORDER, quantity=quantity), json.dumps(MEXC).encode()
    order = placed(params, body)
    assert order == plainly(lambda row: mexc.placed(plain_order(params), row, 5), body)
    assert order is not None and "E" not in str(order.quantity) and order.remaining_quantity == Decimal(str(quantity))


def test_a_whole_gate_request_is_signed_as_the_venue_checks_it() -> None:
    encoder = GateOrderEncoder(GateSigner(SECRET))
    assert encoder.written(ORDER) is None   # its rules are not known
    encoder.set_symbol(INFO, "BTC_USDT")
    body = encoder.written(ORDER)
    assert body == encoder.rewritten(ORDER) == encoder.encode_param(ORDER) and body is not None
    assert encoder.written(replace(ORDER, price="90000.123")) is None
    request, signature = encoder.request(body, b"POST /x HTTP/1.1\r\nKEY: k\r\n", NOW_MS, 5000)
    text = f"POST\n/api/v4/spot/orders\n\n{hashlib.sha512(body).hexdigest()}\n{NOW_MS // 1000}"
    assert signature == hmac.new(SECRET, text.encode(), hashlib.sha512).hexdigest()
    head = f"Timestamp: {NOW_MS // 1000}\r\nSIGN: {signature}\r\nx-gate-exptime: {NOW_MS + 5000}\r\n"
    wanted = f"POST /x HTTP/1.1\r\nKEY: k\r\n{head}Content-Length: {len(body)}\r\n\r\n"
    assert request == wanted.encode() + body
    assert encoder.encode(ORDER, NOW_MS // 1000) == (body, signature)


def test_a_whole_mexc_request_is_signed_as_the_venue_checks_it() -> None:
    encoder = MexcOrderEncoder(MexcSigner(SECRET))
    assert encoder.written(ORDER) is None
    encoder.set_symbol(INFO, "BTCUSDT")
    query = encoder.written(ORDER)
    assert query == encoder.rewritten(ORDER) and query is not None
    assert encoder.written(replace(ORDER, quantity="0")) is None
    request, signature = encoder.request(query, b"POST /x?", b" HTTP/1.1\r\n\r\n", NOW_MS, 5000)
    signed = query + f"&recvWindow=5000&timestamp={NOW_MS}".encode()
    assert signature == hmac.new(SECRET, signed, hashlib.sha256).hexdigest()
    assert request == b"POST /x?" + signed + f"&signature={signature} HTTP/1.1\r\n\r\n".encode()
    assert encoder.encode(ORDER, NOW_MS, 5000) == signed + f"&signature={signature}".encode()


def test_market_orders_are_read_too() -> None:
    params = OrderParams(BTC, Side.BUY, OrderType.MARKET, quote_quantity="50.5", time_in_force=TimeInForce.GTC)
    body = json.dumps(MEXC).encode()
    order = placed(params, body)
    assert order == plainly(lambda row: mexc.placed(plain_order(params), row, 5), body) and order is not None
    assert order.price is None and order.quantity is None and order.time_in_force is TimeInForce.IOC
