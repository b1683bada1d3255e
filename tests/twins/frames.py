"""Hypothesis strategies over the frame generators: any frame that the two venues may lawfully send.

Each strategy yields (bytes, truth). Never knows a decoder.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from . import gate_frames, mexc_frames
from .gate_frames import Frame
from .two_sides import Level

PRICE_DIGITS, QTY_DIGITS = 8, 8
GATE_SYMBOLS = ("BTC_USDT", "NEO_BTC", "1INCH3L_USDT", "X_Y")
MEXC_SYMBOLS = ("BTCUSDT", "NEOBTC", "1INCHUSDT", "XY")
GATE_INTERVALS = ("10s", "1m", "5m", "15m", "30m", "1h", "4h", "8h", "1d", "7d", "30d")
MEXC_INTERVALS = ("Min1", "Min5", "Min15", "Min30", "Min60", "Hour4", "Hour8", "Day1", "Week1", "Month1")


def decimals(digits: int, low: int = 1, high: int = 10**15) -> st.SearchStrategy[Decimal]:
    """Counts of 10^-k for k up to `digits`, so that the number of printed decimals varies."""
    counts = st.integers(low, high)
    return st.builds(lambda count, k: Decimal(count).scaleb(-k), counts, st.integers(0, digits))


prices = decimals(PRICE_DIGITS)
quantities = st.one_of(st.sampled_from([Decimal(0), Decimal("0.00000000")]), decimals(QTY_DIGITS))
level: st.SearchStrategy[Level] = st.tuples(prices, quantities)
live_level: st.SearchStrategy[Level] = st.tuples(prices, decimals(QTY_DIGITS))
sides = st.lists(level, max_size=12, unique_by=lambda one: one[0])
ids = st.integers(1, 2**53)
times_ms = st.integers(1_600_000_000_000, 1_900_000_000_000)
rngs = st.integers(0, 2**32 - 1).map(Random)

gate_styles = st.builds(
    gate_frames.Style,
    spaces=st.booleans(),
    shuffle=st.booleans(),
    extra_keys=st.integers(0, 3),
    pad=st.integers(0, 3),
    rng=rngs,
)
mexc_styles = st.builds(
    mexc_frames.WireStyle,
    shuffle=st.booleans(),
    unknown_fields=st.integers(0, 3),
    later_fields=st.booleans(),
    pad=st.integers(0, 3),
    rng=rngs,
)
gate_symbols, mexc_symbols = st.sampled_from(GATE_SYMBOLS), st.sampled_from(MEXC_SYMBOLS)


def _values(
    names: dict[str, str] | dict[int, str], **special: st.SearchStrategy[Decimal]
) -> st.SearchStrategy[dict[str, Decimal]]:
    return st.fixed_dictionaries({name: special.get(name, prices) for name in names.values()})


@st.composite
def id_ranges(draw: st.DrawFn) -> tuple[int, int]:
    """(first, last) of an update."""
    first = draw(ids)
    return first, first + draw(st.integers(0, 50))


@st.composite
def gate_obu(draw: st.DrawFn) -> Frame:
    """Full frames and deltas of `spot.obu`."""
    first, last = draw(id_ranges())
    return gate_frames.obu(
        draw(gate_symbols),
        draw(sides),
        draw(sides),
        last,
        first_id=draw(st.sampled_from([None, first])),
        level=draw(st.sampled_from([50, 400])),
        time_ms=draw(times_ms),
        omit_empty=draw(st.booleans()),
        style=draw(gate_styles),
    )


@st.composite
def gate_order_book_update(draw: st.DrawFn) -> Frame:
    """Updates and full frames of `spot.order_book_update`."""
    first, last = draw(id_ranges())
    return gate_frames.order_book_update(
        draw(gate_symbols),
        draw(sides),
        draw(sides),
        last,
        first_id=first,
        depth=draw(st.sampled_from([20, 100])),
        full=draw(st.booleans()),
        time_ms=draw(times_ms),
        style=draw(gate_styles),
    )


@st.composite
def gate_trades(draw: st.DrawFn) -> Frame:
    """Trades."""
    return gate_frames.trade(
        draw(gate_symbols),
        draw(ids),
        draw(st.sampled_from(["buy", "sell"])),
        draw(prices),
        draw(decimals(QTY_DIGITS)),
        time_us=draw(times_ms) * 1000 + draw(st.integers(0, 999)),
        market_id=draw(ids),
        style=draw(gate_styles),
    )


@st.composite
def gate_book_tickers(draw: st.DrawFn) -> Frame:
    """Best bid and ask, either side perhaps empty."""
    bid, ask = draw(st.none() | live_level), draw(st.none() | live_level)
    return gate_frames.book_ticker(
        draw(gate_symbols), draw(ids), bid, ask, time_ms=draw(times_ms), style=draw(gate_styles)
    )


@st.composite
def gate_tickers(draw: st.DrawFn) -> Frame:
    """24 hour statistics, falling ones included."""
    values = draw(_values(gate_frames.TICKER_FIELDS, change_percent=decimals(4, -(10**7), 10**7)))
    return gate_frames.ticker(draw(gate_symbols), values, time_ms=draw(times_ms), style=draw(gate_styles))


@st.composite
def gate_candlesticks(draw: st.DrawFn) -> Frame:
    """Klines, closed or not, or silent about it."""
    return gate_frames.candlestick(
        draw(gate_symbols),
        draw(st.sampled_from(GATE_INTERVALS)),
        draw(times_ms) // 1000,
        draw(_values(gate_frames.CANDLE_FIELDS)),
        closed=draw(st.sampled_from([None, False, True])),
        style=draw(gate_styles),
    )


@st.composite
def mexc_depth(draw: st.DrawFn) -> Frame:
    """Aggregated depth pushes."""
    first, last = draw(id_ranges())
    return mexc_frames.depth(
        draw(mexc_symbols),
        draw(sides),
        draw(sides),
        first,
        last,
        speed=draw(st.sampled_from(["10ms", "100ms"])),
        send_time_ms=draw(times_ms),
        style=draw(mexc_styles),
    )


@st.composite
def mexc_deals(draw: st.DrawFn) -> Frame:
    """Aggregated deals pushes of one to five trades."""
    row = st.tuples(prices, decimals(QTY_DIGITS), st.sampled_from([1, 2]), times_ms)
    rows = draw(st.lists(row, min_size=1, max_size=5))
    return mexc_frames.deals(draw(mexc_symbols), rows, send_time_ms=draw(times_ms), style=draw(mexc_styles))


@st.composite
def mexc_book_tickers(draw: st.DrawFn) -> Frame:
    """Best bid and ask, either side perhaps absent."""
    bid, ask = draw(st.none() | live_level), draw(st.none() | live_level)
    version = draw(ids)
    return mexc_frames.book_ticker(
        draw(mexc_symbols), bid, ask, version=version, send_time_ms=draw(times_ms), style=draw(mexc_styles)
    )


@st.composite
def mexc_klines(draw: st.DrawFn) -> Frame:
    """Klines."""
    opened = draw(times_ms) // 1000
    values = draw(_values(mexc_frames.KLINE_FIELDS))
    interval = draw(st.sampled_from(MEXC_INTERVALS))
    return mexc_frames.kline(
        draw(mexc_symbols), interval, opened, opened + 60, values, style=draw(mexc_styles)
    )


@st.composite
def mexc_mini_tickers(draw: st.DrawFn) -> Frame:
    """24 hour statistics."""
    values = draw(_values(mexc_frames.MINI_TICKER_FIELDS, change=decimals(4, -(10**4), 10**4)))
    return mexc_frames.mini_ticker(draw(mexc_symbols), values, style=draw(mexc_styles))


@st.composite
def mexc_heartbeats(draw: st.DrawFn) -> Frame:
    """Wrappers without body."""
    return mexc_frames.heartbeat(draw(mexc_symbols), style=draw(mexc_styles))


gate_any = st.one_of(
    gate_obu(),
    gate_order_book_update(),
    gate_trades(),
    gate_book_tickers(),
    gate_tickers(),
    gate_candlesticks(),
)
mexc_any = st.one_of(
    mexc_depth(), mexc_deals(), mexc_book_tickers(), mexc_klines(), mexc_mini_tickers(), mexc_heartbeats()
)
