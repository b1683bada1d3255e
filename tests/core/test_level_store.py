"""The levels of a book, wherever they are kept, are those of plain dictionaries; the ladder stays within its memory."""

from __future__ import annotations

import sys
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .hostile_market import INT64_MAX, Followed, HostileMarket, Level

LADDER_BYTES = 4096  # of the smallest ladder of a side

markets = st.builds(
    HostileMarket,
    rng=st.integers(0, 2**32).map(Random),
    tick=st.sampled_from((1, 1, 2, 3, 10, 48, 1000, 10**8, 2**40, 2**52 + 2)),
    middle=st.sampled_from((3, 500, 10**6, 10**12, 2**62, INT64_MAX - 10**6, INT64_MAX - 1)),
    spread=st.sampled_from((0.5, 5.0, 100.0, 2000.0)),
    jump=st.sampled_from((0, 1, 40, 300, 1000, 5000)),
    off_grid=st.sampled_from((0.0, 0.0, 0.01, 0.5)),
    far=st.sampled_from((0.0, 0.02, 0.6)),
)


@given(markets, st.sampled_from((1, 3, 60, 1000)), st.integers(0, 80), st.sampled_from((0.0, 0.02, 0.5)))
@settings(max_examples=150, deadline=None)
def test_a_book_is_what_plain_dictionaries_hold(market: HostileMarket, depth: int, count: int, looks: float) -> None:
    rng, followed = market.rng, Followed(depth)
    followed.load(market.levels(-1, 2 * count), market.levels(1, 2 * count))
    for number in range(60):
        gone = market.move(followed)
        bids, asks = (market.levels(sign, rng.randint(0, count)) for sign in (-1, 1))
        followed.apply(gone[0] + bids, gone[1] + asks)
        followed.check_top()
        if number % 8 == 0:
            followed.check_levels()
            followed.check_levels(followed.book.copy())
        if rng.random() < looks:
            followed.check_views()
        if rng.random() < 0.02:
            followed.load(market.levels(-1, count), market.levels(1, count))
        if rng.random() < 0.02:
            followed.apply([(px, 0) for px in followed.bids], [(px, 0) for px in followed.asks])
            followed.check_top()
    followed.check_levels()


def side(sign: int, count: int, tick: int = 1, middle: int = 10**9) -> list[Level]:
    return [(middle + sign * n * tick, n) for n in range(1, count + 1)]


def laddered(count: int = 100, tick: int = 1, middle: int = 10**9) -> Followed:
    """A book whose ladders are up."""
    followed = Followed()
    followed.load(side(-1, count, tick, middle), side(1, count, tick, middle))
    bare = sys.getsizeof(followed.book)
    followed.apply([(middle - tick, 5)], [(middle + tick, 5)])
    assert sys.getsizeof(followed.book) >= bare + 2 * LADDER_BYTES
    return followed


@pytest.mark.parametrize("tick", [1, 3, 10**7, 2**33, 5 * 2**33])
def test_a_touch_that_wanders_takes_the_ladder_along(tick: int) -> None:
    followed, rng, middle = laddered(tick=tick, middle=2**20 * tick), Random(3), 2**20
    for step in [7] * 700 + [-7] * 1400 + [300, -300] * 40 + [5000, -5000] * 10:
        middle += step
        bids = [(px, 0) for px in followed.bids if px >= middle * tick]
        asks = [(px, 0) for px in followed.asks if px <= middle * tick]
        bids += [((middle - rng.randint(1, 90)) * tick, rng.randint(0, 9)) for _ in range(4)]
        asks += [((middle + rng.randint(1, 90)) * tick, rng.randint(0, 9)) for _ in range(4)]
        followed.apply(bids, asks)
        followed.check_top()
    followed.check_levels()


def test_levels_between_ticks_and_far_levels_are_found_again() -> None:
    followed = laddered(tick=10)
    off, far = 10**9 - 15, 10**9 - 10**8
    for qty in (4, 6, 0, 7):
        followed.apply([(off, qty), (far, qty)], [])
        followed.check_levels()
    followed.apply([(far + 3, 1), (far - 1, 1), (off, 0), (10**9 - 5, 0)], [])
    followed.apply([(px, 0) for px in followed.bids if px > far + 3], [])
    followed.check_top()
    followed.check_levels()


def test_a_level_between_ticks_comes_into_reach_when_the_touch_falls() -> None:
    followed, far = laddered(1500, tick=10), 10**9 - 10_005
    followed.apply([(far, 7)], [(2 * 10**9 - far, 7)])
    for ticks in range(60, 540, 60):
        gone = [(10**9 - 10 * n, 0) for n in range(ticks - 60, ticks)]
        followed.apply(gone, [(2 * 10**9 - px, 0) for px, _ in gone])
        followed.check_top()
    followed.apply([(far, 0), (far - 5, 9)], [(2 * 10**9 - far, 0), (2 * 10**9 - far + 5, 9)])
    followed.check_levels()


