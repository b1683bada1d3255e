"""The absolute budget as a test, for `pytest benchmarks/path/bench_*.py`: one short run."""

from __future__ import annotations

from .budget import path_rows

SECONDS = 5.0


def test_the_budget_is_kept() -> None:
    for row in path_rows(SECONDS):
        assert row.misses == []
