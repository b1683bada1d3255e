"""Budgets, not taste: length of files and functions, and complexity."""

from __future__ import annotations

from pathlib import Path

import pytest

from .complexity import functions
from .sources import ROOT, project_files

FILES = project_files(".py", ".pyx", ".pxd", ".pyi")
FILE_LINES = {".pxd": 120}
MOST_FILE_LINES, MOST_FUNCTION_LINES, MOST_COMPLEXITY, SETUP_LINES = 300, 60, 9, 60
TYPICAL_FUNCTION_LINES = 12


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= FILE_LINES.get(path.suffix, MOST_FILE_LINES)


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix != ".pyi"], ids=relative)
def test_functions_are_short_and_simple(path: Path) -> None:
    too_long = [(f.name, f.lines) for f in functions(path) if f.lines > MOST_FUNCTION_LINES]
    too_complex = [(f.name, f.complexity) for f in functions(path) if f.complexity > MOST_COMPLEXITY]
    assert (too_long, too_complex) == ([], [])


def test_most_functions_are_about_ten_lines() -> None:
    lengths = sorted(f.lines for path in FILES if path.suffix != ".pyi" for f in functions(path))
    assert len(lengths) > 500 and lengths[len(lengths) // 2] <= TYPICAL_FUNCTION_LINES


def test_setup_is_boring() -> None:
    assert len((ROOT / "setup.py").read_text().splitlines()) <= SETUP_LINES


def test_nothing_is_left_to_do() -> None:
    marks = tuple(a + b for a, b in (("TO", "DO"), ("FIX", "ME"), ("XX", "X"), ("HA", "CK")))
    left = [relative(path) for path in FILES if any(mark in path.read_text() for mark in marks)]
    assert left == []
