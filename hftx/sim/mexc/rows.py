"""Rows of MEXC's REST lists: symbols, trades, tickers.

Must never know: requests, limits, sockets.
"""

from __future__ import annotations

from typing import Any

from hftx.sim.listing import Listing
from hftx.sim.market import Market, Trade
from hftx.sim.text import Spelling, trimmed

_LISTED_MS = 1_577_836_800_000
_DAY_MS = 86_400_000

LEAST_QUOTE, MOST_QUOTE, MOST_MARKET_QUOTE, BAND = "1", "1500000", "90000", "0.02"


def least_lots(listing: Listing) -> int:
    """The symbol's smallest quantity."""
    return max(1, listing.typical_qty // 10_000)


def symbol_row(listing: Listing) -> dict[str, Any]:
    """One row of exchangeInfo. baseSizePrecision and quoteAmountPrecision are minimums, not precisions."""
    return {
        "symbol": listing.base + listing.quote,
        "status": "1",
        "baseAsset": listing.base,
        "baseAssetPrecision": listing.qty_digits,
        "quoteAsset": listing.quote,
        "quotePrecision": listing.price_digits,
        "quoteAssetPrecision": listing.price_digits,
        "baseCommissionPrecision": listing.qty_digits,
        "quoteCommissionPrecision": listing.price_digits,
        "orderTypes": ["LIMIT", "MARKET", "LIMIT_MAKER"],
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "quoteAmountPrecision": LEAST_QUOTE,
        "baseSizePrecision": trimmed(least_lots(listing), listing.qty_digits),
        "permissions": ["SPOT"],
        "filters": [
            {"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": BAND, "askMultiplierDown": BAND}
        ],
        "maxQuoteAmount": MOST_QUOTE,
        "makerCommission": "0",
        "takerCommission": "0.0005",
        "quoteAmountPrecisionMarket": LEAST_QUOTE,
        "maxQuoteAmountMarket": MOST_MARKET_QUOTE,
        "fullName": listing.base.capitalize(),
        "tradeSideType": 1,
        "contractAddress": "",
        "firstOpenTime": _LISTED_MS,
        "bizType": None,
        "conceptPlateIds": [],
        "conceptPlates": [],
        "st": False,
    }


def trade_row(trade: Trade, spell: Spelling) -> dict[str, Any]:
    """One row of GET trades; ids are null in practice."""
    return {
        "id": None,
        "price": spell.px(trade.px),
        "qty": spell.qty(trade.qty),
        "quoteQty": spell.value(trade.px * trade.qty),
        "time": trade.ts_ms,
        "isBuyerMaker": not trade.taker_buys,
        "isBestMatch": True,
        "tradeType": "BID" if trade.taker_buys else "ASK",
    }


def agg_row(trade: Trade, spell: Spelling) -> dict[str, Any]:
    """One row of GET aggTrades; times are rounded to whole seconds."""
    return {
        "a": None,
        "f": None,
        "l": None,
        "p": spell.px(trade.px),
        "q": spell.qty(trade.qty),
        "T": trade.ts_ms // 1000 * 1000,
        "m": not trade.taker_buys,
        "M": True,
    }


def book_ticker_row(market: Market, spell: Spelling, _: int) -> dict[str, Any]:
    """One row of GET ticker/bookTicker."""
    bid, ask = market.bids.keys[0], market.asks.keys[0]
    return {
        "symbol": market.symbol.replace("_", ""),
        "bidPrice": spell.px(-bid),
        "bidQty": spell.qty(market.bids.qty[bid]),
        "askPrice": spell.px(ask),
        "askQty": spell.qty(market.asks.qty[ask]),
    }


def day_row(market: Market, spell: Spelling, now_ms: int) -> dict[str, Any]:
    """One row of GET ticker/24hr; priceChangePercent is a fraction, count is null in practice."""
    day, last = market.stats.day(now_ms), market.last_px
    open_px = day.open if day else last
    best = book_ticker_row(market, spell, now_ms)
    return {
        "symbol": best.pop("symbol"),
        "priceChange": trimmed(last - open_px, spell.price_digits),
        "priceChangePercent": trimmed(round((last - open_px) * 10_000 / open_px), 4),
        "prevClosePrice": spell.px(open_px),
        "lastPrice": spell.px(last),
        **best,
        "openPrice": spell.px(open_px),
        "highPrice": spell.px(day.high if day else last),
        "lowPrice": spell.px(day.low if day else last),
        "volume": spell.qty(day.base if day else 0),
        "quoteVolume": spell.value(day.quote if day else 0),
        "openTime": now_ms - _DAY_MS,
        "closeTime": now_ms,
        "count": None,
    }
