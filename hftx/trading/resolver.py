"""Finds out what became of orders whose fate is open: asks the venue, with growing pauses, until it is known.

Sends nothing but questions. That the venue does not know an order counts only once its request could no longer be
carried out, since one that is on its way may still arrive.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from hftx.enums import OrderStatus
from hftx.errors import HftxError, OrderNotFoundError
from hftx.logs import HFTLoggerInterface
from hftx.orders import Order, OrderParams
from hftx.rest.order_text import positive
from hftx.rest.trading import PrivateTradingInterface
from hftx.symbols import Number

MARGIN_MS = 60_000   # clocks of venue and machine may differ by so much in a search of the past


@dataclass(frozen=True, slots=True)
class ResolveLimits:
    """Times in seconds.

    `settle` after its intent an order that the venue does not know was never taken: longer than the lifetime of a
    request. `lookup` is how long the venue finds a finished order by client order id; older ones are searched for in
    the order history (Gate API v4 docs, "Get a single order": about 1 hour; MEXC: 7 days).
    """

    settle: float = 7.0
    lookup: float = 3000.0
    first_pause: float = 0.05
    longest_pause: float = 10.0
    at_once: int = 4


@dataclass(frozen=True, slots=True)
class Doubt:
    """An order that may or may not exist. `intended_ns` is Unix time; `order_id` is empty while unknown."""

    params: OrderParams
    client_order_id: str
    intended_ns: int
    order_id: str = ""

    def as_order(self, status: OrderStatus, reason: str) -> Order:
        """The order as far as it is known without the venue."""
        params = self.params
        return Order(
            symbol=params.symbol,
            order_id=self.order_id,
            client_order_id=self.client_order_id,
            side=params.side,
            order_type=params.order_type,
            time_in_force=params.time_in_force,
            status=status,
            price=_exact("price", params.price),
            quantity=_exact("quantity", params.quantity),
            quote_quantity=_exact("quote_quantity", params.quote_quantity),
            filled_quantity=Decimal(0),
            filled_quote=Decimal(0),
            created_ns=self.intended_ns,
            updated_ns=self.intended_ns,
            reason=reason,
        )


class Resolver:
    """`tell(order)` hears of each order once its fate is known, before those who wait for it."""

    def __init__(
        self,
        rest: PrivateTradingInterface,
        tell: Callable[[Order], None],
        logger: HFTLoggerInterface,
        limits: ResolveLimits | None = None,
    ) -> None:
        self._rest, self._tell, self._logger = rest, tell, logger
        self._limits = limits or ResolveLimits()
        self._tasks: dict[str, asyncio.Task[Order]] = {}
        self._turns = asyncio.Semaphore(self._limits.at_once)

    @property
    def open(self) -> list[str]:
        """Client order ids that are being asked about."""
        return list(self._tasks)

    def ask(self, doubt: Doubt) -> asyncio.Task[Order]:
        """Begin to ask about an order; the task ends with what became of it. Asking twice is one question."""
        task = self._tasks.get(doubt.client_order_id)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._resolve(doubt))
            self._tasks[doubt.client_order_id] = task
            task.add_done_callback(lambda _: self._tasks.pop(doubt.client_order_id, None))
        return task

    async def settled(self, client_order_id: str | None, timeout_seconds: float) -> Order | None:
        """What became of an order that is asked about; None when that is not known in time, or not asked."""
        task = self._tasks.get(client_order_id or "")
        if task is None:
            return None
        done, _ = await asyncio.wait([task], timeout=timeout_seconds)
        return task.result() if done else None

    async def close(self) -> None:
        """Stop asking; what is open stays open."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _resolve(self, doubt: Doubt) -> Order:
        settled_at = time.monotonic() + self._limits.settle - _age_seconds(doubt)
        failures = 0
        while True:
            try:
                async with self._turns:
                    order = await self._asked(doubt, settled_at)
            except HftxError as error:
                self._logger.warning("order %s is unknown, and asking failed: %s", doubt.client_order_id, error)
                order = None
            if order is not None:
                self._logger.info("order %s is %s", doubt.client_order_id, order.status.name)
                self._tell(order)
                return order
            await asyncio.sleep(self._pause(failures))
            failures += 1

    async def _asked(self, doubt: Doubt, settled_at: float) -> Order | None:
        symbol, is_late = doubt.params.symbol, time.monotonic() >= settled_at
        try:
            if doubt.order_id:
                order = await self._rest.get_order(symbol, doubt.order_id)
            else:
                order = await self._rest.get_order(symbol, client_order_id=doubt.client_order_id)
        except OrderNotFoundError as error:
            found = await self._in_history(doubt) if is_late else None
            if found is None and (doubt.order_id or not is_late):
                raise
            return found or doubt.as_order(OrderStatus.REJECTED, f"the venue never took it: {error.text}")
        return None if order.status is OrderStatus.UNKNOWN else order

    async def _in_history(self, doubt: Doubt) -> Order | None:
        if _age_seconds(doubt) < self._limits.lookup:
            return None
        since_ms = doubt.intended_ns // 1_000_000 - MARGIN_MS
        past = await self._rest.get_order_history(doubt.params.symbol, start_ms=since_ms)
        return next((order for order in past if order.client_order_id == doubt.client_order_id), None)

    def _pause(self, failures: int) -> float:
        pause = self._limits.first_pause * 2.0 ** min(failures, 20)
        return min(pause, self._limits.longest_pause) * random.uniform(0.5, 1.0)


def _age_seconds(doubt: Doubt) -> float:
    # A wall clock that was set back makes an order young, and the wait longer: never shorter.
    return max(0.0, (time.time_ns() - doubt.intended_ns) / 1e9)


def _exact(name: str, value: Number | None) -> Decimal | None:
    return None if value is None else positive(name, value)
