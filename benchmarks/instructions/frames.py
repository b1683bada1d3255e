"""The frames of the counted kernels, made outside of valgrind, where Python is fast. Knows no decoder of hftx."""

from __future__ import annotations

from .. import futures, wire
from ..traffic import make_traffic

BOOK_MESSAGES = {1: 400, 5: 200, 20: 100, 100: 40}   # levels a side in a message: messages
RECORD_MESSAGES = 300

Frames = dict[str, list[bytes]]


def all_frames() -> Frames:
    """By kernel; the first frame of a book kernel is the picture that loads the book."""
    found: Frames = {}
    for levels, messages in BOOK_MESSAGES.items():
        traffic = make_traffic(levels, messages)
        found[f"gate_book_{levels}"] = [wire.gate_full(traffic), *wire.gate_deltas(traffic)]
        found[f"mexc_book_{levels}"] = [wire.mexc_snapshot(traffic), *wire.mexc_pushes(traffic)]
        found[f"futures_book_{levels}"] = [futures.snapshot(traffic), *futures.updates(traffic)]
    return found | {
        "gate_book_ticker": wire.gate_book_tickers(RECORD_MESSAGES),
        "gate_trade": wire.gate_trades(RECORD_MESSAGES),
        "mexc_book_ticker": wire.mexc_book_tickers(RECORD_MESSAGES),
        "mexc_trade": wire.mexc_deals(RECORD_MESSAGES),
        "futures_book_ticker": futures.book_tickers(RECORD_MESSAGES),
        "futures_trade": futures.trades(RECORD_MESSAGES),
    }
