"""The histogram of durations against a sorted list."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx._core.latency import Histogram, monotonic_ns

durations = st.lists(st.integers(0, 10**12) | st.integers(0, 200), min_size=1, max_size=80)


def filled(values: list[int]) -> Histogram:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    return histogram


@given(durations, st.sampled_from([1.0, 25.0, 50.0, 90.0, 99.0, 99.9, 100.0]))
@settings(max_examples=300, deadline=None)
def test_percentiles_are_the_upper_edge_of_the_right_bucket(values: list[int], percent: float) -> None:
    exact = sorted(values)[max(1, int(len(values) * (percent / 100.0) + 0.5)) - 1]
    seen = filled(values).percentile(percent)
    assert exact <= seen <= exact + exact // 32 and seen <= max(values)


@given(durations, durations)
@settings(max_examples=100, deadline=None)
def test_merging_is_counting_both(one: list[int], other: list[int]) -> None:
    merged, both = filled(one), filled(one + other)
    merged.merge(filled(other))
    assert merged.summary_us() == both.summary_us()
    assert merged.mean_ns == both.mean_ns == pytest.approx(sum(one + other) / len(one + other))


def test_nothing_counted() -> None:
    histogram = Histogram()
    assert histogram.summary_us() == {"count": 0, "p50": 0.0, "p99": 0.0, "p999": 0.0, "max": 0.0}
    assert histogram.mean_ns == 0.0


def test_clear_forgets_everything() -> None:
    histogram = filled([5, 10**9])
    histogram.clear()
    assert (histogram.count, histogram.max, histogram.percentile(100)) == (0, 0, 0)
    histogram.add(7)
    assert (histogram.count, histogram.percentile(50)) == (1, 7)


def test_the_ends_of_the_range() -> None:
    assert filled([-5]).percentile(100) == 0
    assert filled([2**63 - 1]).percentile(100) == 2**63 - 1
    assert filled([0, 2**62]).percentile(100) == 2**62


@pytest.mark.parametrize("percent", [0.0, -1.0, 100.1])
def test_percent_outside_its_range_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="percent"):
        filled([1]).percentile(percent)


def test_the_clock_is_the_monotonic_one() -> None:
    before, seen, after = time.monotonic_ns(), monotonic_ns(), time.monotonic_ns()
    assert before <= seen <= after
