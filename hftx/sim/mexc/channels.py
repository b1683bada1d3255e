"""MEXC channel strings: which exist, and the stream each one means.

Argument order as in the Spot v3 docs: speed before symbol for ``aggre.*``, symbol first for the others.
Must never know: sockets, acknowledgements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hftx.sim.hub import Stream
from hftx.sim.market import Market
from hftx.sim.mexc.streams import (
    AggreBookTicker,
    AggreDeals,
    AggreDepth,
    BookTickerBatch,
    LimitDepth,
    MexcStream,
)
from hftx.sim.mexc.tickers import INTERVALS, Kline, MiniTicker, MiniTickers, zone_offset_s
from hftx.sim.text import Spelling
from hftx.sim.venue import Venue

_SPEEDS = {"100ms": 100.0, "10ms": 10.0}
_LEVELS = {"5", "10", "20"}
_KLINE_MS = 1000.0
_TICKER_MS = 3000.0


@dataclass(frozen=True)
class Request:
    """One stream asked for: its symbol (None for all), and how to make it."""

    symbol: str | None
    make: Callable[[], Stream]


class Channels:
    """Reads channel strings."""

    def __init__(self, venue: Venue, spelling: Mapping[str, Spelling]) -> None:
        self._venue = venue
        self._spelling = spelling
        self._symbols = {name.replace("_", ""): name for name in venue.markets}
        self._readers: dict[str, Callable[[str, list[str]], Request | None]] = {
            "spot@public.aggre.depth.v3.api.pb": self._aggre(AggreDepth),
            "spot@public.aggre.deals.v3.api.pb": self._aggre(AggreDeals),
            "spot@public.aggre.bookTicker.v3.api.pb": self._aggre(AggreBookTicker),
            "spot@public.bookTicker.batch.v3.api.pb": self._batch,
            "spot@public.limit.depth.v3.api.pb": self._limit_depth,
            "spot@public.kline.v3.api.pb": self._kline,
            "spot@public.miniTicker.v3.api.pb": self._mini_ticker,
            "spot@public.miniTickers.v3.api.pb": self._mini_tickers,
        }

    def parse(self, name: str) -> Request | None:
        """The stream that a channel string names, None when it is refused."""
        head, kind, *args = name.split("@") if name.count("@") >= 2 else ("", "")
        reader = self._readers.get(f"{head}@{kind}")
        return reader(name, args) if reader else None

    def _market(self, text: str) -> tuple[Market, Spelling] | None:
        symbol = self._symbols.get(text)
        return None if symbol is None else (self._venue.markets[symbol], self._spelling[symbol])

    def _aggre(self, kind: type[MexcStream]) -> Callable[[str, list[str]], Request | None]:
        def read(name: str, args: list[str]) -> Request | None:
            if len(args) != 2 or args[0] not in _SPEEDS:
                return None
            return self._stream(kind, name, args[1], _SPEEDS[args[0]])

        return read

    def _stream(self, kind: type[MexcStream], name: str, symbol: str, own_ms: float) -> Request | None:
        found = self._market(symbol)
        if found is None:
            return None
        market, spell = found
        every_ms = self._venue.interval_ms(own_ms)
        return Request(market.symbol, lambda: kind(name, market, spell, every_ms, self._venue.options))

    def _batch(self, name: str, args: list[str]) -> Request | None:
        if len(args) != 1:
            return None
        return self._stream(BookTickerBatch, name, args[0], self._venue.options.mexc_batch_ticker_ms)

    def _limit_depth(self, name: str, args: list[str]) -> Request | None:
        if len(args) != 2 or args[1] not in _LEVELS:
            return None
        return self._stream(LimitDepth, name, args[0], self._venue.options.mexc_limit_depth_ms)

    def _kline(self, name: str, args: list[str]) -> Request | None:
        if len(args) != 2 or args[1] not in INTERVALS:
            return None
        return self._stream(Kline, name, args[0], _KLINE_MS)

    def _mini_ticker(self, name: str, args: list[str]) -> Request | None:
        if len(args) != 2 or zone_offset_s(args[1]) is None:
            return None
        return self._stream(MiniTicker, name, args[0], _TICKER_MS)

    def _mini_tickers(self, name: str, args: list[str]) -> Request | None:
        if len(args) != 1 or zone_offset_s(args[0]) is None:
            return None
        every_ms = self._venue.interval_ms(_TICKER_MS)
        return Request(None, lambda: MiniTickers(name, self._venue.markets, self._spelling, every_ms))
