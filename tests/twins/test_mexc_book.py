"""The MEXC oracle, one test per numbered step of the venue's procedure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from .mexc_book import MexcBook, parse_version


def push(first: int, last: int, bids: Any = (), asks: Any = ()) -> dict[str, Any]:
    return {"fromVersion": str(first), "toVersion": str(last), "bids": list(bids), "asks": list(asks)}


def reply(version: int) -> dict[str, Any]:
    return {"lastUpdateId": version, "bids": [["9", "1"]], "asks": [["11", "1"]]}


def live_book() -> MexcBook:
    book = MexcBook()
    assert book.snapshot(reply(10))
    return book


def test_pushes_wait_and_old_ones_are_dropped() -> None:
    book = MexcBook()
    for first, last in ((8, 9), (10, 12), (13, 13)):
        book.push(push(first, last, [("9", str(last))]))
    assert (book.status, book.needs_snapshot) == ("SYNCING", True)
    assert book.snapshot(reply(10))
    assert (book.status, book.id, book.applied, book.dropped) == ("LIVE", 13, 2, 1)
    assert book.bids == [(Decimal(9), Decimal(13))]


@pytest.mark.parametrize("version", [7, 1])
def test_a_snapshot_older_than_the_first_push_is_refused(version: int) -> None:
    book = MexcBook()
    book.push(push(8, 9))
    assert not book.snapshot(reply(version))
    assert (book.status, book.needs_snapshot) == ("SYNCING", True)
    assert book.snapshot(reply(8))
    assert book.id == 9


def test_a_snapshot_that_ends_just_before_the_first_push_may_be_taken() -> None:
    book = MexcBook(accepts_adjacent=True)
    book.push(push(8, 9))
    assert not book.snapshot(reply(6))
    assert book.snapshot(reply(7))
    assert book.id == 9


def test_a_hole_inside_the_buffer_is_refused() -> None:
    book = MexcBook()
    book.push(push(5, 6))
    book.push(push(9, 10))
    assert not book.snapshot(reply(7))
    assert book.snapshot(reply(8))


def test_the_first_push_may_overlap_and_later_ones_may_not() -> None:
    book = live_book()
    book.push(push(9, 12))
    assert (book.status, book.id) == ("LIVE", 12)
    book.push(push(12, 14))
    assert (book.status, book.reason, book.id, book.needs_snapshot) == ("STALE", "gap", 12, True)


def test_later_duplicates_are_ignored() -> None:
    book = live_book()
    book.push(push(11, 12))
    book.push(push(11, 12, [("9", "5")]))
    assert (book.status, book.id, book.dropped) == ("LIVE", 12, 1)
    assert book.bids == [(Decimal(9), Decimal(1))]


def test_a_gap_restarts_with_the_buffer_going_on() -> None:
    book = live_book()
    book.push(push(12, 13))
    assert (book.status, book.reason) == ("STALE", "gap")
    book.push(push(14, 15))
    assert book.snapshot(reply(12))
    assert (book.status, book.id) == ("LIVE", 15)


def test_zero_deletes_in_any_spelling_and_unknown_levels_are_no_matter() -> None:
    book = live_book()
    book.push(push(11, 11, [("9.00", "0.000"), ("5", "0")]))
    assert (book.bids, book.applied) == ([], 1)


def test_a_wrapper_without_body_moves_nothing() -> None:
    book = live_book()
    book.push(None)
    assert (book.id, book.applied, book.status) == (10, 0, "LIVE")


def test_a_crossed_book_is_stale() -> None:
    book = live_book()
    book.push(push(11, 11, [("12", "1")]))
    assert (book.status, book.reason, book.crossed_steps) == ("STALE", "crossed", 1)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "1e3", "\u0661", str(2**64)])
def test_versions_are_unsigned_64_bit_digits(text: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        parse_version(text)
    assert parse_version(str(2**64 - 1)) == 2**64 - 1
