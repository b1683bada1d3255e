"""Ranges and pages of klines: no hole, no overlap, the right end kept."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx.enums import KlineInterval
from hftx.errors import UsageError
from hftx.records import Kline
from hftx.rest.klines import KlineRange, pages, range_of, select, shortest_ms
from hftx.symbols import Symbol

MINUTE, MONTH = KlineInterval.MINUTE_1, KlineInterval.MONTH_1


def bar(open_ms: int) -> Kline:
    return Kline(Symbol("A/USDT"), "1m", open_ms * 1_000_000, 0, open="1", high="1", low="1", close="1")


def opens(bars: list[Kline]) -> list[int]:
    return [one.open_ns // 1_000_000 for one in bars]


@given(
    st.sampled_from(list(KlineInterval)), st.integers(0, 2**41), st.integers(0, 10**11), st.integers(1, 1000)
)
def test_pages_join_without_hole_or_overlap(
    interval: KlineInterval, start: int, span: int, most: int
) -> None:
    step = most * shortest_ms(interval)
    span = min(span, 50 * step)
    ranges = list(pages(interval, start, start + span, most))
    assert ranges[0].start_ms == start and ranges[-1].end_ms == start + span
    for one, following in itertools.pairwise(ranges):
        assert following.start_ms == one.end_ms + 1
    assert all(one.end_ms - one.start_ms < step for one in ranges)


@pytest.mark.parametrize(
    ("start", "end", "limit", "wanted"),
    [
        (None, None, 5, None),
        (60_000, None, 2, KlineRange(60_000, 179_999, 2)),
        (None, 180_000, 2, KlineRange(60_001, 180_000, 2, newest=True)),
        (None, 30_000, 2, KlineRange(0, 30_000, 2, newest=True)),
        (0, 599_999, None, KlineRange(0, 599_999, 10)),
        (0, 10**9, 3, KlineRange(0, 179_999, 3)),
    ],
)
def test_ranges(start: int | None, end: int | None, limit: int | None, wanted: KlineRange | None) -> None:
    assert range_of(MINUTE, start, end, limit, 10) == wanted


def test_a_range_that_one_call_cannot_hold_is_refused() -> None:
    with pytest.raises(UsageError, match="11 bars, a call 10; use get_klines_batch"):
        range_of(MINUTE, 0, 600_000, None, 10)
    with pytest.raises(UsageError, match="end_ms must not be before start_ms"):
        range_of(MINUTE, 5, 4, None, 10)
    with pytest.raises(UsageError, match="end_ms must not be before start_ms"):
        list(pages(MINUTE, 5, 4, 10))


def test_months_are_never_cut_short() -> None:
    day = 86_400_000
    assert range_of(MONTH, 0, None, 2, 10) == KlineRange(0, 62 * day - 1, 2)
    assert [one.start_ms for one in pages(MONTH, 0, 60 * day, 1)] == [0, 28 * day, 56 * day]


def test_selection_sorts_removes_duplicates_and_keeps_the_right_end() -> None:
    bars = [bar(at) for at in (300, 100, 200, 200, 400)]
    assert opens(select(bars, None)) == [100, 200, 300, 400]
    assert opens(select(bars, KlineRange(100, 399, 2))) == [100, 200]
    assert opens(select(bars, KlineRange(100, 399, 2, newest=True))) == [200, 300]
    assert opens(select(bars, KlineRange(150, 250, 9))) == [200]
