"""Recorded frames of the real venues replay to the expected books and fields."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hftx._core.venues.gateio_market import GateioMarketSession
from hftx._core.venues.mexc_market import MexcMarketSession
from hftx.enums import BookStatus
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import OrderBook
from hftx.symbols import Symbol, to_text
from trials import listening, logger

CAPTURES = Path(__file__).parents[3] / "shared" / "data" / "captures"
GATE = CAPTURES / "gateio_spot_2021-04-22.events.jsonl"
MEXC = CAPTURES / "mexc_spot_2026.frames.jsonl"

pytestmark = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recordings folder is not beside the repository")


def replayed(expected: dict[str, Any], heard: list[Any]) -> GateioMarketSession:
    session = GateioMarketSession(listening(heard), 100, lambda *_: None, logger(), "update")
    for name in expected:
        session.add_symbol(Symbol(name), name)
    for line in GATE.read_text().splitlines():
        event = json.loads(line)
        raw, now_ns = event["raw"].encode(), int(event["ts"] * 1e9)
        if event["kind"] == "http_snapshot":
            assert session.snapshot(Symbol(event["sym"]), raw, now_ns)
        elif event["kind"] == "ws_recv":
            assert session.receive(raw, True, now_ns) >= 0
        for book in session.books.values():
            assert not (book.ask_px and book.bid_px >= book.ask_px)
    return session


def side(levels: Any, book: OrderBook) -> list[list[str]]:
    return [[to_text(int(px), book.price_digits), to_text(int(qty), book.qty_digits)] for px, qty in levels]


def test_gate_books_are_the_expected_ones() -> None:
    expected = json.loads(GATE.with_name("gateio_spot_2021-04-22.expected.json").read_text())
    heard: list[Any] = []
    session = replayed(expected, heard)
    assert session.faults == {} and len(expected) == 5
    for name, want in expected.items():
        book = session.books[Symbol(name)]
        bids, asks = side(book.bids, book), side(book.asks, book)
        seen = {
            "applied": book.updates,
            "dropped": book.dropped,
            "final_u": book.id,
            "n_bids": len(bids),
            "n_asks": len(asks),
            "top10_bids": bids[:10],
            "top10_asks": asks[:10],
            "book_sha256": hashlib.sha256(json.dumps([bids, asks]).encode()).hexdigest(),
        }
        assert seen == {key: want[key] for key in seen}, name
        assert book.status is BookStatus.LIVE
    assert {type(record).__name__ for record in heard} >= {"OrderBook", "Trade", "Ticker"}


@pytest.mark.parametrize(
    "line", MEXC.read_text().splitlines() if MEXC.is_file() else [], ids=lambda t: json.loads(t)["name"]
)
def test_mexc_frames_say_the_expected_fields(line: str) -> None:
    frame = json.loads(line)
    session = MexcMarketSession(PublicWebsocketHandlers(), 100, lambda *_: None, logger())
    said, want = session.decode_frame(bytes.fromhex(frame["hex"]), False), frame["expect"]
    assert said["wire_symbol"] == want["symbol"]
    assert said["venue_ms"] == want.get("send_time", said["venue_ms"])
    if "deals" in want:
        trades = [{key: seen[key] for key in ("price", "quantity", "trade_type", "time")} for seen in said["records"]]
        assert trades == want["deals"]
        return
    (seen,) = said["records"]
    if "n_asks" in want:
        assert (len(seen["asks"]), len(seen["bids"]), str(seen["version"])) == (20, 20, want["version"])
        for key in ("bids", "asks"):
            assert [Decimal(text) for text in seen[key][0]] == [Decimal(text) for text in want[f"best_{key[:-1]}"]]
        return
    checked = want.keys() & {"bid", "bid_qty", "ask", "ask_qty", "open", "high", "low", "close", "window_start"}
    assert {key: Decimal(seen[key]) for key in checked} == {key: Decimal(want[key]) for key in checked}
    assert len(checked) >= 4