@pytest.mark.parametrize("tick", [1, 2**40, 2**50])
@pytest.mark.parametrize("middle", [2**61, 2**62, 2**63 - 2**62 // 5, 2**63 - 1])
def test_prices_at_the_end_of_int64_keep_their_order(tick: int, middle: int) -> None:
    followed, best = Followed(), middle - 100 * tick
    followed.load([], [(best + n * tick, 1) for n in range(100)])
    for better in (1, 30, 600, 1900):
        followed.apply([], [(best - better * tick, 2), (best + 5 * tick, better)])
        followed.check_levels()


def test_asks_that_rise_to_the_end_of_int64_keep_their_order() -> None:
    followed, tick, best = Followed(), 2**50, 2**62 - 100 * 2**50
    followed.load([], [(best + n * tick, 1) for n in range(100)])
    for more in range(0, 4000, 60):
        left = best + more * tick
        gone = [(px, 0) for px in followed.asks if px < left]
        followed.apply([], gone + [(px, 3) for px in range(left, left + 90 * tick, tick)])
        followed.check_top()
    followed.apply([], [(best - 1900 * tick, 4)])
    followed.check_top()
    followed.check_levels()


def test_a_far_level_waits_until_the_rest_of_its_message_is_in() -> None:
    followed = laddered()
    far = (10**9 - 10**5, 4)
    near = [(10**9 - 100 - n, 2) for n in range(1, 24)]
    followed.apply([far, *near, (10**9 + 10**7, 3)], [])   # the last one takes the ladder down: all is sorted in
    followed.check_levels()


@pytest.mark.parametrize("more", [1, 3, 4, 5, 63, 64, 65, 200])
def test_what_lies_beyond_the_depth_goes(more: int) -> None:
    followed = Followed(100)
    followed.load(side(-1, 100, 2), side(1, 100, 2))
    followed.apply([(10**9 - 2, 5)], [(10**9 + 2, 5)])
    for distance in (1, 101, 301):
        levels = side(-1, more, 2, 10**9 + 1 - distance)
        far = [(10**9 - 10**6, 1), (10**9 - 10**6, 0), (10**9 - 10**6 - 3, 7)]
        followed.apply(levels + far, [(2 * 10**9 - px, qty) for px, qty in levels + far])
        followed.check_levels()
    followed.apply([(px, 0) for px in list(followed.bids)[:30]], [far[-1], far[0]])
    followed.check_levels()


def test_changes_that_mostly_miss_the_ladder_take_it_down() -> None:
    followed, rng = laddered(), Random(5)
    with_ladders = sys.getsizeof(followed.book)
    for _ in range(100):
        followed.apply([(10**9 - 10**6 * rng.randint(1, 50), rng.randint(0, 3)) for _ in range(10)], [])
        followed.check_top()
    followed.check_levels()
    assert sys.getsizeof(followed.book) < with_ladders - LADDER_BYTES // 2


def test_a_view_shows_changes_of_quantity_as_long_as_it_lives() -> None:
    followed = laddered()
    best = followed.book.bids[:1]
    for qty in range(1, 300):
        followed.apply([(10**9 - 1, qty)], [])
        assert best.tolist() == [[10**9 - 1, qty]]
    del best
    for qty in range(1, 300):
        followed.apply([(10**9 - 1, qty)], [(10**9 + 2, qty)])
        followed.check_top()
    followed.check_views()


def test_finer_digits_scale_the_ladder_too() -> None:
    followed = Followed(digits=None)
    followed.load(side(-1, 50), side(1, 50))
    followed.apply([(10**9 - 1, 3)], [(10**9 + 1, 3)])
    book = followed.book
    before = book.levels("bids"), book.levels("asks")
    followed.session.receive(
        b'{"channel":"spot.obu","result":{"t":1,"s":"ob.BTC_USDT.400","U":3,"u":3,'
        b'"b":[["999999998.75","1.5"]],"a":[]},"time_ms":1}',
        True,
        1,
    )
    assert book.price_digits == 2 and book.bid_px == 99999999900
    assert book.levels("bids") == [before[0][0], (Decimal("999999998.75"), Decimal("1.5")), *before[0][1:]]
    assert book.levels("asks") == before[1]


@pytest.mark.parametrize(("levels", "most"), [(100, 30_000), (950, 100_000)])
def test_a_book_fits_into_its_memory(levels: int, most: int) -> None:
    followed, rng = Followed(levels), Random(9)
    followed.load(side(-1, levels, 2), side(1, levels, 2))
    for _ in range(300):
        offsets = [[1 + int(rng.expovariate(1 / levels)) for _ in range(20)] for _ in range(2)]
        bids = [(10**9 - n, rng.randint(0, 3)) for n in offsets[0]]
        followed.apply(bids, [(10**9 + n, rng.randint(0, 3)) for n in offsets[1]])
    followed.check_levels()
    assert 2 * LADDER_BYTES < sys.getsizeof(followed.book) < most
