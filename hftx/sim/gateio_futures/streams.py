"""Gate futures push channels other than books, as streams ("Futures WebSocket v4", public channels).

Must never know: sockets, requests, acks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hftx.sim.candles import Bar, window_start
from hftx.sim.gateio.streams import ResultStream, SymbolStream, update
from hftx.sim.gateio_futures.marks import Marks
from hftx.sim.gateio_futures.spelling import WS_WIDTHS, ContractSpelling, Series, bar_prices, base_amount, size_json
from hftx.sim.gateio_futures.tickers import ticker_fields
from hftx.sim.hub import Stream
from hftx.sim.market import Event, Market, Trade


class FuturesStream(SymbolStream):
    """A stream of one contract; ``as_text`` is the form of its sizes."""

    def __init__(
        self, name: str, market: Market, spell: ContractSpelling, interval_ms: float, as_text: bool
    ) -> None:
        super().__init__(name, market, spell, interval_ms)
        self.spell: ContractSpelling = spell
        self.as_text = as_text

    def size(self, lots: int) -> str:
        """A size as JSON."""
        return size_json(lots, self.spell.qty_digits, self.as_text)


class Tickers(FuturesStream):
    """futures.tickers: 24 h statistics, mark, index and funding, each second."""

    def __init__(
        self,
        name: str,
        market: Market,
        spell: ContractSpelling,
        interval_ms: float,
        as_text: bool,
        marks: Marks,
    ) -> None:
        super().__init__(name, market, spell, interval_ms, as_text)
        self._marks = marks

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self.pending:
            return ()
        self.pending = False
        fields = ticker_fields(self.market, self.spell, self._marks, now_ms, self.as_text)
        inside = ",".join(f'"{name}":"{value}"' for name, value in fields.items())
        more = (
            f'"funding_interval":{self._marks.interval_s},"funding_offset":0,'
            f'"funding_next_apply":{self._marks.next_funding_s},"price_type":"last","t":{self.market.ts_ms}'
        )
        return (update(self.channel, now_ms, f"[{{{inside},{more}}}]"),)


class Trades(FuturesStream):
    """futures.trades: the trades of a moment in one push, and what was taken over off the book."""

    def __init__(
        self, name: str, market: Market, spell: ContractSpelling, interval_ms: float, as_text: bool
    ) -> None:
        super().__init__(name, market, spell, interval_ms, as_text)
        self._unsent: list[tuple[Trade, bool]] = []

    def note(self, market: Market, event: Event) -> bool:
        if event.traded:
            self._unsent.append((market.trades[-1], False))
        return bool(self._unsent)

    def post(self, trade: Trade) -> None:
        """A print off the book, to go out with the next push."""
        self._unsent.append((trade, True))

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        unsent, self._unsent = sorted(self._unsent), []
        if not unsent:
            return ()
        rows = ",".join(self._row(trade, is_internal) for trade, is_internal in unsent)
        return (update(self.channel, now_ms, f"[{rows}]"),)

    def _row(self, trade: Trade, is_internal: bool) -> str:
        size = self.size(trade.qty if trade.taker_buys else -trade.qty)
        internal = ',"is_internal":true' if is_internal else ""
        return (
            f'{{"id":{trade.seq},"size":{size},"price":"{self.spell.px(trade.px)}",'
            f'"create_time":{trade.ts_ms // 1000},"create_time_ms":{trade.ts_ms},'
            f'"contract":"{self.symbol}"{internal}}}'
        )


class BookTicker(ResultStream):
    """futures.book_ticker: the best levels after every change of the book, the same ones again as well."""

    def __init__(
        self, name: str, market: Market, spell: ContractSpelling, interval_ms: float, as_text: bool
    ) -> None:
        super().__init__(name, market, spell, interval_ms)
        self._digits, self._as_text = spell.qty_digits, as_text

    def result(self, now_ms: int) -> str:
        bid, bid_size = self._best(True)
        ask, ask_size = self._best(False)
        return (
            f'{{"t":{self.market.ts_ms},"u":{self.market.id},"s":"{self.symbol}",'
            f'"b":"{bid}","B":{bid_size},"a":"{ask}","A":{ask_size}}}'
        )

    def _best(self, is_bid: bool) -> tuple[str, str]:
        side = self.market.bids if is_bid else self.market.asks
        if not side.keys:
            return "", size_json(0, 0, self._as_text)
        key = side.keys[0]
        return self.spell.px(abs(key)), size_json(side.qty[key], self._digits, self._as_text)


class Candlesticks(FuturesStream):
    """futures.candlesticks: the bar in progress, after the last one with ``w`` true when a trade opens it."""

    def __init__(
        self,
        name: str,
        shown: Series,
        spell: ContractSpelling,
        interval_ms: float,
        as_text: bool,
        interval: str,
    ) -> None:
        super().__init__(name, shown.market, spell, interval_ms, as_text)
        self._series = shown
        self._interval = interval
        self._width_s = WS_WIDTHS[interval]
        self._shown_s: int | None = None

    def note(self, market: Market, event: Event) -> bool:
        self.pending = self.pending or event.traded > 0
        return event.traded > 0

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self.pending:
            return ()
        self.pending = False
        start_s = window_start(self.market.trades[-1].ts_ms // 1000, self._width_s)
        bars = []
        if self._shown_s is not None and self._shown_s != start_s:
            bars.append((self._series.stats.bar(self._shown_s, self._width_s), "true"))
        bars.append((self._series.stats.bar(start_s, self._width_s), "false"))
        self._shown_s = start_s
        rows = [self._bar(bar, closed) for bar, closed in bars if bar is not None]
        return (update(self.channel, now_ms, f"[{','.join(rows)}]"),)

    def _bar(self, bar: Bar, closed: str) -> str:
        prices = ",".join(f'"{key}":"{px}"' for key, px in bar_prices(bar, self._series.px).items())
        return (
            f'{{"t":{bar.start_s},{prices},"v":{self.size(bar.base)},'
            f'"n":"{self._interval}_{self._series.name}","a":"{base_amount(self.spell.contract, bar)}","w":{closed}}}'
        )


class Liquidation(NamedTuple):
    """Forced orders as they are published; ``lots`` below zero were sold."""

    contract: str
    ts_ms: int
    px: int
    lots: int


class PublicLiquidates(Stream):
    """futures.public_liquidates of one contract or of all: at most one a second, contract and side."""

    def __init__(
        self,
        name: str,
        symbol: str | None,
        spelling: dict[str, ContractSpelling],
        interval_ms: float,
        as_text: bool,
        price_is_text: bool,
    ) -> None:
        super().__init__(name, "futures.public_liquidates", symbol, interval_ms)
        self._spelling = spelling
        self._as_text = as_text
        self._price_is_text = price_is_text
        self._unsent: dict[tuple[str, bool], Liquidation] = {}

    def note(self, market: Market, event: Event) -> bool:
        return bool(self._unsent)

    def post(self, liquidation: Liquidation) -> None:
        """A liquidation, to go out with the next push and together with others of its side."""
        where = (liquidation.contract, liquidation.lots < 0)
        before = self._unsent.get(where)
        more = 0 if before is None else before.lots
        self._unsent[where] = liquidation._replace(lots=liquidation.lots + more)

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        unsent, self._unsent = list(self._unsent.values()), {}
        if not unsent:
            return ()
        return (update(self.channel, now_ms, f"[{','.join(map(self._row, unsent))}]"),)

    def _row(self, liquidation: Liquidation) -> str:
        spell = self._spelling[liquidation.contract]
        px, time = spell.px(liquidation.px), f'"time_ms":{liquidation.ts_ms}'
        if self._price_is_text:  # the form of August 2026
            px, time = f'"{px}"', f'"time":{liquidation.ts_ms}'
        size = size_json(liquidation.lots, spell.qty_digits, self._as_text)
        return f'{{"price":{px},"size":{size},{time},"contract":"{liquidation.contract}"}}'
