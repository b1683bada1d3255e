"""The oracle readers against literal cases, and the frame generators against the readers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from . import frames, mexc_frames
from .gate_frames import TICKER_FIELDS, Frame
from .json_walk import walk_json
from .numbers import MALFORMED, OVERFLOW, PRECISION, read_number, write_number
from .protobuf_walk import signed64, walk_protobuf
from .protobuf_writer import encode_message
from .two_sides import parse_levels


@pytest.mark.parametrize(
    ("text", "digits", "expected"),
    [
        ("0", 8, 0),
        ("-0", 2, 0),
        ("1.5", 2, 150),
        ("-1.5", 2, -150),
        ("007.10", 1, 71),
        ("0.12000", 2, 12),
        ("9223372036854775807", 0, 2**63 - 1),
        ("9223372036854775808", 0, OVERFLOW),
        ("-9223372036854775808", 0, -(2**63)),
        ("92233720368.54775808", 8, OVERFLOW),
        ("1" + "0" * 40, 0, OVERFLOW),
        ("0.001", 2, PRECISION),
        ("1e5", 2, MALFORMED),
        ("+1", 2, MALFORMED),
        ("", 2, MALFORMED),
        ("-", 2, MALFORMED),
        (".5", 2, MALFORMED),
        ("5.", 2, MALFORMED),
        ("1.2.3", 2, MALFORMED),
        (" 1", 2, MALFORMED),
        ("1\n", 2, MALFORMED),
        ("\u0661", 2, MALFORMED),
        ("1_000", 2, MALFORMED),
        ("NaN", 2, MALFORMED),
    ],
)
def test_numbers(text: str, digits: int, expected: int | str) -> None:
    assert read_number(text, digits) == expected
    assert read_number(text.encode(), digits) == expected


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 18))
def test_numbers_come_back(count: int, digits: int) -> None:
    assert read_number(format(write_number(count, digits), "f"), digits) == count


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a":1} x',
        b"NaN",
        b"-Infinity",
        b"01",
        b"'a'",
        b'"\x01"',
        b"\xef\xbb\xbf1",
        b'"\xff"',
        b"[" * 100_000,
    ],
)
def test_bad_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        walk_json(data)


def test_json_duplicates_and_exact_numbers() -> None:
    assert walk_json(b' {"a":1, "a":{"b":0.10}} ') == {"a": {"b": Decimal("0.10")}}


@pytest.mark.parametrize(
    "data",
    [
        b"\x08",
        b"\x08\x80",
        b"\x08" + b"\xff" * 9 + b"\x02",
        b"\x08" + b"\x80" * 11,
        b"\x0a\x02a",
        b"\x0b",
        b"\x00\x00",
        b"\x0d\x01",
        b"\x80\x80\x80\x80\x10\x01",
    ],
)
def test_bad_protobuf_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        walk_protobuf(data)


def test_protobuf_fields_come_in_order() -> None:
    data = encode_message([(1, -1), (3, "ab"), (1, 300)]) + b"\x0d\x01\x02\x03\x04"
    assert walk_protobuf(data) == [(1, 0, 2**64 - 1), (3, 2, b"ab"), (1, 0, 300), (1, 5, b"\x01\x02\x03\x04")]
    assert signed64(2**64 - 1) == -1


def test_a_depth_frame_byte_for_byte() -> None:
    bid, ask = (Decimal("0.41"), Decimal("6.0")), (Decimal("0.5"), Decimal(0))
    data, truth = mexc_frames.depth("ABUSDT", [bid], [ask], 71, 300, send_time_ms=300)
    event = b"spot@public.aggre.depth.v3.api.pb@100ms"
    body = b"\x0a\x08\x0a\x030.5\x12\x010" + b"\x12\x0b\x0a\x040.41\x12\x036.0" + b"\x1a\x27" + event
    body += b"\x22\x0271" + b"\x2a\x03300"
    head = b"\x0a\x2e" + event + b"@ABUSDT" + b"\x1a\x06ABUSDT" + b"\x30\xac\x02"
    assert data == head + b"\xca\x13" + bytes([len(body)]) + body
    assert (truth["bids"], truth["asks"], truth["last_id"]) == ([bid], [ask], 300)


@given(frames.gate_any)
def test_gate_frames_say_the_truth(frame: Frame) -> None:
    data, truth = frame
    result = json.loads(data)["result"]
    checks = {
        "book": _gate_book,
        "trade": _gate_trade,
        "book_ticker": _gate_best,
        "ticker": _gate_ticker,
        "kline": _kline,
    }
    checks[truth["kind"]](result, truth)


def _gate_book(result: Any, truth: dict[str, Any]) -> None:
    assert truth["symbol"] in result["s"]
    assert result["u"] == truth["last_id"]
    assert truth["full"] or result["U"] == truth["first_id"]
    assert bool(result.get("full")) == truth["full"]
    for key, name in (("b", "bids"), ("a", "asks")):
        assert parse_levels(result.get(key)) == truth[name]


def _gate_trade(result: Any, truth: dict[str, Any]) -> None:
    assert (str(result["id"]), result["side"]) == (truth["trade_id"], truth["side"])
    assert (Decimal(result["price"]), Decimal(result["amount"])) == (truth["price"], truth["quantity"])
    assert int(Decimal(result["create_time_ms"]) * 10**6) == truth["venue_ns"]


def _gate_best(result: Any, truth: dict[str, Any]) -> None:
    for keys, name in ((("b", "B"), "bid"), (("a", "A"), "ask")):
        texts = [result[key] for key in keys]
        assert texts == ["", ""] if truth[name] is None else parse_levels([texts]) == [truth[name]]


def _gate_ticker(result: Any, truth: dict[str, Any]) -> None:
    for key, name in TICKER_FIELDS.items():
        assert Decimal(result[key]) == truth[name]


def _kline(result: Any, truth: dict[str, Any]) -> None:
    assert int(result["t"]) * 10**9 == truth["open_ns"]
    assert result["n"] == f"{truth['interval']}_{truth['symbol']}"
    assert result.get("w") is truth["closed"]


@given(frames.mexc_any)
def test_mexc_frames_are_wire_format_and_name_their_symbol(frame: Frame) -> None:
    data, truth = frame
    fields = {number: value for number, _, value in walk_protobuf(data)}
    assert fields[3] == truth["symbol"].encode()
    bodies = [value for number, value in fields.items() if 301 <= number <= 315]
    assert len(bodies) == (0 if truth["kind"] == "heartbeat" else 1)


@given(frames.mexc_depth())
def test_mexc_depth_says_the_truth(frame: Frame) -> None:
    data, truth = frame
    body = next(v for n, _, v in walk_protobuf(data) if n == mexc_frames.DEPTH and isinstance(v, bytes))
    sides: dict[int, list[list[str]]] = {1: [], 2: []}
    for number, _, value in walk_protobuf(body):
        if number in sides and isinstance(value, bytes):
            by_number = {n: v.decode() for n, _, v in walk_protobuf(value) if isinstance(v, bytes)}
            sides[number].append([by_number[1], by_number[2]])
    assert (parse_levels(sides[2]), parse_levels(sides[1])) == (truth["bids"], truth["asks"])
