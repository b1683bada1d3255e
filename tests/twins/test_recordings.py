"""The oracles against recorded material of the real venues: every expected value is reproduced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .gate_book import GateUpdateBook
from .mexc_frames import BOOK_TICKER, DEALS, KLINE, LIMIT_DEPTH
from .protobuf_walk import walk_protobuf
from .two_sides import plain_text

CAPTURES = Path(__file__).parents[3] / "shared" / "data" / "captures"
GATE = CAPTURES / "gateio_spot_2021-04-22.events.jsonl"
MEXC = CAPTURES / "mexc_spot_2026.frames.jsonl"

needs_captures = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the recordings folder is not beside the repository"
)


def gate_events() -> Iterator[tuple[str, str, Any]]:
    """(kind, symbol, parsed message) of the book's updates and snapshots, in the order of receipt."""
    for line in GATE.read_text().splitlines():
        event = json.loads(line)
        message = json.loads(event["raw"])
        if event["kind"] == "http_snapshot":
            yield "snapshot", event["sym"], message
        elif event["kind"] == "ws_recv" and message["channel"] == "spot.order_book_update":
            yield "update", message["result"]["s"], message["result"]


def replayed_books() -> dict[str, GateUpdateBook]:
    books: dict[str, GateUpdateBook] = {}
    for kind, symbol, message in gate_events():
        book = books.setdefault(symbol, GateUpdateBook(depth=100))
        if kind == "snapshot":
            assert book.snapshot(message)
        else:
            book.update(message)
    return books


def top(levels: list[tuple[Decimal, Decimal]]) -> list[list[str]]:
    return [[plain_text(price), plain_text(quantity)] for price, quantity in levels[:10]]


@needs_captures
def test_gate_recording_replays_to_the_expected_books() -> None:
    expected = json.loads(GATE.with_name("gateio_spot_2021-04-22.expected.json").read_text())
    books = replayed_books()
    assert books.keys() == expected.keys()
    for symbol, want in expected.items():
        book = books[symbol]
        seen = {
            "applied": book.applied,
            "dropped": book.dropped,
            "final_u": book.id,
            "n_bids": len(book.bids),
            "n_asks": len(book.asks),
            "crossed_steps": book.crossed_steps,
            "top10_bids": top(book.bids),
            "top10_asks": top(book.asks),
            "book_sha256": book.sha256(),
        }
        assert seen == {key: want[key] for key in seen}, symbol
        assert (book.status, book.needs_snapshot) == ("LIVE", False)


def mexc_frames() -> list[Any]:
    lines = MEXC.read_text().splitlines() if MEXC.is_file() else []
    return [pytest.param(json.loads(line), id=json.loads(line)["name"]) for line in lines]


def texts(data: bytes) -> dict[int, str | int]:
    """A message without repeated fields, its texts decoded."""
    return {n: v.decode() if isinstance(v, bytes) else v for n, _, v in walk_protobuf(data)}


def levels(body: bytes, number: int) -> list[list[str | int]]:
    return [
        list(texts(v).values()) for n, _, v in walk_protobuf(body) if n == number and isinstance(v, bytes)
    ]


def body_of(number: int, body: bytes) -> dict[str, Any]:
    """The recording's names for the fields of a body."""
    if number == DEALS:
        rows = [texts(v) for n, _, v in walk_protobuf(body) if n == 1 and isinstance(v, bytes)]
        return {"deals": [{"price": r[1], "quantity": r[2], "trade_type": r[3], "time": r[4]} for r in rows]}
    if number == LIMIT_DEPTH:
        asks, bids = levels(body, 1), levels(body, 2)
        best = {"best_ask": asks[0], "best_bid": bids[0]}
        version = next(v.decode() for n, _, v in walk_protobuf(body) if n == 4 and isinstance(v, bytes))
        return {"n_asks": len(asks), "n_bids": len(bids), "version": version, **best}
    names = {
        KLINE: {3: "open", 4: "close", 5: "high", 6: "low", 2: "window_start"},
        BOOK_TICKER: {1: "bid", 2: "bid_qty", 3: "ask", 4: "ask_qty"},
    }[number]
    return {name: texts(body)[n] for n, name in names.items()}


@needs_captures
@pytest.mark.parametrize("line", mexc_frames())
def test_mexc_frames_decode_to_the_expected_fields(line: dict[str, Any]) -> None:
    expect = line["expect"]
    seen: dict[str, Any] = {}
    for number, _, value in walk_protobuf(bytes.fromhex(line["hex"])):
        if isinstance(value, int):
            seen[{5: "create_time", 6: "send_time"}[number]] = value
        elif number < 300:
            seen[{1: "channel", 3: "symbol", 4: "symbol_id"}[number]] = value.decode()
        else:
            seen |= body_of(number, value)
    want = {key: value for key, value in expect.items() if key != "body"}
    assert {key: seen[key] for key in want} == want
