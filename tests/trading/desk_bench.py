"""A desk with a journal and a fake venue behind it, and a session that joins order state and handlers.

Must never know: what a test proves with it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from hftx.enums import OrderStatus
from hftx.logs import get_exchange_logger
from hftx.orders import Order, OrderParams
from hftx.trading.desk import DeskLimits, OrderDesk
from hftx.trading.ids import ClientOrderIds
from hftx.trading.journal import Journal
from hftx.trading.ledger import Ledger
from hftx.trading.order_store import OrderStore
from hftx.trading.resolver import ResolveLimits

from .fake_rest import FakeRest
from .samples import an_order, on_file

LOGGER = get_exchange_logger("fake", "test")
LIMITS = DeskLimits(wait_seconds=0.3, resolve=ResolveLimits(settle=0.05, first_pause=0.001, longest_pause=0.01))


class Session:
    """Order state and handlers as the compiled session joins them."""

    def __init__(self, ledger: Ledger, store: OrderStore) -> None:
        self.store, self._ledger, self.heard = store, ledger, list[Order]()

    def expect(self, order: Order, answered_ns: int) -> None:
        """Nothing is pushed here."""

    def order(self, order: Order, now_ns: int) -> Order | None:
        """The order, if it is news."""
        news = self.store.apply_order(order, now_ns).order
        if news is not None:
            self.heard.append(news)
            self._ledger.heard(news)
        return news


class Bench:
    """A desk with a fake venue behind it."""

    def __init__(self, path: Path, limits: DeskLimits = LIMITS) -> None:
        self.path, self.rest = path, FakeRest()
        store = OrderStore()
        self.ledger = Ledger(Journal(path, "os"), store, LOGGER)
        self.session = Session(self.ledger, store)
        parts: Any = (self.rest, self.rest, self.session)
        self.desk = OrderDesk(*parts, ClientOrderIds(1), self.ledger, LOGGER, limits, "fake")
        self.rest.on_place = self.take

    def take(self, params: OrderParams) -> Order:
        """The venue takes an order; the journal must know it already."""
        assert params.client_order_id in on_file(self.path)
        order = an_order(order_id=str(100 + len(self.rest.orders)), client_order_id=params.client_order_id)
        self.rest.orders.append(order)
        return order

    def end(self, order: Order, status: OrderStatus = OrderStatus.CANCELLED) -> Order:
        """The venue's order is done."""
        done = replace(order, status=status, updated_ns=order.updated_ns + 1)
        self.rest.orders = [done if each.order_id == order.order_id else each for each in self.rest.orders]
        return done

    async def close(self) -> None:
        """As an account closes."""
        await self.desk.close()
        self.ledger.close()
