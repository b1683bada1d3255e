"""The tracked orders of one symbol: open, executed, and fills whose order is not known yet. Knows no time.

Executed orders are bounded. Of what is dropped, ids and trade ids are remembered, so that a late or repeated
event neither opens a finished order again nor delivers a fill twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from hftx.orders import Execution
from hftx.trading.states import Contradiction
from hftx.trading.tracked_order import TrackedOrder

KEPT_SHARE = 0.8


class OrderShelves:
    """Shelves by order id. An order that the venue has not numbered yet stands under its client order id."""

    def __init__(self, executed_limit: int, remembered_limit: int) -> None:
        self.open: dict[str, TrackedOrder] = {}
        self.executed: dict[str, TrackedOrder] = {}
        self.unclaimed: dict[str, TrackedOrder] = {}
        self.remembered: dict[str, _Dropped] = {}
        self.forgotten_ns = -1   # no execution up to this venue time can be told from a repeated one
        self._by_client: dict[str, TrackedOrder] = {}
        self._executed_limit, self._remembered_limit = executed_limit, remembered_limit

    def find(self, order_id: str) -> TrackedOrder | None:
        """By venue id: open first, then executed, then fills without order."""
        return self.open.get(order_id) or self.executed.get(order_id) or self.unclaimed.get(order_id)

    def find_by_client_id(self, client_order_id: str) -> TrackedOrder | None:
        """The latest order with this client order id."""
        return self._by_client.get(client_order_id)

    def take(
        self, order_id: str, client_order_id: str | None
    ) -> tuple[TrackedOrder, tuple[Contradiction, ...]]:
        """The order that an event speaks of, or a new one. Joins early fills with an unnumbered order."""
        numbered = self.find(order_id) if order_id else None
        named = self._by_client.get(client_order_id) if client_order_id else None
        if named is None or named is numbered or (order_id and named.is_numbered):   # a client id used again
            return numbered or TrackedOrder(), ()
        if numbered is None:
            return named, ()
        self._remove(named)
        self._remove(numbered)
        return named, named.absorb(numbered)

    def place(self, tracked: TrackedOrder, order_id: str) -> None:
        """Put an order on the shelf where it belongs now, and cut the executed ones to their limit."""
        order = tracked.order
        shelf = self.unclaimed if order is None else self.executed if order.is_done else self.open
        key = order_id if order is None else order.order_id or _unnumbered(order.client_order_id)
        if shelf.get(key) is not tracked:
            self._remove(tracked)
            shelf[key] = tracked
        if tracked.client_order_id:
            self._by_client[tracked.client_order_id] = tracked
        if len(self.executed) > self._executed_limit:
            self._cut()

    def _remove(self, tracked: TrackedOrder) -> None:
        keys = {execution.order_id for execution in islice(tracked.executions.values(), 1)}
        if tracked.reported is not None:
            keys |= {tracked.reported.order_id, _unnumbered(tracked.reported.client_order_id)}
        for shelf in (self.open, self.executed, self.unclaimed):
            for key in keys:
                if shelf.get(key) is tracked:
                    del shelf[key]

    def _cut(self) -> None:
        surplus = len(self.executed) - max(1, int(self._executed_limit * KEPT_SHARE))
        for key in list(islice(self.executed, surplus)):
            tracked = self.executed.pop(key)
            if tracked.client_order_id and self._by_client.get(tracked.client_order_id) is tracked:
                del self._by_client[tracked.client_order_id]
            last_fill_ns = max((e.venue_ns for e in tracked.executions.values()), default=-1)
            self.remembered[key] = _Dropped(set(tracked.executions), last_fill_ns)
        for key in list(islice(self.remembered, max(0, len(self.remembered) - self._remembered_limit))):
            self.forgotten_ns = max(self.forgotten_ns, self.remembered.pop(key).last_fill_ns)

    def drop_unnumbered(self, client_order_id: str | None) -> bool:
        """Give up an unnumbered order that turned out to be a dropped one; False when there is none."""
        tracked = self._by_client.get(client_order_id or "")
        if tracked is None or tracked.is_numbered:
            return False
        self._remove(tracked)
        del self._by_client[client_order_id or ""]
        return True

    def remember(self, execution: Execution) -> bool:
        """Note a late fill of an order that was dropped; False when it was known before."""
        dropped = self.remembered[execution.order_id]
        if execution.trade_id in dropped.trade_ids:
            return False
        dropped.trade_ids.add(execution.trade_id)
        dropped.last_fill_ns = max(dropped.last_fill_ns, execution.venue_ns)
        return True


@dataclass(slots=True)
class _Dropped:
    trade_ids: set[str]
    last_fill_ns: int


def _unnumbered(client_order_id: str | None) -> str:
    # Venue ids never begin with a question mark.
    return f"?{client_order_id}"
