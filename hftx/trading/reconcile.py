"""Brings an account back to the venue's truth: after every loss of events, and every so often without one.

One reconciliation at a time; it is repeated until it succeeds, and what is asked for meanwhile makes another one
follow. Knows REST and the session of the account; never a venue or a stream.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hftx._core.latency import monotonic_ns
from hftx.errors import ConnectionLost, HftxError, OrderNotFoundError, RequestTimeoutError, UnknownSymbolError
from hftx.logs import HFTLoggerInterface
from hftx.orders import Order
from hftx.rest.trading import PrivateTradingInterface
from hftx.symbols import Symbol
from hftx.trading.reconcile_questions import AccountQuestions, Pages
from hftx.trading.reconcile_watch import LostPushWatch

if TYPE_CHECKING:
    from hftx._core.account import AccountSession

CLOSED = "the private stream was closed"
FILL_PAUSES = (0.1, 0.4)   # seconds; fills may appear a little after their order over REST


@dataclass(frozen=True, slots=True)
class ReconcileLimits:
    """Times in seconds, as in `PrivateStreamOptions`; `pages` are the venue's."""

    pages: Pages
    every: float
    overlap: float
    patience: float
    backoff: float
    longest_backoff: float


@dataclass(frozen=True, slots=True)
class ReconcileHooks:
    """What the owner of the stream does for a reconciliation.

    `venue_ms` is the venue's time; `symbols` are those that may be traded, besides the ones met already; `prepare` is
    awaited before each attempt and may raise `HftxError`; `met` hears of the symbols in use; `found_late` of events
    that the stream should have told; `overrule` lets asked balances stand against pushed ones.
    """

    venue_ms: Callable[[], int]
    symbols: Callable[[], Iterable[Symbol]]
    prepare: Callable[[], Awaitable[None]]
    met: Callable[[Iterable[Symbol]], None]
    found_late: Callable[[str], None]
    overrule: Callable[[], None]


