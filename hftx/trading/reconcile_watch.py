"""Looks for what a lost push leaves behind: filled amounts without fills, fills without an order, orders unaccounted.

What stays so for longer than the patience is asked of the venue, with growing pauses,
until the venue's answers agree. Never knows a stream.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hftx._core.latency import monotonic_ns
from hftx.errors import HftxError
from hftx.logs import HFTLoggerInterface
from hftx.orders import Order
from hftx.symbols import Symbol
from hftx.trading.reconcile_questions import AccountQuestions

if TYPE_CHECKING:
    from hftx.trading.order_store import OrderStore

LOUD_AFTER = 5   # fruitless questions about one order


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that needs an answer. `kind` is "fills", "order" or "missing"; ids as far as they are known."""

    kind: str
    symbol: Symbol
    order_id: str
    client_order_id: str | None = None


@dataclass(slots=True)
class _Wait:
    next_ns: int
    tries: int = 0


class LostPushWatch:
    """Of one account. `found(text)` is told when something had to be asked for."""

    def __init__(
        self,
        store: OrderStore,
        questions: AccountQuestions,
        patience_seconds: float,
        longest_pause_seconds: float,
        found: Callable[[str], None],
        logger: HFTLoggerInterface,
    ) -> None:
        self._store, self._questions, self._found, self._logger = store, questions, found, logger
        self._patience, self._longest_pause = patience_seconds, longest_pause_seconds
        self._waits: dict[Trace, _Wait] = {}
        self._missing: dict[Trace, None] = {}
        self.asked = 0

    @property
    def is_quiet(self) -> bool:
        """True when nothing is waited for: then only news can leave a trace."""
        return not self._waits and not self._missing

    def miss(self, order: Order) -> None:
        """The venue has not listed `order` as open, and could not say what became of it."""
        self._missing[Trace("missing", order.symbol, order.order_id, order.client_order_id)] = None

    async def look(self, symbols: Iterable[Symbol]) -> None:
        """Ask what is due; never raises for what a venue answers."""
        now_ns = monotonic_ns()
        fresh_ns = now_ns + int(self._patience * 1e9)
        traces = self._traces(list(symbols))
        self._waits = {trace: self._waits.get(trace) or _Wait(fresh_ns) for trace in traces}
        for trace, wait in list(self._waits.items()):
            if wait.next_ns <= now_ns:
                await self._ask(trace, wait)

    def _traces(self, symbols: list[Symbol]) -> list[Trace]:
        traces = [
            Trace("fills", symbol, order.order_id)
            for symbol in symbols
            for order in self._store.orders_awaiting_executions(symbol)
            if order.order_id
        ]
        traces += [
            Trace("order", symbol, order_id)
            for symbol in symbols
            for order_id in self._store.unclaimed_order_ids(symbol)
        ]
        self._missing = {trace: None for trace in self._missing if not self._is_accounted(trace)}
        return traces + list(self._missing)

    def _is_accounted(self, trace: Trace) -> bool:
        order = self._known(trace)
        return order is None or order.is_done

    def _known(self, trace: Trace) -> Order | None:
        if trace.order_id:
            return self._store.get(trace.symbol, trace.order_id)
        return self._store.get_by_client_id(trace.symbol, trace.client_order_id or "")

    async def _ask(self, trace: Trace, wait: _Wait) -> None:
        wait.tries += 1
        self.asked += 1
        if wait.tries == 1 and trace.kind != "missing":
            self._found(f"{trace.kind} of {trace.symbol} {trace.order_id} did not arrive")
        try:
            await self._answer(trace)
        except HftxError as error:
            level = self._logger.error if wait.tries == LOUD_AFTER else self._logger.info
            level("%s of %s %s, question %d: %s", trace.kind, trace.symbol, trace.order_id or trace.client_order_id,
                  wait.tries, error)  # fmt: skip
        pause = min(self._patience * 2.0 ** min(wait.tries, 20), self._longest_pause) * random.uniform(0.5, 1.0)
        wait.next_ns = monotonic_ns() + int(pause * 1e9)

    async def _answer(self, trace: Trace) -> None:
        if trace.kind == "fills":
            order = self._known(trace)
            if order is not None:
                await self._questions.fills_of(order)
            return
        await self._questions.order(trace.symbol, trace.order_id, trace.client_order_id)
        # A venue that lists the order as open again has answered as well.
        self._missing.pop(trace, None)
