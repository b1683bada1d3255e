"""The events of market data on one page: a bot sets the ones that it wants.

Each handler is a plain function (fastest, called in place) or a coroutine function (driven in place until it first
waits). Never knows who calls it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from hftx.errors import UsageError
from hftx.records import BookTicker, Kline, OrderBook, PublicLiquidation, Ticker, Trade

_Record = TypeVar("_Record")
Handler: TypeAlias = Callable[[_Record], Awaitable[None] | None]


@dataclass(slots=True)
class PublicWebsocketHandlers:
    """Receivers of market data. `orderbook_handler` gets the live book of the symbol; the rest get records.

    `liquidation_handler` hears of anybody's liquidated positions, on futures; spot venues never call it.
    """

    orderbook_handler: Handler[OrderBook] | None = None
    trades_handler: Handler[Trade] | None = None
    ticker_handler: Handler[Ticker] | None = None
    book_ticker_handler: Handler[BookTicker] | None = None
    kline_handler: Handler[Kline] | None = None
    liquidation_handler: Handler[PublicLiquidation] | None = None

    def __post_init__(self) -> None:
        for name in self.__slots__:
            handler = getattr(self, name)
            if handler is not None and not callable(handler):
                raise UsageError(f"{name} must be a function or a coroutine function, not {type(handler).__name__}")
