"""The ledger: an intent leaves the journal when nothing of its order is on its way any more, and not before."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hftx.enums import OrderStatus
from hftx.errors import UsageError
from hftx.logs import get_exchange_logger
from hftx.orders import Order
from hftx.trading.journal import Journal
from hftx.trading.ledger import Ledger
from hftx.trading.order_store import OrderStore
from hftx.trading.resolver import Doubt

from .samples import a_fill, an_intent, an_order, on_file

LOGGER = get_exchange_logger("fake", "test")


class Book:
    """A ledger with its journal and its store, as an account has them."""

    def __init__(self, path: Path) -> None:
        self.path, self.store = path, OrderStore()
        self.ledger = Ledger(Journal(path, "os"), self.store, LOGGER)

    def intend(self, client_order_id: str = "t-a") -> None:
        params = an_intent(client_order_id=client_order_id)
        self.ledger.intend(Doubt(params, client_order_id, time.time_ns()))

    def event(self, status: OrderStatus, filled: str = "0", **fields: Any) -> Order:
        applied = self.store.apply_order(an_order(status, filled, **fields), 1)
        assert applied.order is not None
        self.ledger.heard(applied.order)
        return applied.order

    def fill(self, trade_id: str, quantity: str) -> None:
        execution = a_fill(trade_id, quantity)
        self.store.apply_execution(execution, 1)
        self.ledger.filled(execution)

    def unfinished(self) -> dict[str, Any]:
        return on_file(self.path)


@pytest.fixture
def book(tmp_path: Path) -> Any:
    made = Book(tmp_path / "orders.journal")
    yield made
    made.ledger.close()


def test_an_intent_is_on_file_before_anything_else(book: Book) -> None:
    book.intend()
    assert list(book.unfinished()) == ["t-a"]
    with pytest.raises(UsageError, match="already intended"):
        book.intend()


def test_a_refused_order_is_finished(book: Book) -> None:
    book.intend()
    book.ledger.refused("t-a", "not enough USDT")
    assert book.unfinished() == {}


def test_a_live_order_stays_with_its_number(book: Book) -> None:
    book.intend()
    book.event(OrderStatus.NEW)
    assert book.unfinished()["t-a"].order_id == "7"
    book.event(OrderStatus.CANCELLED)
    assert book.unfinished() == {}


@pytest.mark.parametrize("status", [OrderStatus.FILLED, OrderStatus.PARTIALLY_CANCELLED])
def test_a_done_order_waits_for_its_fills(book: Book, status: OrderStatus) -> None:
    total = "10" if status is OrderStatus.FILLED else "4"
    book.intend()
    book.fill("1", "1")
    book.event(status, total)
    assert list(book.unfinished()) == ["t-a"]
    book.fill("2", str(Decimal(total) - 2))
    assert list(book.unfinished()) == ["t-a"]
    book.fill("3", "1")
    assert book.unfinished() == {}


def test_fills_that_come_first_finish_with_the_order(book: Book) -> None:
    book.intend()
    book.fill("1", "10")
    book.event(OrderStatus.FILLED, "10")
    assert book.unfinished() == {}


def test_an_unknown_order_stays(book: Book) -> None:
    book.intend()
    book.event(OrderStatus.UNKNOWN, order_id="")
    assert list(book.unfinished()) == ["t-a"]


def test_orders_of_others_are_not_written(book: Book) -> None:
    size = book.path.stat().st_size
    book.event(OrderStatus.NEW, client_order_id="t-else")
    book.event(OrderStatus.CANCELLED, order_id="8", client_order_id=None)
    assert book.path.stat().st_size == size


def test_earlier_runs_are_doubts_until_they_are_settled(book: Book) -> None:
    book.intend("t-a")
    book.intend("t-b")
    book.event(OrderStatus.NEW)
    book.ledger.close()
    again = Book(book.path)
    again.intend("t-c")
    doubts = {doubt.client_order_id: doubt.order_id for doubt in again.ledger.doubts()}
    assert doubts == {"t-a": "7", "t-b": ""}
    assert again.ledger.known_ids() == {"t-a", "t-b", "t-c"}
    again.event(OrderStatus.CANCELLED)
    assert [doubt.client_order_id for doubt in again.ledger.doubts()] == ["t-b"]
    again.ledger.close()


def test_without_a_journal_everything_works_in_memory() -> None:
    ledger = Ledger(None, OrderStore(), LOGGER)
    ledger.intend(Doubt(an_intent(client_order_id="t-a"), "t-a", time.time_ns()))
    assert ledger.known_ids() == {"t-a"} and ledger.doubts() == []
    ledger.heard(an_order(OrderStatus.CANCELLED))
    ledger.tick()
    ledger.close()
    assert ledger.known_ids() == set()


def test_a_journal_that_fails_stops_orders_and_not_events(book: Book, caplog: pytest.LogCaptureFixture) -> None:
    book.intend()
    book.ledger.close()
    book.event(OrderStatus.NEW)
    assert "order journal" in caplog.text
