"""`python -m benchmarks.long [--messages N]`: what needs 100 million messages, one to three minutes."""

from __future__ import annotations

import argparse
import sys

from .. import report
from .flat import flat_rows

MESSAGES = 100_000_000


def main() -> int:
    """The exit code: 1 when a promise is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long", description="Flat over 100 million messages.")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    rows = list(flat_rows(parser.parse_args().messages))
    print(f"{report.build_mode()} build; {report.machine()}")
    report.print_table(rows)
    return 1 if report.print_misses(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
