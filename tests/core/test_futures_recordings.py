"""Recorded frames of Gate futures: to the expected books; each of them whole, cut at every byte, junk behind."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from hftx._core.venues.gateio_futures_market import GateioFuturesMarketSession
from hftx.enums import BookStatus
from hftx.symbols import Symbol, to_text
from trials import JSON_JUNK, listening, logger

FILE = (
    Path(__file__).parents[3] / "shared" / "data" / "captures" / "gateio_futures_2023-05-24.events.jsonl"
)
NAMES = ["FRONT_USDT", "LIT_USDT", "QUICK_USDT"]
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the recordings folder is not beside the repository")


def events() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text().splitlines()] if FILE.is_file() else []


def session_of(names: list[str], heard: list[Any]) -> GateioFuturesMarketSession:
    session = GateioFuturesMarketSession(listening(heard), 100, lambda *_: None, logger(), "update")
    for name in names:
        session.add_symbol(Symbol(name), name)
    return session


def side(levels: Any, book: Any) -> list[list[str]]:
    return [[to_text(int(px), book.price_digits), to_text(int(qty), book.qty_digits)] for px, qty in levels]


def test_books_are_the_expected_ones() -> None:
    expected = json.loads(FILE.with_name("gateio_futures_2023-05-24.expected.json").read_text())
    heard: list[Any] = []
    session = session_of(NAMES, heard)
    for event in events():
        raw, now_ns = event["raw"].encode(), int(event["ts"] * 1e9)
        if event["kind"] == "http_snapshot":
            assert session.snapshot(Symbol(event["sym"]), raw, now_ns)
        elif event["kind"] == "ws_recv":
            assert session.receive(raw, True, now_ns) == 1
    assert session.faults == {} and sorted(expected) == NAMES
    for name, want in expected.items():
        book = session.books[Symbol(name)]
        bids, asks = side(book.bids, book), side(book.asks, book)
        seen = {
            "applied": book.updates, "dropped": book.dropped, "final_u": book.id, "n_bids": len(bids),
            "n_asks": len(asks), "top10_bids": bids[:10], "top10_asks": asks[:10],
            "book_sha256": hashlib.sha256(json.dumps([bids, asks]).encode()).hexdigest(),
        }  # fmt: skip
        assert seen == {key: want[key] for key in seen}, name
        assert book.status is BookStatus.LIVE
    assert {type(record).__name__ for record in heard} == {"OrderBook", "Kline", "BookTicker"}


@pytest.mark.parametrize("event", [e for e in events() if e["kind"] != "ws_sent"], ids=lambda e: f"{e['ts']}")
def test_a_frame_that_is_not_whole_says_nothing(event: dict[str, Any]) -> None:
    raw, heard = event["raw"].encode(), []   # type: ignore[var-annotated]
    damaged = [raw[:size] for size in range(len(raw))] + [raw + junk for junk in JSON_JUNK]
    session = session_of(NAMES, heard)
    for frame in damaged:
        if event["kind"] == "http_snapshot":
            assert not session.snapshot(Symbol(event["sym"]), frame, 1)
        else:
            assert session.receive(frame, True, 1) == -1
    assert heard == []
    assert {(book.id, len(book.bids), len(book.asks)) for book in session.books.values()} == {(0, 0, 0)}
    assert sum(session.faults.values()) == len(damaged)
    if event["kind"] == "ws_recv":
        assert session.receive(raw, True, 1) == 1
