"""`hftx sim`: addresses that answer, a clean end, and fault scripts that are refused where they are wrong."""

from __future__ import annotations

import json
import signal
import urllib.request
from pathlib import Path

import pytest

from .verbs import Verbs, assert_one_line, child, ended

WRONG_SCRIPTS = [
    ("not json", "not JSON"),
    ("{}", "list"),
    ('[{"kind": "earthquake", "at_s": 1}]', "earthquake"),
    ('[{"kind": "drop"}]', "at_event"),
    ('[{"kind": "drop", "at_s": 1, "symbol": "NO_SUCH"}]', "NO_SUCH"),
    ('[{"kind": "silence", "at_s": 1}]', "seconds"),
]


@pytest.mark.parametrize(("text", "part"), WRONG_SCRIPTS)
def test_a_wrong_fault_script_is_refused(hftx: Verbs, tmp_path: Path, text: str, part: str) -> None:
    script = tmp_path / "faults.json"
    script.write_text(text)
    assert_one_line(hftx("sim", "--faults", script, "--seconds", "0"), "fault", part)


def test_both_twins_answer_until_sigterm() -> None:
    process = child("sim", "--json", "--symbols", "BTC_USDT,ETH/USDT", "--seed", "7")
    assert process.stdout is not None
    urls = json.loads(process.stdout.readline())
    assert set(urls) == {"mexc_spot", "gateio_spot"}
    for name, parts in urls.items():
        assert set(parts) == {"rest", "ws", "control"}
        with urllib.request.urlopen(f"{parts['control']}/state", timeout=10) as reply:
            state = json.load(reply)
        assert (state["venue"], state["seed"], set(state["symbols"])) == (name, 7, {"BTC_USDT", "ETH_USDT"})
    process.send_signal(signal.SIGTERM)
    outcome = ended(process)
    assert (outcome.code, outcome.err) == (0, "")


def test_twins_of_a_parent_that_is_gone_end() -> None:
    process = child("sim", "--json", "--until-eof", "--venue", "mexc_spot")
    assert process.stdout is not None
    assert set(json.loads(process.stdout.readline())) == {"mexc_spot"}
    outcome = ended(process)   # closes its stdin, as the end of the parent does
    assert (outcome.code, outcome.err) == (0, "")


def test_a_limited_run_prints_plain_addresses(hftx: Verbs) -> None:
    outcome = hftx("sim", "--seconds", "0", "--symbols", "BTCUSDT", "--venue", "gateio_spot")
    assert outcome.code == 0
    assert "gateio_spot" in outcome.out and "http://127.0.0.1:" in outcome.out and "mexc" not in outcome.out
