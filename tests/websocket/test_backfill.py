"""Trades that a stream skipped: brought back from REST, or named as lost."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from hftx._core.venues.gateio_market import GateioMarketSession
from hftx.enums import Side
from hftx.errors import ConnectionLost
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger
from hftx.records import Trade
from hftx.symbols import Symbol
from hftx.websocket import backfill
from hftx.websocket.backfill import TradeKeeper

from .fake_venue import until

BTC = Symbol("BTC/USDT")
LOGGER = get_exchange_logger("fake", "backfill")


class Rest:
    """Answers with `trades`; an exception in the list is raised once instead."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.calls = list(answers), 0

    async def get_recent_trades(self, symbol: Symbol, limit: int | None = None) -> list[Trade]:
        """The next answer; the last one stays."""
        self.calls += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return list(answer)


def rest_trade(number: int) -> Trade:
    """Trade `number` of the market; its id is 1000 more."""
    return Trade(BTC, str(1000 + number), Side.BUY, 100, 1, 0, 0)


def frame(number: int) -> bytes:
    """The same as the stream has it."""
    result = {
        "id": 1000 + number, "id_market": number, "create_time": 1767225600, "create_time_ms": "1767225600000.5",
        "side": "buy", "currency_pair": "BTC_USDT", "amount": "1", "price": "100",
    }  # fmt: skip
    message = {"time": 1767225600, "channel": "spot.trades", "event": "update", "result": result}
    return json.dumps(message).encode()


class Desk:
    """A session whose stream skips trades, and the keeper that brings them back."""

    def __init__(self, rest: Rest) -> None:
        self.heard: list[str | None] = []
        self.session = GateioMarketSession(
            PublicWebsocketHandlers(trades_handler=lambda trade: self.heard.append(trade.trade_id)),
            10, self._asked, LOGGER,
        )  # fmt: skip
        self.session.add_symbol(BTC, "BTC_USDT")
        self.keeper = TradeKeeper(self.session, rest, LOGGER)

    def _asked(self, symbol: Symbol, reason: str) -> None:
        assert (symbol, reason) == (BTC, "trades missing")
        self.keeper.fetch(symbol)

    def hear(self, *numbers: int) -> None:
        """Trades of the stream."""
        for number in numbers:
            assert self.session.receive(frame(number), True, 1) == 1


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same number of attempts, in a hurry."""
    monkeypatch.setattr(backfill, "PAUSES", (0.0, 0.001, 0.001, 0.001))


async def test_skipped_trades_are_heard_once_in_their_order() -> None:
    rest = Rest([rest_trade(n) for n in range(1, 9)])
    desk = Desk(rest)
    desk.hear(1, 2, 6, 7)
    await until(lambda: len(desk.heard) == 7, "the missing ones are heard")
    assert desk.heard == ["1001", "1002", "1006", "1007", "1003", "1004", "1005"]
    assert (desk.session.backfilled, desk.keeper.lost, rest.calls) == (3, 0, 1)


async def test_a_list_that_lags_or_fails_is_asked_again() -> None:
    rest = Rest(ConnectionLost("gone"), [rest_trade(1)], [rest_trade(n) for n in range(1, 4)])
    desk = Desk(rest)
    desk.hear(1, 3)
    await until(lambda: desk.heard == ["1001", "1003", "1002"], "the missing one is heard")
    assert (rest.calls, desk.keeper.lost) == (3, 0)


async def test_what_the_venue_does_not_tell_is_counted_and_named(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(Rest([rest_trade(4)]))
    desk.hear(1, 5)
    with caplog.at_level(logging.ERROR):
        await until(lambda: desk.keeper.lost == 2, "the loss is counted")
    assert desk.heard == ["1001", "1005", "1004"]
    assert "2 trades of BTC/USDT are lost" in caplog.text


async def test_closing_ends_the_search() -> None:
    desk = Desk(Rest([]))
    desk.hear(1, 5)
    await asyncio.sleep(0)
    await desk.keeper.close()
    assert desk.heard == ["1001", "1005"] and desk.session.backfilled == 0
