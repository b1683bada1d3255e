"""One order as it is followed: what the venue said of it, and its known fills. Knows no other order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hftx.enums import OrderStatus
from hftx.orders import Execution, Order
from hftx.trading.states import (
    Contradiction,
    contradiction,
    contradictions,
    impossible_fills,
    merge,
    with_fills,
)


class TrackedOrder:
    """Order events and fills of one order, joined.

    `reported` is what events said, `order` what events and fills show together; both are None while only
    fills have arrived. `given` is the order as it was last handed out.
    """

    __slots__ = (
        "_told", "executed_quantity", "executed_quote", "executions",
        "given", "heard_ns", "is_missing", "order", "reported",
    )  # fmt: skip

    def __init__(self) -> None:
        self.reported: Order | None = None
        self.order: Order | None = None
        self.given: Order | None = None
        self.executions: dict[str, Execution] = {}
        self.executed_quantity = self.executed_quote = Decimal(0)
        self.heard_ns = 0
        self.is_missing = False
        self._told: set[str] = set()

    @property
    def client_order_id(self) -> str | None:
        """From the order or, while only fills have arrived, from them."""
        if self.reported is not None:
            return self.reported.client_order_id
        return next((e.client_order_id for e in self.executions.values() if e.client_order_id), None)

    @property
    def is_numbered(self) -> bool:
        """True when the venue's order id is known, from the order or from a fill."""
        return bool(self.executions) or (self.reported is not None and bool(self.reported.order_id))

    @property
    def awaits_executions(self) -> bool:
        """True when the venue has reported more filled than the known fills add up to."""
        return self.reported is not None and self.reported.filled_quantity > self.executed_quantity

    def news(self) -> Order | None:
        """The order, if more than its stamps differs from the one handed out last."""
        order, given = self.order, self.given
        if order is None:
            return None
        if given and order == replace(given, created_ns=order.created_ns, updated_ns=order.updated_ns):
            return None   # the same state has other stamps over REST and over the stream
        self.given = order
        return order

    def observe(self, order: Order) -> tuple[Contradiction, ...]:
        """Take in what the venue, or the caller for want of an answer, said of the order."""
        found = contradictions(self.reported, order) if self.reported else ()
        self.reported = merge(self.reported, order) if self.reported else order
        return self._untold((*found, *self._number(), *self._joined()))

    def fill(self, execution: Execution) -> tuple[bool, tuple[Contradiction, ...]]:
        """Take in a fill; False when it was known before."""
        known = self.executions.get(execution.trade_id)
        if known is not None:
            return False, self._untold(_differences(known, execution))
        self.executions[execution.trade_id] = execution
        self.executed_quantity += execution.quantity
        self.executed_quote += execution.quantity * execution.price
        return True, self._untold((*self._number(), *self._joined()))

    def absorb(self, other: TrackedOrder) -> tuple[Contradiction, ...]:
        """Take in everything that was known of the same order under its other name."""
        found: tuple[Contradiction, ...] = ()
        for execution in other.executions.values():
            found += self.fill(execution)[1]
        return found + self.observe(other.reported) if other.reported is not None else found

    def _number(self) -> tuple[Contradiction, ...]:
        # A fill shows that an order, known to us only so far, lives at the venue, and under which id.
        if self.reported is None or self.reported.order_id or not self.executions:
            return ()
        order_id = next(iter(self.executions.values())).order_id
        lives = replace(self.reported, order_id=order_id, status=OrderStatus.NEW, updated_ns=0, reason="")
        found = contradictions(self.reported, lives)
        self.reported = merge(self.reported, lives)
        return found

    def _joined(self) -> tuple[Contradiction, ...]:
        reported = self.reported
        if reported is None:
            return ()
        self.order = order = with_fills(reported, self.executed_quantity, self.executed_quote)
        found = impossible_fills(order)
        if reported.status is OrderStatus.FILLED and self.executed_quantity > reported.filled_quantity:
            text = f"FILLED with {reported.filled_quantity}, but its fills add up to {self.executed_quantity}"
            found += (contradiction(order, text),)
        if reported.status is OrderStatus.REJECTED and self.executions:
            found += (contradiction(order, f"REJECTED, but {self.executed_quantity} of it were filled"),)
        return found

    def _untold(self, found: tuple[Contradiction, ...]) -> tuple[Contradiction, ...]:
        # Each is told once, however often its cause is repeated.
        fresh = tuple(one for one in found if one.text not in self._told)
        self._told.update(one.text for one in fresh)
        return fresh


def _differences(known: Execution, again: Execution) -> tuple[Contradiction, ...]:
    if (known.price, known.quantity, known.side) == (again.price, again.quantity, again.side):
        return ()
    was, now = (f"{e.side.name} {e.quantity} at {e.price}" for e in (known, again))
    text = f"execution {known.trade_id} was {was} and is repeated as {now}"
    return (Contradiction(known.symbol, known.order_id, known.client_order_id, text),)
