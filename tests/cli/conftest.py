"""Fixtures of the command line's tests."""

from __future__ import annotations

import pytest

from .verbs import Verbs


@pytest.fixture
def hftx(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Verbs:
    """The command line in this process: `hftx("replay", path)`."""
    return Verbs(monkeypatch, capsys)
