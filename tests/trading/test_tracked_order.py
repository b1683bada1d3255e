"""One order, its events and its fills, joined."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hftx._core.tracked_order import TrackedOrder
from hftx.enums import OrderStatus

from .samples import a_fill, an_order

S = OrderStatus


def test_it_is_handed_out_once_a_state() -> None:
    tracked = TrackedOrder()
    assert tracked.news() is None
    tracked.fill(a_fill("t1", "4"))
    assert tracked.order is None and tracked.is_numbered and tracked.news() is None
    tracked.observe(an_order())
    news = tracked.news()
    assert news and news.filled_quantity == 4 and tracked.news() is None
    tracked.observe(an_order(updated_ns=9_000))
    assert tracked.news() is None


def test_it_awaits_fills_that_the_venue_has_counted() -> None:
    tracked = TrackedOrder()
    tracked.observe(an_order(S.PARTIALLY_FILLED, "4"))
    assert tracked.awaits_executions
    tracked.fill(a_fill("t1", "4"))
    assert not tracked.awaits_executions


def test_an_end_without_an_amount_may_come_between_its_fills() -> None:
    tracked = TrackedOrder()
    tracked.fill(a_fill("t1", "4"))
    assert tracked.observe(an_order(S.FILLED, "4", quantity=None)) == ()
    assert tracked.fill(a_fill("t2", "3")) == (True, ())
    assert tracked.order is not None and tracked.order.filled_quantity == 7


def test_a_fill_gives_an_unnumbered_order_its_number() -> None:
    tracked = TrackedOrder()
    tracked.observe(an_order(S.UNKNOWN, order_id=""))
    assert not tracked.is_numbered
    assert tracked.fill(a_fill("t1", "4")) == (True, ())
    assert tracked.order and (tracked.order.order_id, tracked.order.status) == ("7", S.PARTIALLY_FILLED)


def test_a_fill_of_a_refused_order_is_told() -> None:
    tracked = TrackedOrder()
    tracked.observe(an_order(S.REJECTED))
    is_new, (told,) = tracked.fill(a_fill("t1", "4"))
    assert is_new and told.text == "REJECTED, but 4 of it were filled"
    assert tracked.order and tracked.order.status is S.PARTIALLY_CANCELLED


def test_two_halves_of_one_order_become_one() -> None:
    asked, heard = TrackedOrder(), TrackedOrder()
    asked.observe(an_order(S.UNKNOWN, order_id=""))
    heard.fill(a_fill("t1", "4", client_order_id="t-a"))
    heard.observe(an_order(client_order_id=None))
    assert asked.absorb(heard) == ()
    assert asked.order and asked.order.client_order_id == "t-a" and asked.executed_quantity == 4


def test_a_repeated_fill_that_differs_is_told_and_not_counted() -> None:
    tracked, fill = TrackedOrder(), a_fill("t1", "4")
    tracked.fill(fill)
    assert tracked.fill(fill) == (False, ())
    is_new, (told,) = tracked.fill(replace(fill, quantity=Decimal(5)))
    assert not is_new and "was BUY 4 at 100 and is repeated as BUY 5 at 100" in told.text
    assert tracked.executed_quantity == 4


def test_an_order_that_closes_a_position_may_end_before_its_fills_tell_how_much_it_was() -> None:
    tracked = TrackedOrder()
    assert tracked.observe(an_order(S.FILLED, quantity=None)) == () and tracked.awaits_executions
    assert tracked.fill(a_fill("t1", "4")) == (True, ()) and not tracked.awaits_executions
    assert tracked.order is not None and (tracked.order.status, tracked.order.filled_quantity) == (S.FILLED, 4)
    assert tracked.observe(an_order(S.FILLED, "4", quantity=None)) == ()
    assert tracked.fill(a_fill("t2", "3")) == (True, ())   # over REST fills come late, too
    assert tracked.order.filled_quantity == 7
    other = TrackedOrder()
    other.observe(an_order(S.FILLED))
    assert "add up to 4" in other.fill(a_fill("t1", "4"))[1][-1].text   # with a quantity it says something wrong
