"""The order store, case by case: shelves, fills before orders, unknown fates, bounds, freshness."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from hftx.enums import OrderStatus
from hftx.errors import UsageError
from hftx.trading.order_store import Applied, OrderStore

from .samples import BTC, ETH, a_fill, an_order

S = OrderStatus


def test_an_order_lives_open_and_moves_to_the_executed_ones() -> None:
    store = OrderStore()
    assert store.apply_order(an_order(), 1).order == an_order()
    assert [o.order_id for o in store.open_orders()] == ["7"] and store.executed_orders() == []
    done = store.apply_order(an_order(S.FILLED, "10"), 2).order
    assert done and done.status is S.FILLED
    assert store.open_orders(BTC) == [] and store.executed_orders(BTC) == [done]
    assert store.get(BTC, "7") == store.get_by_client_id(BTC, "t-a") == done
    assert store.get(ETH, "7") is None and store.get_by_client_id(BTC, "t-b") is None


def test_late_and_repeated_events_are_no_news() -> None:
    store = OrderStore()
    store.apply_order(an_order(S.FILLED, "10"), 1)
    for late in (an_order(), an_order(S.PARTIALLY_FILLED, "4"), an_order(S.FILLED, "10", updated_ns=9_999)):
        assert store.apply_order(late, 2) == Applied()
    assert store.open_orders() == []


def test_a_fill_is_delivered_once_and_before_its_order_if_it_comes_first() -> None:
    store, fill = OrderStore(), a_fill("t1", "4")
    assert store.apply_execution(fill, 1) == Applied(execution=fill)
    assert store.unclaimed_order_ids(BTC) == ["7"] and store.get(BTC, "7") is None
    assert store.apply_execution(fill, 2) == Applied()
    order = store.apply_order(an_order(), 3).order
    assert order and order.status is S.PARTIALLY_FILLED
    assert order.filled_quantity == 4 and order.filled_quote == 400
    assert store.unclaimed_order_ids(BTC) == [] and store.executions(BTC, "7") == (fill,)
    assert store.apply_execution(fill, 4) == Applied()


def test_one_trade_id_in_two_orders_is_two_fills() -> None:
    store = OrderStore()
    assert store.apply_execution(a_fill("t1"), 1).execution
    assert store.apply_execution(a_fill("t1", order_id="8"), 2).execution


def test_fills_and_cumulative_events_are_not_added_up() -> None:
    store = OrderStore()
    store.apply_order(an_order(S.PARTIALLY_FILLED, "4"), 1)
    assert [o.order_id for o in store.orders_awaiting_executions(BTC)] == ["7"]
    assert store.apply_execution(a_fill("t1", "4"), 2).order is None   # the event had said so
    assert store.orders_awaiting_executions(BTC) == []
    order = store.apply_execution(a_fill("t2", "1"), 3).order
    assert order and order.filled_quantity == 5


def test_an_unknown_order_is_found_by_its_client_id_and_gets_its_number() -> None:
    store = OrderStore()
    store.apply_order(an_order(S.UNKNOWN, order_id=""), 1)
    assert [o.client_order_id for o in store.unknown_orders()] == ["t-a"]
    store.apply_order(an_order(), 2)
    assert store.unknown_orders() == [] and [o.order_id for o in store.open_orders()] == ["7"]
    assert store.apply_order(an_order(S.UNKNOWN, order_id=""), 3) == Applied()   # the timeout comes late


@pytest.mark.parametrize("fill_first", [True, False])
def test_a_fill_with_the_client_id_resolves_an_unknown_order(fill_first: bool) -> None:
    store, fill = OrderStore(), a_fill("t1", "4", client_order_id="t-a")
    unknown = an_order(S.UNKNOWN, order_id="")
    if fill_first:
        store.apply_execution(fill, 1)
        store.apply_order(unknown, 2)
    else:
        store.apply_order(unknown, 1)
        store.apply_execution(fill, 2)
    (order,) = store.open_orders()
    assert (order.order_id, order.status) == ("7", S.PARTIALLY_FILLED) and order.filled_quantity == 4
    assert store.unknown_orders() == [] and store.unclaimed_order_ids(BTC) == []


def test_a_fill_without_client_id_and_an_unknown_order_meet_in_the_order_event() -> None:
    store = OrderStore()
    store.apply_order(an_order(S.UNKNOWN, order_id=""), 1)
    store.apply_execution(a_fill("t1", "10"), 2)
    order = store.apply_order(an_order(S.FILLED, "10"), 3).order
    assert order and store.executed_orders() == [order] and store.open_orders() == []
    assert store.unclaimed_order_ids(BTC) == []


def test_an_order_that_meets_its_fills_is_told_even_if_the_event_adds_nothing() -> None:
    store = OrderStore()
    store.apply_order(an_order(S.UNKNOWN, order_id=""), 1)
    store.apply_execution(a_fill("t1", "4"), 2)
    order = store.apply_order(an_order(S.PARTIALLY_FILLED, "4"), 3).order
    assert order and order.order_id == "7" and order.filled_quantity == 4


def test_a_refused_order_that_lives_is_taken_back_and_told() -> None:
    store = OrderStore()
    store.apply_order(an_order(S.REJECTED, order_id="", reason="not found"), 1)
    assert [o.status for o in store.executed_orders()] == [S.REJECTED]
    applied = store.apply_order(an_order(), 2)
    assert applied.order and applied.order.status is S.NEW
    assert "lives as 7" in applied.contradictions[0].text
    assert len(store.open_orders()) == 1 and store.executed_orders() == []


def test_contradictions_are_told_once() -> None:
    store = OrderStore()
    store.apply_order(an_order(S.FILLED, "10"), 1)
    store.apply_execution(a_fill("t1", "10"), 2)
    applied = store.apply_execution(a_fill("t2", "1"), 3)
    assert applied.execution and any("its fills add up to 11" in c.text for c in applied.contradictions)
    assert store.apply_order(an_order(S.CANCELLED), 4).contradictions[0].text.startswith("was FILLED")
    assert store.apply_order(an_order(S.CANCELLED), 5) == Applied()
    again = store.apply_execution(a_fill("t2", "2"), 6)
    assert again.execution is None and "is repeated as BUY 2" in again.contradictions[0].text


def test_a_client_id_used_again_does_not_join_two_orders() -> None:
    store = OrderStore()
    for order_id in ("7", "8"):
        store.apply_order(an_order(order_id=order_id), 1)
    store.apply_execution(a_fill("t1", order_id="9", client_order_id="t-a"), 2)
    assert [o.order_id for o in store.open_orders()] == ["7", "8"]
    assert store.unclaimed_order_ids(BTC) == ["9"]


def test_executed_orders_are_bounded_and_the_newest_stay() -> None:
    store = OrderStore()
    for number in range(1_001):
        store.apply_order(an_order(S.CANCELLED, order_id=str(number), client_order_id=f"t-{number}"), number)
        store.apply_order(an_order(S.CANCELLED, order_id=str(number), symbol=ETH), number)
        if number == 999:
            assert len(store.executed_orders(BTC)) == 1_000
    assert [o.order_id for o in store.executed_orders(BTC)] == [str(n) for n in range(201, 1_001)]
    assert len(store.executed_orders(ETH)) == 800
    assert store.get(BTC, "200") is None and store.get_by_client_id(BTC, "t-200") is None


def test_what_was_dropped_is_neither_opened_nor_delivered_again() -> None:
    store = OrderStore(executed_limit=1, remembered_limit=2)
    for number in range(1, 5):
        fill = a_fill(f"t{number}", order_id=str(number), venue_ns=number)
        store.apply_execution(fill, number)
        store.apply_order(an_order(S.FILLED, "10", order_id=str(number), client_order_id=None), number)
    assert [o.order_id for o in store.executed_orders()] == ["4"]
    assert store.apply_order(an_order(order_id="3"), 5) == Applied()
    assert store.apply_execution(a_fill("t3", order_id="3", venue_ns=3), 6) == Applied()
    late = a_fill("t3b", order_id="3", venue_ns=9)
    assert store.apply_execution(late, 7).execution == late
    assert store.apply_execution(late, 8) == Applied()
    forgotten = store.apply_execution(a_fill("t1", order_id="1", venue_ns=1), 9)
    assert forgotten.execution is None and "too old to tell" in forgotten.contradictions[0].text
    assert store.apply_execution(a_fill("t9", order_id="9", venue_ns=10), 10).execution


def test_an_answer_about_a_dropped_order_ends_its_unknown_copy() -> None:
    store = OrderStore(executed_limit=1)
    for order_id in ("7", "8"):
        store.apply_order(an_order(S.CANCELLED, order_id=order_id, client_order_id=f"t-{order_id}"), 1)
    store.apply_order(an_order(S.UNKNOWN, order_id="", client_order_id="t-7"), 2)   # the timeout comes late
    late = an_order(order_id="7", client_order_id="t-7")
    assert store.apply_order(late, 3) == Applied() and len(store.unknown_orders()) == 1
    answer = replace(late, status=S.CANCELLED)
    assert store.apply_order(answer, 4) == Applied(order=answer)
    assert store.open_orders() == [] and store.get_by_client_id(BTC, "t-7") is None


def test_a_reconciliation_names_what_the_list_lacks_until_it_is_answered() -> None:
    store = OrderStore()
    store.opened(1)
    for order_id in ("7", "8"):
        store.apply_order(an_order(order_id=order_id, client_order_id=None), 2)
    store.apply_order(an_order(order_id="9", client_order_id=None), 6)   # heard of after the list was asked
    found = store.reconcile([an_order(S.PARTIALLY_FILLED, "1", client_order_id=None)], asked_ns=5, now_ns=7)
    assert [o.order_id for o in found.missing] == ["8"] and found.applied[0].order
    fresh = store.freshness(BTC)
    assert fresh.is_stale and fresh.reason.endswith("to be asked: 8") and fresh.as_of_ns == 7
    store.apply_order(an_order(S.CANCELLED, order_id="8"), 8)
    assert not store.freshness(BTC).is_stale


def test_an_unknown_order_stays_missing_until_the_venue_has_spoken() -> None:
    store = OrderStore()
    store.opened(1)
    unknown = an_order(S.UNKNOWN, order_id="")
    store.apply_order(unknown, 2)
    assert store.reconcile([], asked_ns=3, now_ns=4).missing == (unknown,)
    store.apply_order(unknown, 5)
    assert store.freshness(BTC).is_stale
    store.apply_order(replace(unknown, status=S.REJECTED), 6)
    assert not store.freshness(BTC).is_stale and store.unknown_orders() == []


def test_a_list_of_one_symbol_leaves_the_others_alone() -> None:
    store = OrderStore()
    store.opened(1)
    store.apply_order(an_order(), 1)
    store.apply_order(an_order(symbol=ETH), 1)
    assert [o.symbol for o in store.reconcile([], 2, 3, symbol=ETH).missing] == [ETH]
    assert store.freshness(BTC).is_stale
    store.lost(9, "closed")
    assert store.freshness(ETH).reason == "closed"


def test_bad_calls_are_refused() -> None:
    with pytest.raises(UsageError, match="needs the venue's order id or a client"):
        OrderStore().apply_order(an_order(order_id="", client_order_id=None), 1)
    with pytest.raises(UsageError, match="at least 1"):
        OrderStore(executed_limit=0)


def test_a_market_order_in_quote_units_is_followed() -> None:
    store = OrderStore()
    order = an_order(quantity=None, quote_quantity=Decimal(50), price=None)
    store.apply_order(order, 1)
    store.apply_execution(a_fill("t1", "0.4"), 2)
    done = replace(order, status=S.FILLED, filled_quantity=Decimal("0.4"), filled_quote=Decimal(40))
    applied = store.apply_order(done, 3)
    assert applied.contradictions == () and applied.order and applied.order.average_price == 100
