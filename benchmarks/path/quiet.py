"""2,000 messages a second over loopback: from the write to the end of the handler, against a listener that only stamps.

Both listen in this process, in turns of half a second, to the same messages from the same feeder.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from ..rows import Row
from .flow import Books, Stamps, in_turns, play, stream
from .many import percentile

RATE, MESSAGES = 2000.0, 1000   # of a block: half a second
MOST_RATIO = 1.05
SYMBOLS = 10


def quiet_rows(blocks: int) -> Iterator[Row]:
    """So many blocks each; the ratio is the median over neighbouring blocks."""
    script = in_turns(blocks, MESSAGES, RATE)
    books = Books(SYMBOLS)
    flow = play([stream(SYMBOLS)] * 2, [books, Stamps()], script)
    ours, theirs = ([percentile(taken, 50.0) for taken in flow.of(script, number)] for number in (0, 1))
    ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    figures = {"picows_ns": median(theirs), "percent": 100 * ratio, "lost": float(flow.lost)}
    stage = books.session.latencies["frame_to_handler"]
    figures["frame_to_handler_ns"] = float(stage.percentile(50.0))
    row = Row("quiet_2000", median(ours), {"picows": 1 / ratio}, figures)
    if ratio > MOST_RATIO:
        row.misses.append(f"{row.name}: {ratio:.3f} of a picows listener that does nothing, may be {MOST_RATIO}")
    if flow.lost:
        row.misses.append(f"{row.name}: {flow.lost} messages lost")
    yield row
