"""MEXC spot push frames (`PushDataV3ApiWrapper`), each with the truth that it says.

Source: MEXC websocket-proto schema and spot v3 docs. Every generator returns (bytes, truth), as Gate's do.
Fields that the venue added later are written only on request. Never knows a decoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, TypeAlias

from .protobuf_writer import Field, Value, encode_message
from .two_sides import Level

Frame: TypeAlias = tuple[bytes, dict[str, Any]]

DEPTH, DEALS, BOOK_TICKER, KLINE, MINI_TICKER, LIMIT_DEPTH = 313, 314, 315, 308, 309, 303
SEND_TIME_MS = 1767225600123
_UNKNOWN: tuple[Field, ...] = ((90, 7), (91, "later"), (2000, b"\x08\x01"), (4999, 2**64 - 1))


@dataclass(frozen=True, slots=True)
class WireStyle:
    """How a message is written: what may vary without changing what it says.

    `later_fields` writes those of June 2026; `pad` = zeros behind each decimal.
    """

    shuffle: bool = False
    unknown_fields: int = 0
    later_fields: bool = False
    pad: int = 0
    rng: Random | None = None


PLAIN = WireStyle()


def decimal_text(number: Decimal, style: WireStyle = PLAIN) -> str:
    """A decimal as the venue prints it, perhaps padded with zeros."""
    text = format(number, "f")
    return text + ("" if "." in text else ".") + "0" * style.pad if style.pad else text


def _message(fields: Sequence[Field], style: WireStyle) -> bytes:
    """Proto3: defaults are omitted. Shuffled, repeated fields keep their own order, as it carries meaning."""
    written = [(number, value) for number, value in fields if value not in (0, "")]
    rng = style.rng or Random(0)
    for _ in range(style.unknown_fields):
        written.insert(rng.randint(0, len(written)), rng.choice(_UNKNOWN))
    if style.shuffle:
        written = _shuffled(written, rng)
    return encode_message(written)


def _shuffled(fields: list[Field], rng: Random) -> list[Field]:
    slots = [number for number, _ in fields]
    rng.shuffle(slots)
    values: dict[int, list[Value]] = {}
    for number, value in fields:
        values.setdefault(number, []).append(value)
    return [(number, values[number].pop(0)) for number in slots]


def wrapper(
    channel: str,
    symbol: str | None,
    body: tuple[int, bytes] | None,
    *,
    send_time_ms: int = SEND_TIME_MS,
    create_time_ms: int = 0,
    symbol_id: str = "",
    style: WireStyle = PLAIN,
) -> bytes:
    """The wrapper around a body; without body it is a heartbeat of its channel."""
    fields: list[Field] = [
        (1, channel),
        (3, symbol or ""),
        (4, symbol_id),
        (5, create_time_ms),
        (6, send_time_ms),
    ]
    return _message([*fields, *([] if body is None else [body])], style)


def depth(
    symbol: str,
    bids: Sequence[Level],
    asks: Sequence[Level],
    first_version: int,
    last_version: int,
    *,
    speed: str = "100ms",
    send_time_ms: int = SEND_TIME_MS,
    style: WireStyle = PLAIN,
) -> Frame:
    """An aggregated depth push."""
    event = f"spot@public.aggre.depth.v3.api.pb@{speed}"
    fields: list[Field] = [(1, _level(level, style)) for level in asks]
    fields += [(2, _level(level, style)) for level in bids]
    fields += [(3, event), (4, str(first_version)), (5, str(last_version))]
    if style.later_fields:
        fields.append((6, send_time_ms - 2))
    body = (DEPTH, _message(fields, style))
    truth = {
        "kind": "book",
        "symbol": symbol,
        "full": False,
        "first_id": first_version,
        "last_id": last_version,
        "bids": list(bids),
        "asks": list(asks),
        "venue_ns": send_time_ms * 1_000_000,
    }
    return wrapper(f"{event}@{symbol}", symbol, body, send_time_ms=send_time_ms, style=style), truth


def deals(
    symbol: str,
    rows: Sequence[tuple[Decimal, Decimal, int, int]],
    *,
    speed: str = "100ms",
    send_time_ms: int = SEND_TIME_MS,
    style: WireStyle = PLAIN,
) -> Frame:
    """An aggregated deals push; a row is (price, quantity, tradeType 1 buy or 2 sell, time in ms)."""
    event = f"spot@public.aggre.deals.v3.api.pb@{speed}"
    items: list[Field] = []
    trades: list[dict[str, Any]] = []
    for index, (price, quantity, trade_type, time_ms) in enumerate(rows):
        trade_id = f"{time_ms}{index}X1_{time_ms}{index}X2" if style.later_fields else ""
        texts: list[Field] = [(1, decimal_text(price, style)), (2, decimal_text(quantity, style))]
        items.append((1, _message([*texts, (3, trade_type), (4, time_ms), (5, trade_id)], style)))
        trades.append(
            {
                "price": price,
                "quantity": quantity,
                "side": "buy" if trade_type == 1 else "sell",
                "venue_ns": time_ms * 1_000_000,
                "trade_id": trade_id or None,
            }
        )
    body = (DEALS, _message([*items, (2, event)], style))
    data = wrapper(f"{event}@{symbol}", symbol, body, send_time_ms=send_time_ms, style=style)
    return data, {"kind": "trades", "symbol": symbol, "trades": trades}


def book_ticker(
    symbol: str,
    bid: Level | None,
    ask: Level | None,
    *,
    version: int = 9003,
    speed: str = "100ms",
    send_time_ms: int = SEND_TIME_MS,
    style: WireStyle = PLAIN,
) -> Frame:
    """An aggregated best bid and ask push; the fields of an empty side are absent."""
    fields: list[Field] = []
    for number, level in ((1, bid), (3, ask)):
        if level is not None:
            fields += [(number, decimal_text(level[0], style)), (number + 1, decimal_text(level[1], style))]
    if style.later_fields:
        fields += [(5, str(version)), (6, send_time_ms - 2)]
    channel = f"spot@public.aggre.bookTicker.v3.api.pb@{speed}@{symbol}"
    data = wrapper(
        channel, symbol, (BOOK_TICKER, _message(fields, style)), send_time_ms=send_time_ms, style=style
    )
    truth = {
        "kind": "book_ticker",
        "symbol": symbol,
        "bid": bid,
        "ask": ask,
        "update_id": version if style.later_fields else None,
        "venue_ns": send_time_ms * 1_000_000,
    }
    return data, truth


KLINE_FIELDS = {3: "open", 4: "close", 5: "high", 6: "low", 7: "base_volume", 8: "quote_volume"}


def kline(
    symbol: str,
    interval: str,
    open_s: int,
    close_s: int,
    values: dict[str, Decimal],
    *,
    create_time_ms: int = SEND_TIME_MS,
    style: WireStyle = PLAIN,
) -> Frame:
    """A kline push of the six values named in `KLINE_FIELDS`; the venue gives its windows in seconds."""
    texts: list[Field] = [
        (number, decimal_text(values[name], style)) for number, name in KLINE_FIELDS.items()
    ]
    body = (KLINE, _message([(1, interval), (2, open_s), *texts, (9, close_s)], style))
    data = wrapper(
        f"spot@public.kline.v3.api.pb@{symbol}@{interval}",
        symbol,
        body,
        send_time_ms=0,
        create_time_ms=create_time_ms,
        symbol_id="2fb942154ef44a4ab2ef98c8afb6a4a7",
        style=style,
    )
    times = {"open_ns": open_s * 10**9, "close_ns": close_s * 10**9}
    return data, {"kind": "kline", "symbol": symbol, "interval": interval, **times, **values}


MINI_TICKER_FIELDS = {2: "last", 3: "change", 5: "high", 6: "low", 7: "quote_volume", 8: "base_volume"}


def mini_ticker(
    symbol: str, values: dict[str, Decimal], *, zone: str = "24H", style: WireStyle = PLAIN
) -> Frame:
    """A mini ticker push of the six values named in `MINI_TICKER_FIELDS`; the change is a fraction."""
    texts: list[Field] = [
        (number, decimal_text(values[name], style)) for number, name in MINI_TICKER_FIELDS.items()
    ]
    body = (MINI_TICKER, _message([(1, symbol), *texts], style))
    data = wrapper(f"spot@public.miniTicker.v3.api.pb@{symbol}@{zone}", symbol, body, style=style)
    return data, {"kind": "ticker", "symbol": symbol, **values}


def heartbeat(symbol: str, *, speed: str = "100ms", style: WireStyle = PLAIN) -> Frame:
    """A wrapper without body, as quiet symbols get it."""
    channel = f"spot@public.aggre.depth.v3.api.pb@{speed}@{symbol}"
    return wrapper(channel, symbol, None, style=style), {"kind": "heartbeat", "symbol": symbol}


def _level(level: Level, style: WireStyle) -> bytes:
    return _message([(1, decimal_text(level[0], style)), (2, decimal_text(level[1], style))], style)
