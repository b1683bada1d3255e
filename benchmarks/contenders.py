"""hftx and its rivals as contenders over the same frames. Handlers read the best bid
and ask.

Never knows clocks or tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from hftx._core.latency import monotonic_ns
from hftx._core.venues.gateio_market import GateioMarketSession
from hftx._core.venues.mexc_market import MexcMarketSession
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger
from hftx.records import OrderBook
from hftx.symbols import Symbol

from . import wire
from .rivals import gate, mexc
from .rivals.book import BisectBook
from .rivals.push_schema import Wrapper
from .rounds import Contender
from .traffic import PRICE_DIGITS, QTY_DIGITS, Level, Traffic

SYMBOL = Symbol("BTC", "USDT")
MAX_DEPTH = 1000


class RefusedError(Exception):
    """A contender did not do the work that it was timed for."""


class SenselessError(Exception):
    """A handler was given prices that cannot be."""


def no_request(symbol: Symbol | None, reason: str) -> None:
    """A session that asks has lost something."""
    raise RefusedError(f"the session asked for a resync of {symbol}: {reason}")


def gate_session(handlers: PublicWebsocketHandlers, max_depth: int = MAX_DEPTH) -> Any:
    """A Gate session with one symbol."""
    session = GateioMarketSession(
        handlers, max_depth, no_request, get_exchange_logger("gateio", "benchmark")
    )
    session.add_symbol(SYMBOL, wire.GATE_SYMBOL, PRICE_DIGITS, QTY_DIGITS)
    return session


def mexc_session(handlers: PublicWebsocketHandlers) -> Any:
    """A MEXC session with one symbol."""
    session = MexcMarketSession(handlers, MAX_DEPTH, no_request, get_exchange_logger("mexc", "benchmark"))
    session.add_symbol(SYMBOL, wire.MEXC_SYMBOL, PRICE_DIGITS, QTY_DIGITS)
    return session


def read_best(book: OrderBook) -> None:
    """A plain handler."""
    if book.bid_px >= book.ask_px:
        raise SenselessError


async def read_best_async(book: OrderBook) -> None:
    """A coroutine handler that does not wait."""
    if book.bid_px >= book.ask_px:
        raise SenselessError


def read_best_rival(book: BisectBook) -> None:
    """The rival's handler; the keys of asks are negated prices."""
    if book.bid_keys[-1] >= -book.ask_keys[-1]:
        raise SenselessError


def read_best_record(best: gate.BestResult) -> None:
    """The handler of the rival on Gate."""
    if best.b >= best.a:
        raise SenselessError


def read_trade_record(trade: gate.TradeResult) -> None:
    """The handler of the rival on Gate."""
    if trade.price <= 0 or trade.amount <= 0:
        raise SenselessError


def each(receive: Callable[[bytes], object], frames: Sequence[bytes]) -> Callable[[], None]:
    """All frames into a function."""

    def run() -> None:
        for frame in frames:
            receive(frame)

    return run


def nothing() -> None:
    """Nothing to prepare."""


def floor(frames: Sequence[bytes]) -> Contender:
    """Touch the bytes: one copy of each frame."""
    views = [memoryview(frame) for frame in frames]

    def run() -> None:
        for view in views:
            bytes(view)

    return Contender("floor", nothing, run)


def gate_ceiling(frames: Sequence[bytes]) -> Contender:
    """The standard library's parser alone."""
    return Contender("json_loads", nothing, each(json.loads, frames))


def mexc_ceiling(frames: Sequence[bytes]) -> Contender:
    """The official runtime's parser alone, no field read."""
    return Contender("protobuf_parse", nothing, each(Wrapper.FromString, frames))


