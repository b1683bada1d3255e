"""Handlers that change the subscriptions, or raise, while a frame is being told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hftx._core.venues.gateio_market import GateioMarketSession
from hftx._core.venues.mexc_market import MexcMarketSession
from hftx.enums import BookStatus
from hftx.handlers import PublicWebsocketHandlers
from hftx.symbols import Symbol
from trials import ASKS, BIDS, NOW, TARGET, gate_rig, logger
from twins import gate_frames, mexc_frames

from .isolation import isolated

D = Decimal
OTHER = Symbol("OTHER/USDT")
ROWS = [(D(n), D(1), 1, 1767225600111 + n) for n in range(1, 9)]


def test_a_handler_may_change_the_subscriptions_between_two_trades_of_a_frame() -> None:
    isolated(change_subscriptions)


def change_subscriptions() -> None:
    heard: list[Any] = []

    def handler(trade: Any) -> None:
        heard.append(trade.price)
        if len(heard) == 2:
            session.remove_symbol(TARGET)
            for n in range(200):
                session.add_symbol(Symbol(f"N{n}/USDT"), f"N{n}USDT", 8, 8)

    session = MexcMarketSession(PublicWebsocketHandlers(trades_handler=handler), 10, lambda *_: None, logger())
    session.add_symbol(TARGET, "BTCUSDT", 8, 8)
    session.begin_sync(TARGET, 0)
    assert session.receive(mexc_frames.deals("BTCUSDT", ROWS)[0], False, NOW) == 1
    assert heard == [row[0] for row in ROWS] and TARGET not in session.books
    assert session.receive(mexc_frames.deals("N7USDT", ROWS)[0], False, NOW) == 1


def test_a_book_handler_may_remove_and_add_its_own_symbol() -> None:
    isolated(renew_symbol)


def renew_symbol() -> None:
    statuses: list[BookStatus] = []

    def handler(book: Any) -> None:
        statuses.append(book.status)
        session.remove_symbol(TARGET)
        session.add_symbol(TARGET, "BTC_USDT", 8, 8)

    session = GateioMarketSession(PublicWebsocketHandlers(handler), 10, lambda *_: None, logger())
    session.add_symbol(TARGET, "BTC_USDT", 8, 8)
    for last in (10, 20, 30):
        session.begin_sync(TARGET, 0)
        assert session.receive(gate_frames.obu("BTC_USDT", BIDS, ASKS, last)[0], True, NOW) == 1
    assert statuses == [BookStatus.LIVE] * 3


def test_a_symbol_added_later_is_lost_alone() -> None:
    rig = gate_rig()
    rig.session.add_symbol(OTHER, "OTHER_USDT", 8, 8)
    rig.session.begin_sync(OTHER, 0)
    rig.receive(gate_frames.obu("OTHER_USDT", BIDS, ASKS, 10)[0])
    rig.receive(gate_frames.obu("OTHER_USDT", BIDS, ASKS, 99, first_id=99)[0])
    assert rig.asked == [(OTHER, "gap")] and rig.book.status is BookStatus.LIVE


def test_an_exception_that_ends_the_program_is_not_swallowed() -> None:
    def handler(trade: Any) -> None:
        raise KeyboardInterrupt

    session = GateioMarketSession(PublicWebsocketHandlers(trades_handler=handler), 10, lambda *_: None, logger())
    session.add_symbol(TARGET, "BTC_USDT", 8, 8)
    frame, _ = gate_frames.trade("BTC_USDT", 1, "buy", D(1), D(1))
    try:
        session.receive(frame, True, NOW)
    except KeyboardInterrupt:
        return
    raise AssertionError("KeyboardInterrupt was swallowed")
