"""A twin and an exchange that talks to it over real sockets, and the questions that scenarios ask of both.

Must never know: how a venue spells anything, or how a fault looks on the wire.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from hftx import create_exchange
from hftx.composite.public import CompositePublicExchange
from hftx.config import ExchangeConfig
from hftx.enums import DEFAULT_PUBLIC_CHANNELS, ExchangeEnum, PublicWebsocketChannelType, Side
from hftx.factory import VENUES, venue_config
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import OrderBook, Trade
from hftx.sim import Twin, TwinOptions, start_twin
from hftx.symbols import Symbol

DEADLINE_SECONDS = 10.0
NAMES = ("BTC_USDT", "ETH_USDT", "ADA_USDT")
VICTIM = Symbol("BTC/USDT")
ONE_SYMBOL = 3   # streams of one symbol on the default channels: with this limit each symbol has its connection


@dataclass(frozen=True)
class Setup:
    """One way to keep books of a venue; `book_stream` is what its stream's name contains."""

    name: str
    venue: str
    orderbook_channel: str
    depth: int
    book_stream: str
    trade_stream: str
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    @property
    def default_streams(self) -> int:
        """How many channels an exchange of the venue subscribes for a symbol when it is not told which."""
        return len(VENUES[ExchangeEnum(self.venue)].composite.default_channels)

    def config(self, twin: Twin, window_seconds: float | None = None, **stream_limits: Any) -> ExchangeConfig:
        """The venue's defaults on `twin`, with some stream limits changed, or the window of REST limits."""
        plain = venue_config(self.venue, twin.rest_url, twin.ws_url)
        if window_seconds is not None:
            plain = replace(plain, rest_limits=replace(plain.rest_limits, window_seconds=window_seconds))
        limits = replace(plain.stream_limits, **stream_limits)
        return replace(
            plain, orderbook_channel=self.orderbook_channel, book_depth=self.depth, stream_limits=limits
        )


MEXC = Setup("mexc", "mexc_spot", "aggre.depth@100ms", 1000, "aggre.depth", "aggre.deals")
GATE_OBU = Setup("gate-obu", "gateio_spot", "obu.50", 50, "spot.obu", "spot.trades")
# Fewer levels than the window of 100: what left and re-entered it between a REST book and the next diff is not said.
GATE_UPDATE = Setup(
    "gate-update", "gateio_spot", "update.100ms", 100, "spot.order_book_update", "spot.trades", {"levels": 60}
)
FUTURES_OBU = Setup("futures-obu", "gateio_futures", "obu.50", 50, "futures.obu", "futures.trades")
FUTURES_UPDATE = replace(
    GATE_UPDATE, name="futures-update", venue="gateio_futures", book_stream="futures.order_book_update",
    trade_stream="futures.trades", options={**GATE_UPDATE.options, "futures_first_book_id": 2**53},
)  # fmt: skip
SETUPS = (MEXC, GATE_OBU, GATE_UPDATE, FUTURES_OBU, FUTURES_UPDATE)


async def until(condition: Callable[[], bool], what: str, seconds: float = DEADLINE_SECONDS) -> None:
    """Wait until the condition holds; fails with `what` after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.002)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {what}") from None


@dataclass
class Heard:
    """What the handlers were told."""

    books: dict[Symbol, int] = field(default_factory=dict)
    trades: list[Trade] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)

    def on_book(self, book: OrderBook) -> None:
        """Count it, and look whether it is one that may be traded on."""
        self.books[book.symbol] = self.books.get(book.symbol, 0) + 1
        if book.bid_qty and book.ask_qty and book.bid_px >= book.ask_px:
            self.crossed.append(f"{book!r}")

    def on_trade(self, trade: Trade) -> None:
        """Keep it."""
        self.trades.append(trade)

    def handlers(self) -> PublicWebsocketHandlers:
        """The handlers to give to an exchange."""
        return PublicWebsocketHandlers(orderbook_handler=self.on_book, trades_handler=self.on_trade)


@dataclass
class Rig:
    """One running pair."""

    setup: Setup
    twin: Twin
    exchange: CompositePublicExchange
    heard: Heard

    @property
    def session(self) -> Any:
        """The compiled session behind the exchange."""
        return self.exchange.websocket.session

    @property
    def metrics(self) -> dict[str, Any]:
        """The metrics of the WebSocket client."""
        return self.exchange.websocket.get_performance_metrics()

    def book(self, symbol: Symbol = VICTIM) -> OrderBook:
        """The live book of a symbol."""
        return self.exchange.orderbooks[symbol]

    def inject(self, kind: str, **args: Any) -> None:
        """A fault of the victim's book stream, unless told otherwise."""
        self.twin.inject(kind, **{"symbol": "BTC_USDT", "channel": self.setup.book_stream, **args})

    def hits(self, kind: str) -> int:
        """How often a fault has struck."""
        return int(self.twin.stats()["faults"]["hits"].get(kind, 0))

    async def struck(self, kind: str, times: int = 1) -> None:
        """Wait until a fault has struck."""
        await until(lambda: self.hits(kind) >= times, f"{kind} strikes {times} times")

    async def grows(self, symbols: Iterable[Symbol] | None = None, by: int = 3) -> None:
        """Wait until the books of `symbols` (all) have taken `by` more messages each."""
        books = [self.book(s) for s in symbols or self.exchange.orderbooks]
        goals = [book.updates + by for book in books]
        await until(
            lambda: all(b.updates >= goal for b, goal in zip(books, goals, strict=True)),
            f"{by} more updates of {', '.join(str(b.symbol) for b in books)}",
        )

    @contextmanager
    def others_notice_nothing(self) -> Iterator[None]:
        """All but the victim stay LIVE, go on, and are neither resynchronised nor found wanting."""
        others = [s for s in self.exchange.orderbooks if s != VICTIM]
        assert others, "the scenario has no other symbol"
        before = {s: self._calm(s) for s in others}
        updates = {s: self.book(s).updates for s in others}
        yield
        for symbol in others:
            assert self.book(symbol).is_live, f"{symbol} is {self.book(symbol)!r}"
            assert self._calm(symbol) == before[symbol], f"{symbol} was disturbed"
            assert self.book(symbol).updates > updates[symbol], f"{symbol} stood still"

    def _calm(self, symbol: Symbol) -> tuple[int, int, int]:
        listing = self.session.listing(symbol)
        return listing.source, listing.resyncs, listing.gaps

    async def ends_equal(self, at_least: int | None = None) -> None:
        """Every book LIVE and, with the twin standing still, exactly the twin's own to the maintained depth.

        Of a book that is cut (`at_least`), levels beyond its horizon may be unknown, but no more than that.
        """
        await self.exchange.wait_live(DEADLINE_SECONDS)
        await self.grows(by=1)
        self.twin.pause()
        await until(self._same_ids, f"books reach the twin's ids; {self._ids()}")
        for symbol, book in self.exchange.orderbooks.items():
            bids, asks = twin_levels(self.twin, symbol, self.setup.depth)
            assert book.is_live, repr(book)
            for side, true in ((Side.BUY, bids), (Side.SELL, asks)):
                levels = book.levels(side, self.setup.depth)
                known = len(true) if at_least is None else max(at_least, len(levels))
                assert levels == true[:known], f"{side.name} levels of {symbol}"
        assert not self.heard.crossed
        self.twin.resume()

    def _same_ids(self) -> bool:
        return all(live == true for live, true in self._ids().values())

    def _ids(self) -> dict[str, tuple[int, int]]:
        true = self.twin.state()["symbols"]
        return {str(s): (b.id if b.is_live else -1, true[wire(s)]) for s, b in self.exchange.orderbooks.items()}


