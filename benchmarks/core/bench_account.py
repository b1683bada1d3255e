"""Account events to order state to handler, each contender by itself under pytest-benchmark."""

from __future__ import annotations

from typing import Any

import pytest

from .account import contenders
from .account_frames import FRAMES
from .bench_book import run_rounds


@pytest.mark.parametrize("name", ["hftx", "rival"])
@pytest.mark.parametrize(("venue", "kind"), FRAMES)
def test_account_events(benchmark: Any, venue: str, kind: str, name: str) -> None:
    benchmark.group = f"{venue} {kind} events to the handler"
    run_rounds(benchmark, next(one for one in contenders(venue, kind) if one.name == name), len(FRAMES[venue, kind]()))
