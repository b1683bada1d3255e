"""`python -m benchmarks.instructions [--record]`: counts every kernel and holds it against `instructions.json`.

Exit code 1 when a kernel takes 3 % more than its record, 2 when it could not count. Without valgrind, or without a
record made on the same compiler and interpreter, it says so and exits with 0: there is nothing to compare.
"""

from __future__ import annotations

import argparse
import sys

from .. import report
from . import record
from .count import CountError, count, valgrind


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description="Instructions a message.")
    parser.add_argument("--record", action="store_true", help="write the counts into benchmarks/instructions.json")
    options = parser.parse_args(arguments)
    if report.build_mode() != "release":
        print(f"the compiled core is a {report.build_mode()} build: build it again as release", file=sys.stderr)
        return 2
    if valgrind() is None:
        print("not counted: valgrind is not installed (apt-get install valgrind)")
        return 0
    made = record.made_on()
    print(", ".join(made.values()))
    recorded = record.load(made)
    if recorded is None and not options.record:
        print("not compared: the records are of another compiler, interpreter or library; --record adds one for these")
        for other in record.known():
            print("  record of: " + ", ".join(other.values()))
    try:
        counts = count()
    except CountError as error:
        print(f"not counted: {error}", file=sys.stderr)
        return 2
    return _judge(made, counts, recorded, options.record)


def _judge(made: record.Made, counts: record.Counts, recorded: record.Counts | None, write: bool) -> int:
    _print(counts, recorded or {})
    if write:
        record.save(made, counts)
        print(f"recorded in {record.RECORDS.name}")
        return 0
    if recorded is None:
        return 0
    verdict = record.compare(counts, recorded)
    for line in verdict.slower:
        print(f"missed: {line}, may be {record.MOST_PERCENT:.0f} % more", file=sys.stderr)
    for line in verdict.unknown:
        print(f"missed: {line}; record anew with --record", file=sys.stderr)
    for line in verdict.faster:
        print(f"better: {line}; record anew with --record")
    return 1 if verdict.slower or verdict.unknown else 0


def _print(counts: record.Counts, recorded: record.Counts) -> None:
    print(f"{'kernel':26}{'instructions':>14}{'record':>12}{'more':>9}")
    for name, figure in counts.items():
        was = recorded.get(name)
        more = f"{was:12,.0f}{100 * (figure / was - 1):+8.2f} %" if was else ""
        print(f"{name:26}{figure:14,.0f}{more}")


if __name__ == "__main__":
    sys.exit(main())
