"""MEXC's books step by step against the plain oracle of the venue's numbered procedure, and what lies beyond the depth.

Source: MEXC spot v3 docs, "How to properly maintain a local copy of the order book".
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx.enums import BookStatus
from trials import ASKS, BIDS, NOW, START_ID, TARGET, Rig, mexc_rig, mexc_snapshot
from twins import mexc_frames
from twins.mexc_book import MexcBook
from twins.two_sides import TwoSides

from .sequences import SNAPSHOT, Ids, Step, levels, sequences

NAME = "BTCUSDT"
D = Decimal


def fresh(max_depth: int = 1000, digits: int | None = 2) -> Rig:
    """A session whose book has just begun to be synchronised."""
    rig = mexc_rig(8, max_depth)
    rig.session.remove_symbol(TARGET)
    rig.session.add_symbol(TARGET, NAME, digits, digits)
    rig.session.begin_sync(TARGET, 0)
    return rig


def body(step: Step, first: int, last: int) -> dict[str, Any]:
    return {"bids": step.bids, "asks": step.asks, "fromVersion": str(first), "toVersion": str(last)}


def follow(sequence: list[Step]) -> None:
    rig, oracle, ids = fresh(), MexcBook(accepts_adjacent=True), Ids()
    for step in sequence:
        if step.kind == SNAPSHOT:
            if oracle.status == "LIVE":
                continue  # nobody fetches one then
            reply = mexc_snapshot(ids.newest + step.shift, step.bids, step.asks)
            assert rig.session.snapshot(TARGET, reply, NOW) == oracle.snapshot(json.loads(reply))
        else:
            first, last = ids.take(step)
            assert rig.receive(mexc_frames.depth(NAME, step.bids, step.asks, first, last)[0]) == 1
            oracle.push(body(step, first, last))
        compare(rig, oracle)


def compare(rig: Rig, oracle: MexcBook) -> None:
    book = rig.book
    reason = book.stale_reason if book.status is BookStatus.STALE else ""
    status = "SYNCING" if oracle.status == "EMPTY" else oracle.status
    assert (book.status.name, reason, book.id) == (status, oracle.reason, oracle.id)
    assert (book.levels("bids"), book.levels("asks")) == (oracle.bids, oracle.asks)
    assert (book.updates, book.dropped) == (oracle.applied, oracle.dropped)
    assert not (book.is_live and len(oracle.bids) and len(oracle.asks) and book.bid_px >= book.ask_px)


@given(sequences(with_full=False))
@settings(max_examples=250, deadline=None)
def test_books_follow_the_oracle(sequence: list[Step]) -> None:
    follow(sequence)


@pytest.mark.long
@given(sequences(with_full=False))
@settings(max_examples=4_000, deadline=None)
def test_many_sequences_follow_the_oracle(sequence: list[Step]) -> None:
    follow(sequence)


diffs = st.lists(st.tuples(levels(1, 40, 6, 0), levels(41, 80, 6, 0)), max_size=30)
whole_side = st.tuples(levels(1, 40, 25, 1), levels(41, 80, 25, 1))


@given(whole_side, diffs, st.integers(1, 20), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_live_book_is_the_top_of_the_whole_one_without_holes(
    start: Any, changes: Any, depth: int, reply_is_cut: bool
) -> None:
    rig, truth = fresh(depth), TwoSides()
    truth.load(*start)
    assert rig.session.snapshot(TARGET, reply_of(truth, 0, depth, reply_is_cut), NOW)
    for count, (bids, asks) in enumerate(changes, 1):
        truth.apply(bids, asks)
        assert rig.receive(mexc_frames.depth(NAME, bids, asks, count, count)[0]) == 1
        if rig.book.status is BookStatus.STALE:
            assert rig.book.stale_reason == "thin"
            assert rig.session.snapshot(TARGET, reply_of(truth, count, depth, reply_is_cut), NOW)
        for mine, whole in ((rig.book.levels("bids"), truth.bids), (rig.book.levels("asks"), truth.asks)):
            assert mine == whole[: len(mine)] and len(mine) <= depth
            assert 4 * len(mine) >= min(depth, len(whole)) or len(mine) == len(whole)


def test_a_far_level_that_the_depth_cuts_off_makes_a_horizon() -> None:
    rig, depth = fresh(60), 60
    bids = [(D(5000 - n), D(1)) for n in range(50)]
    assert rig.session.snapshot(TARGET, mexc_snapshot(5, bids, ASKS[:0]), NOW)
    rig.receive(mexc_frames.depth(NAME, [(D(5000), D(2))], [], 6, 6)[0])
    fill, far, farther = [(D(4950 - n), D(1)) for n in range(10)], (D(2000), D(1)), (D(1000), D(1))
    rig.receive(mexc_frames.depth(NAME, [far, *fill], [], 7, 7)[0])
    assert len(rig.book.levels("bids")) == depth
    rig.receive(mexc_frames.depth(NAME, [(D(5000), D(0))], [], 8, 8)[0])
    rig.receive(mexc_frames.depth(NAME, [farther], [], 9, 9)[0])
    assert rig.book.levels("bids") == [*bids[1:], *fill]   # `farther` would stand where `far` is


def reply_of(truth: TwoSides, version: int, depth: int, is_cut: bool) -> bytes:
    """What REST answers: the best `depth` levels, or all."""
    limit = depth if is_cut else 1000
    return mexc_snapshot(version, truth.bids[:limit], truth.asks[:limit])


def test_changes_beyond_the_horizon_are_not_kept() -> None:
    rig = fresh(2)
    bids = [(D(10), D(1)), (D(9), D(1)), (D(8), D(1))]
    assert rig.session.snapshot(TARGET, mexc_snapshot(5, bids, ASKS), NOW)
    rig.receive(mexc_frames.depth(NAME, [(D(8), D(7)), (D(9), D(0))], [], 6, 6)[0])
    assert rig.book.levels("bids") == [(D(10), D(1))]
    rig.receive(mexc_frames.depth(NAME, [(D(8), D(9)), (D("9.5"), D(2))], [], 7, 7)[0])
    assert rig.book.levels("bids") == [(D(10), D(1)), (D("9.5"), D(2))]


def test_a_thin_book_is_fetched_again() -> None:
    rig = fresh(8)
    bids = [(D(price), D(1)) for price in range(30, 20, -1)]
    assert rig.session.snapshot(TARGET, mexc_snapshot(5, bids, ASKS), NOW)
    rig.forget()
    rig.receive(mexc_frames.depth(NAME, [(price, D(0)) for price, _ in bids[:7]], [], 6, 6)[0])
    assert (rig.book.status, rig.book.stale_reason) == (BookStatus.STALE, "thin")
    assert rig.asked == [(TARGET, "thin")] and rig.heard == []


def test_overlap_is_legal_once_behind_a_snapshot() -> None:
    rig = mexc_rig()
    rig.receive(mexc_frames.depth(NAME, BIDS, [], START_ID - 1, START_ID + 2)[0])
    assert (rig.book.id, rig.book.status) == (START_ID + 2, BookStatus.LIVE)
    rig.receive(mexc_frames.depth(NAME, BIDS, [], START_ID + 2, START_ID + 3)[0])
    assert (rig.book.status, rig.book.stale_reason) == (BookStatus.STALE, "gap")


@pytest.mark.parametrize("name", ["lastUpdateId", "asks", "bids"])
def test_a_snapshot_without_a_member_is_refused(name: str) -> None:
    reply = json.loads(mexc_snapshot(2000, BIDS, ASKS))
    del reply[name]
    rig = mexc_rig()
    assert not rig.session.snapshot(TARGET, json.dumps(reply).encode(), NOW)
    assert rig.session.faults == {"missing": 1} and len(rig.session.kept) == 1 and rig.book.id == START_ID


def test_a_snapshot_cut_at_every_byte() -> None:
    reply = mexc_snapshot(2000, BIDS, ASKS)
    for size in range(len(reply)):
        rig = mexc_rig()
        before = rig.picture()
        assert not rig.session.snapshot(TARGET, reply[:size], NOW)
        assert sum(rig.session.faults.values()) == len(rig.session.kept) == 1 and rig.picture() == before
    assert mexc_rig().session.snapshot(TARGET, reply, NOW)
