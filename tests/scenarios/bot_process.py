"""A process that trades on some venues under load until it is killed, or that only settles what earlier ones left.

`python -m tests.scenarios.bot_process PLAN`, where PLAN is a JSON file as `Plan` says; keys and secrets come from the
environment, as `hftx.factory.venue_config` reads them. Writes what its handlers see, and what it is about to do, to an
append-only diary: a line is in the file before the next thing happens. Must never know: when it will be killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from hftx.composite.private import CompositePrivateExchange
from hftx.composite.private_futures import CompositePrivateFuturesExchange
from hftx.enums import PositionSide
from hftx.factory import create_private_exchange
from hftx.handlers import PublicWebsocketHandlers
from hftx.orders import Execution, Order
from hftx.positions import Position
from hftx.records import BookTicker
from hftx.symbols import Symbol

from .fault_scripts_bot import BTC, ETH, RandomBot
from .fault_scripts_play import CHANNELS, SETTLE_SECONDS, lift_limits, quick_config, quick_options
from .fault_scripts_truth import Witness, plain_fill, plain_position
from .rig import until

PAUSE_SECONDS = 0.006
TRADE_SECONDS = 30.0   # nobody lets it live so long


@dataclass(frozen=True)
class Plan:
    """`venues` is name -> [REST URL, WebSocket URL]; `folder` holds a journal per venue and the diary.

    `dual`: contracts have a long and a short position each.
    """

    run: int
    seed: int
    folder: str
    venues: dict[str, list[str]]
    entry: dict[str, str]
    settles: bool
    dual: bool = False

    @property
    def sides(self) -> tuple[PositionSide, ...]:
        """The positions that a contract has."""
        return (PositionSide.LONG, PositionSide.SHORT) if self.dual else (PositionSide.BOTH,)

    def journal(self, venue: str) -> Path:
        """Where the orders of a venue are on file."""
        return Path(self.folder) / f"{venue}.journal"

    @property
    def diary(self) -> Path:
        """Where the process writes."""
        return Path(self.folder) / "diary"


class Diary:
    """One line a thing; it is out when `write` returns."""

    def __init__(self, plan: Plan) -> None:
        self._run = plan.run
        self._fd = os.open(plan.diary, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, **what: Any) -> None:
        """Decimals become text."""
        os.write(self._fd, (json.dumps({"run": self._run, **what}, default=str) + "\n").encode())



class WritingWitness(Witness):
    """Writes every fill, and everything that may never happen, before anything else learns of it."""

    def __init__(self, venue: str, diary: Diary) -> None:
        super().__init__()
        self._venue, self._diary = venue, diary

    def on_order(self, order: Order) -> None:
        """Hold it against what was told before."""
        known = len(self.wrong)
        super().on_order(order)
        for text in self.wrong[known:]:
            self._diary.write(wrong=text, venue=self._venue)

    def on_execution(self, execution: Execution) -> None:
        """Write it."""
        self._diary.write(venue=self._venue, fill=plain_fill(execution))


class Trader:
    """One venue of the process."""

    def __init__(self, venue: str, plan: Plan, diary: Diary) -> None:
        self.venue, self._plan, self._diary = venue, plan, diary
        self._tickers: dict[Symbol, BookTicker] = {}
        witness = WritingWitness(venue, diary)
        self.exchange: CompositePrivateExchange = create_private_exchange(
            venue,
            quick_config(venue, plan.venues[venue], None),
            PublicWebsocketHandlers(book_ticker_handler=self._on_ticker),
            private_handlers=witness.handlers(),
            options=quick_options(plan.entry[venue], plan.journal(venue)),
        )
        lift_limits(self.exchange)

    async def start(self) -> None:
        """Recover what earlier runs left, and listen."""
        self._diary.write(mark="recovering", venue=self.venue)
        await self.exchange.initialize([BTC, ETH], CHANNELS)

    async def trade(self) -> None:
        """Trade until the process is killed."""
        await until(lambda: len(self._tickers) == 2, "a ticker of both symbols")
        draw = random.Random(f"{self._plan.seed}/{self._plan.run}/{self.venue}")
        bot = RandomBot(
            self.exchange, self._touch, draw, note=self._note, pause_seconds=PAUSE_SECONDS, sides=self._plan.sides
        )
        await bot.trade(TRADE_SECONDS)
        for text in bot.wrong:
            self._diary.write(wrong=text, venue=self.venue)

    async def settle(self) -> None:
        """Wait until nothing is in doubt, and write what is known then."""
        account = self.exchange.account

        def is_settled() -> bool:
            waiting = [account.store.orders_awaiting_executions(symbol) for symbol in (BTC, ETH)]
            return not (account.desk.resolver.open or account.store.unknown_orders() or any(waiting))

        async with asyncio.timeout(SETTLE_SECONDS):
            await account.websocket.reconcile("before the reckoning")
            await until(is_settled, "nothing is in doubt", SETTLE_SECONDS)
        balances = {name: [held.available, held.locked] for name, held in self.exchange.balances.items()}
        self._diary.write(
            venue=self.venue,
            settled={
                "open": sorted(order.order_id for order in self.exchange.open_orders()),
                "strangers": sorted(order.order_id for order in account.strangers),
                "balances": balances,
                "positions": [plain_position(held) for held in self._positions()],
            },
        )

    def _positions(self) -> list[Position]:
        return self.exchange.positions if isinstance(self.exchange, CompositePrivateFuturesExchange) else []

    def _on_ticker(self, ticker: BookTicker) -> None:
        self._tickers[ticker.symbol] = ticker

    def _touch(self, symbol: Symbol) -> tuple[Decimal, Decimal]:
        ticker = self._tickers[symbol]
        bid, ask = Decimal(ticker.bid_px), Decimal(ticker.ask_px)
        return bid.scaleb(-ticker.price_digits), ask.scaleb(-ticker.price_digits)

    def _note(self, what: str) -> None:
        self._diary.write(mark=_PHASES.get(what, what), venue=self.venue)


_PHASES = {
    "_place": "placing",
    "_place_several": "placing",
    "_cancel": "cancelling",
    "_cancel_all": "cancelling",
    "_amend": "amending",
    "_ask": "asking",
    "_close": "closing",
}


async def live(plan: Plan) -> None:
    """The life of the process."""
    diary = Diary(plan)
    diary.write(mark="starting")
    traders = [Trader(venue, plan, diary) for venue in plan.venues]
    try:
        await asyncio.gather(*(trader.start() for trader in traders))
        diary.write(mark="ready")
        await asyncio.gather(*(trader.settle() if plan.settles else trader.trade() for trader in traders))
    finally:
        await asyncio.gather(*(trader.exchange.close() for trader in traders))
    diary.write(mark="ended")


if __name__ == "__main__":
    asyncio.run(live(Plan(**json.loads(Path(sys.argv[1]).read_text()))))
