"""What the compiled store recognises as usual has the outcome that the rules would give, whatever came before."""

from __future__ import annotations

import pickle
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import hftx._core.tracked_order as compiled
from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.errors import UsageError
from hftx.orders import Execution, Order
from hftx.symbols import Symbol
from hftx.trading.order_store import Applied, OrderStore

from .plain_store import PlainStore
from .samples import BTC, ETH, a_fill, an_order
from .venue_history import story

S = OrderStatus
Event = Order | Execution
SMALL = st.integers(0, 4).map(Decimal)
IDS = st.sampled_from(["1", "1", "1", "2", "3"])
NAMES = st.sampled_from([None, "a", "a", "b"])
STAMPS = st.integers(0, 4)


def often(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Mostly the usual value, so that long stretches stay on the usual path."""
    return st.sampled_from([usual] * 8 + list(others))


ORDERS = st.builds(
    an_order,
    status=st.sampled_from([*S, S.NEW, S.PARTIALLY_FILLED, S.PARTIALLY_FILLED, S.FILLED]),
    filled_quantity=SMALL,
    filled_quote=SMALL.map(lambda number: number * 100) | SMALL.map(lambda number: number * 101),
    order_id=st.one_of(IDS, IDS, st.just("")),
    client_order_id=NAMES,
    symbol=often(BTC, ETH),
    side=often(Side.BUY, Side.SELL),
    order_type=often(OrderType.LIMIT, OrderType.MARKET),
    time_in_force=often(TimeInForce.GTC, TimeInForce.IOC),
    price=often(Decimal(100), Decimal(101), None),
    quantity=often(Decimal(4), Decimal(3), None),
    quote_quantity=often(None, Decimal(400)),
    created_ns=often(1, 0, 2, 3),
    updated_ns=STAMPS,
    reason=often("", "ioc", "stp"),
)
FILLS = st.builds(
    a_fill,
    trade_id=st.sampled_from(["x1", "x2", "x3"]),
    quantity=st.sampled_from(["1", "2"]),
    order_id=IDS,
    client_order_id=NAMES,
    symbol=often(BTC, ETH),
    side=often(Side.BUY, Side.SELL),
    price=often(Decimal(100), Decimal(101)),
    venue_ns=STAMPS,
)
# The same in other digits, too long for a count, with an exponent above zero, below zero.
SHAPES = st.sampled_from([
    "0", "0.00", "0E-20", "-0", "1", "1.0", "1.000000000000000000", "1.0000000000000000000", "2", "2.50", "4", "4.000",
    "1E+1", "0.000000000000000001", "1E-30", "999999999999999999", "999999999999999999.9", "9223372036854775807",
    "9223372036854775808", "1234567890123456789012345", "-3",
])  # fmt: skip
SHAPED = SHAPES.map(Decimal)
SHAPED_ORDERS = st.builds(
    an_order,
    status=st.sampled_from([S.NEW, S.PARTIALLY_FILLED, S.PARTIALLY_FILLED, S.FILLED, S.CANCELLED]),
    filled_quantity=SHAPED,
    filled_quote=SHAPED,
    price=SHAPED,
    quantity=SHAPED,
    quote_quantity=st.none() | SHAPED,
    updated_ns=STAMPS,
)
SHAPED_FILLS = st.builds(a_fill, trade_id=st.sampled_from(["x1", "x2", "x3", "x4"]), quantity=SHAPES, price=SHAPED)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["place", "fill", "fill", "fill", "amend", "cancel"]), st.integers(0, 3), st.integers(1, 6)
    ),
    min_size=1,
    max_size=14,
)
LIMITS = st.tuples(st.integers(1, 3), st.integers(1, 3))


def heard(store: OrderStore | PlainStore, event: Event, now_ns: int) -> Applied:
    return store.apply_order(event, now_ns) if isinstance(event, Order) else store.apply_execution(event, now_ns)


def standing(store: OrderStore) -> dict[str, list[str]]:
    return {
        f"{symbol} {name}": list(getattr(shelves, name))
        for symbol, shelves in store.shelves.items()
        for name in ("open", "executed", "unclaimed")
    } | {f"{symbol} remembered": sorted(shelves.remembered) for symbol, shelves in store.shelves.items()}


def assert_alike(events: list[Event], limits: tuple[int, int] = (1_000, 20_000)) -> None:
    """Both stores hand out the same after every event, and hold the same."""
    store, plain = OrderStore(*limits), PlainStore(*limits)
    for now_ns, event in enumerate(events):
        if isinstance(event, Order) and not event.order_id and not event.client_order_id:
            continue
        assert heard(store, event, now_ns) == heard(plain, event, now_ns)
        assert standing(store) == plain.shelves()
        tracked, truth = (one.find(event.order_id) for one in (store.at(event.symbol), plain.at(event.symbol)))
        assert (tracked is None) == (truth is None)
        for name in ("reported", "order", "given", "executions", "executed_quantity", "executed_quote", "heard_ns",
                     "client_order_id", "is_numbered", "awaits_executions") if tracked else ():  # fmt: skip
            assert getattr(tracked, name) == getattr(truth, name), name


@settings(max_examples=1500, deadline=None)
@given(events=st.lists(ORDERS | FILLS, max_size=25), limits=st.just((1_000, 20_000)) | LIMITS)
@example(events=[an_order(), a_fill("x1", "4"), an_order(S.FILLED, "4"), a_fill("x2", "6")], limits=(9, 9))
@example(   # an order that lost its number to another one has it again
    events=[an_order(order_id="1", client_order_id=None), an_order(order_id="", client_order_id="a"),
            an_order(S.FILLED, "10", order_id="2", client_order_id="b"), an_order(S.FILLED, "10", order_id="2"),
            an_order(S.FILLED, "10", order_id="2", client_order_id="a"),
            an_order(S.FILLED, "10", order_id="1", client_order_id=None), an_order(order_id="", client_order_id="b")],
    limits=(9, 9),
)  # fmt: skip
def test_any_events_at_all_give_the_same_as_the_rules(events: list[Event], limits: tuple[int, int]) -> None:
    assert_alike(events, limits)


@settings(max_examples=1500, deadline=None)
@given(events=st.lists(SHAPED_ORDERS | SHAPED_FILLS | FILLS, max_size=12))
@example(events=[an_order(), a_fill("x1", "1.50"), a_fill("x2", "1.5"), an_order(S.PARTIALLY_FILLED, "3.000")])
@example(events=[a_fill(f"x{n}", "999999999999999999", price=Decimal("1.0")) for n in range(3)] + [an_order()])
@example(events=[an_order(), an_order(S.FILLED, "0.00")])
def test_amounts_of_any_shape_give_the_same_as_the_rules(events: list[Event]) -> None:
    assert_alike(events)


def test_what_fills_add_up_to_has_the_digits_of_a_sum() -> None:
    store = OrderStore()
    store.apply_order(an_order(), 1)
    for trade_id, quantity in (("x1", "1.5"), ("x2", "1.250"), ("x3", "0.25")):
        last = store.apply_execution(a_fill(trade_id, quantity, price=Decimal("100.10")), 1).order
    assert last is not None
    assert (str(last.filled_quantity), str(last.filled_quote)) == ("3.000", "300.30000")


@settings(max_examples=500, deadline=None)
@given(steps=STEPS, numbers=st.lists(st.integers(0, 60), max_size=30), limits=LIMITS)
def test_what_a_venue_sends_gives_the_same_as_the_rules(
    steps: list[tuple[str, int, int]], numbers: list[int], limits: tuple[int, int]
) -> None:
    events = story(steps).events
    assert_alike(events)
    assert_alike([events[number % len(events)] for number in numbers], limits)


@pytest.mark.parametrize("was", S)
def test_every_pair_of_observations_with_fills_around_them_gives_the_same_as_the_rules(was: OrderStatus) -> None:
    fills = a_fill("x1", "4"), a_fill("x2", "6", price=Decimal(101))
    for old_filled, status, filled, updated_ns in product(("0", "4", "10"), S, ("0", "4", "10"), (900, 1_000, 1_100)):
        old, new = an_order(was, old_filled), an_order(status, filled, updated_ns=updated_ns)
        ways: list[list[Event]] = [[old, new], [old, new, *fills], [old, fills[0], new], [*fills, old, new]]
        for events in ways:
            assert_alike(events)


USUAL: dict[str, list[Event]] = {
    "filled in parts": [an_order(), an_order(S.PARTIALLY_FILLED, "4"), an_order(S.PARTIALLY_FILLED, "6"),
                        an_order(S.FILLED, "10")],
    "fills first": [an_order(), a_fill("x1", "4"), an_order(S.PARTIALLY_FILLED, "4"), a_fill("x2", "6"),
                    an_order(S.FILLED, "10")],
    "fills last": [an_order(), an_order(S.FILLED, "10"), a_fill("x1", "4"), a_fill("x2", "6")],
    "a rounded sum": [an_order(), an_order(S.FILLED, "10", filled_quote=Decimal("999.99")), a_fill("x1", "10")],
    "cancelled": [an_order(), an_order(S.CANCELLED)],
    "cancelled in part": [an_order(), an_order(S.PARTIALLY_FILLED, "4"), an_order(S.PARTIALLY_CANCELLED, "4")],
    "expired": [an_order(time_in_force=TimeInForce.IOC), an_order(S.EXPIRED, "4", reason="ioc")],
    "repeated": [an_order(), an_order(), an_order(S.FILLED, "10"), an_order(S.FILLED, "10")],
    "amended": [an_order(), an_order(price=Decimal(99), updated_ns=2_000), an_order(S.FILLED, "10", updated_ns=3_000)],
    "stamps and details differ": [an_order(created_ns=500, reason="put"), an_order(client_order_id=None),
                                  an_order(S.PARTIALLY_FILLED, "4", price=None, quantity=None, created_ns=0),
                                  an_order(S.FILLED, "10", order_type=OrderType.MARKET)],
    "a market order in quote units": [an_order(quantity=None, price=None, quote_quantity=Decimal(400)),
                                      an_order(S.FILLED, "4", quantity=None, price=None)],
}  # fmt: skip


@pytest.mark.parametrize("events", USUAL.values(), ids=USUAL)
def test_the_usual_is_recognised(events: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    assert_alike(events)
    for rule in ("merge", "contradictions", "with_fills", "impossible_fills"):
        monkeypatch.delattr(compiled, rule)
    store = OrderStore()
    assert [heard(store, event, 1).contradictions for event in events] == [()] * len(events)


def test_the_unusual_is_not() -> None:
    """Each of these must reach the rules; `assert_alike` alone would not tell why a wrong outcome was right."""
    pairs: list[list[Event]] = [
        [an_order(), an_order(side=Side.SELL)],
        [an_order(S.FILLED, "10"), an_order(S.CANCELLED)],
        [an_order(S.FILLED, "10"), a_fill("x1", "11")],
        [an_order(), an_order(client_order_id="t-b")],
        [an_order(), an_order(S.FILLED, "9")],
        [an_order(), an_order(S.PARTIALLY_CANCELLED, "11")],
        [an_order(S.REJECTED), a_fill("x1", "1")],
        [a_fill("x1", "1"), a_fill("x1", "2")],
    ]
    for events in pairs:
        store = OrderStore()
        assert [bool(heard(store, event, 1).contradictions) for event in events] == [False, True]
        assert_alike(events)


def test_an_answer_cannot_be_changed_and_nothing_new_is_one_object() -> None:
    store = OrderStore()
    applied = store.apply_order(an_order(), 1)
    with pytest.raises(AttributeError):
        applied.order = None  # type: ignore[misc]
    assert store.apply_order(an_order(), 2) is store.apply_order(an_order(), 3)
    assert Applied() == Applied(None, None, ()) != applied and pickle.loads(pickle.dumps(applied)) == applied


def test_symbols_are_told_apart_however_many_and_however_made() -> None:
    store = OrderStore()
    symbols = [Symbol(f"A{number}", "USDT") for number in range(300)]
    for number, symbol in enumerate(symbols * 2):
        same = Symbol(symbol.base, "USDT")
        store.apply_order(an_order(order_id=str(number), symbol=symbol), 1)
        assert store.at(same) is store.at(symbol) and store.get(same, str(number))
    assert [len(store.open_orders(symbol)) for symbol in symbols] == [2] * 300 and store.symbols() == symbols


def test_what_is_no_order_is_refused() -> None:
    store = OrderStore()
    for wrong in (None, "7", a_fill("x1")):
        with pytest.raises(TypeError):
            store.apply_order(wrong, 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        store.apply_execution(None, 1)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="at least 1"):
        OrderStore(remembered_limit=0)
    with pytest.raises(TypeError):   # not even half-made does it fall over
        OrderStore.__new__(OrderStore).apply_order(an_order(), 1)
    tracked = compiled.TrackedOrder()
    with pytest.raises(TypeError):
        tracked.observe(None)  # type: ignore[arg-type]
