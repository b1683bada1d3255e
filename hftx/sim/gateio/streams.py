"""Gate spot push channels as streams ("Spot WebSocket v4", public channels), and what all Gate streams share.

Must never know: sockets, requests, acks.
"""

from __future__ import annotations

import random
from abc import abstractmethod
from collections.abc import Sequence

from hftx.sim.candles import Bar, window_start
from hftx.sim.depth import DepthWindow
from hftx.sim.gateio.spelling import CANDLE_WIDTHS, book_text, candle_fields, padded, side_text, ticker_text
from hftx.sim.hub import Stream
from hftx.sim.market import Event, Market, Trade
from hftx.sim.options import TwinOptions
from hftx.sim.text import Spelling


def update(channel: str, now_ms: int, result: str, event: str = "update") -> bytes:
    """The envelope of a push."""
    head = f'{{"time":{now_ms // 1000},"time_ms":{now_ms},"channel":"{channel}","event":"{event}","result":'
    return f"{head}{result}}}".encode()


class SymbolStream(Stream):
    """A stream of one pair; ``args`` is the subscription's payload."""

    def __init__(self, name: str, market: Market, spell: Spelling, interval_ms: float) -> None:
        super().__init__(name, name.partition(":")[0], market.symbol, interval_ms)
        self.market = market
        self.spell = spell
        self.pending = False

    def note(self, market: Market, event: Event) -> bool:
        self.pending = True
        return True


class ResultStream(SymbolStream):
    """A stream whose push is one ``result``."""

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self.pending:
            return ()
        self.pending = False
        return (update(self.channel, now_ms, self.result(now_ms)),)

    @abstractmethod
    def result(self, now_ms: int) -> str:
        """The payload's ``result``, as JSON text."""


class Trades(SymbolStream):
    """spot.trades: one push per trade, taker side, no history."""

    def __init__(self, name: str, market: Market, spell: Spelling, options: TwinOptions) -> None:
        super().__init__(name, market, spell, 0.0)
        self._decimals = options.gate_trade_decimals
        self._unsent: list[Trade] = []

    def note(self, market: Market, event: Event) -> bool:
        if event.traded:
            self._unsent.append(market.trades[-1])
        return event.traded > 0

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        unsent, self._unsent = self._unsent, []
        return [update(self.channel, now_ms, self._trade(trade)) for trade in unsent]

    def _trade(self, trade: Trade) -> str:
        side = "buy" if trade.taker_buys else "sell"
        qty = padded(self.spell.qty(trade.qty), self._decimals)
        px = padded(self.spell.px(trade.px), self._decimals)
        return (
            f'{{"id":{trade.book_id},"id_market":{trade.seq},"create_time":{trade.ts_ms // 1000},'
            f'"create_time_ms":"{trade.ts_ms}.{trade.seq % 10_000:04d}","side":"{side}",'
            f'"currency_pair":"{self.symbol}","amount":"{qty}","price":"{px}","range":"{trade.seq}-{trade.seq}"}}'
        )


class Tickers(ResultStream):
    """spot.tickers: best prices and 24 h statistics, each second."""

    def result(self, now_ms: int) -> str:
        return "{" + ticker_text(self.market, self.spell, now_ms) + "}"


class Candlesticks(SymbolStream):
    """spot.candlesticks: the bar in progress, and again with ``w`` true when a trade opens the next one."""

    def __init__(self, name: str, market: Market, spell: Spelling, interval_ms: float, interval: str) -> None:
        super().__init__(name, market, spell, interval_ms)
        self._interval = interval
        self._width_s = CANDLE_WIDTHS[interval]
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
            bars.append((self.market.stats.bar(self._shown_s, self._width_s), "true"))
        bars.append((self.market.stats.bar(start_s, self._width_s), "false"))
        self._shown_s = start_s
        return [
            update(self.channel, now_ms, self._bar(bar, closed)) for bar, closed in bars if bar is not None
        ]

    def _bar(self, bar: Bar, closed: str) -> str:
        t, v, c, h, low, o, a = candle_fields(bar, self.spell)
        return (
            f'{{"t":"{t}","v":"{v}","c":"{c}","h":"{h}","l":"{low}","o":"{o}",'
            f'"n":"{self._interval}_{self.symbol}","a":"{a}","w":{closed}}}'
        )


