"""What rows must hold: the aims of the project, and what the short run holds already. Never knows a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Ratios = Mapping[int, float]   # levels a side in a message: times faster than the rival


@dataclass(frozen=True, slots=True)
class Gates:
    """Books against the rival of their venue, frames of one record to their handler, and the import of hftx."""

    books: Mapping[str, Ratios]
    record_ns: float
    import_ms: float


AIMS = Gates(
    books={
        "gate": {1: 6.0, 5: 10.0, 20: 13.0, 100: 14.0},
        "mexc": {1: 16.0, 5: 25.0, 20: 31.0, 100: 32.0},
        "futures": {1: 6.0, 5: 10.0, 20: 13.0, 100: 14.0},
    },
    record_ns=250.0,
    import_ms=150.0,
)
_FIVE: Ratios = dict.fromkeys((1, 5, 20, 100), 5.0)
HELD = Gates(
    books={"gate": _FIVE, "mexc": dict.fromkeys(_FIVE, 9.0), "futures": _FIVE},
    record_ns=1000.0,
    import_ms=300.0,   # on a machine that others use at the same time
)
