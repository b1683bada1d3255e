"""`python -m benchmarks.rivals_live`: hftx against cryptofeed and ccxt.pro, which must be installed."""

from __future__ import annotations

import sys

from .. import report
from .measure import rival_rows

ROUNDS = 31
HOW = """no library to measure against. Install them beside hftx: pip install "hftx[rivals]";
or, where one needs another Python, in an environment of their own, and name its interpreter:
  python3.13 -m venv rivals && rivals/bin/pip install cryptofeed ccxt protobuf
  HFTX_RIVALS_PYTHON=rivals/bin/python python -m benchmarks.rivals_live"""


def main() -> int:
    """The exit code: 1 when a promise is missed, 2 when no library is there."""
    rows = list(rival_rows(ROUNDS))
    if not rows:
        print(HOW, file=sys.stderr)
        return 2
    print(f"{report.build_mode()} build; {report.machine()}")
    report.print_table(rows)
    return 1 if report.print_misses(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
