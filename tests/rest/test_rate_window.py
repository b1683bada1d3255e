"""The compiled windows of a rate budget, against a plain count of what every window of the venue sees."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx._core.rate_window import RateRules, RateWindow, RateWindows, Waiter

from .fake_clock import FakeClock

SECONDS = 10.0


@dataclass(frozen=True)
class Cost:
    budget: str
    weight: int = 1


def windows(clock: FakeClock, limit: int = 5, per_endpoint: bool = True) -> RateWindows:
    return RateWindows(limit, SECONDS, clock, 2, per_endpoint)


@given(steps=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6), st.booleans()), max_size=40))
def test_no_window_of_the_venue_sees_more_than_the_limit(steps: list[tuple[int, int, bool]]) -> None:
    clock, granted = FakeClock(), []
    rule, open_weights = windows(clock), []
    for pause, weight, ends in steps:
        clock.now += pause
        in_use = sum(w for w, end in granted if end is None or end + SECONDS > clock.now)
        fits = 0 < weight <= 5 - in_use
        assert rule.try_take(weight, "a") is fits
        if fits:
            granted.append((weight, None))
            open_weights.append(len(granted) - 1)
        if ends and open_weights:
            at = open_weights.pop(0)
            rule.settle(granted[at][0], "a")
            granted[at] = (granted[at][0], clock.now)


def test_endpoints_have_windows_of_their_own_where_the_rule_knows_them() -> None:
    clock = FakeClock()
    apart, together = windows(clock), windows(clock, per_endpoint=False)
    assert apart.try_take(5, "a") and apart.try_take(5, "b") and not apart.try_take(1, "a")
    assert together.try_take(5, "a") and not together.try_take(1, "b")
    assert set(apart.windows) == {"a", "b"} and set(together.windows) == {""}


def test_a_ban_closes_every_window_until_it_ends() -> None:
    clock = FakeClock()
    rule = windows(clock)
    rule.banned_until = clock.now + 3
    assert not rule.try_take(1, "a")
    clock.now += 3
    assert rule.try_take(1, "a")


@pytest.mark.parametrize(
    ("remaining", "limit", "left"),
    [(2, None, 2), (9, None, 5), (None, 3, 3), (-1, None, 0), (10**30, 10**30, 5), (None, 0, 5), (0, 3, 0)],
)
def test_the_venues_count_only_makes_it_smaller(remaining: int | None, limit: int | None, left: int) -> None:
    rule = windows(FakeClock())
    rule.observe("a", remaining, limit)
    assert rule.window("a").remaining() == left


def test_several_rules_are_charged_all_or_not_at_all() -> None:
    clock = FakeClock()
    rules = {"orders": windows(clock), "account": windows(clock, 3, False)}
    both, table = (Cost("orders", 2), Cost("account")), RateRules(rules)
    assert table.try_take(both, ("a",))
    assert not table.try_take(both, ("a", "b", "c"))   # of the account, there is room for two
    assert rules["orders"].window("a").remaining() == 3 and rules["account"].window("").remaining() == 2
    assert rules["orders"].window("b").remaining() == 5
    table.observe(both, ("a",), 1, None)
    assert rules["orders"].window("a").remaining() == 1 and rules["account"].window("").remaining() == 2
    table.settle(both, ("a",))
    clock.now += SECONDS
    assert rules["orders"].window("a").remaining() == 5 and rules["account"].window("").remaining() == 3


class Granted:
    """What a waiter needs of a future, without a loop."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.is_done = False

    def done(self) -> bool:
        return self.is_done

    def cancelled(self) -> bool:
        return False

    def exception(self) -> Exception | None:
        return self.error

    def set_result(self, value: None) -> None:
        self.is_done = True

    def set_exception(self, error: Exception) -> None:
        self.is_done, self.error = True, error


async def test_waiters_go_by_lane_and_then_in_order() -> None:
    clock = FakeClock()
    window = RateWindow(2, SECONDS, clock, 2)
    assert window.try_take(2)
    slow, first, second = (Waiter(1, name, Granted()) for name in ("slow", "first", "second"))   # type: ignore[arg-type]
    window.join(slow, 1)
    window.join(first, 0)
    window.join(second, 0)
    assert not window.try_take(1) and not first.granted.done()
    window.closed_until = clock.now + 1
    window.limit = 4
    window.pump()
    assert not first.granted.done()
    await clock.advance(1)
    assert first.granted.done() and second.granted.done() and not slow.granted.done()
    window.leave(first, 0)   # granted, and never used
    assert slow.granted.done()


def test_whoever_waits_can_be_refused() -> None:
    window = RateWindow(1, SECONDS, FakeClock(), 1)
    assert window.try_take(1)
    waiter = Waiter(1, "a", Granted())   # type: ignore[arg-type]
    window.join(waiter, 0)
    window.refuse(lambda name: ValueError(name))
    assert str(waiter.granted.exception()) == "a"
