"""Calls about orders, whichever way they go: checked before, with outcomes that mean the same. Knows no venue.

A way gives the small methods that spell requests and read answers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from hftx.enums import OrderStatus
from hftx.errors import HftxError, OrderNotFoundError, UsageError, VenueError
from hftx.logs import HFTLoggerInterface
from hftx.orders import Order, OrderParams
from hftx.rest.order_text import OrderRef, PlainOrder, order_ref, positive
from hftx.rest.outcomes import as_rejection
from hftx.rest.reply import plain
from hftx.rest.trading import PlaceOutcome
from hftx.symbols import Number, Symbol, as_symbol


class OrderCalls(ABC):
    """Placing, amending, cancelling and asking. A write is sent once or not at all."""

    _logger: HFTLoggerInterface

    async def place_order(self, params: OrderParams) -> Order:
        """Place one order. Raises `RuleError`, `OrderRejectedError` and its kinds, `UnknownOutcomeError`."""
        try:
            return await self._place(params)
        except VenueError as error:
            raise as_rejection(error) from None

    async def place_orders(self, orders: Sequence[OrderParams]) -> list[PlaceOutcome]:
        """Place several orders in one request; for each, in order, the `Order` or the error it met."""
        plain_orders = [self._checked(params) for params in orders]
        outcomes = await self._place_batch(plain_orders) if plain_orders else []
        return [as_rejection(outcome) if isinstance(outcome, VenueError) else outcome for outcome in outcomes]

    async def amend_order(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        *,
        client_order_id: str | None = None,
        price: Number | None = None,
        quantity: Number | None = None,
    ) -> Order:
        """Change price or total quantity of a resting order. Raises `UsageError` where the venue cannot."""
        ref = order_ref(as_symbol(symbol), order_id, client_order_id)
        given = {"price": price, "quantity": quantity}
        changes = {name: plain(positive(name, value)) for name, value in given.items() if value is not None}
        if not changes:
            raise UsageError("an amendment needs a new price, a new quantity, or both")
        try:
            return await self._amend(ref, changes.get("price"), changes.get("quantity"))
        except VenueError as error:
            raise as_rejection(error) from None

    async def cancel_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """Cancel one order and answer with its state; one that was gone, with its true final state."""
        ref = order_ref(as_symbol(symbol), order_id, client_order_id)
        try:
            order = await self._cancel(ref)
        except OrderNotFoundError:
            return await self._state(ref)
        if order.is_done:
            return order
        try:   # the venue has taken the cancel on; only asking tells how much was filled before
            return await self._state(OrderRef(order.symbol, order.order_id, None))
        except HftxError as error:
            self._logger.warning("order %s: cancelled, but its state could not be asked: %s", order.order_id, error)
            return replace(order, status=OrderStatus.UNKNOWN, reason=f"cancel taken on; {error}")

    async def get_order(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """One order as the venue knows it now. Raises `OrderNotFoundError`."""
        return await self._order(order_ref(as_symbol(symbol), order_id, client_order_id))

    async def _state(self, ref: OrderRef) -> Order:
        return await self._order(ref)

    @abstractmethod
    def _checked(self, params: OrderParams) -> PlainOrder: ...

    @abstractmethod
    async def _place(self, params: OrderParams) -> Order: ...

    @abstractmethod
    async def _place_batch(self, orders: list[PlainOrder]) -> list[PlaceOutcome]: ...

    @abstractmethod
    async def _amend(self, ref: OrderRef, price: str | None, quantity: str | None) -> Order: ...

    @abstractmethod
    async def _cancel(self, ref: OrderRef) -> Order: ...

    @abstractmethod
    async def _order(self, ref: OrderRef) -> Order: ...
