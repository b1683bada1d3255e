"""Contenders timed in turns, so that the noise of the machine hits all alike. Never knows what they do."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Contender:
    """`prepare` (not timed) brings it to the start, `run` (timed) handles all messages of a round."""

    name: str
    prepare: Callable[[], None]
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Timing:
    """Nanoseconds a message, one figure a round; the same index means: taken next to each other."""

    rounds: dict[str, list[float]]

    def median_ns(self, name: str) -> float:
        """The median of the rounds."""
        return median(self.rounds[name])

    def ratio(self, name: str, to: str) -> float:
        """How many times longer `name` takes than `to`."""
        return self.median_ns(name) / self.median_ns(to)


def time_in_turns(contenders: Sequence[Contender], messages: int, rounds: int) -> Timing:
    """Every contender once a round, the order turned from round to round; a first round does not count.

    Times are CPU time of this thread, so that other programs on the machine count for nothing. The garbage
    collector rests while the clock runs.
    """
    taken: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    gc.collect()
    gc.freeze()
    for number in range(-1, rounds):
        start = number % len(contenders)
        for contender in (*contenders[start:], *contenders[:start]):
            taken_ns = _time_once(contender)
            if number >= 0:
                taken[contender.name].append(taken_ns / messages)
    gc.unfreeze()
    return Timing(taken)


def _time_once(contender: Contender) -> int:
    contender.prepare()
    gc.collect()
    gc.disable()
    try:
        started_ns = time.thread_time_ns()
        contender.run()
        return time.thread_time_ns() - started_ns
    finally:
        gc.enable()