def missing_trades(rig: Rig) -> dict[str, int]:
    """Of each symbol whose trades are not a whole stretch of the twin's own, how many are missing or too many."""
    wrong = {}
    for symbol in rig.exchange.orderbooks:
        heard = sorted(_trade_ids(rig, symbol))
        made = [_id_made_of(rig, trade) for trade in rig.twin._venue.market(wire(symbol)).trades]
        stretch = [id for id in made if heard and heard[0] <= id <= heard[-1]]
        if heard != stretch:
            wrong[str(symbol)] = len(stretch) - len(heard)
    return wrong


def assert_trades_complete(rig: Rig, at_least: int) -> None:
    """What was heard of each symbol is a stretch of the twin's own trades: none lost, none twice, in order."""
    assert missing_trades(rig) == {}
    for symbol in rig.exchange.orderbooks:
        heard = _trade_ids(rig, symbol)
        assert len(heard) >= at_least, f"only {len(heard)} trades of {symbol}"
        assert heard == sorted(heard), f"trades of {symbol} overtake each other"


def _id_made_of(rig: Rig, trade: Any) -> int:
    # The spot twins' trade ids begin with the book id of the trade; contracts number their trades.
    return int(trade.seq if rig.setup.venue == "gateio_futures" else trade.book_id)


def _trade_ids(rig: Rig, symbol: Symbol) -> list[int]:
    return [int(t.trade_id.partition("X")[0]) for t in rig.heard.trades if t.symbol == symbol and t.trade_id]


def wire(symbol: Symbol) -> str:
    """The twin's spelling."""
    return f"{symbol.base}_{symbol.quote}"


def twin_levels(twin: Twin, symbol: Symbol, depth: int) -> tuple[list[tuple[Decimal, Decimal]], ...]:
    """The twin's own bids and asks, cut at the maintained depth."""
    book = twin.book(wire(symbol))
    return tuple([(Decimal(p), Decimal(q)) for p, q in book[side][:depth]] for side in ("bids", "asks"))


@asynccontextmanager
async def running(
    setup: Setup,
    names: Sequence[str] = NAMES,
    *,
    rate: float = 800.0,
    channels: Sequence[PublicWebsocketChannelType] = DEFAULT_PUBLIC_CHANNELS,
    options: dict[str, Any] | None = None,
    live: bool = True,
    heard: Heard | None = None,
    handlers: PublicWebsocketHandlers | None = None,
    **stream_limits: Any,
) -> AsyncIterator[Rig]:
    """A twin of `names` and an exchange on all of them, LIVE; pushes come every 5 ms unless told otherwise."""
    chosen = TwinOptions(**{"push_interval_ms": 5.0, **setup.options, **(options or {})})
    twin = await start_twin(setup.venue, names, seed=7, rate=rate, options=chosen)
    heard = heard or Heard()
    exchange = create_exchange(setup.venue, setup.config(twin, **stream_limits), handlers or heard.handlers())
    rig = Rig(setup, twin, exchange, heard)
    try:
        if live:
            await exchange.initialize([Symbol(n) for n in names], channels)
            await exchange.wait_live(DEADLINE_SECONDS)
            if rate and PublicWebsocketChannelType.ORDERBOOK in channels:
                await rig.grows(by=2)   # so that what comes next is not covered by a snapshot
        yield rig
    finally:
        await exchange.close()
        await twin.stop()


def seconds_since(start: float) -> float:
    """Seconds of the monotonic clock since `start`."""
    return time.monotonic() - start
