"""1,000 symbols: 50,000 messages a second on one core, and the latency of 1,000 symbols against that of 10.

The percentiles of the full rate are of messages that came while neither the feeder was late nor another process had the
core; those of all messages are printed beside them. Knows no socket.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np

from ..rows import Row
from .feeder import Block
from .flow import Books, Figures, in_turns, play, stream

SYMBOLS, FEW = 1000, 10
RATE, P999_US = 50_000.0, 500.0
BESIDE_RATE, BESIDE_MESSAGES = 10_000.0, 5000   # of a block: half a second
MOST_RATIO = 1.05
SUSTAINED = 0.95   # of the rate must really have come
CALM_PERCENT = 25.0   # of the messages must have come while nobody else took the cores


def many_rows(seconds: float, blocks: int) -> Iterator[Row]:
    """Both rows; so many blocks for each side of the comparison."""
    yield full_row(seconds)
    yield beside_row(blocks)


def full_row(seconds: float) -> Row:
    """All symbols at the full rate."""
    books, script = Books(SYMBOLS), [Block(0, int(RATE * seconds), RATE)]
    flow = play([stream(SYMBOLS)], [books], script)
    (latency,), (late,), (calm,) = flow.latency, flow.late, flow.calm
    own = latency[calm] if calm.any() else latency
    figures = {f"p{name}_us": percentile(own, p) / 1e3 for name, p in (("50", 50.0), ("99", 99.0), ("999", 99.9))}
    figures |= {"all_p999_us": percentile(latency, 99.9) / 1e3, "late_p999_us": percentile(late, 99.9) / 1e3}
    figures |= {"calm_percent": 100 * float(calm.mean()), "lost": float(flow.lost)}
    figures["messages_a_second"] = RATE * seconds / (seconds + max(0, int(late[-1])) / 1e9)
    figures["frame_to_handler_ns"] = float(books.session.latencies["frame_to_handler"].percentile(50.0))
    row = Row("many_50000", percentile(own, 50.0), {"budget": P999_US / figures["p999_us"]}, figures)
    counters: dict[str, Any] = books.session.counters
    row.misses.extend(_full_misses(row, counters["messages"] - counters["applied"]))
    return row


def _full_misses(row: Row, unapplied: int) -> Iterator[str]:
    found, calm = row.figures, row.figures["calm_percent"]
    promises = {
        f"p99.9 is {found['p999_us']:.0f} us, must be under {P999_US:.0f}": found["p999_us"] < P999_US,
        f"the machine was too busy to tell: calm for {calm:.0f} % of the messages": calm >= CALM_PERCENT,
        f"{found['lost']:.0f} messages lost": found["lost"] == 0,
        f"{unapplied} messages not applied": unapplied == 0,
        f"only {found['messages_a_second']:.0f} a second came": found["messages_a_second"] >= SUSTAINED * RATE,
    }
    return (f"{row.name}: {text}" for text, kept in promises.items() if not kept)


def beside_row(blocks: int) -> Row:
    """1,000 symbols and 10, in turns of half a second at the same rate."""
    script = in_turns(blocks, BESIDE_MESSAGES, BESIDE_RATE)
    flow = play([stream(SYMBOLS), stream(FEW)], [Books(SYMBOLS), Books(FEW)], script)
    many, few = flow.of(script, 0), flow.of(script, 1)
    p50, p99 = _ratio(many, few, 50.0), _ratio(many, few, 99.0)
    many_ns, few_ns = (median(percentile(taken, 50.0) for taken in side) for side in (many, few))
    figures = {"p50_percent": 100 * p50, "p99_percent": 100 * p99, "few_ns": few_ns, "lost": float(flow.lost)}
    row = Row("many_beside_few", many_ns, {"few": 1 / p50}, figures)
    for name, ratio in (("p50", p50), ("p99", p99)):
        if ratio > MOST_RATIO:
            row.misses.append(f"{row.name}: {name} is {ratio:.3f} of that of {FEW} symbols, may be {MOST_RATIO}")
    if flow.lost:
        row.misses.append(f"{row.name}: {flow.lost} messages lost")
    return row


def percentile(taken: Figures, percent: float) -> float:
    """That so many percent do not exceed."""
    return float(np.percentile(taken, percent, method="inverted_cdf"))


def _ratio(many: list[Figures], few: list[Figures], percent: float) -> float:
    # The median over neighbouring blocks.
    return median(percentile(a, percent) / percentile(b, percent) for a, b in zip(many, few, strict=True))
