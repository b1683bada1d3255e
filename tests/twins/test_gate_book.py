"""The Gate oracles, one test per numbered step of the venue's procedure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .gate_book import GateObuBook, GateUpdateBook


def delta(first: int, last: int, bids: Any = (), asks: Any = (), **extra: Any) -> dict[str, Any]:
    return {"U": first, "u": last, "b": list(bids), "a": list(asks), **extra}


def reply(book_id: int, bids: Any = (("9", "1"),), asks: Any = (("11", "1"),)) -> dict[str, Any]:
    return {"id": book_id, "bids": list(bids), "asks": list(asks)}


def live_book(depth: int = 100) -> GateUpdateBook:
    book = GateUpdateBook(depth)
    assert book.snapshot(reply(10))
    return book


def test_updates_wait_for_the_snapshot() -> None:
    book = GateUpdateBook()
    assert book.status == "EMPTY"
    book.update(delta(9, 10, [("9", "5")]))
    book.update(delta(11, 12, [("9.5", "2")]))
    assert (book.status, book.needs_snapshot, book.bids) == ("SYNCING", True, [])
    assert book.snapshot(reply(10))
    assert (book.status, book.id, book.applied, book.dropped) == ("LIVE", 12, 1, 1)
    assert book.bids == [(Decimal("9.5"), Decimal(2)), (Decimal(9), Decimal(1))]


def test_a_snapshot_older_than_the_buffer_is_refused_and_the_buffer_kept() -> None:
    book = GateUpdateBook()
    book.update(delta(12, 13))
    assert not book.snapshot(reply(10))
    assert (book.status, book.needs_snapshot, book.dropped) == ("SYNCING", True, 0)
    assert book.snapshot(reply(11))
    assert (book.id, book.applied) == (13, 1)


def test_an_overlapping_update_is_applied_and_an_old_one_is_not() -> None:
    book = live_book()
    book.update(delta(8, 12, [("9", "3")]))
    book.update(delta(11, 12, [("9", "4")]))
    assert (book.id, book.applied, book.dropped) == (12, 1, 1)
    assert book.bids == [(Decimal(9), Decimal(3))]


def test_a_gap_makes_the_book_stale_until_a_new_snapshot() -> None:
    book = live_book()
    book.update(delta(12, 12, [("9", "7")]))
    assert (book.status, book.reason, book.needs_snapshot, book.id) == ("STALE", "gap", True, 10)
    book.update(delta(13, 14, [("9", "8")]))
    assert book.snapshot(reply(11))
    assert (book.status, book.id, book.bids) == ("LIVE", 14, [(Decimal(9), Decimal(8))])


def test_a_full_frame_replaces_without_a_gap_check() -> None:
    book = live_book()
    book.update(delta(90, 99, [("1", "1")], [("2", "1")], full=True))
    assert (book.status, book.id, book.bids) == ("LIVE", 99, [(Decimal(1), Decimal(1))])


def test_a_full_frame_while_waiting_makes_the_book_live() -> None:
    book = GateUpdateBook()
    book.update(delta(5, 6))
    book.update(delta(0, 9, [("1", "1")], full=True))
    assert (book.status, book.id, book.applied, book.dropped) == ("LIVE", 9, 1, 1)
    assert not book.needs_snapshot


def test_an_empty_update_moves_the_id() -> None:
    book = live_book()
    book.update({"U": 11, "u": 15})
    assert (book.id, book.applied) == (15, 1)


def test_levels_beyond_the_depth_are_cut() -> None:
    book = GateUpdateBook(depth=2)
    assert book.snapshot(reply(1, [("3", "1"), ("2", "1"), ("1", "1")]))
    assert [price for price, _ in book.bids] == [3, 2]
    book.update(delta(2, 2, [("4", "1")]))
    book.update(delta(3, 3, [("4", "0.000")]))
    assert [price for price, _ in book.bids] == [3]


def test_a_crossed_book_is_stale() -> None:
    book = live_book()
    book.update(delta(11, 11, [("11", "1")]))
    assert (book.status, book.reason, book.crossed_steps) == ("STALE", "crossed", 1)
    assert book.needs_snapshot


def test_obu_loads_a_full_frame_and_follows_exact_deltas() -> None:
    book = GateObuBook()
    book.update(delta(4, 5))
    assert (book.status, book.dropped, book.needs_resubscribe) == ("SYNCING", 1, False)
    book.update({"full": True, "u": 5, "b": [["9", "1"]], "a": [["11", "1"]]})
    book.update({"U": 6, "u": 8, "a": [["11", "0"], ["12", "2"]]})
    assert (book.status, book.id, book.applied) == ("LIVE", 8, 2)
    assert book.asks == [(Decimal(12), Decimal(2))]


def test_obu_asks_for_a_new_subscription_after_a_gap_or_an_overlap() -> None:
    for first in (5, 7):
        book = GateObuBook()
        book.update({"full": True, "u": 5, "b": [["9", "1"]]})
        book.update(delta(first, 8, [("9", "2")]))
        assert (book.status, book.reason, book.needs_resubscribe, book.id) == ("STALE", "gap", True, 5)
        book.update({"full": True, "u": 20})
        assert (book.status, book.needs_resubscribe, book.id) == ("LIVE", False, 20)


def test_obu_may_drop_old_deltas_instead() -> None:
    book = GateObuBook(drops_old=True)
    book.update({"full": True, "u": 5, "b": [["9", "1"]]})
    book.update(delta(4, 5, [("9", "2")]))
    assert (book.status, book.id, book.dropped, book.bids) == ("LIVE", 5, 1, [(Decimal(9), Decimal(1))])
    book.update(delta(5, 6))
    assert (book.status, book.needs_resubscribe) == ("STALE", True)


def test_obu_crossed_book_is_stale() -> None:
    book = GateObuBook()
    book.update({"full": True, "u": 5, "b": [["9", "1"]], "a": [["9", "1"]]})
    assert (book.status, book.reason, book.crossed_steps) == ("STALE", "crossed", 1)
