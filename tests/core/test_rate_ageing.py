"""Weights of a rate window age in the order of their answers, however many there are: held against a plain list."""

from __future__ import annotations

import random

import pytest

from hftx._core.rate_window import RateWindows


class Clock:
    """Time as the test sets it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: object) -> None:
        raise AssertionError(f"nobody waits here, but {callback} would, for {delay} s")


@pytest.mark.parametrize("seed", range(5))
def test_room_is_what_a_plain_list_says(seed: int) -> None:
    rng, clock = random.Random(seed), Clock()
    windows = RateWindows(10_000, 1.0, clock, 2, False)
    ageing: list[tuple[float, int]] = []
    open_weight = 0
    for _ in range(5_000):
        clock.now += rng.choice((0.0, 0.001, 0.01, 0.5 if rng.random() < 0.01 else 0.0))
        ageing = [(when, weight) for when, weight in ageing if when + 1.0 > clock.now]
        used = open_weight + sum(weight for _, weight in ageing)
        weight = rng.randrange(1, 40)
        assert windows.window("").remaining() == 10_000 - used
        assert windows.try_take(weight, "") == (used + weight <= 10_000)
        if used + weight > 10_000:
            continue
        open_weight += weight
        if rng.random() < 0.9:
            windows.settle(weight, "")
            open_weight -= weight
            ageing.append((clock.now, weight))
