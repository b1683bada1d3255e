"""Stamps that are no time: they are passed over, whatever a venue or somebody between writes into a header."""

from __future__ import annotations

import time

import pytest

from hftx._core.server_clock import ServerClock

EPOCH = 1_767_225_600_000_000_000


@pytest.mark.parametrize("stamps", [(-1, EPOCH), (EPOCH, 10**21), (2**63, 2**63), (2**61 + 1, EPOCH)])
def test_stamps_that_are_no_time_change_nothing(stamps: tuple[int, int]) -> None:
    clock = ServerClock()
    clock.observe(5, 6, *stamps)
    assert not clock.is_measured()
    clock.observe(clock.local_ns() - 2, clock.local_ns(), EPOCH, EPOCH)
    before = clock.now_ns()
    clock.observe(5, 6, *stamps)
    assert clock.is_measured() and before <= clock.now_ns() < before + 10**10


def test_whole_milliseconds_are_those_of_the_time() -> None:
    clock = ServerClock(lambda: 5_999_999)
    assert abs(clock.ms_at(5) - time.time_ns() // 1_000_000) < 1_000
    clock.observe(5_999_999, 5_999_999, EPOCH, EPOCH)
    assert clock.now_ms() == clock.ms_at(5_999_999) == EPOCH // 1_000_000 == clock.now_ns() // 1_000_000
