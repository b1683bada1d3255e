"""Gate futures: every message through the common trials, and what is peculiar to futures."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hftx._core.venues.gateio_futures_market import GateioFuturesMarketSession
from hftx.enums import BookStatus, Side
from hftx.errors import DecodeError
from hftx.handlers import PublicWebsocketHandlers
from hftx.symbols import Symbol
from trials import (
    ASKS,
    BIDS,
    BYSTANDER,
    NOW,
    START_ID,
    TARGET,
    Rig,
    accepted,
    byte_flips,
    cut_everywhere,
    junk_behind,
    listening,
    logger,
    never_legal,
    ready,
    refused,
)
from twins import gate_futures_frames as gate

from .isolation import isolated
from .samples import Sample

D = Decimal
NAME, OTHER_NAME = "BTC_USDT", "ETH_USDT"
NEXT = START_ID + 1
CHANGED = [(D("99.5"), D(0)), (D("100.25"), D("7"))]   # not sorted
OFFERED = [(D("101.5"), D(9007199254740993)), (D("101.25"), D(1))]


def rig(books: str = "update", digits: int | None = 2) -> Rig:
    """Two LIVE books at `START_ID`."""
    heard: list[Any] = []
    asked: list[Any] = []
    session = GateioFuturesMarketSession(
        listening(heard), 100, lambda symbol, reason: asked.append((symbol, reason)), logger(), books
    )
    for symbol, name in ((TARGET, NAME), (BYSTANDER, OTHER_NAME)):
        session.add_symbol(symbol, name, digits, digits)
        session.begin_sync(symbol, 0)
        if books == "obu":
            assert session.receive(gate.obu(name, BIDS, ASKS, START_ID), True, NOW) == 1
        else:
            assert session.snapshot(symbol, gate.rest_order_book(START_ID, BIDS, ASKS), NOW)
    return ready(Rig(session, True, heard, asked))


def obu_rig() -> Rig:
    return rig("obu")


def trades(*rows: dict[str, Any]) -> bytes:
    return gate.push("futures.trades", list(rows))


SAMPLES = [
    Sample("obu full", obu_rig, gate.obu(NAME, CHANGED, OFFERED, 5000)),
    Sample("obu delta", obu_rig, gate.obu(NAME, CHANGED, OFFERED, NEXT + 4, NEXT)),
    Sample("obu delta without sides", obu_rig, gate.obu(NAME, [], [], NEXT + 4, NEXT, empty=True)),
    Sample("update", rig, gate.order_book_update(NAME, CHANGED, OFFERED, NEXT + 4, NEXT)),
    Sample("update of decimal sizes", rig, gate.order_book_update(NAME, CHANGED, OFFERED, NEXT, NEXT, decimal=True)),
    Sample("update full", rig, gate.order_book_update(NAME, CHANGED, OFFERED, 5000, 4999, full=True)),
    Sample("trades", rig, trades(gate.trade_row(NAME, 27753479, -108, "96.4"))),
    Sample("trades of two", rig, trades(gate.trade_row(NAME, 1, "1.5", 96), gate.trade_row(NAME, 2, 3, "9")), 2),
    Sample("book ticker", rig, gate.book_ticker(NAME, ("100.5", 37), ("101", "4.5"), 2**53 + 1)),
    Sample("tickers", rig, gate.push("futures.tickers", [gate.ticker_row(NAME)])),
    Sample("candlesticks", rig, gate.push("futures.candlesticks", [gate.kline_row(NAME)])),
    Sample("liquidations", rig, gate.push("futures.public_liquidates", [gate.liquidation_row(NAME, "-1.5", "96.4")])),
    Sample("liquidations of two", rig, gate.push("futures.public_liquidates", [
        gate.liquidation_row(NAME, -3, 96), gate.liquidation_row(NAME, 2**53 + 1, "9")]), 2),
    Sample("order_book", rig, gate.push("futures.order_book", {
        "t": gate.TIME_MS, "contract": NAME, "id": 93973511, "asks": gate.named(ASKS), "bids": gate.named(BIDS)},
        event="all"), 0),
]  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_whole_cut_and_junk_behind(sample: Sample) -> None:
    isolated(lambda: stand_trial(sample))


def stand_trial(sample: Sample) -> None:
    assert len(accepted(sample.make(), sample.frame)) == sample.records
    assert len(accepted(sample.make(), b" \r\n\t" + sample.frame + b" \n")) == sample.records
    cut_everywhere(sample.make, sample.frame, never_legal)
    junk_behind(sample.make, sample.frame)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_any_byte_altered_never_raises(sample: Sample) -> None:
    isolated(lambda: alter_everywhere(sample))


def alter_everywhere(sample: Sample) -> None:
    for altered in byte_flips(sample.frame):
        tried = sample.make()
        outcome = tried.receive(altered)
        assert outcome in (-1, 0, 1) and (outcome == 1 or tried.heard == [])
        assert tried.session.books[BYSTANDER].id == START_ID


def test_a_diff_whose_levels_are_not_sorted() -> None:
    tried = rig()
    accepted(tried, gate.order_book_update(NAME, CHANGED, OFFERED, NEXT + 4, NEXT))
    assert tried.book.id == NEXT + 4
    assert [tuple(level) for level in tried.book.levels("bids")][:2] == [BIDS[0], (D("100.25"), D(7))]
    assert [tuple(level) for level in tried.book.levels("asks")] == [ASKS[0], (D("101.25"), D(1)), OFFERED[0]]


@pytest.mark.parametrize(
    ("amount", "price", "side", "quantity"),
    [
        (-108, "96.4", Side.SELL, "108"),
        (108, 96.4, Side.BUY, "108"),
        ("-1.5", "96.4", Side.SELL, "1.5"),
        ("9007199254740993", "96.4", Side.BUY, "9007199254740993"),
        (-9007199254740993, "96.4", Side.SELL, "9007199254740993"),
    ],
)
def test_the_sign_of_a_trade_is_the_side_of_its_taker(amount: Any, price: Any, side: Side, quantity: str) -> None:
    (trade,) = accepted(rig(), trades(gate.trade_row(NAME, 2**53 + 1, amount, price)))
    assert (trade.side, trade.quantity, trade.price) == (side, D(quantity), D("96.4"))
    assert (trade.trade_id, trade.venue_ns) == (str(2**53 + 1), gate.TIME_MS * 1_000_000)


@pytest.mark.parametrize("amount", ["-", "", "--1", "1-", None, True, "+1"])
def test_a_size_that_is_no_number_is_refused(amount: Any) -> None:
    refused(rig(), trades(gate.trade_row(NAME, 1, amount, "96.4")))


def test_internal_trades_are_no_trades() -> None:
    rows = [gate.trade_row(NAME, 1, 5, "50", is_internal=True), gate.trade_row(NAME, 2, 5, "96", is_internal=False)]
    assert [trade.trade_id for trade in accepted(rig(), trades(*rows))] == ["2"]


def test_rows_of_several_contracts_each_reach_their_own() -> None:
    rows = [gate.trade_row(name, n, n, "96") for n, name in enumerate((OTHER_NAME, "DOGE_USDT", NAME, NAME), 1)]
    tried = rig()
    assert tried.receive(trades(*rows)) == 1
    assert [(t.symbol, t.trade_id) for t in tried.heard] == [(BYSTANDER, "1"), (TARGET, "3"), (TARGET, "4")]
    assert tried.session.faults == {"unlisted": 1} and tried.asked == []


def test_a_fault_in_a_later_row_keeps_the_earlier_ones_silent() -> None:
    rows = [gate.trade_row(NAME, 1, 1, "96"), gate.trade_row(NAME, 2, 1, "many")]
    refused(rig(), trades(*rows))
    refused(rig(), gate.push("futures.tickers", [gate.ticker_row(NAME), gate.ticker_row(NAME, last="x")]))


def test_a_handler_may_feed_another_frame_between_two_rows() -> None:
    heard: list[str] = []

    def handler(trade: Any) -> None:
        heard.append(trade.trade_id)
        if trade.trade_id == "1":
            session.receive(trades(gate.trade_row(NAME, 7, 1, "96"), gate.trade_row(NAME, 8, 1, "96")), True, NOW)

    handlers = PublicWebsocketHandlers(trades_handler=handler)
    session = GateioFuturesMarketSession(handlers, 100, lambda *_: None, logger(), "update")
    session.add_symbol(TARGET, NAME)
    rows = [gate.trade_row(NAME, n, n, "96.5") for n in (1, 2, 3)]
    assert session.receive(trades(*rows), True, NOW) == 1
    assert sorted(heard) == ["1", "2", "3", "7", "8"] and session.messages == 5


def test_an_empty_push_tells_nobody() -> None:
    tried = rig()
    assert tried.receive(trades()) == 0 and tried.heard == [] and tried.session.faults == {}


def test_a_ticker_has_mark_index_and_funding() -> None:
    (ticker,) = accepted(rig(), gate.push("futures.tickers", [gate.ticker_row(NAME)]))
    assert (ticker.mark_price, ticker.index_price) == (D("100.74"), D("100.7"))
    assert (ticker.funding_rate, ticker.open_interest) == (D("-0.000125"), D(73648))
    assert (ticker.last_price, ticker.change, ticker.base_volume) == (D("100.75"), D("-0.0125"), D("12.5"))
    assert ticker.bid_price is None and ticker.venue_ns == gate.TIME_MS * 1_000_000


def test_a_bar_has_its_volume_in_contracts_and_in_base() -> None:
    bars = accepted(rig(), gate.push("futures.candlesticks", [gate.kline_row(NAME, w=True), gate.kline_row(NAME)]))
    assert [(bar.contracts, bar.base_volume, bar.quote_volume) for bar in bars] == [
        (D(27525555), D("314732.87412"), None)] * 2  # fmt: skip
    assert [bar.closed for bar in bars] == [True, False] and bars[0].interval == "1m"


@pytest.mark.parametrize("nothing", [0, "0", "0.0", ""])
def test_an_empty_side_of_a_book_ticker(nothing: Any) -> None:
    (ticker,) = accepted(rig(), gate.book_ticker(NAME, ("", nothing), ("101", 4), 7))
    assert (ticker.bid_price, ticker.bid_quantity, ticker.ask_price) == (None, None, D(101))
    refused(rig(), gate.book_ticker(NAME, ("", 5), ("101", 4), 7))


@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_name_beyond_ascii_in_either_spelling(ascii_only: bool) -> None:
    symbol, name = Symbol("币安人生", "USDT"), "币安人生_USDT"
    tried = rig()
    tried.session.add_symbol(symbol, name, 2, 2)
    value = json.loads(trades(gate.trade_row(name, 1, 5, "96")))
    frame = json.dumps(value, ensure_ascii=ascii_only).encode()
    (trade,) = accepted(tried, frame)
    assert trade.symbol == symbol
    tried.session.remove_symbol(symbol)
    assert tried.receive(frame) == -1 and tried.session.faults == {"unlisted": 1}
    found = GateioFuturesMarketSession(PublicWebsocketHandlers(), 10, lambda *_: None, logger())
    assert found.decode_frame(frame, True)["symbol"] == str(symbol)


def test_a_gap_and_a_stale_diff() -> None:
    tried = rig()
    assert tried.receive(gate.order_book_update(NAME, BIDS, [], START_ID, START_ID)) == 1
    assert tried.book.dropped == 1 and tried.book.status is BookStatus.LIVE
    assert tried.receive(gate.order_book_update(NAME, BIDS, [], NEXT + 3, NEXT + 1)) == 1
    assert tried.book.status is BookStatus.STALE and tried.asked == [(TARGET, "gap")]


def test_decoded_frames_tell_all_rows() -> None:
    session = GateioFuturesMarketSession(PublicWebsocketHandlers(), 10, lambda *_: None, logger())
    rows = [gate.trade_row(NAME, 1, "-1.25", "96"), gate.trade_row(NAME, 2, 1, "96.5"), gate.trade_row("X_Y", 3, 1, 2)]
    said = session.decode_frame(trades(*rows), True)
    assert [row["quantity"] for row in said["records"]] == ["1.25", "1"] and said["symbol"] == "BTC/USDT"
    assert [other["symbol"] for other in said["also"]] == ["X/Y"]
    with pytest.raises(DecodeError, match="unknown"):
        session.decode_frame(gate.push("futures.nothing", []), True)


def maker(shape: str) -> Callable[[list[tuple[str, str]]], list[Any]]:
    """How a frame writes its levels."""
    return {
        "ps": lambda levels: [{"p": px, "s": qty} for px, qty in levels],
        "sp": lambda levels: [{"s": qty, "p": px} for px, qty in levels],
        "more": lambda levels: [{"p": px, "x": [{}], "s": qty} for px, qty in levels],
        "bare": lambda levels: [{"p": px, "s": int(qty)} for px, qty in levels],
    }[shape]


@given(
    levels=st.dictionaries(st.integers(1, 10**12), st.integers(1, 2**53 + 5), min_size=1, max_size=8),
    shape=st.sampled_from(["ps", "sp", "more", "bare"]),
    digits=st.integers(0, 6),
)
def test_levels_in_any_shape_are_exact(levels: dict[int, int], shape: str, digits: int) -> None:
    texts = [(str(D(px).scaleb(-digits)), str(qty)) for px, qty in levels.items()]
    session = GateioFuturesMarketSession(PublicWebsocketHandlers(), 10, lambda *_: None, logger(), "update")
    session.add_symbol(TARGET, NAME)
    body = json.dumps({"id": 5, "current": 1.5, "update": 1.25, "asks": [], "bids": maker(shape)(texts)}).encode()
    assert session.snapshot(TARGET, body, NOW)
    book = session.books[TARGET]
    assert book.levels("bids") == sorted([(D(px), D(qty)) for px, qty in texts], reverse=True)
    assert book.venue_ns == 1_250_000_000


@pytest.mark.parametrize(
    "level", ["{}", '{"p":"1"}', '{"s":1}', '{"p":"0","s":1}', '{"p":"1","s":-1}', '{"p":"1","s":01}', "1"]
)
def test_a_level_that_is_not_one_is_refused(level: str) -> None:
    frame = gate.order_book_update(NAME, [(D(100), D(1))], [], NEXT, NEXT)
    good = b'{"p":"100","s":1}'
    assert good in frame
    refused(rig(), frame.replace(good, level.encode()))
