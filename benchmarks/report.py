"""Rows as a table for people or JSON for programs, and what the run was made on. Measures nothing."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from hftx import _core

from .rows import Row

_RIVALS = ("rival", "json_loads", "protobuf_parse", "floor")


def build_mode() -> str:
    """How the compiled core was built: "release", "debug" or "trace"."""
    return str(_core.build_mode())


def machine() -> str:
    """The machine and the interpreter, on one line."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def print_json(rows: Sequence[Row]) -> None:
    """A list of {"name", "median_ns", "ratios"}."""
    print(json.dumps([row.as_json() for row in rows], indent=1))


def print_table(rows: Sequence[Row]) -> None:
    """One line a row: nanoseconds a message, how many times as long each rival takes, other figures."""
    print(f"{'name':24}{'ns':>10}" + "".join(f"{name:>16}" for name in _RIVALS) + "  more")
    for row in rows:
        ratios = "".join(_times(row, name).rjust(16) for name in _RIVALS)
        rest = [f"{name} {_times(row, name)}" for name in row.ratios if name not in _RIVALS]
        rest += [f"{name} {figure:,.0f}" for name, figure in row.figures.items()]
        time_ns = f"{row.median_ns:,.0f}" if row.median_ns else ""
        print(f"{row.name:24}{time_ns:>10}{ratios}  {', '.join(rest)}")


def _times(row: Row, name: str) -> str:
    return f"{row.ratios[name]:.2f}x" if name in row.ratios else ""


def print_misses(rows: Sequence[Row]) -> int:
    """What must hold and does not, on standard error; the number of misses."""
    misses = [miss for row in rows for miss in row.misses]
    for miss in misses:
        print(f"missed: {miss}", file=sys.stderr)
    return len(misses)
