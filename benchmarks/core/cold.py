"""A quiet market: caches and branch history spoilt before every frame. How much longer does it take than in a burst?

Twice: with all caches spoilt that are the core's own (the row), and with level 1 alone (its `level_1` figures). The
frame itself is touched after that, as the kernel has just written it when it arrives. Never knows a venue's rules.
"""

from __future__ import annotations

import gc
import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter_ns as clock_ns
from typing import Any

from hftx.records import OrderBook

from .. import contenders as c
from .. import futures, wire
from ..rows import SIZES, Row
from ..traffic import Traffic, make_traffic

FRAMES, ROUNDS = 60, 3
MOST_RATIO = 2.0
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
USUAL_CACHE, LARGEST_SWEEP = 2 << 20, 16 << 20
LEVEL_1_SWEEP = 256 << 10   # more than any level 1, less than any level 2
SOURCE = Path(__file__).read_text()
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}

Make = Callable[[Any, Traffic], c.FrameRun]
OURS: dict[str, Make] = {
    "gate": lambda handler, t: c.gate_ours(handler, wire.gate_full(t), wire.gate_deltas(t)),
    "mexc": lambda handler, t: c.mexc_ours(handler, wire.mexc_snapshot(t), wire.mexc_pushes(t)),
    "futures": lambda handler, t: futures.ours(handler, futures.snapshot(t), futures.updates(t)),
}


def cold_rows() -> Iterator[Row]:
    """Books of all venues and sizes, each frame timed by itself."""
    spoilers = DeepSpoiler(), Spoiler(LEVEL_1_SWEEP)
    for venue, make in OURS.items():
        for levels in SIZES:
            stopwatch = Stopwatch()
            run = make(stopwatch.on_book, make_traffic(levels, FRAMES))
            warm, cold, level_1 = _measure(run, stopwatch, spoilers)
            yield _row(f"{venue}_cold_{levels}", warm, cold, level_1)


def _row(name: str, warm: float, cold: float, level_1: float) -> Row:
    ratios = {"warm": warm / cold, "level 1": level_1 / cold}
    row = Row(name, cold, ratios, {"warm_ns": warm, "level_1_ns": level_1, "percent": 100 * cold / warm})
    if cold > MOST_RATIO * warm:
        row.misses.append(f"{name}: {cold / warm:.2f} times the warm figure, may be {MOST_RATIO:.0f}")
    if level_1 > MOST_RATIO * warm:
        row.misses.append(f"{name}: {level_1 / warm:.2f} times the warm figure with level 1 spoilt")
    return row


class Stopwatch:
    """The handler: reads the best bid and ask, and stops the clock."""

    def __init__(self) -> None:
        self.stopped_ns = 0

    def on_book(self, book: OrderBook) -> None:
        """One applied message."""
        if book.bid_px >= book.ask_px:
            raise c.SenselessError
        self.stopped_ns = clock_ns()


class Spoiler:
    """Pushes out of caches of so many bytes, and of the branch predictors, what the last frame has left there."""

    def __init__(self, size: int) -> None:
        self._memory, self._noise = bytearray(size), bytes(size)
        self._rng = random.Random(5)

    def spoil(self) -> None:
        """Writes all the memory, then sorts noise."""
        self._memory[:] = self._noise
        sorted(self._rng.random() for _ in range(500))


class DeepSpoiler(Spoiler):
    """All caches that are the core's own, data and code."""

    def __init__(self) -> None:
        super().__init__(min(2 * _cache_bytes(), LARGEST_SWEEP))

    def spoil(self) -> None:
        """Runs a compiler too, whose code and branches take the places of ours."""
        super().spoil()
        compile(SOURCE, "noise", "exec")


def _cache_bytes() -> int:
    # The largest cache that is the core's own: level 2.
    sizes = [path / "size" for path in CACHES.glob("index*") if (path / "level").read_text().strip() == "2"]
    if not sizes:
        return USUAL_CACHE
    text = sizes[0].read_text().strip()
    return int(text[:-1]) * _UNITS[text[-1]] if text[-1] in _UNITS else int(text)


def _measure(run: c.FrameRun, stopwatch: Stopwatch, spoilers: Sequence[Spoiler]) -> list[float]:
    # The same frames, warm and with each of the spoilers in turns, each time in a new session; medians of medians.
    taken: list[list[float]] = [[], *([] for _ in spoilers)]
    for _ in range(ROUNDS):
        for figures, spoiler in zip(taken, (None, *spoilers), strict=True):
            figures.append(_pass(run, stopwatch, spoiler))
    return [median(figures) for figures in taken]


def _pass(run: c.FrameRun, stopwatch: Stopwatch, spoiler: Spoiler | None) -> float:
    receive, taken = run.receiver(), []
    gc.collect()
    gc.disable()
    for frame in run.frames:
        if spoiler is not None:
            spoiler.spoil()
        zlib.crc32(frame)
        started_ns = clock_ns()
        receive(frame, started_ns)
        taken.append(stopwatch.stopped_ns - started_ns)
    gc.enable()
    return median(taken)
