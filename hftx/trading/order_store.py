"""Orders of one account: what is open, what was executed, and every fill exactly once.

Events may be late, twice, in any order or lost; a reconciliation after a loss brings the venue's truth back.
What the venue says twice differently is told as a `Contradiction`. Does no I/O and reads no clock: time is an
argument. Never knows a venue, a stream or a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hftx._core.order_state import Applied, OrderState
from hftx.enums import OrderStatus
from hftx.orders import Execution, Order
from hftx.symbols import Symbol
from hftx.trading.freshness import Freshness, StreamWatch

__all__ = ["EXECUTED_LIMIT", "REMEMBERED_LIMIT", "Applied", "OrderStore", "Reconciliation"]

EXECUTED_LIMIT = 1_000
REMEMBERED_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a list of open orders changed; `missing` are believed open and not in it: ask for each."""

    applied: tuple[Applied, ...]
    missing: tuple[Order, ...]


class OrderStore(OrderState):
    """Orders and fills of one account, per symbol.

    Done orders move to the executed ones, at most `executed_limit` a symbol, then the newest 80 % are kept.
    Of dropped orders the ids are remembered, the last `remembered_limit` a symbol: so long are repeated fills
    told from new ones.
    """

    def __init__(
        self, executed_limit: int = EXECUTED_LIMIT, remembered_limit: int = REMEMBERED_LIMIT
    ) -> None:
        super().__init__(executed_limit, remembered_limit)
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
        self._watch.heard(self.as_of_ns)
        return self._watch.freshness(symbol, text)

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
        for shelves in [self.at(symbol)] if symbol else self.shelves.values():
            for tracked in shelves.open.values():
                order = tracked.order
                if order and (order.symbol, order.order_id) not in keys and tracked.heard_ns <= asked_ns:
                    tracked.is_missing = True
                    missing.append(order)
        self._watch.confirmed(symbol, asked_ns)
        return Reconciliation(applied, tuple(missing))

    def get(self, symbol: Symbol, order_id: str) -> Order | None:
        """The order with this venue id: open first, then executed. None: ask the venue."""
        tracked = self.at(symbol).find(order_id)
        return tracked.order if tracked else None

    def get_by_client_id(self, symbol: Symbol, client_order_id: str) -> Order | None:
        """The latest order with this client order id. None: ask the venue."""
        tracked = self.at(symbol).find_by_client_id(client_order_id)
        return tracked.order if tracked else None

    def executions(self, symbol: Symbol, order_id: str) -> tuple[Execution, ...]:
        """Known fills of an order, as they arrived."""
        tracked = self.at(symbol).find(order_id)
        return tuple(tracked.executions.values()) if tracked else ()

    def open_orders(self, symbol: Symbol | None = None) -> list[Order]:
        """Orders that are not done, UNKNOWN ones included; of one symbol or of all."""
        return [order for each in self._chosen(symbol) for order in self._open(each)]

    def executed_orders(self, symbol: Symbol | None = None) -> list[Order]:
        """Done orders that are kept, oldest first within a symbol."""
        shelves = [self.at(each) for each in self._chosen(symbol)]
        return [tracked.order for each in shelves for tracked in each.executed.values() if tracked.order]

    def unknown_orders(self) -> list[Order]:
        """Orders that may or may not exist: ask the venue by client order id."""
        return [order for order in self.open_orders() if order.status is OrderStatus.UNKNOWN]

    def unclaimed_order_ids(self, symbol: Symbol) -> list[str]:
        """Venue ids that have fills here, and no order event yet."""
        return list(self.at(symbol).unclaimed)

    def orders_awaiting_executions(self, symbol: Symbol) -> list[Order]:
        """Orders with more filled than the fills seen: the rest is on its way, or was lost."""
        shelves = self.at(symbol)
        both = (*shelves.open.values(), *shelves.executed.values())
        return [tracked.order for tracked in both if tracked.awaits_executions and tracked.order]

    def symbols(self) -> list[Symbol]:
        """The symbols of which anything was heard, fills without an order included."""
        return list(self.shelves)

    def _chosen(self, symbol: Symbol | None) -> list[Symbol]:
        return [symbol] if symbol else list(self.shelves)

    def _open(self, symbol: Symbol, missing: bool = False) -> Iterator[Order]:
        for tracked in self.at(symbol).open.values():
            if tracked.order and (tracked.is_missing or not missing):
                yield tracked.order

