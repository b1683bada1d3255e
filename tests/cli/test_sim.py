"""`hftx sim`: addresses that answer, accounts, a clean end, and files that are refused where they are wrong."""

from __future__ import annotations

import json
import signal
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from hftx.sim import FAULT_KINDS

from .verbs import ROOT, Verbs, assert_one_line, child, ended

WRONG_SCRIPTS = [
    ("not json", "not JSON"),
    ("{}", "list"),
    ('[{"kind": "earthquake", "at_s": 1}]', "earthquake"),
    ('[{"kind": "drop"}]', "at_event"),
    ('[{"kind": "drop", "at_s": 1, "symbol": "NO_SUCH"}]', "NO_SUCH"),
    ('[{"kind": "silence", "at_s": 1}]', "seconds"),
]
SECRET = "a-secret-that-nobody-sees"
WRONG_ACCOUNTS = [
    ("not json", "not JSON"),
    ("{}", "list"),
    (f'["{SECRET}"]', "entry 1"),
    (f'[{{"key": "k", "secret": "{SECRET}", "colour": "red"}}]', "colour"),
    (f'[{{"secret": "{SECRET}"}}]', "key and secret"),
    (f'[{{"key": "k", "secret": "{SECRET}", "balances": {{"USDT": "-1"}}}}]', "0 or more"),
    (f'[{{"key": "k", "secret": "{SECRET}", "balances": 5}}]', "wrong type"),
    (f'[{{"key": "k", "secret": "{SECRET}", "venue": "nowhere"}}]', "nowhere"),
    (f'[{{"key": "k", "secret": "{SECRET}"}}, {{"key": "k", "secret": "{SECRET}"}}]', "two accounts"),
]


@pytest.mark.parametrize(("text", "part"), WRONG_ACCOUNTS, ids=[part for _, part in WRONG_ACCOUNTS])
def test_wrong_accounts_are_refused_and_never_quoted(hftx: Verbs, tmp_path: Path, text: str, part: str) -> None:
    file = tmp_path / "accounts.json"
    file.write_text(text)
    outcome = hftx("sim", "--accounts", file, "--seconds", "0")
    assert_one_line(outcome, part)
    assert SECRET not in outcome.err


def test_accounts_of_a_file_are_opened_where_they_belong(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    here = {"key": "mx0vhere", "secret": SECRET, "balances": {"USDT": "10.5"}, "permissions": ["read"],
            "venue": "mexc_spot", "addresses": [["USDT", "TRC20", "T1"]]}  # fmt: skip
    file.write_text(json.dumps([here, {"key": "everywhere", "secret": SECRET}]))
    process = child("sim", "--json", "--accounts", file, "--symbols", "BTC_USDT")
    assert process.stdout is not None
    urls = json.loads(process.stdout.readline())
    known = {name: {key for key in ("mx0vhere", "everywhere") if has_account(parts["control"], key)}
             for name, parts in urls.items()}  # fmt: skip
    process.send_signal(signal.SIGTERM)
    outcome = ended(process)
    assert known == {
        "mexc_spot": {"mx0vhere", "everywhere"}, "gateio_spot": {"everywhere"}, "gateio_futures": {"everywhere"},
    }  # fmt: skip
    assert SECRET not in outcome.out + outcome.err


def test_every_fault_is_in_the_documentation() -> None:
    text = (ROOT / "docs" / "faults.md").read_text()
    assert [kind for kind in FAULT_KINDS if f"| `{kind}` |" not in text] == []


def has_account(control: str, key: str) -> bool:
    try:
        with urllib.request.urlopen(f"{control}/account?key={key}", timeout=10) as reply:
            return bool(json.load(reply)["key"] == key)
    except urllib.error.HTTPError as error:
        assert error.code == 400
        return False


@pytest.mark.parametrize(("text", "part"), WRONG_SCRIPTS)
def test_a_wrong_fault_script_is_refused(hftx: Verbs, tmp_path: Path, text: str, part: str) -> None:
    script = tmp_path / "faults.json"
    script.write_text(text)
    assert_one_line(hftx("sim", "--faults", script, "--seconds", "0"), "fault", part)


def test_all_twins_answer_until_sigterm() -> None:
    process = child("sim", "--json", "--symbols", "BTC_USDT,ETH/USDT", "--seed", "7")
    assert process.stdout is not None
    urls = json.loads(process.stdout.readline())
    assert set(urls) == {"mexc_spot", "gateio_spot", "gateio_futures"}
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
