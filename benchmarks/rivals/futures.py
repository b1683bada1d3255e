"""Gate futures frames by msgspec's typed decoder, text numbers straight into floats. Never knows hftx."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable

import msgspec

from .book import BisectBook
from .gate import GapError


class Level(msgspec.Struct, gc=False):
    """A price and its contracts."""

    p: float
    s: float


class BookResult(msgspec.Struct, gc=False):
    """`futures.order_book_update`."""

    t: int
    s: str
    U: int
    u: int
    b: list[Level]
    a: list[Level]


class BookFrame(msgspec.Struct, gc=False, tag_field="channel", tag="futures.order_book_update"):
    """The envelope of a book."""

    result: BookResult


class BestResult(msgspec.Struct, gc=False):
    """`futures.book_ticker`."""

    s: str
    u: int
    t: int
    b: float
    B: float
    a: float
    A: float


class BestFrame(msgspec.Struct, gc=False, tag_field="channel", tag="futures.book_ticker"):
    """The envelope of a best bid and ask."""

    result: BestResult


class TradeResult(msgspec.Struct, gc=False):
    """A row of `futures.trades`; a sold size is below zero."""

    id: int
    contract: str
    size: float
    price: float
    create_time_ms: int
    is_internal: bool = False


class TradeFrame(msgspec.Struct, gc=False, tag_field="channel", tag="futures.trades"):
    """The envelope of trades."""

    result: list[TradeResult]


class FuturesBook(BisectBook):
    """The same book; its levels are objects on the wire."""

    __slots__ = ()

    def apply(self, bids: Iterable[Level], asks: Iterable[Level]) -> None:
        """Absolute quantities; zero deletes."""
        keys, quantities = self.bid_keys, self.bid_quantities
        for level in bids:
            price, size = level.p, level.s
            if size:
                if price not in quantities:
                    insort(keys, price)
                quantities[price] = size
            elif price in quantities:
                del quantities[price]
                del keys[bisect_left(keys, price)]
        keys, quantities = self.ask_keys, self.ask_quantities
        for level in asks:
            key, size = -level.p, level.s
            if size:
                if key not in quantities:
                    insort(keys, key)
                quantities[key] = size
            elif key in quantities:
                del quantities[key]
                del keys[bisect_left(keys, key)]


class FuturesBot:
    """Books by contract, checked by id, and the two other channels; a handler a channel, called in place.

    One decoder reads all channels in one pass, told apart by the `channel` of the envelope.
    """

    def __init__(
        self,
        contracts: list[str],
        on_book: Callable[[BisectBook], object],
        on_best: Callable[[BestResult], object],
        on_trade: Callable[[TradeResult], object],
    ) -> None:
        self.books = {contract: FuturesBook() for contract in contracts}
        self._on_book, self._on_best, self._on_trade = on_book, on_best, on_trade
        self._decode = msgspec.json.Decoder(BookFrame | BestFrame | TradeFrame, strict=False).decode

    def receive(self, data: bytes) -> None:
        """One frame."""
        frame = self._decode(data)
        kind = type(frame)
        if kind is BookFrame:
            self._book(frame.result)
        elif kind is BestFrame:
            self._on_best(frame.result)
        else:
            for trade in frame.result:
                if not trade.is_internal:
                    self._on_trade(trade)

    def _book(self, result: BookResult) -> None:
        book = self.books[result.s]
        if book.id + 1 != result.U:
            raise GapError(result.s)
        book.apply(result.b, result.a)
        book.id, book.time_ms = result.u, result.t
        self._on_book(book)
