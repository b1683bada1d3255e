"""One venue under observation: its exchange, what arrives a second, and the figures of a run. Draws nothing."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from hftx.cli.options import spelled
from hftx.cli.twin_process import TwinBook, TwinControl
from hftx.composite.public import CompositePublicExchange
from hftx.config import ExchangeConfig
from hftx.errors import ConnectionLost
from hftx.factory import create_exchange
from hftx.handlers import PublicWebsocketHandlers
from hftx.orders import AssetBalance, Execution, Order
from hftx.records import BookTicker, OrderBook, Trade
from hftx.symbols import Symbol

AGREE_SECONDS = 5.0   # a paused twin has pushed everything; only loss could keep the ids apart for longer
POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class BookRow:
    """What a screen shows of one book. Prices are None when a side is empty, `age_ms` before the first message."""

    symbol: str
    status: str
    bid: Decimal | None
    ask: Decimal | None
    spread: Decimal | None
    age_ms: float | None
    per_second: float


@dataclass(frozen=True, slots=True)
class PositionView:
    """What a screen shows of one position. `size` is signed, in contracts; money in the settle asset.

    `mark_price` and `unrealised_pnl` are None before the first ticker.
    """

    symbol: Symbol
    size: Decimal
    entry_price: Decimal | None
    leverage: Decimal
    margin: Decimal
    realised_pnl: Decimal
    mark_price: Decimal | None
    unrealised_pnl: Decimal | None


@dataclass(frozen=True, slots=True)
class TradingView:
    """What a screen shows of an account; `fills` oldest first, `latency_us` summaries by stage."""

    open_orders: list[Order]
    fills: list[Execution]
    balances: list[AssetBalance]
    counts: dict[str, int]
    latency_us: dict[str, dict[str, float]]
    positions: list[PositionView] = field(default_factory=list)


class ObservedVenue:
    """A composite exchange with a counter of messages a symbol. `control` is the handle of its twin, if it has one."""

    def __init__(self, config: ExchangeConfig, symbols: Sequence[Symbol], control: TwinControl | None) -> None:
        self.name = config.exchange.value
        self._symbols, self._control, self._depth = list(symbols), control, config.book_depth
        self._counts: Counter[Symbol] = Counter()
        self._seen: Counter[Symbol] = Counter()
        self._rates: dict[Symbol, float] = {}
        self._measured = time.monotonic()
        self._equal: dict[Symbol, bool] = {}
        handlers = PublicWebsocketHandlers(
            orderbook_handler=self._count, trades_handler=self._count, book_ticker_handler=self._count
        )
        self.exchange = self._create(config, handlers)

    def _create(self, config: ExchangeConfig, handlers: PublicWebsocketHandlers) -> CompositePublicExchange:
        # Whoever only looks needs no account, also where the environment names one.
        return create_exchange(config.exchange, replace(config, credentials=None), handlers)

    def _count(self, record: OrderBook | Trade | BookTicker) -> None:
        self._counts[record.symbol] += 1

    async def start(self) -> None:
        """Connect and subscribe; raises as `CompositePublicExchange.initialize` does."""
        await self.exchange.initialize(self._symbols)

    def measure(self) -> None:
        """Take the messages a second since the last call."""
        now = time.monotonic()
        elapsed = max(now - self._measured, 1e-3)
        self._rates = {symbol: (self._counts[symbol] - self._seen[symbol]) / elapsed for symbol in self._symbols}
        self._seen, self._measured = Counter(self._counts), now

    def rows(self) -> list[BookRow]:
        """The books as they stand now."""
        return [self._row(symbol, book) for symbol, book in sorted(self.exchange.orderbooks.items())]

    def metrics(self) -> dict[str, Any]:
        """Counters and latencies of the WebSocket client."""
        return self.exchange.websocket.get_performance_metrics()

    def trading(self) -> TradingView | None:
        """The account that trades here; None without one."""
        return None

    async def compare(self) -> None:
        """Pause the twin, wait until the ids agree, and compare each book with the twin's; nothing without a twin.

        A book whose twin does not answer counts as not equal.
        """
        if self._control is None:
            return
        self._equal = dict.fromkeys(self.exchange.orderbooks, False)
        try:
            await self._agreed(await self._control.pause())
            for symbol, book in self.exchange.orderbooks.items():
                self._equal[symbol] = self._equals(book, await self._control.book(symbol))
        except ConnectionLost as error:
            self.exchange.logger.error("%s: %s", self.name, error)

    async def _agreed(self, ids: dict[str, int]) -> None:
        books = self.exchange.orderbooks
        deadline = time.monotonic() + AGREE_SECONDS
        while not all(book.is_live and book.id == ids[spelled(s)] for s, book in books.items()):
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(POLL_SECONDS)

    def _equals(self, book: OrderBook, truth: TwinBook) -> bool:
        sides = (truth.bids[: self._depth], truth.asks[: self._depth])
        return bool(book.is_live and book.id == truth.id and (book.levels("bids"), book.levels("asks")) == sides)

    def report(self) -> dict[str, Any]:
        """The figures of the run, as the JSON of `hftx demo` and `hftx watch` has them."""
        metrics = self.metrics()
        return {
            "messages": metrics["messages_processed"],
            "lost": metrics["events_lost"] + metrics["trades_lost"],
            "reconnects": metrics["reconnections"],
            "resyncs": metrics["resyncs"],
            "gaps": metrics["gaps"],
            "books": {
                spelled(symbol): {
                    "status": book.status.name,
                    "id": book.id,
                    "equal_to_twin": self._equal.get(symbol),
                }
                for symbol, book in sorted(self.exchange.orderbooks.items())
            },
            "latency_us": metrics["latency_us"],
        }

    def _row(self, symbol: Symbol, book: OrderBook) -> BookRow:
        age_ns = book.age_ns()
        return BookRow(
            symbol=spelled(symbol),
            status=f"{book.status.name} {book.stale_reason}".strip(),
            bid=book.best_bid[0] if book.best_bid else None,
            ask=book.best_ask[0] if book.best_ask else None,
            spread=book.spread,
            age_ms=None if age_ns is None else age_ns / 1e6,
            per_second=self._rates.get(symbol, 0.0),
        )
