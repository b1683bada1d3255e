"""The boundary of the command line: mistakes become one line and exit code 2, missing extras say what to install."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from .verbs import Verbs, assert_one_line, environment

MISTAKES = [
    (("watch", "nowhere", "BTC_USDT"), ("nowhere", "mexc_spot, gateio_spot")),
    (("watch", "gateio_spot", "BTCUSTD"), ("BTCUSTD", "BASE/QUOTE")),
    (("watch", "mexc_spot", "BTC_USDT", "--url-rest", "foo", "--url-ws", "ws://127.0.0.1"), ("rest_url", "'foo'")),
    (("watch", "mexc_spot", "BTC_USDT", "--url-rest", "http://127.0.0.1"), ("--url-ws",)),
    (("watch", "mexc_spot", "BTC_USDT", "--live", "--url-rest", "http://a", "--url-ws", "ws://a"), ("--live",)),
    (("record", "nowhere", "BTC_USDT", "-o", "unused"), ("nowhere",)),
    (("demo", "--symbols", "BTC"), ("'BTC'",)),
    (("sim", "--symbols", "BTC_USDT,"), ("''",)),
    (("sim", "--venue", "nowhere"), ("nowhere",)),
    (("sim", "--faults", "/nonexistent/faults.json"), ("/nonexistent/faults.json", "No such file")),
    (("decode", "--venue", "nowhere"), ("nowhere",)),
    (("decode", "--venue", "mexc_spot", "/nonexistent/frames"), ("/nonexistent/frames", "No such file")),
    (("replay", "/nonexistent/events"), ("/nonexistent/events", "No such file")),
]


@pytest.mark.parametrize(("arguments", "parts"), MISTAKES, ids=lambda value: "_".join(value)[:40])
def test_a_mistake_is_one_line_that_names_it(hftx: Verbs, arguments: tuple[str, ...], parts: tuple[str, ...]) -> None:
    assert_one_line(hftx(*arguments), *parts)


@pytest.mark.parametrize("arguments", [("bogus",), ("demo", "--seconds", "soon"), ("watch",), ("demo", "--rate", "-1")])
def test_wrong_usage_says_so(hftx: Verbs, arguments: tuple[str, ...]) -> None:
    outcome = hftx(*arguments)
    assert outcome.code == 2
    assert "Error: " in outcome.err
    assert "Traceback" not in outcome.err


def test_a_venue_that_cannot_be_reached_is_one_line(hftx: Verbs) -> None:
    with socket.socket() as taken:   # bound but not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        outcome = hftx("watch", "gateio_spot", "BTC_USDT", "--url-rest", f"http://{address}",
                       "--url-ws", f"ws://{address}", "--seconds", "1")  # fmt: skip
    assert_one_line(outcome, "cannot connect", address)


def test_a_missing_extra_says_what_to_install() -> None:
    script = "import sys; sys.modules['typer'] = None; from hftx.cli.main import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), timeout=30)
    assert done.returncode == 2
    assert done.stderr.strip() == 'hftx: typer is not installed; pip install "hftx[demo]"'
