"""`python -m benchmarks [--quick] [--json]`: all rows in one run.

Exit code 1 when a promise is missed, 2 when the build is not a release build.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from . import report
from .core.account import account_rows
from .core.cold import cold_rows
from .core.memory import memory_rows
from .core.orders import order_rows
from .core.small_books import small_book_rows
from .core.startup import startup_rows
from .gates import AIMS, HELD
from .path.budget import path_rows
from .path.many import many_rows
from .path.quiet import quiet_rows
from .path.rest_orders import rest_rows
from .path.ws_orders import ws_order_rows
from .rivals_live.measure import rival_rows
from .rows import Row, book_rows, record_rows

ROUNDS, QUICK_ROUNDS = 81, 31
STARTS, QUICK_STARTS = 11, 3
REST_ROUNDS, QUICK_REST_ROUNDS = 31, 11
PATH_SECONDS, QUICK_PATH_SECONDS = 20.0, 5.0
QUIET_BLOCKS = 20
MANY_SECONDS, MANY_BLOCKS = 60.0, 10


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Speed and memory of hftx.")
    parser.add_argument("--quick", action="store_true", help="shorter rounds against what is held today, under 60 s")
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of a table")
    options = parser.parse_args(arguments)
    if report.build_mode() != "release":
        print(
            f"the compiled core is a {report.build_mode()} build, and its figures mean nothing: "
            "build it again without HFTX_BUILD, or with HFTX_BUILD=release",
            file=sys.stderr,
        )
        return 2
    if not options.json:
        print(f"{report.build_mode()} build; {report.machine()}")
    rows = measure(options.quick)
    (report.print_json if options.json else report.print_table)(rows)
    return 1 if report.print_misses(rows) else 0


def measure(quick: bool) -> list[Row]:
    """All rows. Memory comes first, as the growth of the process is only seen while it is small."""
    rounds, gates = (QUICK_ROUNDS, HELD) if quick else (ROUNDS, AIMS)
    rows = list(memory_rows())
    rows += startup_rows(QUICK_STARTS if quick else STARTS, gates)
    rows += book_rows(rounds, gates)
    rows += record_rows(rounds, gates)
    rows += small_book_rows(rounds, gates)
    rows += order_rows(rounds)
    rows += account_rows(rounds, gates)
    rows += rest_rows(QUICK_REST_ROUNDS if quick else REST_ROUNDS)
    rows += ws_order_rows(rounds, gates)   # short rounds that the machine disturbs: as many as of the others
    rows += path_rows(QUICK_PATH_SECONDS if quick else PATH_SECONDS)
    return rows if quick else rows + list(long_rows())


def long_rows() -> Iterator[Row]:
    """What takes its time, or what no machine is quiet enough for in a short run."""
    yield from cold_rows()
    yield from rival_rows(ROUNDS)
    yield from quiet_rows(QUIET_BLOCKS)
    yield from many_rows(MANY_SECONDS, MANY_BLOCKS)


if __name__ == "__main__":
    sys.exit(main())
