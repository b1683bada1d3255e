"""Records as plain dicts, to be held against the truth that a frame generator tells. Knows no wire format."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hftx.enums import Side
from hftx.records import BookTicker, Kline, OrderBook, Ticker, Trade
from hftx.symbols import Symbol
from twins.frames import PRICE_DIGITS, QTY_DIGITS

INT64_MAX = 2**63 - 1
INTERVALS = {
    "7d": "1w",
    "30d": "1M",
    "Min1": "1m",
    "Min5": "5m",
    "Min15": "15m",
    "Min30": "30m",
    "Min60": "1h",
    "Hour4": "4h",
    "Hour8": "8h",
    "Day1": "1d",
    "Week1": "1w",
    "Month1": "1M",
}
TICKER_NAMES = (
    "last_price",
    "bid_price",
    "ask_price",
    "high_price",
    "low_price",
    "change",
    "base_volume",
    "quote_volume",
)
KLINE_NAMES = ("symbol", "interval", "open_ns", "open", "high", "low", "close", "base_volume", "quote_volume", "closed")


def described(record: Any) -> dict[str, Any]:
    """What a record says, without when it came."""
    if isinstance(record, OrderBook):
        return {"id": record.id, "bids": record.levels("bids"), "asks": record.levels("asks"), "ns": record.venue_ns}
    names: tuple[str, ...] = KLINE_NAMES
    if isinstance(record, Trade):
        names = ("symbol", "trade_id", "side", "price", "quantity", "venue_ns")
    elif isinstance(record, BookTicker):
        names = ("symbol", "update_id", "bid_price", "bid_quantity", "ask_price", "ask_quantity", "venue_ns")
    elif isinstance(record, Ticker):
        names = ("symbol", *TICKER_NAMES)
    else:
        assert isinstance(record, Kline)
    return {name: getattr(record, name) for name in names}


def truth_of(truth: dict[str, Any], symbol: Symbol) -> list[dict[str, Any]] | None:
    """What handlers should hear of a frame; None when one of its numbers does not fit. Books say nothing here."""
    kind = truth["kind"]
    if kind == "heartbeat":
        return []
    if kind == "book":
        return [] if fits([*truth["bids"], *truth["asks"]]) else None
    if kind in ("trade", "trades"):
        trades = truth.get("trades", [truth])
        return [trade(one, symbol) for one in trades] if fits([(t["price"], t["quantity"]) for t in trades]) else None
    if kind == "book_ticker":
        return book_ticker(truth, symbol)
    if kind == "ticker":
        return [ticker(truth, symbol)]
    close = {"closed": truth.get("closed"), "interval": INTERVALS.get(truth["interval"], truth["interval"])}
    return [{name: {**truth, **close, "symbol": symbol}[name] for name in KLINE_NAMES}]


def fits(levels: list[tuple[Decimal, Decimal]]) -> bool:
    """Whether all prices and quantities can be int64 counts."""
    return all(
        price.scaleb(PRICE_DIGITS) <= INT64_MAX and quantity.scaleb(QTY_DIGITS) <= INT64_MAX
        for price, quantity in levels
    )


def trade(truth: dict[str, Any], symbol: Symbol) -> dict[str, Any]:
    side = Side.BUY if truth["side"] == "buy" else Side.SELL
    return {
        "symbol": symbol,
        "side": side,
        **{name: truth[name] for name in ("trade_id", "price", "quantity", "venue_ns")},
    }


def book_ticker(truth: dict[str, Any], symbol: Symbol) -> list[dict[str, Any]] | None:
    if not fits([level for level in (truth["bid"], truth["ask"]) if level is not None]):
        return None
    bid, ask = truth["bid"] or (None, None), truth["ask"] or (None, None)
    sides = {"bid_price": bid[0], "bid_quantity": bid[1], "ask_price": ask[0], "ask_quantity": ask[1]}
    return [{"symbol": symbol, "update_id": truth["update_id"] or 0, **sides, "venue_ns": truth["venue_ns"]}]


def ticker(truth: dict[str, Any], symbol: Symbol) -> dict[str, Any]:
    change = truth["change_percent"].scaleb(-2) if "change_percent" in truth else truth["change"]
    names = {name: name.removesuffix("_price") for name in TICKER_NAMES}
    return {"symbol": symbol, **{name: truth.get(short) for name, short in names.items()}, "change": change}
