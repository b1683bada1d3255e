"""A venue's REST answers about one account, in the test's hands, and a reconciler that asks it.

Must never know: a venue's words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hftx._core.venues.gateio_account import GateioAccountSession
from hftx.errors import HftxError, OrderNotFoundError, VenueError
from hftx.logs import get_exchange_logger
from hftx.orders import AssetBalance, Execution, Order
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.symbols import Symbol
from hftx.trading.order_store import OrderStore
from hftx.trading.reconcile import ReconcileHooks, ReconcileLimits, Reconciler
from hftx.trading.reconcile_questions import Pages

LOGGER = get_exchange_logger("fake", "reconcile")
NOW_MS = 1_000_000


class FakeAccount:
    """What the venue would answer. `errors` are raised first, one a call; `asked` is every call."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.fills: list[Execution] = []
        self.holdings: list[AssetBalance] = []
        self.errors: list[HftxError] = []
        self.asked: list[tuple[Any, ...]] = []
        self.lists_whole_account = True
        self.newest_first = True

    def count(self, kind: str) -> int:
        """How often something was asked."""
        return sum(call[0] == kind for call in self.asked)

    def _ask(self, *call: Any) -> None:
        self.asked.append(call)
        if self.errors:
            raise self.errors.pop(0)

    async def get_open_orders(self, symbol: Symbol | None = None) -> list[Order]:
        self._ask("open", symbol)
        if symbol is None and not self.lists_whole_account:
            raise VenueError("fake", "GET /open", 400, "700004", "Mandatory parameter 'symbol' was not sent")
        return [o for o in self.orders.values() if not o.is_done and symbol in (None, o.symbol)]

    async def get_order(
        self, symbol: Symbol, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        self._ask("order", symbol, order_id, client_order_id)
        for order in self.orders.values():
            if order.order_id == order_id or (order_id is None and order.client_order_id == client_order_id):
                return order
        raise OrderNotFoundError("fake", "GET /order", 404, "", "no such order")

    async def get_order_history(
        self, symbol: Symbol, start_ms: int | None = None, end_ms: int | None = None, limit: int | None = None
    ) -> list[Order]:
        self._ask("history", symbol, start_ms, end_ms)
        return [o for o in self.orders.values() if o.is_done and o.symbol == symbol][:limit]

    async def get_account_trades(
        self,
        symbol: Symbol,
        order_id: str | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Execution]:
        self._ask("fills", symbol, order_id, start_ms, end_ms)
        low, high = start_ms or 0, end_ms if end_ms is not None else 1 << 60
        found = [
            f for f in self.fills
            if f.symbol == symbol and order_id in (None, f.order_id) and low <= f.venue_ns // 1_000_000 <= high
        ]  # fmt: skip
        found.sort(key=lambda f: f.venue_ns, reverse=self.newest_first)
        return sorted(found[:limit], key=lambda f: f.venue_ns)

    async def get_account_balance(self) -> dict[str, AssetBalance]:
        self._ask("balance")
        return {row.asset: row for row in self.holdings}


class Bench:
    """A reconciler on a `FakeAccount`, and what its handlers and hooks were told."""

    def __init__(self, every: float = 600.0, patience: float = 30.0, fills: int = 1000, **limits: Any) -> None:
        self.rest, self.store = FakeAccount(), OrderStore()
        self.orders: list[Order] = []
        self.fills: list[Execution] = []
        self.late: list[str] = []
        self.overruled = 0
        self.now_ms = NOW_MS
        self.traded: set[Symbol] = set()
        self.session = GateioAccountSession(
            self.store, PrivateWebsocketHandlers(self.orders.append, None, self.fills.append), self.late.append, LOGGER
        )
        chosen = ReconcileLimits(
            **{"pages": Pages(fills, 100), "every": every, "overlap": 5.0, "patience": patience,
               "backoff": 0.01, "longest_backoff": 0.05} | limits
        )  # fmt: skip
        hooks = ReconcileHooks(
            lambda: self.now_ms, lambda: self.traded, self._nothing, self._meet, self.late.append, self._overrule
        )
        self.reconciler = Reconciler(self.rest, self.session, chosen, hooks, LOGGER)  # type: ignore[arg-type]

    def open(self) -> None:
        """The stream opens."""
        self.session.opened(1, 1)
        self.reconciler.opened("opened")

    async def _nothing(self) -> None:
        return None

    def _meet(self, symbols: Iterable[Symbol]) -> None:
        assert list(symbols)

    def _overrule(self) -> None:
        self.overruled += 1
        self.session.opened(1, 1)
