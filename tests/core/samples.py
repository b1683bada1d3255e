"""One ordinary frame of every message that the compiled core decodes, for the trials.

Source of the frames: Gate API v4 docs, spot websocket channels; MEXC websocket-proto schema.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from trials import START_ID, Rig, gate_rig, gate_update_rig, mexc_limit_depth, mexc_rig
from twins import gate_frames, mexc_frames
from twins.protobuf_writer import Field, encode_message

D = Decimal
BIDS = [(D("100.25"), D("7.5")), (D("99.5"), D("0"))]
ASKS = [(D("101.5"), D("0.00000001"))]
GATE_NAME, MEXC_NAME = "BTC_USDT", "BTCUSDT"
NEXT = START_ID + 1
TICKER_VALUES = {
    "last": D("100.75"),
    "ask": D(101),
    "bid": D("100.5"),
    "change_percent": D("-1.25"),
    "base_volume": D("1234.5"),
    "quote_volume": D("124000.125"),
    "high": D(110),
    "low": D("90.5"),
}
BAR = {
    "open": D(99),
    "close": D("100.75"),
    "high": D(110),
    "low": D("90.5"),
    "base_volume": D("12.5"),
    "quote_volume": D("1250"),
}
MINI = {name: TICKER_VALUES[name] for name in ("last", "high", "low", "quote_volume", "base_volume")}


@dataclass(frozen=True)
class Sample:
    """A frame that the rig accepts, and how many records its handlers hear of it."""

    name: str
    make: Callable[[], Rig]
    frame: bytes
    records: int = 1

    def __str__(self) -> str:
        return self.name


def picture_frame(**changes: Any) -> bytes:
    """A `spot.order_book` frame, which this program reads but builds no book from."""
    result = {"t": 1767225600123, "lastUpdateId": 48776301, "s": GATE_NAME, "l": "5"}
    sides = {"bids": [["100.5", "1"]], "asks": [["101", "2"]]}
    return gate_frames.envelope("spot.order_book", {**result, **sides, **changes}, 1767225600125, gate_frames.PLAIN)


def gate_trade() -> bytes:
    return gate_frames.trade(GATE_NAME, 309143071, "sell", D("100.5"), D("0.25"))[0]


GATE = [
    Sample("obu full", gate_rig, gate_frames.obu(GATE_NAME, BIDS, ASKS, 5000)[0]),
    Sample("obu delta", gate_rig, gate_frames.obu(GATE_NAME, BIDS, ASKS, NEXT + 4, first_id=NEXT)[0]),
    Sample(
        "order_book_update",
        gate_update_rig,
        gate_frames.order_book_update(GATE_NAME, BIDS, ASKS, NEXT + 4, first_id=NEXT)[0],
    ),
    Sample(
        "order_book_update full",
        gate_update_rig,
        gate_frames.order_book_update(GATE_NAME, BIDS, ASKS, 5000, first_id=4999, full=True)[0],
    ),
    Sample("trades", gate_rig, gate_trade()),
    Sample("trades_v2", gate_rig, gate_trade().replace(b"spot.trades", b"spot.trades_v2")),
    Sample("book_ticker", gate_rig, gate_frames.book_ticker(GATE_NAME, 48733182, BIDS[0], ASKS[0])[0]),
    Sample("tickers", gate_rig, gate_frames.ticker(GATE_NAME, TICKER_VALUES)[0]),
    Sample("candlesticks", gate_rig, gate_frames.candlestick(GATE_NAME, "1m", 1767225600, BAR, closed=True)[0]),
    Sample("order_book", gate_rig, picture_frame(), records=0),
]

DEAL: list[Field] = [(1, "100.5"), (2, "0.25"), (3, 2), (4, 1767225600111), (5, "17X1_17X2")]
BEST: list[Field] = [(1, "100.25"), (2, "7.5"), (3, "101.5"), (4, "0.5"), (5, "9003")]
KLINE: list[Field] = [
    (1, "Min15"),
    (2, 1767225600),
    (3, "99"),
    (4, "100.75"),
    (5, "110"),
    (6, "90.5"),
    (7, "12.5"),
    (8, "1250"),
    (9, 1767226500),
]
LEVEL: list[Field] = [(1, "101.5"), (2, "0.5")]
DEPTH: list[Field] = [
    (1, encode_message(LEVEL)),
    (2, encode_message([(1, "99.5"), (2, "0")])),
    (4, "1001"),
    (5, "1004"),
]


def mexc_frame(number: int, fields: list[Field]) -> bytes:
    """A wrapper of the symbol under trial around a body of these fields."""
    return mexc_frames.wrapper("spot@public", MEXC_NAME, (number, encode_message(fields)))


MEXC = [
    Sample("aggre depth", mexc_rig, mexc_frames.depth(MEXC_NAME, BIDS, ASKS, NEXT, NEXT + 4)[0]),
    Sample(
        "aggre deals",
        mexc_rig,
        mexc_frames.deals(MEXC_NAME, [(D("100.5"), D("1"), 1, 1767225600111), (D("100.25"), D("2"), 2, 1767225600112)])[
            0
        ],
        records=2,
    ),
    Sample("aggre book ticker", mexc_rig, mexc_frames.book_ticker(MEXC_NAME, BIDS[0], ASKS[0])[0]),
    Sample("kline", mexc_rig, mexc_frames.kline(MEXC_NAME, "Min15", 1767225600, 1767226500, BAR)[0]),
    Sample("mini ticker", mexc_rig, mexc_frames.mini_ticker(MEXC_NAME, {**MINI, "change": D("-0.0125")})[0]),
    Sample("limit depth", mexc_rig, mexc_limit_depth(MEXC_NAME), records=0),
    Sample("public deals", mexc_rig, mexc_frame(301, [(1, encode_message(DEAL))])),
    Sample("public book ticker", mexc_rig, mexc_frame(305, BEST)),
]
