"""Gate's books step by step against the plain oracle of the venue's numbered procedure.

Source: Gate API v4 docs, "Local order book" and spot.obu.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from hftx.enums import BookStatus
from trials import ASKS, BIDS, NOW, START_ID, TARGET, Rig, gate_rig, gate_update_rig, refused_by_symbol
from twins import gate_frames
from twins.gate_book import GateObuBook, GateUpdateBook

from .isolation import isolated
from .sequences import DIFF, FULL, SNAPSHOT, Ids, Step, sequences

NAME = "BTC_USDT"
DEPTH = 6


def fresh(books: str, digits: int | None = 2) -> Rig:
    """A session whose book has just begun to be synchronised."""
    rig = gate_rig(books, 8, DEPTH)
    rig.session.remove_symbol(TARGET)
    rig.session.add_symbol(TARGET, NAME, digits, digits)
    rig.session.begin_sync(TARGET, 0)
    return rig


def seen(rig: Rig) -> tuple[Any, ...]:
    book = rig.book
    assert not (book.status is BookStatus.LIVE and book.best_bid and book.best_ask and book.bid_px >= book.ask_px)
    return book.status.name, book.id, book.levels("bids"), book.levels("asks"), book.updates


def wanted(oracle: GateUpdateBook | GateObuBook) -> tuple[Any, ...]:
    status = "SYNCING" if oracle.status == "EMPTY" else oracle.status
    return status, oracle.id, oracle.bids, oracle.asks, oracle.applied


def check_reason(rig: Rig, oracle: GateUpdateBook | GateObuBook, before: str) -> None:
    """A book that is lost says why; one that was lost already keeps its first reason."""
    if before != "STALE" and oracle.status == "STALE":
        assert rig.book.stale_reason == oracle.reason


def follow_update(sequence: list[Step], count_dropped: bool) -> None:
    rig, oracle, ids = fresh("update"), GateUpdateBook(DEPTH), Ids()
    for step in sequence:
        before = oracle.status
        if step.kind == SNAPSHOT:
            if oracle.status == "LIVE":
                continue  # nobody fetches one then
            reply = gate_frames.rest_order_book(ids.newest + step.shift, step.bids, step.asks)
            assert rig.session.snapshot(TARGET, reply, NOW) == oracle.snapshot(json.loads(reply))
        else:
            first, last = ids.take(step)
            full = step.kind == FULL
            frame, _ = gate_frames.order_book_update(NAME, step.bids, step.asks, last, first_id=first, full=full)
            assert rig.receive(frame) == 1
            oracle.update(json.loads(frame)["result"])
        assert seen(rig) == wanted(oracle)
        check_reason(rig, oracle, before)
        assert not count_dropped or rig.book.dropped == oracle.dropped


def follow_obu(sequence: list[Step]) -> None:
    rig, oracle, ids = fresh("obu"), GateObuBook(DEPTH, drops_old=True), Ids()
    for step in sequence:
        first, last = ids.take(step)
        first_id = first if step.kind == DIFF else None
        frame, _ = gate_frames.obu(NAME, step.bids, step.asks, last, first_id=first_id, omit_empty=True)
        asked, before = len(rig.asked), oracle.status
        assert rig.receive(frame) == 1
        oracle.update(json.loads(frame)["result"])
        assert seen(rig) == wanted(oracle)
        check_reason(rig, oracle, before)
        assert (len(rig.asked) > asked) == (oracle.status == "STALE" and (before == "LIVE" or step.kind != DIFF))


@given(sequences(with_full=False))
@settings(max_examples=250, deadline=None)
def test_update_books_follow_the_oracle(sequence: list[Step]) -> None:
    follow_update(sequence, count_dropped=True)


@given(sequences(with_full=True))
@settings(max_examples=250, deadline=None)
def test_update_books_with_full_frames_follow_the_oracle(sequence: list[Step]) -> None:
    follow_update(sequence, count_dropped=False)


@given(sequences(with_full=True))
@settings(max_examples=250, deadline=None)
def test_obu_books_follow_the_oracle(sequence: list[Step]) -> None:
    follow_obu(sequence)


@pytest.mark.long
@given(sequences(with_full=True))
@settings(max_examples=4_000, deadline=None)
def test_many_sequences_follow_the_oracles(sequence: list[Step]) -> None:
    follow_update(sequence, count_dropped=False)
    follow_obu(sequence)


def test_a_full_frame_counts_the_diffs_that_it_replaces_as_dropped() -> None:
    rig = fresh("update")
    rig.receive(gate_frames.order_book_update(NAME, BIDS, ASKS, 5, first_id=5)[0])
    rig.receive(gate_frames.order_book_update(NAME, BIDS, ASKS, 9, first_id=6, full=True)[0])
    assert (rig.book.updates, rig.book.dropped) == (1, 1)


@pytest.mark.parametrize("make", [gate_rig, gate_update_rig])
def test_a_gap_asks_for_a_resync_once_and_the_book_waits(make: Any) -> None:
    rig = make()
    send = gate_frames.obu if make is gate_rig else gate_frames.order_book_update
    before = rig.picture()
    for first in (START_ID + 2, START_ID + 3):
        assert rig.receive(send(NAME, BIDS, ASKS, first, first_id=first)[0]) == 1
    assert rig.asked == [(TARGET, "gap")] and rig.heard == [] and rig.picture() == before
    assert (rig.book.status, rig.book.stale_reason) == (BookStatus.STALE, "gap")
    assert rig.session.counters["gaps"] == 1 and rig.session.listing(TARGET).gaps == 1


def test_ids_that_went_back_are_a_gap_in_the_end() -> None:
    rig = gate_update_rig()
    old, _ = gate_frames.order_book_update(NAME, BIDS, ASKS, 5, first_id=5)
    for _ in range(64):
        rig.receive(old)
    assert rig.asked == [] and rig.book.dropped == 64
    rig.receive(old)
    assert rig.asked == [(TARGET, "gap")]


def test_a_crossed_diff_makes_the_book_stale_and_calls_nobody() -> None:
    rig = gate_update_rig()
    rig.receive(gate_frames.order_book_update(NAME, [ASKS[0]], [], START_ID + 1, first_id=START_ID + 1)[0])
    assert rig.asked == [(TARGET, "crossed")] and rig.heard == [] and rig.book.status is BookStatus.STALE


def test_a_crossed_snapshot_is_refused() -> None:
    rig = fresh("update")
    assert not rig.session.snapshot(TARGET, gate_frames.rest_order_book(10, ASKS, BIDS), NOW)
    assert rig.asked == [(TARGET, "crossed")] and rig.book.status is BookStatus.STALE
    assert rig.session.snapshot(TARGET, gate_frames.rest_order_book(11, BIDS, ASKS), NOW)


def test_a_diff_without_levels_moves_the_id() -> None:
    rig = gate_rig()
    rig.receive(gate_frames.obu(NAME, [], [], START_ID + 3, first_id=START_ID + 1, omit_empty=True)[0])
    assert (rig.book.id, rig.book.status) == (START_ID + 3, BookStatus.LIVE)


def test_a_held_diff_that_no_longer_fits_the_learnt_digits_is_not_half_applied() -> None:
    rig = fresh("update", None)
    big = [(BIDS[0][0], BIDS[0][1].scaleb(12)), (BIDS[1][0], BIDS[1][1])]
    assert rig.receive(gate_frames.order_book_update(NAME, big, ASKS, 12, first_id=11)[0]) == 1
    fine = [(BIDS[0][0], BIDS[0][1].scaleb(-8))]
    assert not rig.session.snapshot(TARGET, gate_frames.rest_order_book(10, fine, ASKS), NOW)
    assert rig.book.status is not BookStatus.LIVE and rig.session.faults == {"overflow": 1}


def test_digits_are_learnt_and_levels_keep_their_value() -> None:
    rig = fresh("obu", None)
    rig.receive(gate_frames.obu(NAME, [(BIDS[0][0], BIDS[0][1])], ASKS, 10)[0])
    rig.receive(gate_frames.obu(NAME, [(BIDS[1][0], BIDS[1][1].scaleb(-7))], [], 11, first_id=11)[0])
    assert rig.book.levels("bids") == [BIDS[0], (BIDS[1][0], BIDS[1][1].scaleb(-7))]
    assert rig.book.levels("asks") == ASKS
    rig.forget()
    refused_by_symbol(rig, gate_frames.obu(NAME, [(BIDS[0][0].scaleb(-19), BIDS[0][1])], [], 12, first_id=12)[0])


REST = {"id": 2000, "current": 1, "update": 2, "asks": [["101", "1"]], "bids": [["100", "1"]]}


@pytest.mark.parametrize("name", ["id", "asks", "bids"])
def test_a_snapshot_without_a_member_is_refused(name: str) -> None:
    reply = json.dumps({key: value for key, value in REST.items() if key != name}).encode()
    refused_snapshot(reply, "missing")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"id": "x"}, "malformed"),
        ({"id": 2**63}, "overflow"),
        ({"bids": {}}, "malformed"),
        ({"asks": None}, "malformed"),
        ({"bids": [["1e5", "1"]]}, "malformed"),
        ({"bids": [["1.123456789", "1"]]}, "precision"),
        ({"asks": [["1", "99999999999999"]]}, "overflow"),
        ({"update": 10**16}, "overflow"),
    ],
)
def test_a_snapshot_with_a_wrong_member_is_refused(change: dict[str, Any], kind: str) -> None:
    refused_snapshot(json.dumps({**REST, **change}).encode(), kind)


def test_a_snapshot_cut_at_every_byte_or_with_junk_behind() -> None:
    reply = json.dumps({**REST, "new": [{}]}).encode()
    for size in range(len(reply)):
        refused_snapshot(reply[:size], "truncated", "malformed")
    for junk in (b"}", b"x", b",", b"\x00"):
        refused_snapshot(reply + junk, "malformed")
    rig = gate_update_rig()
    shuffled = json.dumps(dict(sorted(REST.items())) | {"new": 1}).encode() + b"\n"
    assert rig.session.snapshot(TARGET, shuffled, NOW) and rig.book.id == 2000


def refused_snapshot(reply: bytes, *kinds: str) -> None:
    rig = gate_update_rig()
    before = rig.picture()
    assert not rig.session.snapshot(TARGET, reply, NOW)
    (kind,) = rig.session.faults
    assert kind in kinds and list(rig.session.kept) == [(kind, NOW, reply)]
    assert rig.heard == [] and rig.picture() == before


def test_an_unnamed_depth_frame_on_a_new_session_is_a_fault() -> None:
    isolated(lambda: unnamed_depth("obu"))
    isolated(lambda: unnamed_depth("update"))


def unnamed_depth(books: str) -> None:
    rig = fresh(books)
    channel = "spot.obu" if books == "obu" else "spot.order_book_update"
    result = {"t": 1, "U": 1, "u": 2, "b": [["1.12345678", "1"]], "a": []}
    frame = {"channel": channel, "event": "update", "result": result}
    assert rig.receive(json.dumps(frame).encode()) == -1
    assert rig.session.faults == {"missing": 1}
