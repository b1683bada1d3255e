"""What the journal hears: intents before they leave, and outcomes once nothing of them is on its way any more.

An order is finished in the journal when it is done and all its fills were handed out, so that a process that dies
in between asks for it again. Without a journal it keeps intents in memory only. Knows no venue and sends nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hftx.enums import OrderStatus
from hftx.logs import HFTLoggerInterface
from hftx.orders import Execution, Order
from hftx.trading.journal import Journal
from hftx.trading.journal_records import JournalError
from hftx.trading.order_store import OrderStore
from hftx.trading.resolver import Doubt
from hftx.trading.states import is_filled_untold


class Ledger:
    """The journal of one account, kept in step with its order store."""

    def __init__(self, journal: Journal | None, store: OrderStore, logger: HFTLoggerInterface) -> None:
        self._journal, self._store, self._logger = journal, store, logger
        self._earlier = {intent.client_order_id for intent in journal.unfinished()} if journal else set()
        self._intended: set[str] = set()      # of this run, not finished

    def doubts(self) -> list[Doubt]:
        """Unfinished orders of earlier runs, oldest first."""
        found = self._journal.unfinished() if self._journal else []
        return [
            Doubt(intent.params, intent.client_order_id, intent.intended_ns, intent.order_id)
            for intent in found
            if intent.client_order_id in self._earlier
        ]

    def known_ids(self) -> set[str]:
        """Client order ids of earlier runs that were unfinished at the start, and the unfinished ones of this run."""
        return self._earlier | self._intended

    def intend(self, doubt: Doubt) -> None:
        """Put an intent on file. Raises `JournalError`, and `UsageError` for an id that is in use."""
        if self._journal is not None:
            self._journal.intend(doubt.params, doubt.client_order_id, doubt.intended_ns)
        self._intended.add(doubt.client_order_id)

    def refused(self, client_order_id: str, reason: str) -> None:
        """The order does not exist: it was not sent, or the venue has refused it."""
        self._finish(client_order_id, OrderStatus.REJECTED, "", reason)

    def heard(self, order: Order) -> None:
        """An order event was handled."""
        client_order_id = order.client_order_id
        if client_order_id is None or order.status is OrderStatus.UNKNOWN:
            return
        if client_order_id not in self._intended and client_order_id not in self._earlier:
            return
        if order.is_done and self._fills_outstanding(order):
            self._write(client_order_id, OrderStatus.PARTIALLY_FILLED, order.order_id, "")
        elif order.is_done:
            self._finish(client_order_id, order.status, order.order_id, order.reason)
        elif order.order_id:
            self._write(client_order_id, order.status, order.order_id, "")

    def filled(self, execution: Execution) -> None:
        """A fill was handled: it may have been the last that its order waited for."""
        order = self._store.get(execution.symbol, execution.order_id)
        if order is not None and order.is_done:
            self.heard(order)

    def tick(self) -> None:
        """Let a batch reach the disk when it is due."""
        if self._journal is not None:
            self._attempt(lambda journal: journal.tick(time.time_ns()))

    def close(self) -> None:
        """Bring everything to the disk."""
        if self._journal is not None:
            self._journal.close()

    def _fills_outstanding(self, order: Order) -> bool:
        if not order.filled_quantity:
            return is_filled_untold(order)
        fills = self._store.executions(order.symbol, order.order_id)
        return sum(fill.quantity for fill in fills) < order.filled_quantity

    def _finish(self, client_order_id: str, status: OrderStatus, order_id: str, reason: str) -> None:
        self._write(client_order_id, status, order_id, reason)
        self._intended.discard(client_order_id)

    def _write(self, client_order_id: str, status: OrderStatus, order_id: str, reason: str) -> None:
        self._attempt(
            lambda journal: journal.resolved(
                client_order_id, status, time.time_ns(), order_id=order_id, reason=reason
            )
        )

    def _attempt(self, work: Callable[[Journal], object]) -> None:
        # Placing fails loudly when the journal cannot be written; what is heard must go on being handled.
        if self._journal is None:
            return
        try:
            work(self._journal)
        except JournalError as error:
            self._logger.error("order journal: %s", error)
