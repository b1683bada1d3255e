"""Where orders leave and come back: every intent is on file first, and every doubt is asked about until it is settled.

Knows one account, its journal and its order state; never a venue, a socket or a signature.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hftx._core.latency import Histogram, monotonic_ns
from hftx.enums import OrderStatus
from hftx.errors import HftxError, OrderNotFoundError, OrderRejectedError, UnknownOutcomeError, UsageError
from hftx.logs import HFTLoggerInterface
from hftx.orders import Order, OrderParams
from hftx.rest.trading import PlaceOutcome, PrivateTradingInterface
from hftx.symbols import Number, Symbol, as_symbol
from hftx.trading.ids import ClientOrderIds
from hftx.trading.ledger import Ledger
from hftx.trading.resolver import Doubt, ResolveLimits, Resolver

if TYPE_CHECKING:
    from hftx._core.account import AccountSession
    from hftx.trading.route import OrderEntry

CANCEL_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class DeskLimits:
    """`wait_seconds` is how long a call waits for the fate of an order before it raises `UnknownOutcomeError`."""

    wait_seconds: float = 3.0
    resolve: ResolveLimits = field(default_factory=ResolveLimits)


class OrderDesk:
    """Orders of one account. `route` is the way that single orders take; `rest` answers questions and batches."""

    def __init__(
        self,
        rest: PrivateTradingInterface,
        route: OrderEntry,
        session: AccountSession,
        ids: ClientOrderIds,
        ledger: Ledger,
        logger: HFTLoggerInterface,
        limits: DeskLimits | None = None,
        venue: str = "venue",
    ) -> None:
        self._venue, self._rest, self._route, self._session, self._ids = venue, rest, route, session, ids
        self._ledger, self._logger, self._limits = ledger, logger, limits or DeskLimits()
        self.resolver = Resolver(rest, self._tell, logger, self._limits.resolve)
        self.call_to_answer = Histogram()
        self._traded: set[Symbol] = set()
        self._placed_count = self._cancelled = self._doubted = 0

    async def place(self, params: OrderParams) -> Order:
        """Place one order and answer with its state.

        Raises `RuleError` and `UsageError` (nothing was sent), `OrderRejectedError` and its kinds,
        `UnknownOutcomeError` when its fate is not known in time: it is asked for until it is, and the order handler
        hears of it. Raises `JournalError` when the intent could not be put on file; nothing was sent then.
        """
        params = self._named(params)
        doubt = self._intended(params)
        started_ns = monotonic_ns()
        try:
            order = await self._route.place_order(params)
        except UnknownOutcomeError as error:
            return await self._settle(doubt, error)
        except HftxError as error:
            self._ledger.refused(doubt.client_order_id, str(error))
            raise
        except BaseException:   # also a cancelled task: the bytes may have left
            self._doubt(doubt, "the call was cut off")
            raise
        answered_ns = monotonic_ns()
        self.call_to_answer.add(answered_ns - started_ns)
        self._session.expect(order, answered_ns)
        self._placed_count += 1
        return self._taken(order)

    async def place_many(self, orders: Sequence[OrderParams]) -> list[PlaceOutcome]:
        """Place several orders in one request; for each, in order, the `Order` or the error it met.

        An order whose fate is not known in time has an `UnknownOutcomeError`. Raises as `place` does before sending.
        """
        named = [self._named(params) for params in orders]
        doubts = self._all_intended(named)
        try:
            outcomes = await self._rest.place_orders(named)
        except UnknownOutcomeError as error:
            outcomes = [error] * len(named)
        except HftxError as error:
            self._unsent(doubts, error)
            raise
        except BaseException:
            for doubt in doubts:
                self._doubt(doubt, "the call was cut off")
            raise
        return list(await asyncio.gather(*map(self._placed, doubts, outcomes)))

    async def amend(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        *,
        client_order_id: str | None = None,
        price: Number | None = None,
        quantity: Number | None = None,
    ) -> Order:
        """Change price or total quantity of a resting order, and answer with its state.

        Raises `UnknownOutcomeError` when it may or may not have been changed.
        """
        ids = {"order_id": order_id, "client_order_id": client_order_id}
        return self._taken(await self._route.amend_order(symbol, **ids, price=price, quantity=quantity))

    async def cancel(
        self, symbol: Symbol | str, order_id: str | None = None, *, client_order_id: str | None = None
    ) -> Order:
        """Cancel one order and answer with its state; one that was gone already, with its true final state.

        An order of unknown fate is asked about first. Raises `UnknownOutcomeError` when that, or whether it is
        cancelled, is not known in time.
        """
        symbol = as_symbol(symbol)
        settled = await self.resolver.settled(client_order_id, self._limits.wait_seconds)
        if settled is not None and settled.is_done:
            return settled
        if settled is None and client_order_id in self.resolver.open:
            raise UnknownOutcomeError(f"order {client_order_id}: its fate is still asked for", (client_order_id or "",))
        ids = {"order_id": order_id, "client_order_id": client_order_id}
        for attempt in range(CANCEL_ATTEMPTS):
            await asyncio.sleep(attempt * self._limits.resolve.first_pause)
            try:
                order = await self._route.cancel_order(symbol, **ids)
            except UnknownOutcomeError as error:
                # To cancel twice does no harm; to believe in a cancel that never arrived does.
                order = await self._asked_after_cancel(symbol, ids, error)
            if order.is_done or attempt == CANCEL_ATTEMPTS - 1:
                break
        self._cancelled += order.is_done
        return self._taken(order)

    async def cancel_all(self, symbol: Symbol | str | None = None) -> list[Order]:
        """Cancel every open order of a symbol or of the account, strangers' ones too; their states afterwards.

        What could not be cancelled comes with its state, open. Raises `UnknownOutcomeError` when nobody can tell.
        """
        wanted = None if symbol is None else as_symbol(symbol)
        before = {(o.symbol, o.order_id) for o in self._session.store.open_orders(wanted) if o.order_id}
        for outcome in await self._route.cancel_all_orders(wanted):
            before.add((outcome.symbol, outcome.order_id))
        asked = await asyncio.gather(*(self._state(*key) for key in sorted(before)), return_exceptions=True)
        failed = next((answer for answer in asked if isinstance(answer, BaseException)), None)
        states = [answer for answer in asked if isinstance(answer, Order)]
        if failed is not None:
            count = len(before) - len(states)
            raise UnknownOutcomeError(f"cancelled, but the state of {count} orders is not known: {failed}")
        self._cancelled += sum(order.is_done for order in states)
        return states

    def traded_symbols(self) -> list[Symbol]:
        """Symbols of which an order was placed, or left by an earlier run. Any thread may ask."""
        return list(self._traded)

    async def look_up(self, symbol: Symbol, order_id: str) -> Order:
        """An order as the venue knows it now. Raises `OrderNotFoundError`."""
        order = await self._rest.get_order(symbol, order_id)
        return order if order.is_done else self._taken(order)   # the past is no news for the handlers

    @property
    def counts(self) -> dict[str, int]:
        """Orders since the start: placed, cancelled, and those whose fate was open for a time."""
        return {"placed": self._placed_count, "cancelled": self._cancelled, "doubted": self._doubted}

    async def recover(self, timeout_seconds: float) -> list[Order]:
        """Ask about every unfinished order of earlier runs; those whose fate is known in time.

        The others go on being asked about, and are UNKNOWN until then.
        """
        doubts = self._ledger.doubts()
        for doubt in doubts:
            self._doubt(doubt, "unfinished at the last stop")
        tasks = [self.resolver.ask(doubt) for doubt in doubts]
        done = (await asyncio.wait(tasks, timeout=timeout_seconds))[0] if tasks else set()
        return [task.result() for task in tasks if task in done]

    def strangers(self, listed: Iterable[Order]) -> list[Order]:
        """Those of `listed` that neither this run nor an earlier one on the same journal has placed."""
        known = self._ledger.known_ids()
        return [
            order
            for order in listed
            if order.client_order_id not in known and not self._ids.made_here(order.client_order_id)
        ]

    async def close(self) -> None:
        """Stop asking; what is unfinished stays in the journal."""
        await self.resolver.close()

    def _named(self, params: OrderParams) -> OrderParams:
        if not isinstance(params, OrderParams):
            raise UsageError(f"an order is an OrderParams, not {type(params).__name__}")
        return params if params.client_order_id else replace(params, client_order_id=self._ids.next())

    def _intended(self, params: OrderParams) -> Doubt:
        doubt = Doubt(params, params.client_order_id or "", time.time_ns())
        self._ledger.intend(doubt)
        self._traded.add(params.symbol)
        return doubt

    def _all_intended(self, orders: Sequence[OrderParams]) -> list[Doubt]:
        doubts: list[Doubt] = []
        try:
            for params in orders:
                doubts.append(self._intended(params))
        except HftxError as error:
            self._unsent(doubts, error)
            raise
        return doubts

    def _unsent(self, doubts: Sequence[Doubt], error: HftxError) -> None:
        for doubt in doubts:
            self._ledger.refused(doubt.client_order_id, str(error))

    def _taken(self, order: Order) -> Order:
        """What the venue says of an order goes where events go, so that both are one story."""
        self._tell(order)
        return self._known(order)

    def _known(self, order: Order) -> Order:
        return self._session.store.get(order.symbol, order.order_id) or order

    def _tell(self, order: Order) -> None:
        if self._session.order(order, monotonic_ns()) is None:
            self._ledger.heard(order)   # no news for the handlers, but perhaps for the journal

    def _doubt(self, doubt: Doubt, reason: str) -> None:
        self._doubted += 1
        self._traded.add(doubt.params.symbol)
        self._logger.warning("order %s is unknown: %s", doubt.client_order_id, reason)
        self._session.order(doubt.as_order(OrderStatus.UNKNOWN, reason), monotonic_ns())
        self.resolver.ask(doubt)

    async def _settle(self, doubt: Doubt, error: UnknownOutcomeError) -> Order:
        self._doubt(doubt, str(error))
        order = await self.resolver.settled(doubt.client_order_id, self._limits.wait_seconds)
        if order is None:
            raise error
        if order.status is OrderStatus.REJECTED:
            request = f"order {doubt.client_order_id}"
            raise OrderRejectedError(self._venue, request, 0, "", order.reason)
        return self._known(order)

    async def _placed(self, doubt: Doubt, outcome: PlaceOutcome) -> PlaceOutcome:
        if isinstance(outcome, Order):
            self._placed_count += 1
            return self._taken(outcome)
        if not isinstance(outcome, UnknownOutcomeError):
            self._ledger.refused(doubt.client_order_id, str(outcome))
            return outcome
        try:
            return await self._settle(doubt, outcome)
        except (UnknownOutcomeError, OrderRejectedError) as error:
            return error

    async def _asked_after_cancel(
        self, symbol: Symbol, ids: dict[str, str | None], error: UnknownOutcomeError
    ) -> Order:
        self._logger.warning("cancel of %s: %s", ids, error)
        deadline = time.monotonic() + self._limits.wait_seconds
        pause = self._limits.resolve.first_pause
        while time.monotonic() < deadline:
            try:
                return await self._rest.get_order(symbol, **ids)
            except OrderNotFoundError:
                raise
            except HftxError as failure:
                self._logger.warning("cancel of %s: asking failed: %s", ids, failure)
            await asyncio.sleep(pause)
            pause *= 2
        raise error

    async def _state(self, symbol: Symbol, order_id: str) -> Order:
        known = self._session.store.get(symbol, order_id)
        if known is not None and known.is_done:
            return known
        return self._taken(await self._rest.get_order(symbol, order_id))
