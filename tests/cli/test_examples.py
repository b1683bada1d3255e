"""Each example runs by one command and prints something sensible."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from .verbs import ROOT, environment

EXAMPLES = {
    "spread_monitor": r"BTC_USDT buy (mexc|gateio)_spot sell (mexc|gateio)_spot: [+-]\d+\.\d\d bps",
    "trade_tape": r"(mexc|gateio)_spot +(BTC|ETH)/USDT +(BUY|SELL) +[\d.]+ @ [\d.]+ vwap [\d.]+",
    "book_imbalance": r"BTC_USDT \d+ updates: imbalance mean [+-][01]\.\d+ deviation [\d.]+ last [+-][01]\.\d+",
}


@pytest.mark.parametrize(("name", "line"), EXAMPLES.items(), ids=list(EXAMPLES))
def test_an_example_runs(name: str, line: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / f"{name}.py"), "--seconds", "2"],
        capture_output=True, text=True, timeout=60, env=environment(),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) >= 4
    assert all(re.fullmatch(line, text) for text in lines), lines[:3]
