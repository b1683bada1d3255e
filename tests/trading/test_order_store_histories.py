"""Any interleaving, repetition and loss of events, then a reconciliation: the store holds the truth.

On the way a finished order never opens, fills never shrink, and no truth is called a contradiction.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hftx.enums import OrderStatus
from hftx.orders import Execution, Order
from hftx.trading.order_store import Applied, OrderStore

from .samples import BTC
from .venue_history import History, plain, story

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["place", "fill", "fill", "fill", "amend", "cancel"]),
        st.integers(0, 3),
        st.integers(1, 6),
    ),
    min_size=1,
    max_size=14,
)
SCRIPT = st.lists(
    st.tuples(st.sampled_from(["event"] * 6 + ["list", "lost answer"]), st.integers(0, 60)), max_size=30
)


class Listener:
    """Takes events as a handler would, and checks what may never happen."""

    def __init__(self, executed_limit: int = 1_000) -> None:
        self.store = OrderStore(executed_limit)
        self.store.opened(0)
        self.now_ns = 1
        self.fills: Counter[tuple[str, str]] = Counter()
        self.seen: dict[str, Order] = {}
        self.doubted: set[str | None] = set()

    def hear(self, event: Order | Execution) -> None:
        self.now_ns += 1
        if isinstance(event, Order):
            self.check(self.store.apply_order(event, self.now_ns))
        else:
            self.check(self.store.apply_execution(event, self.now_ns))

    def check(self, applied: Applied) -> None:
        assert applied.contradictions == ()
        if applied.execution:
            self.fills[applied.execution.trade_id, applied.execution.order_id] += 1
        order = applied.order
        if order is None:
            return
        if not order.order_id:
            self.doubted.add(order.client_order_id)
            return
        before = self.seen.get(order.order_id)
        if before is not None:
            assert plain(before) != plain(order) or order.client_order_id in self.doubted, "told twice"
            assert order.filled_quantity >= before.filled_quantity
            assert order.filled_quote >= before.filled_quote
            assert order.is_done or not before.is_done
        self.seen[order.order_id] = order
        self.doubted.discard(order.client_order_id)

    def reconcile(self, open_orders: list[Order], asked_ns: int) -> list[Order]:
        self.now_ns += 1
        found = self.store.reconcile(open_orders, asked_ns, self.now_ns)
        for applied in found.applied:
            self.check(applied)
        return list(found.missing)


def deliver(listener: Listener, history: History, script: list[tuple[str, int]]) -> None:
    """Events in the drawn order, with lists of open orders from any time and lost answers between."""
    for kind, number in script:
        at = number % len(history.events)
        if kind == "event":
            listener.hear(history.events[at])
        elif kind == "list":
            listener.reconcile(history.open_orders(at), asked_ns=listener.now_ns - number % 5)
        else:
            life = history.lives[number % len(history.lives)]
            if life.client_order_id:
                lost = replace(life.states[0], order_id="", status=OrderStatus.UNKNOWN, updated_ns=10**18)
                listener.hear(lost)


def settle(listener: Listener, history: History) -> None:
    """What a client does after a loss: fills, the list of open orders, and a question for each open fate."""
    truths = {life.order_id: life.truth for life in history.lives}
    named = {life.client_order_id: life.truth for life in history.lives}
    for fill in history.fills():
        listener.hear(fill)
    for order in listener.reconcile(history.open_orders(len(history.events)), asked_ns=listener.now_ns):
        listener.hear(truths[order.order_id] if order.order_id else named[order.client_order_id])
    for order_id in listener.store.unclaimed_order_ids(BTC):
        listener.hear(truths[order_id])


def assert_truth(listener: Listener, history: History) -> None:
    store = listener.store
    assert not store.freshness(BTC).is_stale
    assert store.unknown_orders() == [] and store.unclaimed_order_ids(BTC) == []
    assert store.orders_awaiting_executions(BTC) == []
    assert listener.fills == Counter({(fill.trade_id, fill.order_id): 1 for fill in history.fills()})
    open_at_venue = {order.order_id for order in history.open_orders(len(history.events))}
    assert {order.order_id for order in store.open_orders()} == open_at_venue
    known = {order.order_id: order for order in [*store.open_orders(), *store.executed_orders()]}
    for life in history.lives:
        if life.fills or life.order_id in open_at_venue or life.order_id in listener.seen:
            assert plain(known[life.order_id]) == plain(life.truth)
            assert set(store.executions(BTC, life.order_id)) == set(life.fills)
            assert plain(listener.seen[life.order_id]) == plain(life.truth)


@settings(max_examples=1000, deadline=None)
@given(steps=STEPS, script=SCRIPT)
def test_losses_and_repetitions_end_in_the_venues_truth(
    steps: list[tuple[str, int, int]], script: list[tuple[str, int]]
) -> None:
    history, listener = story(steps), Listener()
    deliver(listener, history, script)
    settle(listener, history)
    assert_truth(listener, history)


@settings(max_examples=500, deadline=None)
@given(steps=STEPS, data=st.data())
def test_every_event_in_any_order_is_the_truth_without_asking(
    steps: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    history, listener = story(steps), Listener()
    for event in data.draw(st.permutations(history.events)):
        listener.hear(event)
    assert listener.reconcile(history.open_orders(len(history.events)), asked_ns=listener.now_ns) == []
    assert_truth(listener, history)


@settings(max_examples=500, deadline=None)
@given(steps=STEPS, script=SCRIPT)
def test_a_short_memory_of_orders_still_delivers_fills_once_and_opens_nothing_again(
    steps: list[tuple[str, int, int]], script: list[tuple[str, int]]
) -> None:
    history, listener = story(steps), Listener(executed_limit=1)
    deliver(listener, history, script)
    settle(listener, history)
    assert not listener.store.freshness(BTC).is_stale and listener.store.unknown_orders() == []
    assert listener.fills == Counter({(fill.trade_id, fill.order_id): 1 for fill in history.fills()})
    open_at_venue = {order.order_id for order in history.open_orders(len(history.events))}
    assert {order.order_id for order in listener.store.open_orders()} == open_at_venue
