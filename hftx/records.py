"""Everything that handlers get and the words that describe it. Defines nothing."""

from hftx._core.book import OrderBook
from hftx._core.fault import FAULT_KINDS
from hftx._core.futures_records import PublicLiquidation
from hftx._core.records import BookTicker, Kline, Ticker, Trade
from hftx.enums import BookStatus, KlineInterval, Side

__all__ = [
    "FAULT_KINDS", "BookStatus", "BookTicker", "Kline", "KlineInterval", "OrderBook", "PublicLiquidation",
    "Side", "Ticker", "Trade",
]
