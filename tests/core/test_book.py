"""What a reader may ask of a book, and that its views are read-only windows on the best levels."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx.enums import BookStatus, Side
from hftx.errors import StaleBookError, UsageError
from hftx.records import OrderBook
from trials import NOW, START_ID, TARGET, gate_rig
from twins import gate_frames

D = Decimal
INT64_MAX = 2**63 - 1
counts = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 10**12)), max_size=12, unique_by=lambda level: level[0])


def small() -> OrderBook:
    """100.5 x 2, 100 x 1 | 101 x 3, 102 x 1."""
    return OrderBook.detached(TARGET, 1, 0, 7, [(1005, 2), (1000, 1)], [(1010, 3), (1020, 1)], 5)


def empty() -> OrderBook:
    return OrderBook.detached(TARGET, 2, 2, 1, [], [])


def test_what_a_book_says() -> None:
    book = small()
    assert (book.symbol, book.status, book.is_live, book.stale_reason) == (TARGET, BookStatus.LIVE, True, "")
    assert (book.id, book.venue_ns, book.price_digits, book.qty_digits, len(book)) == (7, 5, 1, 0, 4)
    assert (book.bid_px, book.bid_qty, book.ask_px, book.ask_qty) == (1005, 2, 1010, 3)
    assert (book.best_bid, book.best_ask) == ((D("100.5"), D(2)), (D(101), D(3)))
    assert (book.spread, book.mid) == (D("0.5"), D("100.75"))
    assert book.microprice() == (D("100.5") * 3 + D(101) * 2) / 5
    assert book.levels("bids", 1) == [(D("100.5"), D(2))] and book.levels(Side.SELL, 0) == []
    assert repr(book) == "<OrderBook BTC/USDT LIVE id=7 2x2>"


def test_an_empty_book_says_so() -> None:
    book = empty()
    assert (book.bid_px, book.bid_qty, book.ask_px, book.ask_qty, len(book)) == (0, 0, 0, 0, 0)
    assert [book.best_bid, book.best_ask, book.spread, book.mid, book.microprice()] == [None] * 5
    assert book.imbalance() == 0.0 and book.vwap(Side.BUY, D(1)) is None and book.age_ns() is None
    assert book.bids.shape == book.asks.shape == (0, 2) and book.levels("asks") == []


@given(counts, counts, st.integers(1, 15), st.integers(1, 10**13))
@settings(max_examples=200, deadline=None)
def test_computed_values_agree_with_plain_python(bids: Any, asks: Any, depth: int, wanted: int) -> None:
    bids, asks = sorted(bids, reverse=True), sorted((px + 60, qty) for px, qty in asks)
    book = OrderBook.detached(TARGET, 0, 3, 1, bids, asks)
    assert book.bids.tolist() == [list(level) for level in bids]
    assert book.asks.tolist() == [list(level) for level in asks]
    bid, ask = sum(qty for _, qty in bids[:depth]), sum(qty for _, qty in asks[:depth])
    assert book.depth(Side.BUY, depth) == D(bid) / 1000 and book.depth("asks", depth) == D(ask) / 1000
    assert book.imbalance(depth) == pytest.approx((bid - ask) / (bid + ask) if bid + ask else 0.0)
    for side, levels in ((Side.BUY, asks), (Side.SELL, bids)):
        assert book.vwap(side, D(wanted) / 1000) == plain_vwap(levels, wanted)


def plain_vwap(levels: list[tuple[int, int]], wanted: int) -> Decimal | None:
    left, cost = wanted, 0
    for px, qty in levels:
        cost += px * min(left, qty)
        left -= min(left, qty)
    return None if left else D(cost) / wanted


def test_the_largest_counts_do_not_wrap_around() -> None:
    book = OrderBook.detached(
        TARGET, 0, 0, 1, [(INT64_MAX - 3, 5)], [(INT64_MAX - 1, INT64_MAX), (INT64_MAX, INT64_MAX)]
    )
    assert book.depth("asks", 2) == 2 * INT64_MAX and book.spread == 2
    assert book.vwap(Side.BUY, INT64_MAX) == INT64_MAX - 1
    assert -1.0 <= book.imbalance() < -0.99


def test_the_middle_of_the_largest_prices_does_not_wrap_around() -> None:
    assert OrderBook.detached(TARGET, 0, 0, 1, [(INT64_MAX - 3, 5)], [(INT64_MAX - 1, 1)]).mid == INT64_MAX - 2


@pytest.mark.parametrize("quantity", [0, D("-1"), "0.0001", "x", None, float("nan"), 10**20])
def test_a_quantity_that_is_none_is_refused(quantity: Any) -> None:
    with pytest.raises(UsageError):
        OrderBook.detached(TARGET, 0, 3, 1, [(1, 1)], [(2, 1)]).vwap(Side.BUY, quantity)


def test_a_side_that_is_none_is_refused() -> None:
    for side in ("bid", 3, None):
        with pytest.raises(UsageError, match="side must be"):
            small().levels(side)  # type: ignore[arg-type]


@pytest.mark.parametrize("side", ["bid", 3, None])
def test_a_side_that_is_none_has_no_average_price(side: Any) -> None:
    with pytest.raises(UsageError):
        small().vwap(side, 1)


def test_digits_that_do_not_fit_are_refused() -> None:
    for digits in ((19, 0), (0, -1)):
        with pytest.raises(UsageError, match="0 to 18"):
            OrderBook.detached(TARGET, *digits, 1, [], [])


def test_views_share_memory_and_are_read_only() -> None:
    rig = gate_rig()
    view = rig.book.bids
    assert view.dtype == np.int64 and view.base is not None and not view.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 1
    assert not view.flags.owndata
    rig.receive(gate_frames.obu("BTC_USDT", [(D("100.5"), D(9))], [], START_ID + 1, first_id=START_ID + 1)[0])
    assert view[0].tolist() == [10_050_000_000, 900_000_000]


def test_a_view_outlives_its_book() -> None:
    rig = gate_rig(max_depth=5000)
    view, expected = rig.book.asks, rig.book.asks.tolist()
    many = [(D(200 + n), D(1)) for n in range(3000)]
    rig.receive(gate_frames.obu("BTC_USDT", [], many, START_ID + 1, first_id=START_ID + 1)[0])
    rig.session.remove_symbol(TARGET)
    del rig
    assert view.tolist() == expected


def test_a_copy_never_changes() -> None:
    rig = gate_rig()
    copy, before = rig.book.copy(), rig.picture()
    rig.receive(gate_frames.obu("BTC_USDT", [(D("100.5"), D(0))], [], START_ID + 1, first_id=START_ID + 1)[0])
    rig.session.stale(TARGET, "test")
    assert rig.book.status is BookStatus.STALE and copy.status is BookStatus.LIVE
    assert (copy.id, copy.updates, copy.levels("bids"), copy.levels("asks"), copy.venue_ns, copy.recv_ns) == before


def test_only_a_live_book_is_quoted() -> None:
    rig = gate_rig()
    assert rig.book.require_live() is rig.book
    rig.session.stale(TARGET, "silence")
    with pytest.raises(StaleBookError, match=r"BTC/USDT is STALE \(silence\)"):
        rig.book.require_live()


def test_age_counts_from_the_last_message() -> None:
    assert gate_rig().book.age_ns(NOW + 5) == 5


def test_nobody_writes_to_a_book() -> None:
    for name in ("id", "status", "symbol", "bids", "price_digits", "stale_reason", "new"):
        with pytest.raises(AttributeError):
            setattr(small(), name, 1)


def test_levels_beyond_the_depth_are_cut_on_both_sides() -> None:
    rig = gate_rig(max_depth=3)
    bids = [(D(n) / 4, D(1)) for n in range(300, 310)]
    asks = [(D(n) / 4, D(1)) for n in range(500, 510)]
    rig.receive(gate_frames.obu("BTC_USDT", bids[::-1], asks, 9000)[0])
    assert rig.book.levels("bids") == bids[:-4:-1] and rig.book.levels("asks") == asks[:3]
    rig.receive(gate_frames.obu("BTC_USDT", [(D(80), D(2))], [(D(120), D(2))], 9001, first_id=9001)[0])
    assert rig.book.levels("bids") == [(D(80), D(2)), *bids[:-3:-1]]
    assert rig.book.levels("asks") == [(D(120), D(2)), *asks[:2]]


def test_a_hundred_levels_a_side_fit_into_30_kilobytes() -> None:
    rig = gate_rig()
    sides = [[(D(base) + sign * D(n) / 4, D(1)) for n in range(100)] for base, sign in ((100, -1), (101, 1))]
    for last in range(9000, 9200):
        first = None if last == 9000 else last
        rig.receive(gate_frames.obu("BTC_USDT", sides[0], sides[1], last, first_id=first)[0])
    assert len(rig.book) == 200 and 3200 < sys.getsizeof(rig.book) < 30_000
