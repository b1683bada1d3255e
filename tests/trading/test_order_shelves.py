"""Where the orders of a symbol stand, and what is remembered of those that were dropped."""

from __future__ import annotations

from hftx._core.order_shelves import OrderShelves
from hftx.enums import OrderStatus
from hftx.orders import Order

from .samples import a_fill, an_order

S = OrderStatus


def put(shelves: OrderShelves, order: Order) -> None:
    tracked, _ = shelves.take(order.order_id, order.client_order_id)
    tracked.observe(order)
    shelves.place(tracked, order.order_id)


def test_an_order_stands_on_one_shelf_and_wanders() -> None:
    shelves = OrderShelves(10, 10)
    early, _ = shelves.take("7", None)
    early.fill(a_fill("t1"))
    shelves.place(early, "7")
    put(shelves, an_order(S.UNKNOWN, order_id=""))
    assert (list(shelves.unclaimed), list(shelves.open)) == (["7"], ["?t-a"])
    put(shelves, an_order())
    assert (list(shelves.unclaimed), list(shelves.open), list(shelves.executed)) == ([], ["7"], [])
    put(shelves, an_order(S.FILLED, "10"))
    assert (list(shelves.open), list(shelves.executed)) == ([], ["7"])
    assert shelves.find("7") is shelves.find_by_client_id("t-a") is not None


def test_the_newest_four_fifths_stay_and_the_rest_is_remembered_for_a_while() -> None:
    shelves = OrderShelves(10, 4)
    for number in range(11):
        put(shelves, an_order(S.CANCELLED, order_id=str(number), client_order_id=None))
    assert list(shelves.executed) == [str(n) for n in range(3, 11)]
    assert sorted(shelves.remembered) == ["0", "1", "2"] and shelves.forgotten_ns == -1
    assert shelves.remember(a_fill("t1", order_id="0", venue_ns=50))
    assert not shelves.remember(a_fill("t1", order_id="0", venue_ns=50))
    for number in range(11, 14):
        put(shelves, an_order(S.CANCELLED, order_id=str(number), client_order_id=None))
    assert sorted(shelves.remembered) == ["2", "3", "4", "5"] and shelves.forgotten_ns == 50


def test_only_an_unnumbered_order_is_given_up() -> None:
    shelves = OrderShelves(10, 10)
    put(shelves, an_order())
    put(shelves, an_order(S.UNKNOWN, order_id="", client_order_id="t-b"))
    given_up = [shelves.drop_unnumbered(name) for name in ("t-a", "t-b", "t-b", None)]
    assert given_up == [False, True, False, False]
    assert list(shelves.open) == ["7"]