class FrameRun:
    """hftx over frames, in a new session each round, so that its memory lies elsewhere each time."""

    def __init__(
        self,
        open_session: Callable[[], Any],
        load: Callable[[Any], bool],
        frames: Sequence[bytes],
        is_text: bool,
    ) -> None:
        self._open, self._load, self._frames, self._is_text = open_session, load, list(frames), is_text
        self._session: Any = None

    @property
    def frames(self) -> list[bytes]:
        """What a round takes."""
        return self._frames

    @property
    def book(self) -> OrderBook:
        """The book as the last round left it."""
        book: OrderBook = self._session.books[SYMBOL]
        return book

    def receiver(self) -> Callable[[bytes, int], object]:
        """A new session, loaded, that takes one frame and the time of its receipt."""
        self.prepare()
        receive, is_text = self._session.receive, self._is_text
        return lambda frame, now_ns: receive(frame, is_text, now_ns)

    def prepare(self) -> None:
        """A new session, loaded."""
        self._session = self._open()
        if not self._load(self._session):
            raise RefusedError("the session refused the snapshot")

    def run(self) -> None:
        """All frames, as the compiled listener hands them to the session: without a Python call in between."""
        self._session.receive_all(self._frames, self._is_text, monotonic_ns())

    def contender(self, name: str) -> Contender:
        """This run under a name."""
        return Contender(name, self.prepare, self.run)


def gate_ours(handler: Any, full: bytes, deltas: Sequence[bytes], max_depth: int = MAX_DEPTH) -> FrameRun:
    """hftx on Gate books."""
    handlers = PublicWebsocketHandlers(orderbook_handler=handler)
    return FrameRun(
        lambda: gate_session(handlers, max_depth),
        lambda session: session.receive(full, True, monotonic_ns()) == 1,
        deltas,
        True,
    )


def mexc_ours(handler: Any, snapshot: bytes, pushes: Sequence[bytes]) -> FrameRun:
    """hftx on MEXC books."""
    handlers = PublicWebsocketHandlers(orderbook_handler=handler)

    def load(session: Any) -> bool:
        session.begin_sync(SYMBOL, 0)
        return bool(session.snapshot(SYMBOL, snapshot, monotonic_ns()))

    return FrameRun(lambda: mexc_session(handlers), load, pushes, False)


def gate_bot() -> gate.GateBot:
    """The rival on Gate, on all channels."""
    return gate.GateBot([wire.GATE_STREAM], read_best_rival, read_best_record, read_trade_record)


def gate_rival(full: bytes, deltas: Sequence[bytes]) -> tuple[Contender, BisectBook]:
    """msgspec and bisect lists on Gate books."""
    bot = gate_bot()
    contender = Contender("rival", each(bot.receive, [full]), each(bot.receive, deltas))
    return contender, bot.books[wire.GATE_STREAM]


def mexc_rival(traffic: Traffic, pushes: Sequence[bytes]) -> tuple[Contender, BisectBook]:
    """The protobuf runtime and bisect lists on MEXC books."""
    books = mexc.MexcBooks([wire.MEXC_SYMBOL], read_best_rival)
    book = books.books[wire.MEXC_SYMBOL]

    def load() -> None:
        book.load(traffic.book_id, _floats(traffic.bids), _floats(traffic.asks))

    return Contender("rival", load, each(books.receive, pushes)), book


def _floats(levels: Sequence[Level]) -> list[tuple[float, float]]:
    return [(px / 10**PRICE_DIGITS, qty / 10**QTY_DIGITS) for px, qty in levels]


def check_same(ours: OrderBook, rivals: BisectBook, last_id: int) -> None:
    """Both stand at the end of the traffic with the same touch and as many levels, or `RefusedError`."""
    seen = (ours.id, ours.bid_px, ours.ask_px, len(ours.bids), len(ours.asks))
    best = (round(rivals.best_bid * 10**PRICE_DIGITS), round(rivals.best_ask * 10**PRICE_DIGITS))
    theirs = (rivals.id, *best, len(rivals.bid_keys), len(rivals.ask_keys))
    if seen != theirs or ours.id != last_id:
        raise RefusedError(f"hftx ended at {seen}, the rival at {theirs}, the traffic at {last_id}")
