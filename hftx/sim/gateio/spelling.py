"""How Gate spells levels, bars and tickers, on REST and WebSocket alike.

Must never know: requests, streams, sockets.
"""

from __future__ import annotations

from collections.abc import Iterable

from hftx.sim.candles import Bar
from hftx.sim.market import Market, Snapshot
from hftx.sim.text import Spelling, fixed

CANDLE_WIDTHS: dict[str, int | None] = {
    "1s": 1, "10s": 10, "30s": 30, "1m": 60, "3m": 180, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600,
    "2h": 7200, "4h": 14_400, "6h": 21_600, "8h": 28_800, "12h": 43_200, "1d": 86_400, "7d": 604_800,
    "30d": None,
}  # fmt: skip
"""Interval -> seconds; 30d is the calendar month."""


def padded(text: str, decimals: int) -> str:
    """The number with zeros up to this many decimals."""
    if not decimals:
        return text
    whole, _, part = text.partition(".")
    return f"{whole}.{part:0<{decimals}}"


def side_text(levels: Iterable[tuple[int, int]], spell: Spelling) -> str:
    """Levels as a JSON array of [price, amount]."""
    px, qty = spell.px, spell.qty
    return "[" + ",".join([f'["{px(key)}","{qty(lots)}"]' for key, lots in levels]) + "]"


def book_text(book: Snapshot, spell: Spelling) -> str:
    """Both sides under the short keys."""
    return f'"b":{side_text(book.bids, spell)},"a":{side_text(book.asks, spell)}'


def candle_fields(bar: Bar, spell: Spelling) -> tuple[str, ...]:
    """Time, quote volume, close, high, low, open, base volume."""
    px = spell.px
    return (
        str(bar.start_s), spell.value(bar.quote), px(bar.close), px(bar.high), px(bar.low), px(bar.open),
        spell.qty(bar.base),
    )  # fmt: skip


def ticker_fields(market: Market, spell: Spelling, now_ms: int) -> dict[str, str]:
    """The fields that spot.tickers and GET /spot/tickers share."""
    day = market.stats.day(now_ms)
    last = market.last_px
    open_px, high, low, base, quote = (
        (day.open, day.high, day.low, day.base, day.quote) if day else (last,) * 3 + (0, 0)
    )
    return {
        "currency_pair": market.symbol,
        "last": spell.px(last),
        "lowest_ask": spell.px(market.asks.keys[0]),
        "highest_bid": spell.px(-market.bids.keys[0]),
        "change_percentage": fixed(round((last - open_px) * 10_000 / open_px), 2),
        "base_volume": spell.qty(base),
        "quote_volume": spell.value(quote),
        "high_24h": spell.px(high),
        "low_24h": spell.px(low),
    }


def ticker_text(market: Market, spell: Spelling, now_ms: int) -> str:
    """The same as the inside of a JSON object."""
    return ",".join(f'"{name}":"{value}"' for name, value in ticker_fields(market, spell, now_ms).items())
