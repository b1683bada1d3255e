"""1,000 symbols: 50,000 messages a second on one core, and the latency of 1,000 symbols against that of 10.

The feeder says when it wrote each message and when it should have: its own lateness is told apart. Knows no socket.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from ..rows import Row
from .feeder import Block
from .flow import Books, play, stream

SYMBOLS, FEW = 1000, 10
RATE, P999_US = 50_000.0, 500.0
BESIDE_RATE, BESIDE_MESSAGES = 10_000.0, 5000   # of a block: half a second
MOST_RATIO = 1.05
SUSTAINED = 0.95   # of the rate must really have come
LATE_NS, ON_TIME_PERCENT = 200_000, 95.0   # a message written later than that came in a heap


def many_rows(seconds: float, blocks: int) -> Iterator[Row]:
    """Both rows; so many blocks for each side of the comparison."""
    yield full_row(seconds)
    yield beside_row(blocks)


def full_row(seconds: float) -> Row:
    """All symbols at the full rate."""
    books, script = Books(SYMBOLS), [Block(0, int(RATE * seconds), RATE)]
    flow = play([stream(SYMBOLS)], [books], script)
    (latency,), (late,) = flow.latency, flow.late
    on_time = [taken for taken, behind in zip(latency, late, strict=False) if behind < LATE_NS]
    counters: dict[str, Any] = books.session.counters
    figures = {f"p{name}_us": percentile(on_time, p) / 1e3 for name, p in (("50", 50.0), ("99", 99.0), ("999", 99.9))}
    figures |= {"all_p999_us": percentile(latency, 99.9) / 1e3, "late_p999_us": percentile(late, 99.9) / 1e3}
    figures |= {"on_time_percent": 100 * len(on_time) / len(latency), "preempted": float(flow.preempted)}
    figures |= {"lost": float(flow.lost), "messages_a_second": RATE * seconds / (seconds + max(0, late[-1]) / 1e9)}
    figures["frame_to_handler_ns"] = float(books.session.latencies["frame_to_handler"].percentile(50.0))
    row = Row("many_50000", median(on_time), {"budget": P999_US / figures["p999_us"]}, figures)
    row.misses.extend(_full_misses(row, counters["messages"] - counters["applied"]))
    return row


def _full_misses(row: Row, unapplied: int) -> Iterator[str]:
    found, taken = row.figures, f"another process took the core {row.figures['preempted']:.0f} times"
    punctual = found["on_time_percent"]
    promises = {
        f"p99.9 is {found['p999_us']:.0f} us, must be under {P999_US:.0f}; {taken}": found["p999_us"] < P999_US,
        f"the feeder was on time with {punctual:.0f} % only": punctual >= ON_TIME_PERCENT,
        f"{found['lost']:.0f} messages lost": found["lost"] == 0,
        f"{unapplied} messages not applied": unapplied == 0,
        f"only {found['messages_a_second']:.0f} a second came": found["messages_a_second"] >= SUSTAINED * RATE,
    }
    return (f"{row.name}: {text}" for text, kept in promises.items() if not kept)


def beside_row(blocks: int) -> Row:
    """1,000 symbols and 10, in turns of half a second at the same rate."""
    turns = (0, 1), (1, 0)
    script = [Block(one, BESIDE_MESSAGES, BESIDE_RATE) for number in range(blocks) for one in turns[number % 2]]
    flow = play([stream(SYMBOLS), stream(FEW)], [Books(SYMBOLS), Books(FEW)], script)
    many, few = flow.of(script, 0), flow.of(script, 1)
    p50, p99 = _ratio(many, few, 50.0), _ratio(many, few, 99.0)
    figures = {"p50_percent": 100 * p50, "p99_percent": 100 * p99, "few_ns": median(map(median, few))}
    row = Row("many_beside_few", median(map(median, many)), {"few": 1 / p50}, {**figures, "lost": float(flow.lost)})
    for name, ratio in (("p50", p50), ("p99", p99)):
        if ratio > MOST_RATIO:
            row.misses.append(f"{row.name}: {name} is {ratio:.3f} of that of {FEW} symbols, may be {MOST_RATIO}")
    return row


def percentile(taken: Sequence[int], percent: float) -> float:
    """Of the sorted figures."""
    ordered = sorted(taken)
    return float(ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))])


def _ratio(many: list[array[int]], few: list[array[int]], percent: float) -> float:
    # The median over neighbouring blocks.
    return median(percentile(a, percent) / percentile(b, percent) for a, b in zip(many, few, strict=True))
