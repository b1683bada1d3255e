"""Runs verbs: in this process where that tells the same, as a child process where signals and pipes matter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import hftx
from hftx.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
CAPTURES = ROOT.parent / "shared" / "data" / "captures"
CHILD_SECONDS = 30.0


@dataclass(frozen=True)
class Outcome:
    """How a verb ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)


class Verbs:
    """Calls the command line in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: str | Path) -> Outcome:
        """`hftx ARGUMENTS`."""
        self._monkeypatch.setattr(sys, "argv", ["hftx", *map(str, arguments)])
        self._capsys.readouterr()
        code = main()
        captured = self._capsys.readouterr()
        return Outcome(code, captured.out, captured.err)


def environment() -> dict[str, str]:
    """Of a child that imports the same hftx as this process."""
    paths = [str(Path(hftx.__file__).parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def child(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
    """`python -m hftx ARGUMENTS` with pipes."""
    pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")} | options
    return subprocess.Popen(
        [sys.executable, "-m", "hftx", *map(str, arguments)], text=True, env=environment(), **pipes
    )


def ended(process: subprocess.Popen[str], text: str | None = None) -> Outcome:
    """The end of a child; it is killed, and the test fails, when that takes too long."""
    try:
        out, err = process.communicate(text, timeout=CHILD_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return Outcome(process.returncode, out, err)


def assert_one_line(outcome: Outcome, *parts: str) -> None:
    """A mistake of the user: exit code 2, nothing on stdout, one line on stderr that holds all `parts`."""
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    assert len(outcome.err.strip().splitlines()) == 1, outcome.err
    assert "Traceback" not in outcome.err
    for part in parts:
        assert part in outcome.err
