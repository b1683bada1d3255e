"""The account half of an exchange object: private stream, order state, journal and order entry as one.

Knows no venue: the exchange of a venue makes the clients. Never touches market data.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from hftx._core.latency import Histogram
from hftx.composite.options import TradingOptions
from hftx.composite.safety import Safety
from hftx.errors import HftxError, InitializationError
from hftx.logs import HFTLoggerInterface
from hftx.orders import AssetBalance, Execution, Order
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.rest.private import PrivateRest
from hftx.symbols import AssetName
from hftx.trading.desk import DeskLimits, OrderDesk
from hftx.trading.ids import ClientOrderIds
from hftx.trading.journal import Journal
from hftx.trading.ledger import Ledger
from hftx.trading.order_store import OrderStore
from hftx.trading.route import OrderRoute
from hftx.websocket.order_entry import OrderEntryWebsocket
from hftx.websocket.private_account import PrivateAccountWebsocket

TICK_SECONDS = 0.05

WebsocketMaker = Callable[[PrivateWebsocketHandlers, OrderStore], PrivateAccountWebsocket]


class TradingAccount:
    """One account while it trades. `start` and `close` are called once each."""

    def __init__(
        self,
        venue: str,
        rest: PrivateRest,
        make_rest: Callable[[], PrivateRest],
        make_websocket: WebsocketMaker,
        entry: OrderEntryWebsocket | None,
        handlers: PrivateWebsocketHandlers,
        options: TradingOptions,
        logger: HFTLoggerInterface,
    ) -> None:
        self.rest, self.entry, self.options, self._logger = rest, entry, options, logger
        self._user = handlers
        self.strangers: list[Order] = []
        journal = _open_journal(options, logger)
        try:
            self.websocket = make_websocket(self._wrapped(), OrderStore())
            self._ledger = Ledger(journal, self.websocket.store, logger)
            self.route = OrderRoute(rest, entry, options.order_entry, logger=logger)
            ids = ClientOrderIds(time.time_ns() // 1_000_000)
            session = self.websocket.session
            limits = _within_lookup(options.desk, rest.lookup_seconds)
            self.desk = OrderDesk(rest, self.route, session, ids, self._ledger, logger, limits, venue)
            self.safety = Safety(options, make_rest, self.desk.traded_symbols, logger)
        except BaseException:
            if journal is not None:
                journal.close()
            raise
        self._ticker: asyncio.Task[None] | None = None

    @property
    def store(self) -> OrderStore:
        """Orders and fills, as the private stream and the venue's answers tell them."""
        return self.websocket.store

    @property
    def balances(self) -> dict[AssetName, AssetBalance]:
        """What the account holds, as last heard."""
        return dict(self.websocket.session.balances)

    @property
    def latencies(self) -> dict[str, Histogram]:
        """Histograms of an order's way, by stage: whichever way it took, and the stages of REST."""
        return {
            "call_to_answer": self.desk.call_to_answer,
            "answer_to_event": self.websocket.session.answer_to_event,
            "rest_call_to_wire": self.rest.transport.call_to_wire,
            "rest_wire_to_ack": self.rest.transport.wire_to_answer,
        }

    async def start(self) -> None:
        """Connect, learn what is open, settle what earlier runs left, and make ready to trade.

        Raises `AuthenticationError`, `ConnectionLost`, `RequestTimeoutError` when the account cannot be learnt in
        time, and as the clients do; close it then.
        """
        self._ticker = asyncio.create_task(self._tick())
        for doubt in self._ledger.doubts():
            self.rest.expect(doubt.params)
        await self.websocket.initialize()
        await self.websocket.wait_synced(self.options.recover_seconds)
        settled = await self.desk.recover(self.options.recover_seconds)
        self._report(settled)
        if self.entry is not None:
            await self._start_entry(self.entry)
        await self.safety.start()

    async def close(self) -> None:
        """Close everything; what is unfinished stays in the journal."""
        if self._ticker is not None:
            self._ticker.cancel()
        parts: list[Callable[[], Awaitable[None]]] = [self.desk.close]
        parts += [self.entry.close] if self.entry is not None else []
        for close in (self.safety.stop, *parts, self.route.close, self.websocket.close, self.rest.close):
            try:
                await close()
            except Exception as error:   # the other parts must be closed all the same
                self._logger.error("closing: %r", error)
        self._ledger.close()

    def stats(self) -> dict[str, Any]:
        """Counts of orders by state, ways of order entry, and latencies in us by stage."""
        return {
            "total_balances": len(self.websocket.session.balances),
            "open_orders_count": len(self.store.open_orders()),
            "executed_orders_count": len(self.store.executed_orders()),
            "unknown_orders_count": len(self.store.unknown_orders()),
            "orders": self.desk.counts,
            "order_entry": self.route.stats(),
            "limits": self.rest.transport.account_budget.rooms(),
            "latency_us": {name: each.summary_us() for name, each in self.latencies.items()} | self._entry_latency(),
        }

    def health(self) -> dict[str, Any]:
        """Private stream, doubts and order entry in one look."""
        return {
            "authenticated": self.websocket.is_authenticated(),
            "connected": self.websocket.is_connected(),
            "unknown_orders": [order.client_order_id for order in self.store.unknown_orders()],
            "order_entry": self.route.stats(),
            "safety": self.safety.stats(),
        }

    def _entry_latency(self) -> dict[str, dict[str, float]]:
        if self.entry is None:
            return {}
        stages = self.entry.get_performance_metrics()["latency_us"]
        return {f"websocket_{stage}": summary for stage, summary in stages.items()}

    async def _start_entry(self, entry: OrderEntryWebsocket) -> None:
        # REST does the same: what is refused here must not keep a bot from trading, unless it was asked for.
        try:
            await entry.initialize()
        except HftxError as error:
            if self.options.order_entry == "websocket":
                raise InitializationError(f"order entry over WebSocket: {error}") from error
            self._logger.warning("order entry over WebSocket is not used: %s", error)
        await self.route.start()

    def _report(self, settled: list[Order]) -> None:
        for order in settled:
            self._logger.info("left by an earlier run: %s %s", order.client_order_id, order.status.name)
        self.strangers = self.desk.strangers(self.store.open_orders())
        for order in self.strangers:
            self._logger.warning("open order that is not ours: %s %s", order.symbol, order.order_id)

    def _wrapped(self) -> PrivateWebsocketHandlers:
        return replace(self._user, order_handler=self._on_order, execution_handler=self._on_execution)

    def _on_order(self, order: Order) -> Awaitable[None] | None:
        handler = self._user.order_handler
        result = None if handler is None else handler(order)
        if result is not None and inspect.isawaitable(result):
            return _then(result, lambda: self._ledger.heard(order))
        self._ledger.heard(order)
        return None

    def _on_execution(self, execution: Execution) -> Awaitable[None] | None:
        handler = self._user.execution_handler
        result = None if handler is None else handler(execution)
        if result is not None and inspect.isawaitable(result):
            return _then(result, lambda: self._ledger.filled(execution))
        self._ledger.filled(execution)
        return None

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._ledger.tick()


async def _then(handled: Awaitable[None], after: Callable[[], None]) -> None:
    # The journal hears of an event once its handler is through with it: what was not handled is asked for again.
    await handled
    after()


def _within_lookup(limits: DeskLimits, lookup_seconds: float) -> DeskLimits:
    # What the venue no longer finds by client order id must be searched for, not believed to be lost.
    lookup = min(limits.resolve.lookup, lookup_seconds)
    return replace(limits, resolve=replace(limits.resolve, lookup=lookup))


def _open_journal(options: TradingOptions, logger: HFTLoggerInterface) -> Journal | None:
    if options.journal_path is None:
        logger.warning("no journal_path: orders of unknown fate are forgotten when this process dies")
        return None
    batch = options.journal_batch_seconds
    return Journal(options.journal_path, options.journal_flush, batch_seconds=batch)
