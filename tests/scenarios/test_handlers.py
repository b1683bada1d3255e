"""Handlers that raise, wait or are slow: the connection lives on and every symbol keeps its order of events."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hftx.handlers import PublicWebsocketHandlers
from hftx.records import OrderBook, Trade

from .rig import SETUPS, VICTIM, Heard, Setup, assert_trades_complete, running, until


class Raising(Heard):
    """A handler that fails a few times for one symbol."""

    left = 0

    def on_book(self, book: OrderBook) -> None:
        if book.symbol == VICTIM and self.left:
            self.left -= 1
            raise RuntimeError("the strategy has a bug")
        super().on_book(book)


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_handler_that_raises_costs_its_symbol_a_new_subscription(
    setup: Setup, caplog: pytest.LogCaptureFixture
) -> None:
    heard = Raising()
    async with running(setup, heard=heard) as rig:
        subscribed = rig.session.listing(VICTIM).resyncs
        with rig.others_notice_nothing():
            heard.left = 3
            await until(lambda: heard.left == 0, "the handler has raised")
            await until(lambda: rig.session.listing(VICTIM).resyncs > subscribed, "the symbol is subscribed anew")
            await rig.exchange.wait_live(5.0)
            await rig.grows()
        assert rig.metrics["handler_failures"] == 3
        assert rig.metrics["reconnections"] == 0
        assert len([r for r in caplog.records if "the strategy has a bug" in r.getMessage()]) == 1
        await rig.ends_equal()


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_coroutine_handlers_hear_everything_in_order(setup: Setup) -> None:
    heard, busy = Heard(), set()

    async def on_trade(trade: Trade) -> None:
        assert trade.symbol not in busy, "events of one symbol overtake each other"
        busy.add(trade.symbol)
        await asyncio.sleep(0)
        busy.discard(trade.symbol)
        heard.on_trade(trade)

    async def on_book(book: OrderBook) -> None:
        heard.on_book(book)

    handlers = PublicWebsocketHandlers(orderbook_handler=on_book, trades_handler=on_trade)
    async with running(setup, heard=heard, handlers=handlers) as rig:
        await until(lambda: len(heard.trades) > 60, "trades are heard")
        await rig.ends_equal()
        assert rig.metrics["handler_failures"] == rig.metrics["events_lost"] == 0
        assert rig.metrics["handler_waits"] >= 60
        assert_trades_complete(rig, at_least=5)


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_coroutine_that_hangs_holds_up_its_own_symbol_only(setup: Setup) -> None:
    heard, gate = Heard(), asyncio.Event()

    async def on_book(book: OrderBook) -> None:
        if book.symbol == VICTIM:
            await gate.wait()
        heard.on_book(book)

    async with running(setup, heard=heard, handlers=PublicWebsocketHandlers(orderbook_handler=on_book)) as rig:
        before = dict(heard.books)
        await rig.grows(by=10)
        assert VICTIM not in heard.books
        assert all(heard.books[s] > before[s] for s in rig.exchange.orderbooks if s != VICTIM)
        gate.set()
        await until(lambda: heard.books.get(VICTIM, 0) > 0, "the symbol goes on")
        await rig.ends_equal()


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_listeners_of_books_can_come_and_go(setup: Setup) -> None:
    async with running(setup) as rig:
        seen: list[Any] = []
        rig.exchange.add_orderbook_update_handler(seen.append)
        await until(lambda: len(seen) > 5, "the listener hears")
        assert all(book is rig.book(book.symbol) for book in seen)
        rig.exchange.remove_orderbook_update_handler(seen.append)
        count = len(seen)
        await rig.grows()
        assert len(seen) == count
