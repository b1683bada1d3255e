"""Orders of one account: what is open, what was executed, and every fill exactly once.

Events may be late, twice, in any order or lost; a reconciliation after a loss brings the venue's truth back.
What the venue says twice differently is told as a `Contradiction`. Does no I/O and reads no clock: time is an
argument. Never knows a venue, a stream or a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hftx.enums import OrderStatus
from hftx.errors import UsageError
from hftx.orders import Execution, Order
from hftx.symbols import Symbol
from hftx.trading.freshness import Freshness, StreamWatch
from hftx.trading.order_shelves import OrderShelves
from hftx.trading.states import Contradiction
from hftx.trading.tracked_order import TrackedOrder

EXECUTED_LIMIT = 1_000
REMEMBERED_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Applied:
    """What an event changed, ready for the handlers.

    `order` is the order as it stands now, None when nothing about it is new; `execution` is given the first
    time that it is seen, None when it was known.
    """

    order: Order | None = None
    execution: Execution | None = None
    contradictions: tuple[Contradiction, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a list of open orders changed; `missing` are believed open and not in it: ask for each."""

    applied: tuple[Applied, ...]
    missing: tuple[Order, ...]


class OrderStore:
    """Orders and fills of one account, per symbol.

    Done orders move to the executed ones, at most `executed_limit` a symbol, then the newest 80 % are kept.
    Of dropped orders the ids are remembered, the last `remembered_limit` a symbol: so long are repeated fills
    told from new ones.
    """

    def __init__(
        self, executed_limit: int = EXECUTED_LIMIT, remembered_limit: int = REMEMBERED_LIMIT
    ) -> None:
        if executed_limit < 1 or remembered_limit < 1:
            raise UsageError(f"limits must be at least 1, not {executed_limit} and {remembered_limit}")
        self._limits = executed_limit, remembered_limit
        self._symbols: dict[Symbol, OrderShelves] = {}
        self._watch = StreamWatch()

    def opened(self, now_ns: int) -> None:
        """The private stream delivers from now on. Orders are proven again by the next `reconcile`."""
        self._watch.opened(now_ns)

    def lost(self, now_ns: int, reason: str) -> None:
        """The private stream ended; the orders are stale until they are reconciled."""
        self._watch.lost(now_ns, reason)

    def freshness(self, symbol: Symbol) -> Freshness:
        """Whether the orders of `symbol` can be trusted, and why not. Missing orders make it stale."""
        waiting = [order.order_id or order.client_order_id for order in self._open(symbol, missing=True)]
        text = f"not in the venue's list and to be asked: {', '.join(map(str, waiting))}" if waiting else ""
        return self._watch.freshness(symbol, text)

    def apply_order(self, order: Order, now_ns: int) -> Applied:
        """Take in an order as the venue, or for want of an answer the caller, describes it.

        An order that has no venue id yet carries `order_id=""` and a client order id; UNKNOWN while its fate
        is open.
        """
        if not order.order_id and not order.client_order_id:
            raise UsageError("an order needs the venue's order id or a client order id")
        self._watch.heard(now_ns)
        shelves = self._shelves(order.symbol)
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
        self._watch.heard(now_ns)
        shelves = self._shelves(execution.symbol)
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

    def reconcile(
        self, open_orders: Iterable[Order], asked_ns: int, now_ns: int, symbol: Symbol | None = None
    ) -> Reconciliation:
        """Take in the venue's complete list of open orders, of `symbol` or all, asked at `asked_ns`.

        Orders heard of after `asked_ns` are not missed. Apply the fills since the loss as well, in any order.
        """
        listed = list(open_orders)
        applied = tuple(self.apply_order(order, now_ns) for order in listed)
        keys = {(order.symbol, order.order_id) for order in listed}
        missing = []
        for shelves in [self._shelves(symbol)] if symbol else self._symbols.values():
            for tracked in shelves.open.values():
                order = tracked.order
                if order and (order.symbol, order.order_id) not in keys and tracked.heard_ns <= asked_ns:
                    tracked.is_missing = True
                    missing.append(order)
        self._watch.confirmed(symbol, asked_ns)
        return Reconciliation(applied, tuple(missing))

    def get(self, symbol: Symbol, order_id: str) -> Order | None:
        """The order with this venue id: open first, then executed. None: ask the venue."""
        tracked = self._shelves(symbol).find(order_id)
        return tracked.order if tracked else None

    def get_by_client_id(self, symbol: Symbol, client_order_id: str) -> Order | None:
        """The latest order with this client order id. None: ask the venue."""
        tracked = self._shelves(symbol).find_by_client_id(client_order_id)
        return tracked.order if tracked else None

    def executions(self, symbol: Symbol, order_id: str) -> tuple[Execution, ...]:
        """Known fills of an order, as they arrived."""
        tracked = self._shelves(symbol).find(order_id)
        return tuple(tracked.executions.values()) if tracked else ()

    def open_orders(self, symbol: Symbol | None = None) -> list[Order]:
        """Orders that are not done, UNKNOWN ones included; of one symbol or of all."""
        return [order for each in self._chosen(symbol) for order in self._open(each)]

    def executed_orders(self, symbol: Symbol | None = None) -> list[Order]:
        """Done orders that are kept, oldest first within a symbol."""
        shelves = [self._shelves(each) for each in self._chosen(symbol)]
        return [tracked.order for each in shelves for tracked in each.executed.values() if tracked.order]

    def unknown_orders(self) -> list[Order]:
        """Orders that may or may not exist: ask the venue by client order id."""
        return [order for order in self.open_orders() if order.status is OrderStatus.UNKNOWN]

    def unclaimed_order_ids(self, symbol: Symbol) -> list[str]:
        """Venue ids that have fills here, and no order event yet."""
        return list(self._shelves(symbol).unclaimed)

    def orders_awaiting_executions(self, symbol: Symbol) -> list[Order]:
        """Orders with more filled than the fills seen: the rest is on its way, or was lost."""
        shelves = self._shelves(symbol)
        both = (*shelves.open.values(), *shelves.executed.values())
        return [tracked.order for tracked in both if tracked.awaits_executions and tracked.order]

    def _shelves(self, symbol: Symbol) -> OrderShelves:
        shelves = self._symbols.get(symbol)
        if shelves is None:
            shelves = self._symbols[symbol] = OrderShelves(*self._limits)
        return shelves

    def _chosen(self, symbol: Symbol | None) -> list[Symbol]:
        return [symbol] if symbol else list(self._symbols)

    def _open(self, symbol: Symbol, missing: bool = False) -> Iterator[Order]:
        for tracked in self._shelves(symbol).open.values():
            if tracked.order and (tracked.is_missing or not missing):
                yield tracked.order


def _placed(
    shelves: OrderShelves,
    tracked: TrackedOrder,
    order_id: str,
    now_ns: int,
    found: tuple[Contradiction, ...],
) -> Applied:
    tracked.heard_ns = max(tracked.heard_ns, now_ns)
    shelves.place(tracked, order_id)
    return Applied(tracked.news(), None, found)
