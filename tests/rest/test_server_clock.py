"""The venue's time: the best stamp wins, a set clock is noticed, doubt grows."""

from __future__ import annotations

import time

from hftx.rest.server_clock import ServerClock

MS = 1_000_000
EPOCH = 1_767_225_600_000 * MS


class Local:
    def __init__(self) -> None:
        self.ns = 50_000 * MS

    def __call__(self) -> int:
        return self.ns


def test_before_any_stamp_it_is_this_machines_time() -> None:
    clock = ServerClock(Local())
    assert not clock.is_measured() and clock.age_seconds() == float("inf")
    assert abs(clock.now_ns() - time.time_ns()) < 1_000 * MS


def test_a_stamp_in_the_middle_is_exact_to_half_the_way() -> None:
    local = Local()
    clock = ServerClock(local)
    sent, local.ns = local.ns, local.ns + 10 * MS
    clock.observe(sent, local.ns, EPOCH + 4 * MS, EPOCH + 6 * MS)
    assert (clock.now_ns(), clock.now_ms()) == (EPOCH + 10 * MS, EPOCH // MS + 10)
    assert clock.doubt_ns() == 4 * MS
    local.ns += 3_000 * MS
    assert clock.now_ns() == EPOCH + 3_010 * MS
    assert clock.doubt_ns() > 4 * MS and clock.age_seconds() == 3.0


def test_a_worse_stamp_is_passed_over_until_drift_makes_it_the_better_one() -> None:
    local = Local()
    clock = ServerClock(local)
    clock.observe(local.ns - 2 * MS, local.ns, EPOCH - 1 * MS, EPOCH - 1 * MS)
    exact = clock.now_ns()
    clock.observe(local.ns - 40 * MS, local.ns, EPOCH - 39 * MS, EPOCH - 39 * MS)
    assert clock.now_ns() == exact
    local.ns += 1_000_000 * MS
    clock.observe(local.ns - 40 * MS, local.ns, EPOCH + 999_980 * MS, EPOCH + 999_980 * MS)
    assert clock.age_seconds() == 0 and clock.doubt_ns() == 20 * MS


def test_a_contradicting_stamp_means_a_clock_was_set() -> None:
    local = Local()
    clock = ServerClock(local)
    clock.observe(local.ns - 2 * MS, local.ns, EPOCH, EPOCH)
    clock.observe(local.ns - 100 * MS, local.ns, EPOCH + 9_000 * MS, EPOCH + 9_000 * MS)
    assert clock.now_ns() == EPOCH + 9_050 * MS


def test_after_forgetting_the_next_stamp_is_taken() -> None:
    local = Local()
    clock = ServerClock(local)
    clock.observe(local.ns - 2 * MS, local.ns, EPOCH, EPOCH)
    clock.forget()
    assert not clock.is_measured()
    clock.observe(local.ns - 100 * MS, local.ns, EPOCH, EPOCH)
    assert clock.is_measured() and clock.doubt_ns() == 50 * MS
