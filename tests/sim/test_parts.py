"""The small parts: text, frames, windows of requests, bans, depth windows, bars."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx.sim.candles import TradeStats, window_end, window_start
from hftx.sim.depth import DepthWindow
from hftx.sim.limits import Bans, Window
from hftx.sim.listing import listings
from hftx.sim.market import Market
from hftx.sim.mexc.tickers import zone_offset_s
from hftx.sim.options import TwinOptions
from hftx.sim.text import BINARY, TEXT, Spelling, fixed, message_frames, server_frame, trimmed


@given(st.integers(-(10**20), 10**20), st.integers(0, 12))
def test_decimal_text_is_exact(value: int, digits: int) -> None:
    exact = Decimal(value).scaleb(-digits)
    assert Decimal(fixed(value, digits)) == Decimal(trimmed(value, digits)) == exact
    assert len(fixed(value, digits).partition(".")[2]) == digits
    assert digits == 0 or "." not in trimmed(value, digits) or trimmed(value, digits)[-1] not in ".0"


@pytest.mark.parametrize(("size", "head"), [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)])
def test_frames_carry_their_length(size: int, head: int) -> None:
    frame = server_frame(BINARY, b"x" * size)
    assert len(frame) == head + size and frame[0] == 0x82 and not frame[1] & 0x80
    assert int.from_bytes(frame[2:head], "big") == size if head > 2 else frame[1] == size
    assert server_frame(TEXT, b"")[0] == 0x81


def test_a_long_message_is_cut_into_frames() -> None:
    payload = bytes(range(100))
    frames = message_frames(TEXT, payload, 40)
    assert frames == b"\x01\x28" + payload[:40] + b"\x00\x28" + payload[40:80] + b"\x80\x14" + payload[80:]
    assert (
        message_frames(TEXT, payload, 100) == message_frames(TEXT, payload, 0) == server_frame(TEXT, payload)
    )


def test_quote_values_have_at_most_eight_decimals() -> None:
    assert Spelling(2, 6, fixed).value(123_456_789) == "1.23456789"
    assert Spelling(6, 8, fixed).value(123_456_789_012_345) == "1.23456789"
    assert Spelling(6, 8, trimmed).value(10**14) == "1"


def test_a_window_refuses_what_does_not_fit_and_opens_again() -> None:
    window = Window(10, 5.0)
    assert window.spend(6, 100.0) and not window.spend(5, 101.0) and window.spend(4, 104.9)
    assert window.left == 0 and window.wait_s(104.0) == pytest.approx(1.0)
    assert window.spend(10, 105.0)


def test_bans_double_up_to_the_longest() -> None:
    bans = Bans(strikes=1, first_s=10.0, longest_s=25.0)
    waits = []
    for _ in range(3):
        assert not bans.strike("a", 0.0)
        assert bans.strike("a", 0.0)
        waits.append(bans.wait_s("a", 0.0))
    assert waits == [10.0, 20.0, 25.0] and bans.given == 3 and bans.wait_s("b", 0.0) == 0.0


def book(market: Market, depth: int | None) -> list[dict[int, int]]:
    return [dict(side) for side in market.snapshot(depth)[2:]]


def hear(side: dict[int, int], levels: list[tuple[int, int]]) -> None:
    assert len({px for px, _ in levels}) == len(levels), "a level appears once"
    side.update(levels)
    for px in [px for px, qty in side.items() if not qty]:
        del side[px]


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    limit=st.sampled_from([3, 10, 25]),
    bursts=st.lists(st.integers(1, 12), max_size=40),
)
def test_what_a_window_sends_keeps_its_client_right(seed: int, limit: int, bursts: list[int]) -> None:
    options = TwinOptions(levels=20, warmup_events=0)
    market = Market(listings(["BTC_USDT"], options)["BTC_USDT"], seed, options, 0)
    cutting, told = DepthWindow(market, limit), DepthWindow(market, limit, says_fallen=True)
    whole = DepthWindow(market, None)
    clients = [book(market, depth) for depth in (limit, limit, None)]
    for burst in bursts:
        for _ in range(burst):
            event = market.step(0)
            for window in (cutting, told, whole):
                window.note(event)
        for window, client in zip((cutting, told, whole), clients, strict=True):
            first_id, last_id, *sides = window.take()
            assert (first_id, last_id) == (market.id - burst + 1, market.id) and not window.pending
            for side, levels in zip(client, sides, strict=True):
                hear(side, levels)
        bids, asks = clients[0]
        clients[0] = [dict(sorted(bids.items())[-limit:]), dict(sorted(asks.items())[:limit])]
        assert clients == [book(market, depth) for depth in (limit, limit, None)]


@pytest.mark.parametrize(
    ("at_s", "width_s", "start_s", "end_s"),
    [
        (1_767_225_671, 60, 1_767_225_660, 1_767_225_720),
        (1_767_225_600, 604_800, 1_766_966_400, 1_767_571_200),  # Thursday 2026-01-01 -> Monday 2025-12-29
        (1_771_000_000, None, 1_769_904_000, 1_772_323_200),  # February 2026
    ],
)
def test_windows_of_time(at_s: int, width_s: int | None, start_s: int, end_s: int) -> None:
    assert window_start(at_s, width_s) == start_s and window_end(start_s, width_s) == end_s


def test_bars_fill_quiet_windows_with_the_last_price() -> None:
    stats = TradeStats()
    for at_s, px, qty in ((0, 10, 1), (61, 12, 2), (62, 8, 1), (300, 9, 5)):
        stats.record(px, qty, at_s * 1000)
    bars = stats.bars(60, 10, 310)
    assert [bar.start_s for bar in bars] == [0, 60, 120, 180, 240, 300]
    assert [bar.close for bar in bars] == [10, 8, 8, 8, 8, 9] and [bar.base for bar in bars] == [
        1,
        3,
        0,
        0,
        0,
        5,
    ]
    assert (bars[1].open, bars[1].high, bars[1].low, bars[1].quote) == (12, 12, 8, 32)
    assert [bar.close for bar in stats.bars(60, 2, 250)] == [8, 8], (
        "bars before the first shown one still count"
    )
    assert TradeStats().bars(60, 5, 100) == [] and TradeStats().day(0) is None
    one = stats.bar(60, 60)
    assert one is not None and (one.base, one.trades) == (3, 2) and stats.bar(120, 60) is None
    since = stats.since(61)
    assert since is not None and since.base == 5


@pytest.mark.parametrize(
    ("zone", "seconds"),
    [("24H", 0), ("UTC+8", 28_800), ("UTC+4:30", 16_200), ("UTC-10", -36_000), ("UTC+14", None)],
)
def test_zones(zone: str, seconds: int | None) -> None:
    assert zone_offset_s(zone) == seconds