class BookTicker(ResultStream):
    """spot.book_ticker: best bid and ask when they change; a final flush repeats them with the newest id."""

    def __init__(self, name: str, market: Market, spell: Spelling, interval_ms: float) -> None:
        super().__init__(name, market, spell, interval_ms)
        self._shown: tuple[int, int, int, int] | None = None

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if self.pending and self._best() == self._shown and not final and self.interval_s:
            self.pending = False
        return super().render(now_ms, final)

    def result(self, now_ms: int) -> str:
        self._shown = bid, bid_qty, ask, ask_qty = self._best()
        px, qty = self.spell.px, self.spell.qty
        return (
            f'{{"t":{self.market.ts_ms},"u":{self.market.id},"s":"{self.symbol}",'
            f'"b":"{px(bid)}","B":"{qty(bid_qty)}","a":"{px(ask)}","A":"{qty(ask_qty)}"}}'
        )

    def _best(self) -> tuple[int, int, int, int]:
        bids, asks = self.market.bids, self.market.asks
        bid, ask = bids.keys[0], asks.keys[0]
        return -bid, bids.qty[bid], ask, asks.qty[ask]


class OrderBook(ResultStream):
    """spot.order_book: the whole top N each time."""

    def __init__(self, name: str, market: Market, spell: Spelling, interval_ms: float, level: int) -> None:
        super().__init__(name, market, spell, interval_ms)
        self._level = level

    def result(self, now_ms: int) -> str:
        book = self.market.snapshot(self._level)
        return (
            f'{{"t":{book.ts_ms},"lastUpdateId":{book.id},"s":"{self.symbol}","l":"{self._level}",'
            f'"bids":{side_text(book.bids, self.spell)},"asks":{side_text(book.asks, self.spell)}}}'
        )


class OrderBookUpdate(SymbolStream):
    """spot.order_book_update: deltas inside the window, complete snapshots at irregular moments."""

    def __init__(
        self, name: str, market: Market, spell: Spelling, interval_ms: float, level: int, options: TwinOptions
    ) -> None:
        super().__init__(name, market, spell, interval_ms)
        self._level = level
        self._window = DepthWindow(market, level)
        self._every = options.gate_full_frame_every if options.gate_full_frames else 0
        self._random = random.Random(name).random

    def note(self, market: Market, event: Event) -> bool:
        self._window.note(event)
        return True

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self._window.pending:
            return ()
        first_id, last_id, bids, asks = self._window.take()
        full = ""
        if self._every and self._random() * self._every < 1:
            full = '"full":true,'
            _, _, bids, asks = self.market.snapshot(self._level)
        ts_ms = self.market.ts_ms
        result = (
            f'{{"t":{ts_ms},{full}"l":"{self._level}","e":"depthUpdate","E":{ts_ms // 1000},'
            f'"s":"{self.symbol}","U":{first_id},"u":{last_id},'
            f'"b":{side_text(bids, self.spell)},"a":{side_text(asks, self.spell)}}}'
        )
        return (update(self.channel, now_ms, result),)


class Obu(SymbolStream):
    """The obu channel: a snapshot first, then deltas that also delete what falls out of the window."""

    has_opening = True

    def __init__(self, name: str, market: Market, spell: Spelling, interval_ms: float, level: int) -> None:
        super().__init__(name, market, spell, interval_ms)
        self._level = level
        self._stream = f"ob.{market.symbol}.{level}"
        self._window = DepthWindow(market, level, says_fallen=True)

    def note(self, market: Market, event: Event) -> bool:
        self._window.note(event)
        return True

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self._window.pending:
            return ()
        first_id, last_id, bids, asks = self._window.take()
        sides = "".join(
            f',"{name}":{side_text(self.ordered(levels), self.spell)}'
            for name, levels in (("b", bids), ("a", asks))
            if levels
        )
        return (self._push(now_ms, f'"s":"{self._stream}","U":{first_id},"u":{last_id}{sides}'),)

    def ordered(self, levels: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The levels of a delta in the order in which they are sent."""
        return levels

    def opening(self, now_ms: int) -> bytes:
        book = self.market.snapshot(self._level)
        return self._push(
            now_ms, f'"full":true,"s":"{self._stream}","u":{book.id},{book_text(book, self.spell)}'
        )

    def _push(self, now_ms: int, fields: str) -> bytes:
        body = f'"result":{{"t":{self.market.ts_ms},{fields}}},"time_ms":{now_ms}'
        return f'{{"channel":"{self.channel}",{body}}}'.encode()


class Silent(Stream):
    """The stream of an obu name whose market does not exist: acknowledged, and then nothing."""

    def note(self, market: Market, event: Event) -> bool:
        return False

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        return ()
