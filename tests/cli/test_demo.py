"""`hftx demo` and `hftx watch`: figures, trading, plain lines, the live screen, and a clean end by Ctrl-C."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from .verbs import Verbs, assert_one_line, child, ended

FUTURES = "gateio_futures"
VENUE_KEYS = {"messages", "lost", "reconnects", "resyncs", "gaps", "books", "latency_us"}


def assert_report(venue: dict[str, Any], symbols: set[str], trades: bool = False) -> None:
    assert set(venue) == (VENUE_KEYS | {"trading"} if trades else VENUE_KEYS)
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


def assert_traded(trading: dict[str, Any], is_futures: bool) -> None:
    assert trading["symbols"] == ["BTC_USDT", "ADA_USDT"]
    assert trading["orders"]["placed"] >= 4 and trading["orders"]["doubted"] == 0
    assert trading["fills"] > 0 and float(trading["volume_quote"]) > 0
    assets = {"USDT"} if is_futures else {"BTC", "ADA", "USDT"}
    assert set(trading["balances"]) == assets
    assert trading["latency_us"]["call_to_answer"]["count"] > 0
    assert sum(us["count"] for stage, us in trading["latency_us"].items() if stage.endswith("call_to_wire")) > 0
    assert trading["latency_us"]["answer_to_event"]["count"] > 0
    found = trading["reconciliation"]
    assert found["equal"] is True and found["differences"] == []
    assert found["fills"] == {"seen": trading["fills"], "venue": trading["fills"]}
    assert found["open_orders"] == {"seen": trading["open_orders"], "venue": trading["open_orders"]}
    assert found["line"].startswith("RECONCILED to the last unit") and found["assets"] == len(assets)
    assert ("positions" in found) is ("positions" in trading) is is_futures


def assert_positions(trading: dict[str, Any]) -> None:
    rows = trading["positions"]
    assert trading["reconciliation"]["positions"] == {"seen": len(rows), "venue": len(rows)}
    names = {"symbol", "size", "entry_price", "mark_price", "unrealised_pnl", "realised_pnl", "leverage", "margin"}
    for row in rows:
        assert set(row) == names and float(row["mark_price"]) > 0 and row["leverage"] == "10"
        notional = 4 * 2000 * 1.02   # of three orders, and of one whose news is on the way, at about their price
        assert 0 < float(row["margin"]) * 10 <= notional


def assert_basis(basis: dict[str, Any]) -> None:
    assert (basis["symbol"], basis["why_not"]) == ("BTC_USDT", None)
    spot = Decimal(basis["spot_mid"])
    for gap in (basis["futures_mid"], basis["mark"]):
        assert Decimal(gap["basis"]) == Decimal(gap["price"]) - spot
        assert abs(Decimal(gap["basis_bps"]) * spot - Decimal(gap["basis"]) * 10_000) <= spot * Decimal("0.00005")
    assert basis["line"].startswith("basis BTC_USDT: spot mid ") and basis["funding_rate"] in basis["line"]


def test_the_demo_as_json_proves_every_book_and_account() -> None:
    outcome = ended(child("demo", "--seconds", "2.5", "--json", "--symbols", "BTC_USDT,ADA_USDT", "--rate", "1000"))
    assert (outcome.code, outcome.err) == (0, "")
    report = outcome.json
    assert set(report) == {"seconds", "venues", "basis"}
    assert 2.5 <= report["seconds"] < 5
    assert set(report["venues"]) == {"mexc_spot", "gateio_spot", "gateio_futures"}
    for name, venue in report["venues"].items():
        assert_report(venue, {"BTC_USDT", "ADA_USDT"}, trades=True)
        assert_traded(venue["trading"], name == FUTURES)
        assert all(book["equal_to_twin"] is True for book in venue["books"].values())
    assert_positions(report["venues"][FUTURES]["trading"])
    assert_basis(report["basis"])


def test_without_a_terminal_lines_are_printed_until_ctrl_c() -> None:
    process = child("demo", "--symbols", "BTC_USDT", stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    line = next(line for line in process.stdout if "gateio_spot BTC_USDT LIVE" in line)
    process.send_signal(signal.SIGINT)
    outcome = ended(process)
    age = re.search(r"age (\d+) ms", line)
    assert age is not None and int(age[1]) < 10_000, line
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.count("equal to the twin's book") == 3
    assert outcome.out.count("RECONCILED to the last unit") == 3
    assert outcome.out.splitlines()[-1].startswith("basis BTC_USDT: ")
    assert "NOT EQUAL" not in outcome.out and "NOT RECONCILED" not in outcome.out


def test_a_terminal_shows_a_table() -> None:
    reader, writer = pty.openpty()
    process = child("watch", "gateio_spot", "BTC_USDT", "--seconds", "1", stdin=subprocess.DEVNULL, stdout=writer)
    os.close(writer)
    shown = _read_all(reader)
    assert ended(process).code == 0
    assert "gateio_spot" in shown and "msg/s" in shown and "p99.9" in shown
    assert "equal to the twin's book" in shown and "account" not in shown


def test_a_terminal_shows_the_accounts() -> None:
    reader, writer = pty.openpty()
    process = child("demo", "--symbols", "BTC_USDT", "--seconds", "2", stdin=subprocess.DEVNULL, stdout=writer)
    os.close(writer)
    shown = _read_all(reader)
    assert ended(process).code == 0
    assert all(f"{name} account" in shown for name in ("mexc_spot", "gateio_spot", FUTURES)) and "balances" in shown
    assert "basis BTC_USDT: spot mid " in shown
    assert "market maker on BTC_USDT" in shown and "RECONCILED to the last unit" in shown


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


def test_who_watches_needs_no_account_even_if_the_environment_names_one(
    hftx: Verbs, addresses: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HFTX_GATEIO_SPOT_KEY", "somebody")
    monkeypatch.setenv("HFTX_GATEIO_SPOT_SECRET", "nobody knows")
    outcome = hftx("watch", "gateio_spot", "BTC_USDT", "--json", "--seconds", "0.5", *addresses["gateio_spot"])
    assert outcome.code == 0
    assert_report(outcome.json["venues"]["gateio_spot"], {"BTC_USDT"})


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
