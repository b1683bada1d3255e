"""Memory of a symbol at 100 levels a side, as the sum of what its objects say and as the process sees it.

Never knows frames or venues' rules.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from hftx.handlers import PublicWebsocketHandlers
from hftx.symbols import Symbol

from .. import contenders, wire
from ..rows import Row
from ..traffic import Traffic, make_traffic

LEVELS = 100
SYMBOLS = 1000
BYTES_A_SYMBOL = 30_000


def memory_rows() -> Iterator[Row]:
    """Bytes a symbol: the book's own buffers, and the growth of the process with `SYMBOLS` loaded books."""
    whole = make_traffic(1, 1)
    near = Traffic(whole.book_id, whole.bids[:LEVELS], whole.asks[:LEVELS], [])
    book_bytes, grown = measure(wire.gate_full(near))
    for name, size in (("memory_book_100", book_bytes), ("memory_symbol_100", grown)):
        miss = f"{name}: {size:.0f} bytes a symbol, must be under {BYTES_A_SYMBOL}"
        yield Row(name, 0.0, {}, {"bytes": size}, [] if size < BYTES_A_SYMBOL else [miss])


def measure(full: bytes) -> tuple[float, float]:
    """(bytes of the first book, growth of the resident set a symbol), when `LEVELS` a side are kept."""
    session = contenders.gate_session(PublicWebsocketHandlers(), LEVELS)
    book = session.books[contenders.SYMBOL]
    session.receive(full, True, 0)
    before = resident_bytes()
    for number in range(SYMBOLS):
        name = f"A{number}_USDT"
        session.add_symbol(Symbol(name), name, book.price_digits, book.qty_digits)
        session.receive(full.replace(wire.GATE_SYMBOL.encode(), name.encode()), True, 0)
    grown = resident_bytes() - before
    if len(book.bids) != LEVELS or any(len(one.bids) != LEVELS for one in session.books.values()):
        raise contenders.RefusedError("a book was not loaded")
    return float(sys.getsizeof(book)), grown / SYMBOLS


def resident_bytes() -> int:
    """Resident set of this process; where the system has no /proc, its highest value so far."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
