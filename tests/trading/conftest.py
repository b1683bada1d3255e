"""A journal in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hftx.trading.journal import Journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is."""
    return tmp_path / "orders.journal"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """An open journal of the smallest size."""
    with Journal(path, "os", max_bytes=4096) as opened:
        yield opened
