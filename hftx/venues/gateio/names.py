"""How Gate spot spells symbols and kline intervals. Makes no call."""

from __future__ import annotations

from hftx.enums import KlineInterval
from hftx.errors import UnknownSymbolError
from hftx.symbols import Symbol

# Gate API v4 docs, "Market K-line chart" (REST) and "spot.candlesticks" (WebSocket); 30d is a calendar month
REST_INTERVALS = {
    KlineInterval.SECOND_10: "10s",
    KlineInterval.MINUTE_1: "1m",
    KlineInterval.MINUTE_5: "5m",
    KlineInterval.MINUTE_15: "15m",
    KlineInterval.MINUTE_30: "30m",
    KlineInterval.HOUR_1: "1h",
    KlineInterval.HOUR_4: "4h",
    KlineInterval.HOUR_8: "8h",
    KlineInterval.DAY_1: "1d",
    KlineInterval.WEEK_1: "7d",
    KlineInterval.MONTH_1: "30d",
}
WS_INTERVALS = REST_INTERVALS


def wire_name(symbol: Symbol) -> str:
    """`BTC/USDT` as Gate writes it: `BTC_USDT`."""
    return f"{symbol.base}_{symbol.quote}"


def symbol_of(wire: str) -> Symbol | None:
    """The symbol of a wire name, None when it is not BASE_QUOTE."""
    base, separator, quote = wire.partition("_")
    if not separator:
        return None
    try:
        return Symbol(base, quote)
    except UnknownSymbolError:
        return None
