"""Books and trades from texts: every value exact, nonsense refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hftx.enums import BookStatus, Side
from hftx.records import OrderBook
from hftx.rest.exact import Digits, TradeRow, book_of, trades_of
from hftx.rest.reply import Reply
from hftx.symbols import Symbol

BTC = Symbol("BTC/USDT")


def book(bids: Any, asks: Any, known: Digits = Digits()) -> OrderBook:  # noqa: B008 - immutable
    return book_of(BTC, Reply({"bids": bids, "asks": asks}, RuntimeError), 7, 5, known)


def test_the_unit_is_the_finest_one_and_padding_does_not_count() -> None:
    made = book([["10.1000", "2"]], [["10.25", "0.5000000000"]])
    assert (made.price_digits, made.qty_digits) == (2, 1)
    assert made.levels("bids", 9) == [(Decimal("10.1"), Decimal(2))]
    assert made.levels("asks", 9) == [(Decimal("10.25"), Decimal("0.5"))]
    assert (made.status, made.id, made.venue_ns) == (BookStatus.LIVE, 7, 5)


def test_known_rules_set_the_unit_unless_the_texts_are_finer() -> None:
    assert book([["10", "1"]], [], Digits(3, 4)).price_digits == 3
    assert book([["10.12345", "1"]], [], Digits(3, 4)).price_digits == 5


def test_empty_sides_are_empty() -> None:
    made = book([], [])
    assert made.best_bid is None and made.best_ask is None


@pytest.mark.parametrize(
    ("bids", "asks", "why"),
    [
        ([["10", "1"]], [["10", "1"]], "crossed"),
        ([["10", "1"]], [["9.5", "1"]], "crossed"),
        ([["-10", "1"]], [], "negative"),
        ([["1" * 20, "1"]], [], "64 bits"),
        ([["0." + "1" * 19, "1"]], [], "19 decimal digits"),
        ([["10"]], [], "not a decimal number"),
        (None, [], "not an array"),
        ([["10", None]], [], "not a decimal number"),
    ],
)
def test_a_book_that_cannot_be_true_is_refused(bids: Any, asks: Any, why: str) -> None:
    with pytest.raises(RuntimeError, match=why):
        book(bids, asks)


def test_trades_come_oldest_first_and_ties_keep_the_venues_order() -> None:
    rows = [TradeRow("3", Side.BUY, "1.5", "2", 20), TradeRow("2", Side.SELL, "1.25", "1", 10)]
    rows += [TradeRow("1", Side.SELL, "1.250000", "1", 10)]
    trades = trades_of(BTC, Reply([], RuntimeError), rows, Digits(), 99)
    assert [trade.trade_id for trade in trades] == ["1", "2", "3"]
    assert [trade.px for trade in trades] == [125, 125, 150]
    assert trades[2].side is Side.BUY and trades[2].notional == Decimal(3) and trades[2].recv_ns == 99
