"""Frames of book tickers and trades to plain handlers, each contender by itself under pytest-benchmark."""

from __future__ import annotations

from typing import Any

import pytest

from ..rows import RECORD_KINDS, RECORD_MESSAGES, record_contenders
from .bench_book import CONTENDERS, run_rounds


@pytest.mark.parametrize(
    ("venue", "name"), [(v, n) for v, names in CONTENDERS.items() for n in names if n != "hftx_async"]
)
@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_records(benchmark: Any, venue: str, name: str, kind: str) -> None:
    benchmark.group = f"{venue} {kind}, {RECORD_MESSAGES} messages"
    contenders = record_contenders(venue, kind, RECORD_MESSAGES)
    run_rounds(benchmark, next(one for one in contenders if one.name == name), RECORD_MESSAGES)
