"""MEXC spot frames by the official protobuf runtime. Never knows hftx."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .book import BisectBook
from .push_schema import Wrapper


class GapError(Exception):
    """The versions do not follow each other."""


class MexcBooks:
    """Books a symbol, checked by version; the handler is called after every message."""

    def __init__(self, symbols: list[str], handler: Callable[[BisectBook], object]) -> None:
        self.books = {symbol: BisectBook() for symbol in symbols}
        self._handler = handler
        self._decode = Wrapper.FromString

    def receive(self, data: bytes) -> None:
        """One frame; a wrapper without body is a heartbeat."""
        push = self._decode(data)
        if not push.HasField("publicAggreDepths"):
            return
        depth = push.publicAggreDepths
        book = self.books[push.symbol]
        if int(depth.fromVersion) != book.id + 1:
            raise GapError(push.symbol)
        book.apply_bids([(float(level.price), float(level.quantity)) for level in depth.bids])
        book.apply_asks([(float(level.price), float(level.quantity)) for level in depth.asks])
        book.id = int(depth.toVersion)
        book.time_ms = push.sendTime
        self._handler(book)


def book_ticker_receiver(
    handler: Callable[[str, float, float, float, float], object],
) -> Callable[[bytes], None]:
    """Frames of the aggregated book ticker to the handler: symbol, bid, its quantity, ask, its quantity."""
    decode = Wrapper.FromString

    def receive(data: bytes) -> None:
        push = decode(data)
        best = push.publicAggreBookTicker
        handler(
            push.symbol,
            float(best.bidPrice),
            float(best.bidQuantity),
            float(best.askPrice),
            float(best.askQuantity),
        )

    return receive


def deal_receiver(handler: Callable[[str, float, float, int], object]) -> Callable[[bytes], None]:
    """Frames of aggregated deals to the handler, once a deal: symbol, price, quantity, taker's side."""
    decode: Any = Wrapper.FromString

    def receive(data: bytes) -> None:
        push = decode(data)
        symbol = push.symbol
        for deal in push.publicAggreDeals.deals:
            handler(symbol, float(deal.price), float(deal.quantity), deal.tradeType)

    return receive
