"""Gate spot frames by msgspec's typed decoder, text numbers straight into floats. Never knows hftx."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from .book import BisectBook

Level = tuple[float, float]


class BookResult(msgspec.Struct, gc=False):
    """`spot.obu`."""

    t: int
    s: str
    u: int
    U: int = 0
    full: bool = False
    b: list[Level] = []
    a: list[Level] = []


class BookFrame(msgspec.Struct, gc=False, tag_field="channel", tag="spot.obu"):
    """The envelope of a book."""

    result: BookResult


class BestResult(msgspec.Struct, gc=False):
    """`spot.book_ticker`."""

    s: str
    u: int
    t: int
    b: float
    B: float
    a: float
    A: float


class BestFrame(msgspec.Struct, gc=False, tag_field="channel", tag="spot.book_ticker"):
    """The envelope of a best bid and ask."""

    result: BestResult


class TradeResult(msgspec.Struct, gc=False):
    """`spot.trades`."""

    id: int
    currency_pair: str
    side: str
    price: float
    amount: float
    create_time_ms: float


class TradeFrame(msgspec.Struct, gc=False, tag_field="channel", tag="spot.trades"):
    """The envelope of a trade."""

    result: TradeResult


class GapError(Exception):
    """The ids do not follow each other."""


class GateBot:
    """Books by stream name, checked by id, and the two other channels; a handler a channel, called in place.

    One decoder reads all channels in one pass, told apart by the `channel` of the envelope.
    """

    def __init__(
        self,
        streams: list[str],
        on_book: Callable[[BisectBook], object],
        on_best: Callable[[BestResult], object],
        on_trade: Callable[[TradeResult], object],
    ) -> None:
        self.books = {stream: BisectBook() for stream in streams}
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
            self._on_trade(frame.result)

    def _book(self, result: BookResult) -> None:
        book = self.books[result.s]
        if result.full:
            book.load(result.u, result.b, result.a)
        elif book.id + 1 != result.U:
            raise GapError(result.s)
        else:
            book.apply_bids(result.b)
            book.apply_asks(result.a)
            book.id = result.u
        book.time_ms = result.t
        self._on_book(book)
