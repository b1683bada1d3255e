"""What rows must hold: the aims of the project, and what the short run holds already. Never knows a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Ratios = Mapping[int, float]   # levels a side in a message: times faster than the rival


@dataclass(frozen=True, slots=True)
class Gates:
    """Books, events of an account and orders against their rivals, frames of one record, the import of hftx."""

    books: Mapping[str, Ratios]
    events: Mapping[str, float]   # orders, fills: times faster than the rival
    small_book: float             # part of its time that a book of 100 levels may take more than one of 950
    order_ws: float               # part of the CPU of REST by hand that an order over the WebSocket may take
    record_ns: float
    import_ms: float


AIMS = Gates(
    books={
        "gate": {1: 6.0, 5: 10.0, 20: 13.0, 100: 14.0},
        "mexc": {1: 16.0, 5: 25.0, 20: 31.0, 100: 32.0},
        "futures": {1: 6.0, 5: 10.0, 20: 13.0, 100: 14.0},
    },
    events={"order": 5.0, "fill": 5.0},
    small_book=0.01,   # less cannot be told from nothing on every machine
    order_ws=0.12,
    record_ns=250.0,
    import_ms=150.0,
)
HELD = Gates(
    books=AIMS.books,
    events={"order": 4.3, "fill": 4.5},   # on a busy machine
    small_book=0.12,                      # the same; docs/performance.md, "Not reached"
    order_ws=0.15,     # the kernel's part grows most on a busy machine; instructions have a gate of their own
    record_ns=500.0,
    import_ms=300.0,   # on a machine that others use at the same time
)
