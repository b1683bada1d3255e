"""Gate futures books as streams: the three ways to follow one ("Futures WebSocket v4"; levels are not sorted).

Must never know: sockets, requests, acks.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from hftx.sim.depth import DepthWindow
from hftx.sim.gateio.streams import Obu, update
from hftx.sim.gateio_futures.spelling import ContractSpelling
from hftx.sim.gateio_futures.streams import FuturesStream
from hftx.sim.market import Event, Market

Levels = list[tuple[int, int]]


class OrderBook(FuturesStream):
    """futures.order_book: the whole top N each time, event ``all``."""

    def __init__(
        self,
        name: str,
        market: Market,
        spell: ContractSpelling,
        interval_ms: float,
        as_text: bool,
        level: int,
    ) -> None:
        super().__init__(name, market, spell, interval_ms, as_text)
        self._level = level

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self.pending:
            return ()
        self.pending = False
        book, levels = self.market.snapshot(self._level), self.spell.levels
        result = (
            f'{{"t":{book.ts_ms},"id":{book.id},"contract":"{self.symbol}","l":"{self._level}",'
            f'"asks":{levels(book.asks, self.as_text)},"bids":{levels(book.bids, self.as_text)}}}'
        )
        return (update(self.channel, now_ms, result, "all"),)


class OrderBookUpdate(FuturesStream):
    """futures.order_book_update: deltas inside the window; a delta may be empty and moves the id all the same."""

    def __init__(
        self,
        name: str,
        market: Market,
        spell: ContractSpelling,
        interval_ms: float,
        as_text: bool,
        level: int,
        full_every: int,
    ) -> None:
        super().__init__(name, market, spell, interval_ms, as_text)
        self._level = level
        self._full_every = full_every
        self._window = DepthWindow(market, level)
        self._rng = random.Random(name)

    def note(self, market: Market, event: Event) -> bool:
        self._window.note(event)
        return True

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self._window.pending:
            return ()
        first_id, last_id, bids, asks = self._window.take()
        full = ""
        if self._full_every and self._rng.random() * self._full_every < 1:
            full = '"full":true,'
            _, _, bids, asks = self.market.snapshot(self._level)
        result = (
            f'{{"t":{self.market.ts_ms},{full}"s":"{self.symbol}","U":{first_id},"u":{last_id},'
            f'"b":{self._side(bids)},"a":{self._side(asks)},"l":"{self._level}"}}'
        )
        return (update(self.channel, now_ms, result),)

    def _side(self, levels: Levels) -> str:
        self._rng.shuffle(levels)
        return self.spell.levels(levels, self.as_text)


class FuturesObu(Obu):
    """futures.obu: as on spot, amounts always text, the levels of a delta in any order."""

    def __init__(
        self, name: str, market: Market, spell: ContractSpelling, interval_ms: float, level: int
    ) -> None:
        super().__init__(name, market, spell, interval_ms, level)
        self._rng = random.Random(name)

    def ordered(self, levels: Levels) -> Levels:
        self._rng.shuffle(levels)
        return levels
