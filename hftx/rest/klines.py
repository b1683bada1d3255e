"""Which windows of klines to ask for, and how pages join. Times are ms; knows no venue and makes no call.

A range names bars by their open time, both ends included. Nothing here depends on where a venue lets its bars
begin, so weeks and months need no calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hftx.enums import KlineInterval
from hftx.errors import UsageError
from hftx.records import Kline

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_WIDTHS = {
    KlineInterval.SECOND_10: 10 * _SECOND,
    KlineInterval.MINUTE_1: _MINUTE,
    KlineInterval.MINUTE_5: 5 * _MINUTE,
    KlineInterval.MINUTE_15: 15 * _MINUTE,
    KlineInterval.MINUTE_30: 30 * _MINUTE,
    KlineInterval.HOUR_1: _HOUR,
    KlineInterval.HOUR_4: 4 * _HOUR,
    KlineInterval.HOUR_8: 8 * _HOUR,
    KlineInterval.DAY_1: _DAY,
    KlineInterval.WEEK_1: 7 * _DAY,
}


@dataclass(frozen=True, slots=True)
class KlineRange:
    """Bars that open within `start_ms..end_ms`; `keep` of them, from the newest end when `newest`."""

    start_ms: int
    end_ms: int
    keep: int
    newest: bool = False


def shortest_ms(interval: KlineInterval) -> int:
    """Length of the shortest bar; a month may have 28 days."""
    return _WIDTHS.get(interval, 28 * _DAY)


def longest_ms(interval: KlineInterval) -> int:
    """Length of the longest bar; a month may have 31 days."""
    return _WIDTHS.get(interval, 31 * _DAY)


def range_of(
    interval: KlineInterval, start_ms: int | None, end_ms: int | None, limit: int | None, most: int
) -> KlineRange | None:
    """The range of one call; None for "the newest". Raises `UsageError` when a call cannot hold it."""
    keep, span = limit or most, longest_ms(interval)
    if start_ms is None and end_ms is None:
        return None
    if start_ms is None:
        assert end_ms is not None
        return KlineRange(max(0, end_ms - keep * span + 1), end_ms, keep, newest=True)
    if end_ms is None:
        return KlineRange(start_ms, start_ms + keep * span - 1, keep)
    if end_ms < start_ms:
        raise UsageError(f"end_ms must not be before start_ms, but {end_ms} < {start_ms}")
    bars = (end_ms - start_ms) // shortest_ms(interval) + 1
    if limit is None and bars > most:
        raise UsageError(f"the range may hold {bars} bars, a call {most}; use get_klines_batch or a limit")
    return KlineRange(start_ms, min(end_ms, start_ms + keep * span - 1), keep)


def pages(interval: KlineInterval, start_ms: int, end_ms: int, most: int) -> Iterator[KlineRange]:
    """Ranges of at most `most` bars that join without hole or overlap."""
    if end_ms < start_ms:
        raise UsageError(f"end_ms must not be before start_ms, but {end_ms} < {start_ms}")
    step = most * shortest_ms(interval)
    for first in range(start_ms, end_ms + 1, step):
        yield KlineRange(first, min(first + step - 1, end_ms), most)


def select(bars: list[Kline], within: KlineRange | None) -> list[Kline]:
    """Ascending, each open time once, inside the range and its count."""
    by_open = {bar.open_ns: bar for bar in bars}
    ordered = [by_open[open_ns] for open_ns in sorted(by_open)]
    if within is None:
        return ordered
    first, last = within.start_ms * 1_000_000, within.end_ms * 1_000_000
    inside = [bar for bar in ordered if first <= bar.open_ns <= last]
    return inside[-within.keep :] if within.newest else inside[: within.keep]
