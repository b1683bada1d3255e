"""A venue's own record of orders and fills, and the events that it would send. Shares no code with the store.

Plain on purpose: every order is a list of steps, every truth is added up from the steps before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from hftx.enums import OrderStatus
from hftx.orders import Execution, Order

from .samples import a_fill, an_order

CENTS = (Decimal("99.5"), Decimal(100), Decimal("100.25"))


@dataclass
class Life:
    """One order at the venue: what it looked like after each of its events."""

    order_id: str
    client_order_id: str | None
    states: list[Order] = field(default_factory=list)
    fills: list[Execution] = field(default_factory=list)

    @property
    def truth(self) -> Order:
        return self.states[-1]


@dataclass
class History:
    """What happened at the venue. An event is an `Order` or an `Execution`; `events` is in true order."""

    lives: list[Life] = field(default_factory=list)
    events: list[Order | Execution] = field(default_factory=list)
    now_ms: int = 1

    def place(self, quantity: int, named: bool) -> None:
        number = len(self.lives) + 1
        life = Life(str(number), f"t-{number}" if named else None)
        self.lives.append(life)
        order = an_order(order_id=life.order_id, client_order_id=life.client_order_id)
        self._record(life, replace(order, quantity=Decimal(quantity)), 0)

    def act(self, which: int, verb: str, size: int) -> None:
        """Fill, amend or end an open order; an order that is done is left alone."""
        life = self.lives[which % len(self.lives)]
        if life.truth.status in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED):
            getattr(self, f"_{verb}")(life, size)

    def open_orders(self, events: int) -> list[Order]:
        """The venue's list of open orders after so many of its events."""
        latest = {event.order_id: event for event in self.events[:events] if isinstance(event, Order)}
        return [o for o in latest.values() if o.status in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)]

    def fills(self) -> list[Execution]:
        return [fill for life in self.lives for fill in life.fills]

    def _fill(self, life: Life, size: int) -> None:
        order = life.truth
        assert order.quantity is not None
        quantity = min(Decimal(size), order.quantity - order.filled_quantity)
        price = CENTS[size % len(CENTS)]
        fill = a_fill(
            f"x{len(self.fills())}", str(quantity), price=price, order_id=life.order_id,
            client_order_id=life.client_order_id if size % 2 else None, venue_ns=self.now_ms * 1_000_000,
        )  # fmt: skip
        life.fills.append(fill)
        self.events.append(fill)
        total = order.filled_quantity + quantity
        status = OrderStatus.FILLED if total == order.quantity else OrderStatus.PARTIALLY_FILLED
        self._record(life, order, 0, status, total, order.filled_quote + quantity * price)

    def _amend(self, life: Life, size: int) -> None:
        order = life.truth
        amended = replace(order, price=CENTS[size % len(CENTS)], quantity=order.filled_quantity + size)
        self._record(life, amended, 1, order.status, order.filled_quantity, order.filled_quote)

    def _cancel(self, life: Life, size: int) -> None:
        order = life.truth
        partly = OrderStatus.PARTIALLY_CANCELLED if order.filled_quantity else OrderStatus.CANCELLED
        status = OrderStatus.EXPIRED if size % 3 == 0 else partly
        self._record(life, order, 0, status, order.filled_quantity, order.filled_quote)

    def _record(
        self, life: Life, order: Order, later_ms: int, status: OrderStatus = OrderStatus.NEW,
        filled: Decimal = Decimal(0), quote: Decimal = Decimal(0),
    ) -> None:  # fmt: skip
        self.now_ms += later_ms   # events share a stamp unless something was amended
        state = an_order(
            order_id=order.order_id, client_order_id=order.client_order_id, quantity=order.quantity,
            price=order.price, status=status, filled_quantity=filled, filled_quote=quote,
            updated_ns=self.now_ms * 1_000_000,
        )  # fmt: skip
        life.states.append(state)
        self.events.append(state)


def plain(order: Order) -> tuple[object, ...]:
    """What must agree between two views of an order: everything but stamps."""
    amounts = order.price, order.quantity, order.filled_quantity, order.filled_quote
    return order.order_id, order.client_order_id, order.side, order.status, *amounts


def story(steps: Sequence[tuple[str, int, int]]) -> History:
    """A history from drawn numbers: (verb, which order, size)."""
    history = History()
    for verb, which, size in steps:
        if verb == "place" or not history.lives:
            history.place(size, named=which % 2 == 0)
        else:
            history.act(which, verb, size)
    return history
