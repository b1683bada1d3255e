"""Flat: a session that has taken 100 million messages is as fast as a new one, and no larger than it was.

The messages go round: a full book, then updates of one level a side, so that ids begin anew each time. Old and new take
the same frames in turns, so the hour of the day counts for nothing. Never knows a socket.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from hftx._core.latency import monotonic_ns
from hftx.handlers import PublicWebsocketHandlers

from .. import contenders as c
from .. import wire
from ..core.memory import resident_bytes
from ..paired import pair_ns
from ..rows import Row
from ..traffic import make_traffic

CYCLE = 20_000
SAMPLES = 20        # of the resident memory, evenly over the messages; the first tenth is warming up
ROUNDS, PATIENT = 21, 2000   # rounds of old against new, frames of each
MOST_RATIO = 1.05
_ROLLUP = Path("/proc/self/smaps_rollup")


def flat_rows(messages: int) -> Iterator[Row]:
    """After so many messages."""
    traffic = make_traffic(1, CYCLE - 1)
    frames = [wire.gate_full(traffic), *wire.gate_deltas(traffic)]
    old = new_session()
    sizes = _grow(old, frames, messages)
    taken = old.counters
    growth = sizes[-1] - sizes[len(sizes) // 10]
    p50, p99, old_ns = _against_new(old, frames[: PATIENT + 1])
    figures = {"messages": float(taken["applied"]), "p50_percent": 100 * p50, "p99_percent": 100 * p99}
    row = Row("flat_messages", old_ns, {"new": 1 / p50}, {**figures, "grown_bytes": float(growth)})
    promises = {
        f"p50 is {p50:.3f} of a new session's, may be {MOST_RATIO}": p50 <= MOST_RATIO,
        f"p99 is {p99:.3f} of a new session's, may be {MOST_RATIO}": p99 <= MOST_RATIO,
        f"resident memory grew by {growth} bytes": growth <= 0,
        f"{taken['messages'] - taken['applied']} messages not applied": taken["messages"] == taken["applied"],
    }
    row.misses.extend(f"{row.name}: {text}" for text, kept in promises.items() if not kept)
    yield row


def new_session() -> Any:
    """A session whose handler reads the best bid and ask."""
    return c.gate_session(PublicWebsocketHandlers(orderbook_handler=c.read_best))


def _grow(session: Any, frames: Sequence[bytes], messages: int) -> list[int]:
    # Resident memory as the messages pass.
    sizes, cycle = [], list(frames)
    rounds = max(messages // len(frames), SAMPLES)
    gc.collect()
    for number in range(rounds):
        session.receive_all(cycle, True, monotonic_ns())
        if number % (rounds // SAMPLES) == 0:
            sizes.append(_resident())
    return [*sizes, _resident()]


def _resident() -> int:
    # The kernel counts pages in batches; only the sum over the maps is exact.
    if not _ROLLUP.exists():
        return resident_bytes()
    line = next(line for line in _ROLLUP.read_text().splitlines() if line.startswith("Rss:"))
    return int(line.split()[1]) * 1024


def _against_new(old: Any, frames: Sequence[bytes]) -> tuple[float, float, float]:
    # p50 and p99 of the old session as parts of a new one's, medians of the rounds; and its p50.
    halves, tails, middles = [], [], []
    for _ in range(ROUNDS):
        olds, news = _round(old, new_session(), frames)
        halves.append(median(olds) / median(news))
        tails.append(_p99(olds) / _p99(news))
        middles.append(median(olds))
    return median(halves), median(tails), median(middles)


def _p99(taken: Sequence[int]) -> float:
    return quantiles(taken, n=100)[98]


def _round(old: Any, new: Any, frames: Sequence[bytes]) -> tuple[list[int], list[int]]:
    olds, news = [], []

    def receive_old(frame: bytes, now_ns: int) -> None:
        old.receive(frame, True, now_ns)

    def receive_new(frame: bytes, now_ns: int) -> None:
        new.receive(frame, True, now_ns)

    gc.collect()
    gc.disable()
    for at, frame in enumerate(frames):
        if at % 2:
            old_ns, new_ns = pair_ns(receive_old, receive_new, frame)
        else:
            new_ns, old_ns = pair_ns(receive_new, receive_old, frame)
        olds.append(old_ns)
        news.append(new_ns)
    gc.enable()
    return olds[1:], news[1:]   # the first is the full book
