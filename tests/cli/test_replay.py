"""`hftx replay`: recorded books to the exact expected hash; files that cannot be replayed are refused by line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from .verbs import CAPTURES, Verbs, assert_one_line

SPOT = CAPTURES / "gateio_spot_2021-04-22.events.jsonl"
FUTURES = CAPTURES / "gateio_futures_2023-05-24.events.jsonl"
HEADER = {"format": "hftx-recording", "version": 1, "venue": "gateio_spot", "symbols": ["BTC_USDT"],
          "orderbook_channel": "update.100ms", "book_depth": 100}  # fmt: skip
EMPTY = {"status": "EMPTY", "id": 0, "applied": 0, "dropped": 0, "bids": [], "asks": [],
         "sha256": hashlib.sha256(b"[[], []]").hexdigest()}  # fmt: skip


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n")
    return path


def diff(first: int, last: int, bids: list[list[str]], asks: list[list[str]]) -> dict[str, Any]:
    result = {"t": 1, "e": "depthUpdate", "E": 1, "s": "BTC_USDT", "U": first, "u": last, "b": bids, "a": asks}
    frame = {"time": 1, "channel": "spot.order_book_update", "event": "update", "result": result}
    return {"ts": 1.0, "kind": "ws_recv", "sym": "BTC_USDT", "url": "", "raw": json.dumps(frame)}


def picture(id: int, bids: list[list[str]], asks: list[list[str]]) -> dict[str, Any]:
    body = {"id": id, "current": 1, "update": 1, "asks": asks, "bids": bids}
    return {"ts": 1.0, "kind": "http_snapshot", "sym": "BTC_USDT", "url": "", "raw": json.dumps(body)}


@pytest.mark.skipif(not SPOT.exists(), reason="the recorded events are not here")
@pytest.mark.parametrize("file", [SPOT, FUTURES], ids=lambda file: file.name)
def test_recorded_books_have_the_expected_hash(hftx: Verbs, file: Path) -> None:
    outcome = hftx("replay", file, "--json")
    expected = json.loads(file.with_name(file.name.replace("events.jsonl", "expected.json")).read_text())
    books = outcome.json["books"]
    assert (outcome.code, set(books)) == (0, set(expected))
    for name, want in expected.items():
        book = books[name]
        found = (book["sha256"], book["applied"], book["dropped"], book["id"], book["bids"], book["asks"])
        keys = ("book_sha256", "applied", "dropped", "final_u", "top10_bids", "top10_asks")
        assert found == tuple(want[key] for key in keys), name
        assert book["status"] == "LIVE"


def test_spot_and_futures_in_one_file_are_refused(hftx: Verbs, tmp_path: Path) -> None:
    frame = {"time": 1, "channel": "futures.obu", "event": "update", "result": {"s": "ob.BTC_USDT.50"}}
    other = {**diff(2, 2, [], []), "raw": json.dumps(frame)}
    for lines in ((diff(1, 1, [], []), other), (other, diff(1, 1, [], []))):
        assert_one_line(hftx("replay", write(tmp_path / "events", *lines)), "this is not of gateio_", "line 2")


def test_a_small_book_by_hand(hftx: Verbs, tmp_path: Path) -> None:
    file = write(
        tmp_path / "events.jsonl",
        diff(8, 10, [["1", "9"]], []),
        picture(10, [["100.10", "1.50"], ["100", "2"]], [["101", "3"]]),
        diff(11, 12, [["100", "0"]], [["100.5", "0.25"]]),
    )
    outcome = hftx("replay", file, "--json")
    sides = [[["100.1", "1.5"]], [["100.5", "0.25"], ["101", "3"]]]
    assert outcome.json == {
        "books": {
            "BTC_USDT": {
                "status": "LIVE", "id": 12, "applied": 1, "dropped": 1, "bids": sides[0], "asks": sides[1],
                "sha256": hashlib.sha256(json.dumps(sides).encode()).hexdigest(),
            }
        }
    }  # fmt: skip


def test_a_gap_leaves_the_book_stale_until_a_newer_picture(hftx: Verbs, tmp_path: Path) -> None:
    lines = [picture(10, [["100", "1"]], [["101", "1"]]), diff(12, 13, [["99", "5"]], [])]
    stale = hftx("replay", write(tmp_path / "a", *lines), "--json").json["books"]["BTC_USDT"]
    assert stale["status"] == "STALE"
    lines.append(picture(13, [["100", "1"], ["99", "5"]], [["101", "1"]]))
    back = hftx("replay", write(tmp_path / "b", *lines), "--json").json["books"]["BTC_USDT"]
    assert (back["status"], back["id"], len(back["bids"])) == ("LIVE", 13, 2)


def test_a_picture_older_than_a_live_book_does_not_turn_it_back(hftx: Verbs, tmp_path: Path) -> None:
    first = picture(10, [["100", "1"]], [["101", "1"]])
    lines = [first, diff(11, 11, [["99", "5"]], []), first, diff(12, 12, [["98", "5"]], [])]
    book = hftx("replay", write(tmp_path / "events", *lines), "--json").json["books"]["BTC_USDT"]
    assert (book["status"], book["id"], book["applied"], len(book["bids"])) == ("LIVE", 12, 2, 3)


def test_an_unreadable_frame_is_told(hftx: Verbs, tmp_path: Path) -> None:
    cut = diff(11, 11, [["99", "5"]], [])
    cut["raw"] = cut["raw"][:-20]
    outcome = hftx("replay", write(tmp_path / "events", picture(10, [["100", "1"]], [["101", "1"]]), cut))
    assert outcome.code == 0
    assert "unreadable frames" in outcome.err
    assert "BTC_USDT: LIVE id 10" in outcome.out or "BTC_USDT: STALE" in outcome.out


def test_a_header_alone_gives_empty_books(hftx: Verbs, tmp_path: Path) -> None:
    assert hftx("replay", write(tmp_path / "events", HEADER), "--json").json == {"books": {"BTC_USDT": EMPTY}}


EVENT = diff(1, 1, [], [])
DAMAGED = [
    (["{"], 1, "not JSON"),
    ([HEADER, "[]"], 2, "must be a JSON object"),
    ([HEADER, EVENT, {**EVENT, "kind": "smoke"}], 3, "unknown kind 'smoke'"),
    ([HEADER, {**EVENT, "ts": "late"}], 2, "'ts' is str"),
    ([HEADER, {"ts": 1.0, "kind": "ws_recv"}], 2, "'raw' is missing"),
    ([HEADER, {"ts": 1.0, "kind": "ws_recv", "hex": "0g"}], 2, "'hex' is not hex"),
    ([HEADER, {**picture(1, [], []), "sym": None}], 2, "'sym' is NoneType"),
    ([{**HEADER, "version": 2}], 1, "version 2"),
    ([{**HEADER, "book_depth": 0}], 1, "book_depth"),
    ([{**HEADER, "symbols": "BTC_USDT"}], 1, "symbols"),
]


@pytest.mark.parametrize(("lines", "number", "part"), DAMAGED)
def test_a_damaged_line_is_named(hftx: Verbs, tmp_path: Path, lines: list[Any], number: int, part: str) -> None:
    file = write(tmp_path / "events.jsonl", *lines)
    assert_one_line(hftx("replay", file), str(file), f"line {number}", part)


def test_a_file_of_no_venue_is_refused(hftx: Verbs, tmp_path: Path) -> None:
    file = write(tmp_path / "events", {"ts": 1.0, "kind": "ws_recv", "sym": None, "url": "", "raw": "{}"})
    assert_one_line(hftx("replay", file), "no line tells the venue")


def test_mixed_depths_are_refused(hftx: Verbs, tmp_path: Path) -> None:
    subscriptions = [
        {"ts": 1.0, "kind": "ws_sent", "sym": None, "url": "", "raw": json.dumps(
            {"channel": "spot.order_book_update", "event": "subscribe", "payload": [name, speed]})}
        for name, speed in (("BTC_USDT", "20ms"), ("ETH_USDT", "100ms"))
    ]  # fmt: skip
    assert_one_line(hftx("replay", write(tmp_path / "events", *subscriptions)), "mixes", "20, 100")
