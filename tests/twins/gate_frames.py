"""Gate spot frames as the venue sends them, each with the truth that it says.

Source: Gate API v4 docs, spot websocket channels. Every generator returns (bytes, truth): a plain dict
with `kind`, `symbol` (the venue's spelling) and the fields as Decimals, ints and texts. Knows no decoder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, TypeAlias

from .two_sides import Level

Frame: TypeAlias = tuple[bytes, dict[str, Any]]
Members: TypeAlias = dict[str, Any]

_EXTRAS: tuple[Any, ...] = (
    None,
    True,
    7,
    -1.5e-3,
    "",
    'a "b" \\ \u00e9',
    [],
    [["1", "2"], {}],
    {"b": [["1", "2"]], "u": 1},
)


@dataclass(frozen=True, slots=True)
class Style:
    """What may vary in a frame without changing what it says. `pad` = zeros behind each decimal."""

    spaces: bool = False
    shuffle: bool = False
    extra_keys: int = 0
    pad: int = 0
    rng: Random | None = None


PLAIN = Style()


def decimal_text(number: Decimal, style: Style = PLAIN) -> str:
    """A decimal as the venue prints it, perhaps padded with zeros."""
    text = format(number, "f")
    if style.pad:
        text += ("" if "." in text else ".") + "0" * style.pad
    return text


def write(members: Members, style: Style) -> bytes:
    """The JSON text of an object and the objects under `result`, in the style asked for."""
    separators = (", ", " : ") if style.spaces else (",", ":")
    return json.dumps(_vary(members, style), separators=separators, ensure_ascii=False).encode()


def _vary(members: Members, style: Style) -> Members:
    pairs = [(k, _vary(v, style) if k == "result" and isinstance(v, dict) else v) for k, v in members.items()]
    rng = style.rng or Random(0)
    for number in range(style.extra_keys):
        pairs.insert(rng.randint(0, len(pairs)), (f"x_{number}", rng.choice(_EXTRAS)))
    if style.shuffle:
        rng.shuffle(pairs)
    return dict(pairs)


def envelope(channel: str, result: Members, time_ms: int, style: Style) -> bytes:
    """A pushed update of any channel but `spot.obu`."""
    frame = {
        "time": time_ms // 1000,
        "time_ms": time_ms,
        "channel": channel,
        "event": "update",
        "result": result,
    }
    return write(frame, style)


def obu(
    symbol: str,
    bids: Sequence[Level],
    asks: Sequence[Level],
    last_id: int,
    *,
    first_id: int | None = None,
    level: int = 400,
    time_ms: int = 1767225600400,
    omit_empty: bool = False,
    style: Style = PLAIN,
) -> Frame:
    """A `spot.obu` frame: a full one without `first_id`, else a delta, which may leave out an empty side."""
    head = {"t": time_ms, "full": True} if first_id is None else {"t": time_ms}
    ids = {"u": last_id} if first_id is None else {"U": first_id, "u": last_id}
    result = {**head, "s": f"ob.{symbol}.{level}", **ids, **_sides(bids, asks, style, omit_empty)}
    data = write({"channel": "spot.obu", "result": result, "time_ms": time_ms + 4}, style)
    return data, _book_truth(symbol, bids, asks, first_id, last_id, time_ms)


def order_book_update(
    symbol: str,
    bids: Sequence[Level],
    asks: Sequence[Level],
    last_id: int,
    *,
    first_id: int,
    depth: int = 100,
    full: bool = False,
    time_ms: int = 1767225600509,
    style: Style = PLAIN,
) -> Frame:
    """A `spot.order_book_update` frame; `full` marks a complete snapshot."""
    head: Members = {"t": time_ms, "full": True} if full else {"t": time_ms}
    result = {
        **head,
        "l": str(depth),
        "e": "depthUpdate",
        "E": time_ms // 1000,
        "s": symbol,
        "U": first_id,
        "u": last_id,
        **_sides(bids, asks, style),
    }
    data = envelope("spot.order_book_update", result, time_ms + 3, style)
    return data, _book_truth(symbol, bids, asks, None if full else first_id, last_id, time_ms)


def rest_order_book(
    book_id: int, bids: Sequence[Level], asks: Sequence[Level], style: Style = PLAIN
) -> bytes:
    """The reply of `GET /spot/order_book?with_id=true`."""
    sides = _sides(bids, asks, style)
    reply = {
        "id": book_id,
        "current": 1767225600456,
        "update": 1767225600449,
        "asks": sides["a"],
        "bids": sides["b"],
    }
    return write(reply, style)


def trade(
    symbol: str,
    trade_id: int,
    side: str,
    price: Decimal,
    quantity: Decimal,
    *,
    time_us: int = 1767225601018402,
    market_id: int = 24010555,
    style: Style = PLAIN,
) -> Frame:
    """A `spot.trades` frame: one trade, `side` is the taker's ("buy" or "sell")."""
    time_ms = time_us // 1000
    result = {
        "id": trade_id,
        "id_market": market_id,
        "create_time": time_ms // 1000,
        "create_time_ms": f"{time_ms}.{time_us % 1000:03d}",
        "side": side,
        "currency_pair": symbol,
        "amount": decimal_text(quantity, style),
        "price": decimal_text(price, style),
        "range": f"{market_id}-{market_id}",
    }
    truth = {
        "kind": "trade",
        "symbol": symbol,
        "trade_id": str(trade_id),
        "side": side,
        "price": price,
        "quantity": quantity,
        "venue_ns": time_us * 1000,
    }
    return envelope("spot.trades", result, time_ms + 7, style), truth


