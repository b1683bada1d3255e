"""The transition table and the merge of observations: order of arrival never counts, nothing goes back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from hftx.enums import OrderStatus, OrderType, Side
from hftx.errors import UsageError
from hftx.trading.states import (
    TRANSITIONS,
    contradictions,
    impossible_fills,
    merge,
    transition,
    with_fills,
)

from .samples import an_order

S = OrderStatus
EVERY = tuple(OrderStatus)


def test_the_table_has_a_row_for_every_pair() -> None:
    assert set(TRANSITIONS) == set(product(EVERY, EVERY))


def test_the_order_of_arrival_does_not_count() -> None:
    for a, b, c in product(EVERY, EVERY, EVERY):
        assert transition(a, b) is transition(b, a)
        assert transition(transition(a, b), c) is transition(a, transition(b, c))
        assert transition(a, a) is a


def test_a_finished_order_never_opens_again() -> None:
    for old, observed in product([s for s in EVERY if s.is_done], EVERY):
        assert transition(old, observed).is_done


@pytest.mark.parametrize("status", EVERY)
def test_unknown_resolves_to_anything_and_hides_nothing(status: OrderStatus) -> None:
    assert transition(S.UNKNOWN, status) is status
    assert transition(status, S.UNKNOWN) is status


@pytest.mark.parametrize(
    ("old", "observed", "to"),
    [
        (S.PARTIALLY_FILLED, S.NEW, S.PARTIALLY_FILLED),
        (S.PARTIALLY_FILLED, S.CANCELLED, S.PARTIALLY_CANCELLED),
        (S.NEW, S.REJECTED, S.REJECTED),
        (S.NEW, S.EXPIRED, S.EXPIRED),
        (S.CANCELLED, S.FILLED, S.FILLED),
        (S.FILLED, S.PARTIALLY_FILLED, S.FILLED),
    ],
)
def test_rows_that_matter(old: OrderStatus, observed: OrderStatus, to: OrderStatus) -> None:
    assert transition(old, observed) is to


def test_filled_amounts_never_shrink() -> None:
    late = merge(an_order(S.FILLED, "10"), an_order(S.PARTIALLY_FILLED, "4"))
    facts = late.status, late.filled_quantity, late.filled_quote
    assert facts == (S.FILLED, Decimal(10), Decimal(1000))


@pytest.mark.parametrize(
    ("status", "to"),
    [(S.NEW, S.PARTIALLY_FILLED), (S.UNKNOWN, S.PARTIALLY_FILLED), (S.CANCELLED, S.PARTIALLY_CANCELLED),
     (S.REJECTED, S.PARTIALLY_CANCELLED), (S.FILLED, S.FILLED), (S.EXPIRED, S.EXPIRED)],
)  # fmt: skip
def test_the_word_follows_the_fills(status: OrderStatus, to: OrderStatus) -> None:
    assert with_fills(an_order(status), Decimal(3), Decimal(300)).status is to
    assert with_fills(an_order(status), Decimal(0), Decimal(0)).status is status


def test_the_venues_own_quote_sum_counts_when_quantities_agree() -> None:
    order = an_order(S.FILLED, "10", filled_quote=Decimal("999.99"))
    assert with_fills(order, Decimal(10), Decimal("999.994")).filled_quote == Decimal("999.99")
    assert with_fills(replace(order, filled_quote=Decimal(0)), Decimal(10), Decimal(998)).filled_quote == 998
    assert with_fills(order, Decimal(4), Decimal(400)).filled_quote == Decimal("999.99")


def test_of_an_open_order_the_larger_quote_sum_counts() -> None:
    order = an_order(S.PARTIALLY_FILLED, "4", filled_quote=Decimal(398))   # it may speak of other fills
    assert with_fills(order, Decimal(4), Decimal(400)).filled_quote == 400


def test_an_amendment_counts_by_venue_time_not_by_arrival() -> None:
    old, new = an_order(updated_ns=5, price=Decimal(100)), an_order(updated_ns=9, price=Decimal(101))
    assert merge(old, new).price == merge(new, old).price == 101
    assert merge(new, replace(old, price=None)).price == 101
    assert merge(replace(new, price=None), old).price == 100


def test_a_stamp_of_our_clock_does_not_outrun_the_venue() -> None:
    ours = an_order(S.UNKNOWN, order_id="", updated_ns=10**9, created_ns=10**9)
    taken = merge(ours, an_order(updated_ns=7, created_ns=5))
    assert (taken.updated_ns, taken.created_ns, taken.order_id) == (7, 5, "7")
    assert merge(taken, an_order(updated_ns=8, price=Decimal(99))).price == 99


def test_the_reason_of_the_last_word_is_kept() -> None:
    ended = an_order(S.EXPIRED, reason="ioc")
    assert merge(an_order(), ended).reason == merge(ended, an_order(reason="put")).reason == "ioc"


def test_observations_of_different_orders_are_refused() -> None:
    with pytest.raises(UsageError, match="order 7 with order 8"):
        merge(an_order(), an_order(order_id="8"))


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (an_order(S.FILLED, "10"), an_order(S.CANCELLED), "was FILLED and is said to be CANCELLED"),
        (an_order(S.REJECTED), an_order(S.PARTIALLY_FILLED, "1"), "was REJECTED and is said"),
        (an_order(), an_order(side=Side.SELL), "side was BUY and is SELL"),
        (an_order(), an_order(client_order_id="t-b"), "client order id was t-a and is t-b"),
        (an_order(S.REJECTED, order_id=""), an_order(), "was taken as REJECTED and lives as 7"),
        (an_order(), an_order(S.REJECTED, order_id=""), "was taken as REJECTED and lives as 7"),
    ],
)
def test_contradictions_are_named(old: object, new: object, text: str) -> None:
    (found,) = contradictions(old, new)  # type: ignore[arg-type]
    assert text in found.text and found.order_id == "7"


def test_what_is_only_late_or_short_of_detail_is_no_contradiction() -> None:
    harmless = [(S.FILLED, S.NEW), (S.FILLED, S.UNKNOWN), (S.CANCELLED, S.PARTIALLY_CANCELLED),
                (S.PARTIALLY_FILLED, S.CANCELLED), (S.EXPIRED, S.CANCELLED), (S.REJECTED, S.NEW)]  # fmt: skip
    for old, new in harmless:
        assert contradictions(an_order(old), an_order(new)) == ()


def test_a_venue_id_disproves_a_refusal_without_one_in_both_orders() -> None:
    refused, lives = an_order(S.REJECTED, order_id="", reason="not found"), an_order()
    for merged in (merge(refused, lives), merge(lives, refused)):
        assert (merged.status, merged.order_id, merged.reason) == (S.NEW, "7", "")
    assert merge(an_order(S.REJECTED), lives).status is S.REJECTED


def test_impossible_fills_are_named_for_finished_limit_orders_only() -> None:
    assert "FILLED with 11 of 10" in impossible_fills(an_order(S.FILLED, "11"))[0].text
    assert "FILLED with 9 of 10" in impossible_fills(an_order(S.FILLED, "9"))[0].text
    for fine in (an_order(S.PARTIALLY_FILLED, "11"), an_order(S.FILLED, "10"),
                 an_order(S.PARTIALLY_CANCELLED, "4"),
                 an_order(S.FILLED, "9", order_type=OrderType.MARKET)):  # fmt: skip
        assert impossible_fills(fine) == ()


def test_observations_of_one_moment_are_ordered_by_their_fills() -> None:
    before = an_order(S.PARTIALLY_FILLED, "1")
    amended = an_order(S.PARTIALLY_FILLED, "2", price=Decimal(101))
    ended = an_order(S.PARTIALLY_CANCELLED, "2", price=Decimal(102))
    for old, new, price in ((before, amended, 101), (amended, ended, 102)):
        assert merge(old, new).price == merge(new, old).price == price
