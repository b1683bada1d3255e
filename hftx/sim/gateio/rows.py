"""Rows of Gate's REST lists: currencies, pairs, trades, grouped levels.

Must never know: requests, limits, sockets.
"""

from __future__ import annotations

from typing import Any

from hftx.sim.listing import Listing
from hftx.sim.market import Trade
from hftx.sim.text import Spelling, trimmed

_LISTED_S = 1_577_836_800

LEAST_QUOTE, MOST_QUOTE, MOST_MARKET_QUOTE = "3", "5000000", "300000"
UP_RATE, DOWN_RATE, SLIPPAGE = "1", "0.5", "0.05"


def least_lots(listing: Listing) -> int:
    """The pair's smallest amount."""
    return max(1, listing.typical_qty // 10_000)


def currency_row(name: str) -> dict[str, Any]:
    """One row of GET /spot/currencies."""
    chain = {
        "name": name,
        "addr": "",
        "withdraw_disabled": False,
        "withdraw_delayed": False,
        "deposit_disabled": False,
    }
    return {
        "currency": name,
        "name": name.capitalize(),
        "delisted": False,
        "withdraw_disabled": False,
        "withdraw_delayed": False,
        "deposit_disabled": False,
        "trade_disabled": False,
        "chain": name,
        "chains": [chain],
    }


def pair_row(listing: Listing) -> dict[str, Any]:
    """One row of GET /spot/currency_pairs."""
    return {
        "id": listing.symbol,
        "base": listing.base,
        "base_name": listing.base.capitalize(),
        "quote": listing.quote,
        "quote_name": listing.quote.capitalize(),
        "fee": "0.2",
        "min_base_amount": trimmed(least_lots(listing), listing.qty_digits),
        "min_quote_amount": LEAST_QUOTE,
        "max_base_amount": None,
        "max_quote_amount": MOST_QUOTE,
        "amount_precision": listing.qty_digits,
        "precision": listing.price_digits,
        "trade_status": "tradable",
        "sell_start": _LISTED_S,
        "buy_start": _LISTED_S,
        "delisting_time": 0,
        "type": "normal",
        "trade_url": f"https://www.gate.com/trade/{listing.symbol}",
        "st_tag": False,
        "up_rate": UP_RATE,
        "down_rate": DOWN_RATE,
        "slippage": SLIPPAGE,
        "market_order_max_stock": None,
        "market_order_max_money": MOST_MARKET_QUOTE,
    }


def trade_row(trade: Trade, symbol: str, spell: Spelling) -> dict[str, str]:
    """One row of GET /spot/trades."""
    return {
        "id": str(trade.book_id),
        "create_time": str(trade.ts_ms // 1000),
        "create_time_ms": f"{trade.ts_ms}.{trade.seq % 1_000:03d}",
        "currency_pair": symbol,
        "side": "buy" if trade.taker_buys else "sell",
        "amount": spell.qty(trade.qty),
        "price": spell.px(trade.px),
        "sequence_id": str(trade.seq),
        "deal": spell.value(trade.px * trade.qty),
    }


def grouped(levels: list[tuple[int, int]], step: int) -> list[tuple[int, int]]:
    """Levels added up at multiples of |step| ticks, asks (positive) up, bids (negative) down; 0 for none."""
    if step == 0:
        return levels
    sums: dict[int, int] = {}
    for px, qty in levels:
        price = px // -step * -step if step < 0 else -(-px // step) * step
        sums[price] = sums.get(price, 0) + qty
    return list(sums.items())
