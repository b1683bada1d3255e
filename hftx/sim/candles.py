"""Trade statistics of one symbol: bars of any interval and the last 24 hours, all from the same trades.

Must never know: the order book, text formats, venues.
"""

from __future__ import annotations

from calendar import timegm
from time import gmtime

_WEEK_S = 604_800
_MONDAY_S = 345_600  # 1970-01-05 was a Monday
_DAY_S = 86_400
_KEPT_SECONDS = 3_600
_KEPT_MINUTES = 2_880


class Bar:
    """Prices in ticks, base in lots, quote in ticks times lots, start in unix seconds."""

    __slots__ = ("base", "close", "high", "low", "open", "quote", "start_s", "trades")

    def __init__(self, start_s: int, px: int) -> None:
        self.start_s = start_s
        self.open = self.high = self.low = self.close = px
        self.base = self.quote = self.trades = 0

    def add(self, px: int, qty: int) -> None:
        self.high = max(self.high, px)
        self.low = min(self.low, px)
        self.close = px
        self.base += qty
        self.quote += px * qty
        self.trades += 1

    def absorb(self, later: Bar) -> None:
        """Continue this bar with a later one."""
        self.high = max(self.high, later.high)
        self.low = min(self.low, later.low)
        self.close = later.close
        self.base += later.base
        self.quote += later.quote
        self.trades += later.trades

    def copy_at(self, start_s: int) -> Bar:
        twin = Bar(start_s, self.open)
        twin.absorb(self)
        return twin


def window_start(at_s: int, width_s: int | None) -> int:
    """Start of the window that holds ``at_s``; width None means calendar months, a week starts on Monday."""
    if width_s is None:
        now = gmtime(at_s)
        return timegm((now.tm_year, now.tm_mon, 1, 0, 0, 0))
    if width_s == _WEEK_S:
        return at_s - (at_s - _MONDAY_S) % _WEEK_S
    return at_s - at_s % width_s


def window_end(start_s: int, width_s: int | None) -> int:
    """First second after the window that starts at ``start_s``."""
    return window_start(start_s + 32 * _DAY_S, None) if width_s is None else start_s + width_s


class TradeStats:
    """Bars of one second and one minute; everything else is put together from them."""

    def __init__(self) -> None:
        self._seconds: dict[int, Bar] = {}
        self._minutes: dict[int, Bar] = {}
        self._closed: Bar | None = None  # all minutes of the last 24 h but the newest
        self._closed_for = -1

    def record(self, px: int, qty: int, ts_ms: int) -> None:
        """Add one trade; times never go back."""
        at_s = ts_ms // 1000
        _bar(self._seconds, at_s, px, _KEPT_SECONDS).add(px, qty)
        _bar(self._minutes, at_s - at_s % 60, px, _KEPT_MINUTES).add(px, qty)

    def day(self, now_ms: int) -> Bar | None:
        """The last 24 hours as one bar, None before the first trade."""
        if not self._minutes:
            return None
        newest = next(reversed(self._minutes))
        if self._closed_for != newest:
            self._close_minutes(newest)
        current = self._minutes[newest]
        if self._closed is None:
            return current.copy_at(newest)
        day = self._closed.copy_at(self._closed.start_s)
        day.absorb(current)
        return day

    def since(self, start_s: int) -> Bar | None:
        """Everything traded from ``start_s`` on as one bar, None if nothing was."""
        return self._join(self._minutes, start_s, None)

    def bar(self, start_s: int, width_s: int | None) -> Bar | None:
        """The bar of one window, None if nothing traded in it."""
        source = self._seconds if width_s is not None and width_s < 60 else self._minutes
        return self._join(source, start_s, window_end(start_s, width_s))

    def bars(self, width_s: int | None, count: int, end_s: int) -> list[Bar]:
        """The last ``count`` bars up to the window holding ``end_s``, ascending; quiet windows are flat."""
        source = self._seconds if width_s is not None and width_s < 60 else self._minutes
        grouped: dict[int, Bar] = {}
        for start, piece in source.items():
            key = window_start(start, width_s)
            if key in grouped:
                grouped[key].absorb(piece)
            else:
                grouped[key] = piece.copy_at(key)
        return _filled(grouped, width_s, count, end_s)

    def _close_minutes(self, newest: int) -> None:
        self._closed_for = newest
        self._closed = None
        for start, piece in self._minutes.items():
            if newest - _DAY_S < start < newest:
                if self._closed is None:
                    self._closed = piece.copy_at(start)
                else:
                    self._closed.absorb(piece)

    @staticmethod
    def _join(source: dict[int, Bar], start_s: int, end_s: int | None) -> Bar | None:
        pieces = []
        for start in reversed(source):
            if start < start_s:
                break
            if end_s is None or start < end_s:
                pieces.append(source[start])
        if not pieces:
            return None
        joined = pieces[-1].copy_at(start_s)
        for piece in reversed(pieces[:-1]):
            joined.absorb(piece)
        return joined


def _bar(bars: dict[int, Bar], start_s: int, px: int, kept: int) -> Bar:
    bar = bars.get(start_s)
    if bar is None:
        bar = bars[start_s] = Bar(start_s, px)
        if len(bars) > kept:
            del bars[next(iter(bars))]
    return bar


def _filled(grouped: dict[int, Bar], width_s: int | None, count: int, end_s: int) -> list[Bar]:
    if not grouped:
        return []
    first = min(grouped)
    starts: list[int] = []
    start = window_start(end_s, width_s)
    while start >= first and len(starts) < count:
        starts.append(start)
        start = window_start(start - 1, width_s)
    bars: list[Bar] = []
    close = max(
        (bar for key, bar in grouped.items() if key <= start), key=lambda bar: bar.start_s, default=None
    )
    for start in reversed(starts):
        bar = grouped.get(start)
        if bar is None:
            bar = Bar(start, bars[-1].close if bars else close.close if close else 0)
        bars.append(bar)
    return bars
