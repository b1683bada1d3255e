"""MEXC push channels of statistics, klines and mini tickers, as streams of protobuf wrappers.

Must never know: sockets, requests, acks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hftx.sim.candles import Bar, window_end, window_start
from hftx.sim.hub import Stream
from hftx.sim.market import Event, Market
from hftx.sim.mexc.mexc_pb2 import PushDataV3ApiWrapper
from hftx.sim.mexc.streams import MexcStream
from hftx.sim.text import Spelling, trimmed

INTERVALS: dict[str, int | None] = {
    "Min1": 60, "Min5": 300, "Min15": 900, "Min30": 1800, "Min60": 3600, "Hour4": 14_400, "Hour8": 28_800,
    "Day1": 86_400, "Week1": 604_800, "Month1": None,
}  # fmt: skip
"""WebSocket interval -> seconds; Month1 is the calendar month."""

_ZONES = [
    "-10",
    "-8",
    "-7",
    "-6",
    "-5",
    "-4",
    "-3",
    "+0",
    "+1",
    "+2",
    "+3",
    "+4",
    "+4:30",
    "+5",
    "+5:30",
    "+6",
    "+7",
    "+8",
    "+9",
    "+10",
    "+11",
    "+12",
    "+12:45",
    "+13",
]
_ZONE = re.compile(r"UTC([+-])(\d+)(?::(\d+))?")
_RATE_DIGITS = 4
_UTC8_S = 28_800


def zone_offset_s(zone: str) -> int | None:
    """Seconds east of UTC of a zone argument, 0 for ``24H`` too; None when MEXC does not list the zone."""
    if zone == "24H":
        return 0
    found = _ZONE.fullmatch(zone)
    if found is None or zone[3:] not in _ZONES:
        return None
    seconds = int(found[2]) * 3600 + int(found[3] or 0) * 60
    return -seconds if found[1] == "-" else seconds


class Kline(MexcStream):
    """kline: the bar in progress, and once more a finished bar before the next one; windows in seconds."""

    _shown_s: int | None = None

    def note(self, market: Market, event: Event) -> bool:
        self.pending = self.pending or event.traded > 0
        return event.traded > 0

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self.pending:
            return ()
        self.pending = False
        interval = self.name.rpartition("@")[2]
        width_s = INTERVALS[interval]
        start_s = window_start(self.market.trades[-1].ts_ms // 1000, width_s)
        starts = [start_s] if self._shown_s in (None, start_s) else [self._shown_s, start_s]
        self._shown_s = start_s
        bars = [self.market.stats.bar(start or 0, width_s) for start in starts]
        return [self._push(bar, interval, width_s, now_ms) for bar in bars if bar is not None]

    def _push(self, bar: Bar, interval: str, width_s: int | None, now_ms: int) -> bytes:
        wrapper = PushDataV3ApiWrapper(channel=self.name, symbol=self.wire_symbol, createTime=now_ms)
        wrapper.symbolId = hashlib.md5(self.wire_symbol.encode(), usedforsecurity=False).hexdigest()
        body, spell = wrapper.publicSpotKline, self.spell
        body.interval = interval
        body.windowStart, body.windowEnd = bar.start_s, window_end(bar.start_s, width_s)
        body.openingPrice, body.closingPrice = spell.px(bar.open), spell.px(bar.close)
        body.highestPrice, body.lowestPrice = spell.px(bar.high), spell.px(bar.low)
        body.volume, body.amount = spell.qty(bar.base), spell.value(bar.quote)
        return bytes(wrapper.SerializeToString())


class MiniTicker(MexcStream):
    """miniTicker: the last price and the day's statistics, for one time zone."""

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self.pending:
            return ()
        self.pending = False
        wrapper = self.wrapper(now_ms)
        fill_mini(wrapper.publicMiniTicker, self.market, self.spell, self.name.rpartition("@")[2], now_ms)
        return (wrapper.SerializeToString(),)


class MiniTickers(Stream):
    """miniTickers: all symbols in one push; the wrapper has no symbol."""

    def __init__(
        self, name: str, markets: Mapping[str, Market], spelling: Mapping[str, Spelling], interval_ms: float
    ) -> None:
        super().__init__(name, name.rpartition("@")[0], None, interval_ms)
        self._markets = markets
        self._spelling = spelling
        self._zone = name.rpartition("@")[2]
        self._pending = False

    def note(self, market: Market, event: Event) -> bool:
        self._pending = True
        return True

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self._pending:
            return ()
        self._pending = False
        wrapper = PushDataV3ApiWrapper(channel=self.name, sendTime=now_ms)
        for symbol, market in self._markets.items():
            fill_mini(
                wrapper.publicMiniTickers.items.add(), market, self._spelling[symbol], self._zone, now_ms
            )
        return (wrapper.SerializeToString(),)


def fill_mini(body: Any, market: Market, spell: Spelling, zone: str, now_ms: int) -> None:
    """Fill one PublicMiniTickerV3Api. ``volume`` is quote turnover, ``quantity`` base volume."""
    day = market.stats.day(now_ms)
    last = market.last_px
    body.symbol = market.symbol.replace("_", "")
    body.price = spell.px(last)
    body.rate = _rate(market, _UTC8_S, now_ms)
    body.zonedRate = (
        _day_rate(day, last) if zone == "24H" else _rate(market, zone_offset_s(zone) or 0, now_ms)
    )
    body.high, body.low = spell.px(day.high if day else last), spell.px(day.low if day else last)
    body.volume, body.quantity = spell.value(day.quote if day else 0), spell.qty(day.base if day else 0)
    body.lastCloseRate, body.lastCloseZonedRate = body.rate, body.zonedRate
    body.lastCloseHigh, body.lastCloseLow = body.high, body.low


def _rate(market: Market, offset_s: int, now_ms: int) -> str:
    """Change since midnight at this offset, as a fraction."""
    midnight_s = window_start(now_ms // 1000 + offset_s, 86_400) - offset_s
    return _day_rate(market.stats.since(midnight_s), market.last_px)


def _day_rate(day: Bar | None, last: int) -> str:
    return (
        "0" if day is None else trimmed(round((last - day.open) * 10**_RATE_DIGITS / day.open), _RATE_DIGITS)
    )
