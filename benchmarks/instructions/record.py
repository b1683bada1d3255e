"""The recorded counts in `instructions.json`, and what another count says against them. Never knows valgrind.

A record belongs to what it was made on: another compiler, interpreter or library makes other instructions.
"""

from __future__ import annotations

import json
import platform
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hftx._core import build

RECORDS = Path(__file__).parents[1] / "instructions.json"
MOST_PERCENT = 3.0
_COMPILER = re.compile(rb"GCC: \([^)\0]+\) [\d.]+|clang version [^\s\0]+")

Counts = dict[str, float]
Made = dict[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Lines of a comparison: what may not be, and what is better than the record."""

    slower: list[str] = field(default_factory=list)
    faster: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def made_on() -> Made:
    """What the counts depend on."""
    return {
        "compiler": _compiler(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "machine": f"{platform.system()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()),
        "openssl": ssl.OPENSSL_VERSION.partition("  ")[0],
    }


def _compiler() -> str:
    # Of the core, not of the interpreter: compilers leave their name in what they make.
    found = _COMPILER.search(Path(build.__file__).read_bytes())
    return found[0].decode() if found else "unknown"


def load(made: Made, path: Path = RECORDS) -> Counts | None:
    """The counts that were recorded on the same, or None."""
    return next((dict(one["counts"]) for one in _all(path) if one["made_on"] == made), None)


def known(path: Path = RECORDS) -> list[Made]:
    """On what there are records."""
    return [one["made_on"] for one in _all(path)]


def save(made: Made, counts: Counts, path: Path = RECORDS) -> None:
    """In place of the record of the same, the others stay."""
    kept = [one for one in _all(path) if one["made_on"] != made]
    rounded = {name: round(count, 1) for name, count in counts.items()}
    path.write_text(json.dumps([*kept, {"made_on": made, "counts": rounded}], indent=1) + "\n")


def _all(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text())) if path.exists() else []


def compare(counts: Counts, recorded: Counts) -> Verdict:
    """What a count says against its record."""
    verdict = Verdict()
    for name in sorted({*counts, *recorded}):
        if name not in counts or name not in recorded:
            verdict.unknown.append(f"{name} is only in the {'count' if name in counts else 'record'}")
            continue
        percent = 100 * (counts[name] / recorded[name] - 1)
        line = f"{name}: {counts[name]:,.0f} instructions a message, {percent:+.1f} % of its record"
        if percent > MOST_PERCENT:
            verdict.slower.append(line)
        elif percent < -MOST_PERCENT:
            verdict.faster.append(line)
    return verdict
