"""A book of 100 levels a side, as the venues stream it, against one of 950: the same messages through both.

Never knows how the book is made.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

from .. import contenders as c
from .. import wire
from ..gates import Gates
from ..paired import difference
from ..rows import ASYNC_ROUNDS, SIZES, Row
from ..traffic import make_traffic

LEVELS = 100
MOST_BYTES = 30 * 1024


def small_book_rows(rounds: int, gates: Gates) -> Iterator[Row]:
    """For every size of message: what the small book takes, and how much more that is."""
    for levels, messages in SIZES.items():
        traffic = make_traffic(levels, messages)
        near = replace(traffic, bids=traffic.bids[:LEVELS], asks=traffic.asks[:LEVELS])
        deltas = wire.gate_deltas(traffic)
        large, again = (c.gate_ours(c.read_best, wire.gate_full(traffic), deltas) for _ in range(2))
        small = c.gate_ours(c.read_best, wire.gate_full(near), deltas, LEVELS)
        found = difference(large, small, again, rounds * ASYNC_ROUNDS.get(levels, 1))
        if (small.book.id, small.book.bid_px) != (large.book.id, large.book.bid_px):
            raise c.RefusedError("the small book ended elsewhere")
        name, size = f"small_book_{levels}", sys.getsizeof(small.book)
        figures = {"more_ns": found.more_ns, "error_ns": found.error_ns, "bytes": float(size)}
        row = Row(name, found.other_ns, {"950 levels": found.plain_ns / found.other_ns}, figures)
        if found.more_ns - 2 * found.error_ns > gates.small_book * found.plain_ns:
            row.misses.append(f"{name}: {found.more_ns:.0f} ns slower than a book of 950 levels a side")
        if size > MOST_BYTES:
            row.misses.append(f"{name}: {size} bytes, must be at most {MOST_BYTES}")
        yield row
