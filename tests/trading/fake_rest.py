"""A private REST client that answers from a script. Knows orders by both ids; keeps what it was asked.

Must never know: what a test proves with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hftx.errors import OrderNotFoundError
from hftx.orders import Order
from hftx.symbols import Symbol


class FakeRest:
    """`orders` are what the venue knows; `faults` are raised first, one a call, by the name of the call."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.past: list[Order] = []
        self.asked: list[tuple[str, Any]] = []
        self.faults: dict[str, list[BaseException]] = {}
        self.on_place: Callable[[Any], Order] | None = None

    async def get_order(
        self, symbol: Symbol, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        self._note("get_order", order_id or client_order_id)
        return self._find(order_id, client_order_id)

    async def get_order_history(self, symbol: Symbol, start_ms: int | None = None, **_: Any) -> list[Order]:
        self._note("get_order_history", start_ms)
        return [order for order in self.past if order.symbol == symbol]

    async def place_order(self, params: Any) -> Order:
        self._note("place_order", params)
        assert self.on_place is not None
        return self.on_place(params)

    async def place_orders(self, orders: Any) -> list[Any]:
        self._note("place_orders", orders)
        assert self.on_place is not None
        return [self.on_place(params) for params in orders]

    async def cancel_order(
        self, symbol: Symbol, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        self._note("cancel_order", order_id or client_order_id)
        return self._find(order_id, client_order_id)

    def count(self, call: str) -> int:
        """How often a call came."""
        return sum(name == call for name, _ in self.asked)

    def _note(self, call: str, what: Any) -> None:
        self.asked.append((call, what))
        faults = self.faults.get(call)
        if faults:
            raise faults.pop(0)

    def _find(self, order_id: str | None, client_order_id: str | None) -> Order:
        for order in self.orders:
            if order_id == order.order_id or (client_order_id and client_order_id == order.client_order_id):
                return order
        raise OrderNotFoundError("fake", "GET order", 404, "ORDER_NOT_FOUND", "no such order")
