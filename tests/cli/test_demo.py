"""`hftx demo` and `hftx watch`: figures, plain lines, the live screen, and a clean end by Ctrl-C."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from .verbs import Verbs, assert_one_line, child, ended

VENUE_KEYS = {"messages", "lost", "reconnects", "resyncs", "gaps", "books", "latency_us"}


def assert_report(venue: dict[str, Any], symbols: set[str]) -> None:
    assert set(venue) == VENUE_KEYS
    assert venue["messages"] > 0
    assert [venue[name] for name in ("lost", "reconnects", "resyncs", "gaps")] == [0, 0, 0, 0]
    assert set(venue["books"]) == symbols
    for book in venue["books"].values():
        assert (set(book), book["status"]) == ({"status", "id", "equal_to_twin"}, "LIVE")
    assert set(venue["latency_us"]) == {"frame_to_book", "frame_to_handler"}
    for stage in venue["latency_us"].values():
        assert set(stage) == {"count", "p50", "p99", "p999", "max"}
        assert stage["count"] > 0
        assert 0 < stage["p50"] <= stage["p99"] <= stage["p999"] <= stage["max"]


def test_the_demo_as_json_proves_every_book() -> None:
    outcome = ended(child("demo", "--seconds", "1.5", "--json", "--symbols", "BTC_USDT,ADA_USDT", "--rate", "1000"))
    assert (outcome.code, outcome.err) == (0, "")
    report = outcome.json
    assert set(report) == {"seconds", "venues"}
    assert 1.5 <= report["seconds"] < 3
    assert set(report["venues"]) == {"mexc_spot", "gateio_spot"}
    for venue in report["venues"].values():
        assert_report(venue, {"BTC_USDT", "ADA_USDT"})
        assert all(book["equal_to_twin"] is True for book in venue["books"].values())


def test_without_a_terminal_lines_are_printed_until_ctrl_c() -> None:
    process = child("demo", "--symbols", "BTC_USDT", stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    line = next(line for line in process.stdout if "gateio_spot BTC_USDT LIVE" in line)
    process.send_signal(signal.SIGINT)
    outcome = ended(process)
    age = re.search(r"age (\d+) ms", line)
    assert age is not None and int(age[1]) < 10_000, line
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.count("equal to the twin's book") == 2
    assert "NOT EQUAL" not in outcome.out


def test_a_terminal_shows_a_table() -> None:
    reader, writer = pty.openpty()
    process = child("watch", "gateio_spot", "BTC_USDT", "--seconds", "1", stdin=subprocess.DEVNULL, stdout=writer)
    os.close(writer)
    shown = _read_all(reader)
    assert ended(process).code == 0
    assert "gateio_spot" in shown and "msg/s" in shown and "p99.9" in shown
    assert "equal to the twin's book" in shown


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, list[str]]]:
    """Options that lead to running twins of BTC_USDT, by venue."""
    process = child("sim", "--json", "--symbols", "BTC_USDT")
    assert process.stdout is not None
    try:
        urls = json.loads(process.stdout.readline())
        yield {venue: ["--url-rest", parts["rest"], "--url-ws", parts["ws"]] for venue, parts in urls.items()}
    finally:
        process.send_signal(signal.SIGINT)
        assert ended(process).code == 0


def test_watch_of_a_twin_elsewhere_compares_nothing(hftx: Verbs, addresses: dict[str, list[str]]) -> None:
    outcome = hftx("watch", "mexc_spot", "BTC_USDT", "--json", "--seconds", "1", *addresses["mexc_spot"])
    assert outcome.code == 0
    assert_report(outcome.json["venues"]["mexc_spot"], {"BTC_USDT"})
    assert outcome.json["venues"]["mexc_spot"]["books"]["BTC_USDT"]["equal_to_twin"] is None


@pytest.mark.parametrize("venue", ["mexc_spot", "gateio_spot"])
def test_a_symbol_that_the_venue_refuses_is_one_line(
    hftx: Verbs, addresses: dict[str, list[str]], venue: str
) -> None:
    assert_one_line(hftx("watch", venue, "NO_SUCH", "--seconds", "1", *addresses[venue]), "NO/SUCH", "refused")


def _read_all(reader: int) -> str:
    parts = []
    try:
        while part := os.read(reader, 65536):
            parts.append(part)
    except OSError:   # Linux says EIO when the other end of a terminal is closed
        pass
    finally:
        os.close(reader)
    return b"".join(parts).decode()
