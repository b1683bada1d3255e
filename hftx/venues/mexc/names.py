"""How MEXC spot spells symbols and kline intervals. Makes no call.

BTCUSDT has no separator, so a wire name alone does not say where it splits: the way back is a map of the
names that exchangeInfo or the caller has spelled out.
"""

from __future__ import annotations

from hftx.enums import KlineInterval
from hftx.errors import UnknownSymbolError
from hftx.symbols import Symbol

# MEXC Spot v3 docs, "Kline/Candlestick Data" (REST) and "Kline Streams" (WebSocket)
REST_INTERVALS = {
    KlineInterval.MINUTE_1: "1m",
    KlineInterval.MINUTE_5: "5m",
    KlineInterval.MINUTE_15: "15m",
    KlineInterval.MINUTE_30: "30m",
    KlineInterval.HOUR_1: "60m",
    KlineInterval.HOUR_4: "4h",
    KlineInterval.DAY_1: "1d",
    KlineInterval.WEEK_1: "1W",
    KlineInterval.MONTH_1: "1M",
}
WS_INTERVALS = {
    KlineInterval.MINUTE_1: "Min1",
    KlineInterval.MINUTE_5: "Min5",
    KlineInterval.MINUTE_15: "Min15",
    KlineInterval.MINUTE_30: "Min30",
    KlineInterval.HOUR_1: "Min60",
    KlineInterval.HOUR_4: "Hour4",
    KlineInterval.HOUR_8: "Hour8",
    KlineInterval.DAY_1: "Day1",
    KlineInterval.WEEK_1: "Week1",
    KlineInterval.MONTH_1: "Month1",
}


def wire_name(symbol: Symbol) -> str:
    """`BTC/USDT` as MEXC writes it: `BTCUSDT`."""
    return symbol.base + symbol.quote


class SymbolNames:
    """The way back from wire names. What the venue lists is certain; callers are believed until then."""

    def __init__(self) -> None:
        self._listed: dict[str, Symbol] = {}
        self._used: dict[str, Symbol] = {}

    def use(self, symbol: Symbol) -> str:
        """The wire name of a symbol that a caller uses.

        Raises `UnknownSymbolError` when the venue lists that name for another pair.
        """
        wire = wire_name(symbol)
        listed = self._listed.get(wire)
        if listed is not None and listed != symbol:
            raise UnknownSymbolError(f"MEXC lists {wire} as {listed}, not as {symbol}")
        self._used[wire] = symbol
        return wire

    def note_listed(self, wire: str, symbol: Symbol) -> None:
        """Note a symbol that exchangeInfo spells out."""
        self._listed[wire] = symbol

    def symbol(self, wire: str) -> Symbol | None:
        """The symbol of a wire name, None when nobody has spelled it out."""
        return self._listed.get(wire) or self._used.get(wire)

    def has_listing(self) -> bool:
        """Whether exchangeInfo has been read."""
        return bool(self._listed)