def book_ticker(
    symbol: str,
    update_id: int,
    bid: Level | None,
    ask: Level | None,
    *,
    time_ms: int = 1767225600700,
    style: Style = PLAIN,
) -> Frame:
    """A `spot.book_ticker` frame; an empty side is written as empty text."""
    texts = {
        key: "" if level is None else decimal_text(level[index], style)
        for key, level, index in (("b", bid, 0), ("B", bid, 1), ("a", ask, 0), ("A", ask, 1))
    }
    result = {"t": time_ms, "u": update_id, "s": symbol, **texts}
    truth = {
        "kind": "book_ticker",
        "symbol": symbol,
        "update_id": update_id,
        "bid": bid,
        "ask": ask,
        "venue_ns": time_ms * 1_000_000,
    }
    return envelope("spot.book_ticker", result, time_ms + 2, style), truth


TICKER_FIELDS = {
    "last": "last",
    "lowest_ask": "ask",
    "highest_bid": "bid",
    "change_percentage": "change_percent",
    "base_volume": "base_volume",
    "quote_volume": "quote_volume",
    "high_24h": "high",
    "low_24h": "low",
}


def ticker(
    symbol: str, values: dict[str, Decimal], *, time_ms: int = 1767225600900, style: Style = PLAIN
) -> Frame:
    """A `spot.tickers` frame of the eight values named in `TICKER_FIELDS`; the change is a percentage."""
    result = {
        "currency_pair": symbol,
        **{key: decimal_text(values[name], style) for key, name in TICKER_FIELDS.items()},
    }
    return envelope("spot.tickers", result, time_ms, style), {"kind": "ticker", "symbol": symbol, **values}


CANDLE_FIELDS = {"v": "quote_volume", "c": "close", "h": "high", "l": "low", "o": "open", "a": "base_volume"}


def candlestick(
    symbol: str,
    interval: str,
    open_s: int,
    values: dict[str, Decimal],
    *,
    closed: bool | None = False,
    time_ms: int = 1767225600950,
    style: Style = PLAIN,
) -> Frame:
    """A `spot.candlesticks` frame of the six values named in `CANDLE_FIELDS`; closed None leaves out `w`."""
    texts = {key: decimal_text(values[name], style) for key, name in CANDLE_FIELDS.items()}
    mark: Members = {} if closed is None else {"w": closed}
    result = {"t": str(open_s), **texts, "n": f"{interval}_{symbol}", **mark}
    truth = {
        "kind": "kline",
        "symbol": symbol,
        "interval": interval,
        "open_ns": open_s * 10**9,
        "closed": closed,
        **values,
    }
    return envelope("spot.candlesticks", result, time_ms, style), truth


def _sides(bids: Sequence[Level], asks: Sequence[Level], style: Style, omit_empty: bool = False) -> Members:
    sides = {
        key: [[decimal_text(price, style), decimal_text(quantity, style)] for price, quantity in levels]
        for key, levels in (("b", bids), ("a", asks))
    }
    return {key: levels for key, levels in sides.items() if levels or not omit_empty}


def _book_truth(
    symbol: str,
    bids: Sequence[Level],
    asks: Sequence[Level],
    first_id: int | None,
    last_id: int,
    time_ms: int,
) -> dict[str, Any]:
    return {
        "kind": "book",
        "symbol": symbol,
        "full": first_id is None,
        "first_id": first_id,
        "last_id": last_id,
        "bids": list(bids),
        "asks": list(asks),
        "venue_ns": time_ms * 1_000_000,
    }
