"""The market's promises: deterministic, never crossed, and one id, one level, one truth per event."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx.sim.listing import DEFAULT_SYMBOLS, UnknownSymbolError, listings
from hftx.sim.market import Event, Market
from hftx.sim.options import TwinOptions

NOW_MS = 1_767_225_600_123


def market(seed: int = 1, symbol: str = "BTC_USDT", **options: int) -> Market:
    settings = TwinOptions(**options)  # type: ignore[arg-type]
    return Market(listings([symbol], settings)[symbol], seed, settings, NOW_MS)


def plain(book: Market) -> tuple[dict[int, int], dict[int, int]]:
    return dict(book.bids.qty), dict(book.asks.qty)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    symbol=st.sampled_from([*DEFAULT_SYMBOLS, "ABC_USDT", "Q7_BTC"]),
    levels=st.integers(5, 60),
)
def test_every_event_changes_one_level_by_one_id_and_never_crosses(
    seed: int, symbol: str, levels: int
) -> None:
    book = market(seed, symbol, levels=levels, warmup_events=0)
    for number in range(400):
        bids, asks = plain(book)
        first_id, trades = book.id, len(book.trades)
        event = book.step(NOW_MS + number)
        assert event.id == book.id == first_id + 1
        side = bids if event.is_bid else asks
        assert event.old_qty == side.get(event.key, 0) != event.qty
        side[event.key] = event.qty
        assert ({k: q for k, q in bids.items() if q}, {k: q for k, q in asks.items() if q}) == plain(book)
        assert book.bids.keys == sorted(book.bids.qty) and book.asks.keys == sorted(book.asks.qty)
        assert book.bids.keys[0] + book.asks.keys[0] > 0
        assert min(len(book.bids.keys), len(book.asks.keys)) >= 2
        assert len(book.trades) == trades + (event.traded > 0)


@given(seed=st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_a_trade_prints_at_the_best_resting_price(seed: int) -> None:
    book = market(seed)
    seen = 0
    for _ in range(300):
        best = {True: book.bids.keys[0], False: book.asks.keys[0]}
        event = book.step(NOW_MS)
        if event.traded:
            seen += 1
            trade = book.trades[-1]
            assert event.key == best[event.is_bid]
            assert (trade.px, trade.qty, trade.taker_buys) == (abs(event.key), event.traded, not event.is_bid)
            assert event.old_qty - event.qty == event.traded
    assert seen > 10


def test_the_course_depends_on_seed_symbol_and_event_number_alone() -> None:
    def course(seed: int, symbol: str, step_ms: int) -> list[tuple[int, ...]]:
        book = market(seed, symbol)
        events = [book.step(NOW_MS + number * step_ms) for number in range(500)]
        return [(e.id, e.is_bid, e.key, e.old_qty, e.qty, e.traded) for e in events]

    assert course(7, "BTC_USDT", 1) == course(7, "BTC_USDT", 50)
    assert course(7, "BTC_USDT", 1) != course(8, "BTC_USDT", 1)
    assert course(7, "BTC_USDT", 1) != course(7, "ETH_USDT", 1)


def test_the_book_stays_deep_and_tight() -> None:
    book = market(levels=200)
    spreads = []
    for number in range(20_000):
        book.step(NOW_MS)
        if number % 100 == 0:
            assert 130 <= len(book.bids.keys) <= 210 and 130 <= len(book.asks.keys) <= 210
            spreads.append(book.bids.keys[0] + book.asks.keys[0])
    assert sum(spreads) / len(spreads) < 10


def test_snapshots_reach_back_by_ids_and_by_time() -> None:
    book = market(history=300)
    kept = {book.id: book.snapshot()}
    for number in range(250):
        book.step(NOW_MS + number)
        kept[book.id] = book.snapshot()
    for behind in (0, 1, 17, 250):
        assert book.snapshot(behind=behind)[0] == book.id - behind
        assert book.snapshot(behind=behind)[2:] == kept[book.id - behind][2:]
    assert book.snapshot(before_ms=NOW_MS + 99)[0] == book.id - 150
    assert book.snapshot(behind=10**9).id == book.id - 300
    assert len(book.snapshot(5).bids) == 5 == len(book.snapshot(5, behind=20).asks)


def test_statistics_agree_with_the_trades() -> None:
    book = market(warmup_events=0)
    for number in range(900):
        book.step(NOW_MS + number * 100)
    trades = list(book.trades)
    day = book.stats.day(NOW_MS + 90_000)
    assert day is not None
    assert (day.open, day.close) == (trades[0].px, trades[-1].px)
    assert (day.high, day.low) == (max(t.px for t in trades), min(t.px for t in trades))
    assert (day.base, day.quote) == (sum(t.qty for t in trades), sum(t.qty * t.px for t in trades))
    bars = book.stats.bars(10, 100, NOW_MS // 1000 + 90)
    assert sum(bar.base for bar in bars) == day.base and sum(bar.trades for bar in bars) == len(trades)


def test_an_event_is_what_the_log_keeps() -> None:
    book = market(history=10)
    events = [book.step(NOW_MS) for _ in range(20)]
    assert list(book.log) == events[-10:] and isinstance(events[0], Event)


@pytest.mark.parametrize("symbol", ["BTCUSDT", "btc_usdt", "BTC_", ""])
def test_a_symbol_that_is_not_base_quote_is_refused(symbol: str) -> None:
    with pytest.raises(UnknownSymbolError, match="BASE_QUOTE"):
        listings([symbol], TwinOptions())


def test_an_empty_listing_is_refused() -> None:
    with pytest.raises(UnknownSymbolError, match="at least one"):
        listings([], TwinOptions())
