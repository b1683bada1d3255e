"""A small difference of two large times: the same messages through both in turns, one message at a time.

Whole rounds of 100-level messages differ by hundreds of nanoseconds for no reason of ours; the two halves of a pair are
microseconds apart and have the same bytes. Never knows what the messages say.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter_ns as clock_ns

from .contenders import FrameRun

PADS = 64
BETWEEN_PROCESSES = 0.0015   # of the time: what ten processes differ by, as the pages of each lie where they lie

Receive = Callable[[bytes, int], object]


@dataclass(frozen=True, slots=True)
class Difference:
    """What `other` takes more a message than `plain`, and how far that can be wrong."""

    more_ns: float
    error_ns: float
    plain_ns: float
    other_ns: float


def difference(plain: FrameRun, other: FrameRun, again: FrameRun, rounds: int) -> Difference:
    """`again` does the same as `plain`: what these two seem to differ by is noise, and the error is at least that."""
    wanted, noise, plains, others = [], [], [], []
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        more, plain_ns, other_ns = _round(plain, other, number)
        wanted.append(more)
        plains.append(plain_ns)
        others.append(other_ns)
        noise.append(_round(plain, again, number)[0])
    gc.unfreeze()
    error = max(_error(wanted), _error(noise), abs(median(noise)) / 2, BETWEEN_PROCESSES * median(plains))
    return Difference(median(wanted), error, median(plains), median(others))


def _error(figures: list[float]) -> float:
    # The standard error of the median, by the robust standard deviation.
    middle = median(figures)
    spread = 1.4826 * median(abs(one - middle) for one in figures)
    return float(1.2533 * spread / len(figures) ** 0.5)


def _receivers(one: FrameRun, other: FrameRun, number: int) -> tuple[Receive, Receive]:
    # The books of a round lie where those of another did not, now one before the other, now behind it.
    pads = [bytearray(random.randrange(64, 4096)) for _ in range(PADS)]
    if number % 2:
        made, second = one.receiver(), other.receiver()
    else:
        second, made = other.receiver(), one.receiver()
    del pads
    return made, second


def _round(one: FrameRun, other: FrameRun, number: int) -> tuple[float, float, float]:
    # The second of a pair finds the branches predicted that the first has just taken. So each is first in half of the
    # pairs, and each half has a median of its own: together they would have two humps and a median anywhere between.
    receive_one, receive_other = _receivers(one, other, number)
    gc.collect()
    gc.disable()
    halves: tuple[list[int], list[int]] = [], []
    ones, others = [], []
    for at, frame in enumerate(one.frames):
        if at % 2:
            one_ns, other_ns = pair_ns(receive_one, receive_other, frame)
        else:
            other_ns, one_ns = pair_ns(receive_other, receive_one, frame)
        halves[at % 2].append(other_ns - one_ns)
        ones.append(one_ns)
        others.append(other_ns)
    gc.enable()
    return (median(halves[0]) + median(halves[1])) / 2, median(ones), median(others)


def pair_ns(first: Receive, second: Receive, frame: bytes) -> tuple[int, int]:
    """One frame through both, one right after the other: what each took."""
    started = clock_ns()
    first(frame, started)
    between = clock_ns()
    second(frame, between)
    return between - started, clock_ns() - between