class Reconciler:
    """Of one account. Times of the store and of this class are monotonic ns."""

    def __init__(
        self,
        rest: PrivateTradingInterface,
        session: AccountSession,
        limits: ReconcileLimits,
        hooks: ReconcileHooks,
        logger: HFTLoggerInterface,
    ) -> None:
        self._session, self._limits, self._hooks, self._logger = session, limits, hooks, logger
        self._questions = AccountQuestions(
            rest, session, limits.pages, limits.patience, hooks.venue_ms, logger
        )
        self._watch = LostPushWatch(
            session.store, self._questions, limits.patience, limits.longest_backoff, hooks.found_late, logger
        )
        self.symbols: set[Symbol] = set()
        self.runs = self.failures = 0
        self._reasons: set[str] = set()
        self._wanted = asyncio.Event()
        self._opened = False
        self._doubt_ns = self._proven_ns = -1
        self._begun_ms: int | None = None    # venue time; earlier fills are not events of ours
        self._since_ms = 0                   # venue time of the last proof
        self._is_unbroken = False            # the stream has told everything since the beginning
        self._unlisted: set[Symbol] = set()
        self._waiters: set[asyncio.Future[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_running = self._is_closed = False
        self._heard = (-1, -1)
        self._last_error = "no reconciliation has ended yet"

    @property
    def is_synced(self) -> bool:
        """True when a reconciliation has succeeded that began after the stream opened, and after the last loss."""
        return self._opened and self._proven_ns >= self._doubt_ns

    @property
    def asked_late(self) -> int:
        """Questions about events that did not arrive."""
        return self._watch.asked

    def start(self) -> None:
        """Reconcile from now on. Fills made before the stream first opened are asked of open orders only."""
        self._begin()
        self._tasks = [asyncio.create_task(self._serve()), asyncio.create_task(self._look())]

    async def close(self) -> None:
        """Stop; who waits hears `ConnectionLost`."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(ConnectionLost(CLOSED))

    def opened(self, reason: str) -> None:
        """The stream delivers from now on."""
        is_first = self._begun_ms is None
        self._begin()
        self._opened = True
        self.doubt(reason)
        self._is_unbroken = is_first

    def lost(self) -> None:
        """The stream delivers no longer."""
        self._opened = self._is_unbroken = False

    def doubt(self, reason: str) -> None:
        """Events may have been missed: reconcile now, and once more if one is under way."""
        self._doubt_ns, self._is_unbroken = monotonic_ns(), False
        self._reasons.add(reason)
        self._wanted.set()

    async def run(self, reason: str) -> None:
        """Reconcile now; returns when one that began after the call has succeeded, however long that takes."""
        self.doubt(reason)
        wanted_ns = self._doubt_ns
        while self._proven_ns < wanted_ns:
            await self._next_success()

    async def wait_synced(self, timeout: float) -> None:
        """Wait until `is_synced`; raises `RequestTimeoutError` after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while not self.is_synced:
                    await self._next_success()
        except TimeoutError:
            raise RequestTimeoutError(f"not reconciled within {timeout:g} s: {self._last_error}") from None

    def _begin(self) -> None:
        if self._begun_ms is None:
            self._begun_ms = self._since_ms = self._hooks.venue_ms()

    async def _next_success(self) -> None:
        if self._is_closed:
            raise ConnectionLost(CLOSED)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)

    async def _serve(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._next_seconds()):
                    await self._wanted.wait()
            reasons = self._taken()
            failures = 0
            while not await self._attempt(reasons):
                failures += 1
                await asyncio.sleep(self._pause(failures))
                reasons |= self._taken()

    def _next_seconds(self) -> float:
        # A balance that differs is asked again soon: the answer may have been the older of the two.
        return min(self._limits.patience, self._limits.every) if self._questions.doubts_balances else self._limits.every

    def _taken(self) -> set[str]:
        reasons, self._reasons = self._reasons, set()
        self._wanted.clear()
        return reasons

    def _pause(self, failures: int) -> float:
        pause = min(self._limits.backoff * 2.0 ** min(failures - 1, 20), self._limits.longest_backoff)
        return pause * random.uniform(0.5, 1.0)

    async def _attempt(self, reasons: set[str]) -> bool:
        self._is_running = True
        try:
            await self._reconcile(is_audit=not reasons)
        except HftxError as error:
            self._failed(reasons, str(error))
            self._logger.warning("reconciliation (%s): %s", ", ".join(sorted(reasons)) or "audit", error)
        except Exception as error:   # a defect must not end the service: say so, and try again
            self._failed(reasons, repr(error))
            self._logger.error("reconciliation failed: %r", error)
        else:
            self.runs += 1
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
            return True
        finally:
            self._is_running = False
        return False

    def _failed(self, reasons: set[str], text: str) -> None:
        self.failures += 1
        self._last_error = text

    async def _reconcile(self, is_audit: bool) -> None:
        asked_ns = monotonic_ns()
        overdue, was_open = self._questions.overdue, self._opened and self.is_synced
        await self._hooks.prepare()
        self.meet(self._session.store.shelves)
        listed = await self._questions.open_orders(sorted(self.symbols, key=str))
        asked_ms = self._hooks.venue_ms() - (monotonic_ns() - asked_ns) // 1_000_000
        self.meet(order.symbol for orders in listed.values() for order in orders)
        moved = await self._questions.balances(self._hooks.overrule)
        self.meet(symbol for symbol in self._hooks.symbols() if symbol.base in moved)   # somebody else trades it
        await self._ask_the_past(asked_ms, is_audit)
        for symbol, orders in listed.items():
            for order in self._session.reconcile(orders, asked_ns, monotonic_ns(), symbol):
                await self._ask_missing(order)
        if not is_audit:   # while nothing is lost, what lacks fills is the watch's business
            await self._complete_fills()
        self._since_ms, self._proven_ns, self._is_unbroken = asked_ms, asked_ns, False
        if is_audit and was_open and self._questions.overdue > overdue:
            self._hooks.found_late(f"{self._questions.overdue - overdue} events were found by asking only")

    async def _ask_the_past(self, asked_ms: int, is_audit: bool) -> None:
        if self._is_unbroken:
            return
        # A venue's clock that was set back must not ask for the future.
        since_ms = min(max(self._begun_ms or 0, self._since_ms - int(self._limits.overlap * 1000)), asked_ms)
        for symbol in sorted(self.symbols - self._unlisted, key=str):
            try:
                await self._questions.fills_since(symbol, since_ms)
                if not is_audit:
                    await self._questions.orders_since(symbol, since_ms)
            except UnknownSymbolError as error:   # it must not keep the others from being reconciled
                self._unlisted.add(symbol)
                self._logger.error("%s can no longer be reconciled: %s", symbol, error)

    async def _ask_missing(self, order: Order) -> None:
        try:
            await self._questions.order(order.symbol, order.order_id, order.client_order_id)
        except (OrderNotFoundError, UnknownSymbolError) as error:
            self._logger.info("%s is not listed as open, and not found: %s", order.order_id or "an order", error)
            self._watch.miss(order)

    async def _complete_fills(self) -> None:
        for pause in (*FILL_PAUSES, None):
            waiting = self._awaiting()
            for order in waiting:
                await self._questions.fills_of(order)
            if pause is None or not self._awaiting():
                return
            await asyncio.sleep(pause)

    def _awaiting(self) -> list[Order]:
        store = self._session.store
        symbols = self.symbols - self._unlisted
        found = [order for symbol in symbols for order in store.orders_awaiting_executions(symbol)]
        return [order for order in found if order.order_id]

    def meet(self, symbols: Iterable[Symbol]) -> None:
        """The account has orders of `symbols`, or positions: their fills are asked for."""
        fresh = set(symbols) - self.symbols
        if fresh:
            self.symbols |= fresh
            self._hooks.met(fresh)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(min(1.0, self._limits.patience / 2))
            heard = (self._session.orders, self._session.executions)
            if self._is_running or (heard == self._heard and self._watch.is_quiet):
                continue
            self._heard = heard
            self.meet(self._session.store.shelves)
            try:
                await self._watch.look(self.symbols)
            except Exception as error:   # as in `_attempt`
                self._logger.error("watch of lost events failed: %r", error)
