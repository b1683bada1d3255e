"""The order store as plain as it can be: every event goes through the rules, nothing is recognised as usual.

The oracle of the compiled store. It shares the rules of `hftx.trading.states` with it, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from hftx.enums import OrderStatus
from hftx.orders import Execution, Order
from hftx.symbols import Symbol
from hftx.trading.order_store import Applied
from hftx.trading.states import (
    Contradiction,
    contradiction,
    contradictions,
    impossible_fills,
    is_filled_untold,
    merge,
    names_amount,
    with_fills,
)


class PlainTracked:
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
        """True when the venue has reported more filled than the known fills add up to, or has not said how much."""
        if self.reported is None or not is_filled_untold(self.reported):
            return self.reported is not None and self.reported.filled_quantity > self.executed_quantity
        return not self.executed_quantity

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

    def absorb(self, other: PlainTracked) -> tuple[Contradiction, ...]:
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
        more = self.executed_quantity > reported.filled_quantity and names_amount(reported)
        if reported.status is OrderStatus.FILLED and more:
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


class PlainShelves:
    """Shelves by order id. An order that the venue has not numbered yet stands under its client order id."""

    def __init__(self, executed_limit: int, remembered_limit: int) -> None:
        self.open: dict[str, PlainTracked] = {}
        self.executed: dict[str, PlainTracked] = {}
        self.unclaimed: dict[str, PlainTracked] = {}
        self.remembered: dict[str, _Dropped] = {}
        self.forgotten_ns = -1   # no execution up to this venue time can be told from a repeated one
        self._by_client: dict[str, PlainTracked] = {}
        self._executed_limit, self._remembered_limit = executed_limit, remembered_limit

    def find(self, order_id: str) -> PlainTracked | None:
        """By venue id: open first, then executed, then fills without order."""
        return self.open.get(order_id) or self.executed.get(order_id) or self.unclaimed.get(order_id)

    def find_by_client_id(self, client_order_id: str) -> PlainTracked | None:
        """The latest order with this client order id."""
        return self._by_client.get(client_order_id)

    def take(
        self, order_id: str, client_order_id: str | None
    ) -> tuple[PlainTracked, tuple[Contradiction, ...]]:
        """The order that an event speaks of, or a new one. Joins early fills with an unnumbered order."""
        numbered = self.find(order_id) if order_id else None
        named = self._by_client.get(client_order_id) if client_order_id else None
        if named is None or named is numbered or (order_id and named.is_numbered):   # a client id used again
            return numbered or PlainTracked(), ()
        if numbered is None:
            return named, ()
        self._remove(named)
        self._remove(numbered)
        return named, named.absorb(numbered)

    def place(self, tracked: PlainTracked, order_id: str) -> None:
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

    def _remove(self, tracked: PlainTracked) -> None:
        keys = {execution.order_id for execution in islice(tracked.executions.values(), 1)}
        if tracked.reported is not None:
            keys |= {tracked.reported.order_id, _unnumbered(tracked.reported.client_order_id)}
        for shelf in (self.open, self.executed, self.unclaimed):
            for key in keys:
                if shelf.get(key) is tracked:
                    del shelf[key]

    def _cut(self) -> None:
        surplus = len(self.executed) - max(1, int(self._executed_limit * 0.8))
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


class PlainStore:
    """Orders and fills of one account, per symbol."""

    def __init__(self, executed_limit: int = 1_000, remembered_limit: int = 20_000) -> None:
        self._limits = executed_limit, remembered_limit
        self._symbols: dict[Symbol, PlainShelves] = {}

    def apply_order(self, order: Order, now_ns: int) -> Applied:
        """Take in an order as the venue, or for want of an answer the caller, describes it.

        An order that has no venue id yet carries `order_id=""` and a client order id; UNKNOWN while its fate
        is open.
        """
        shelves = self.at(order.symbol)
        if order.order_id in shelves.remembered:
            was_doubted = order.is_done and shelves.drop_unnumbered(order.client_order_id)
            return Applied(order if was_doubted else None)
        tracked, found = shelves.take(order.order_id, order.client_order_id)
        found += tracked.observe(order)
        if order.status is not OrderStatus.UNKNOWN:
            tracked.is_missing = False
        return _placed(shelves, tracked, order.order_id, now_ns, found)

    def apply_execution(self, execution: Execution, now_ns: int) -> Applied:
        """Take in a fill. It is delivered once by (trade id, order id), known order or not."""
        shelves = self.at(execution.symbol)
        if execution.order_id in shelves.remembered:
            return Applied(execution=execution if shelves.remember(execution) else None)
        tracked, found = shelves.take(execution.order_id, execution.client_order_id)
        if not tracked.executions and tracked.reported is None and execution.venue_ns <= shelves.forgotten_ns:
            text = f"execution {execution.trade_id} is too old to tell whether it was delivered"
            ids = execution.order_id, execution.client_order_id
            return Applied(contradictions=(Contradiction(execution.symbol, *ids, text),))
        is_new, differences = tracked.fill(execution)
        applied = _placed(shelves, tracked, execution.order_id, now_ns, found + differences)
        return replace(applied, execution=execution) if is_new else applied

    def shelves(self) -> dict[str, list[str]]:
        """Which orders stand where, in their order."""
        return {
            f"{symbol} {name}": list(getattr(one, name))
            for symbol, one in self._symbols.items()
            for name in ("open", "executed", "unclaimed", "remembered")
        }

    def at(self, symbol: Symbol) -> PlainShelves:
        shelves = self._symbols.get(symbol)
        if shelves is None:
            shelves = self._symbols[symbol] = PlainShelves(*self._limits)
        return shelves


def _placed(
    shelves: PlainShelves,
    tracked: PlainTracked,
    order_id: str,
    now_ns: int,
    found: tuple[Contradiction, ...],
) -> Applied:
    tracked.heard_ns = max(tracked.heard_ns, now_ns)
    shelves.place(tracked, order_id)
    return Applied(tracked.news(), None, found)
