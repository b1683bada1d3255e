"""MEXC push channels of the book and the deals, as streams of protobuf wrappers.

Must never know: sockets, requests, acks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hftx.sim.depth import DepthWindow
from hftx.sim.hub import Stream
from hftx.sim.market import Event, Market, Trade
from hftx.sim.mexc.mexc_pb2 import PushDataV3ApiWrapper
from hftx.sim.options import TwinOptions
from hftx.sim.text import Spelling

BUY, SELL = 1, 2


class MexcStream(Stream):
    """A stream of one symbol; its name is the channel string."""

    def __init__(
        self, name: str, market: Market, spell: Spelling, interval_ms: float, options: TwinOptions
    ) -> None:
        head, kind, *args = name.split("@")
        super().__init__(name, f"{head}@{kind}", market.symbol, interval_ms)
        self.market = market
        self.spell = spell
        self.new_fields = options.mexc_new_fields
        self.pending = False
        self.wire_symbol = market.symbol.replace("_", "")
        # the docs: the channel without the symbol; for limit depth without the level as well
        self.event_type = f"{self.channel}@{args[0]}" if args[0] != self.wire_symbol else self.channel
        self._empty_every = options.mexc_empty_wrapper_every
        self._pushes = 0

    def note(self, market: Market, event: Event) -> bool:
        self.pending = True
        return True

    def wrapper(self, now_ms: int) -> Any:
        """The envelope of a push."""
        return PushDataV3ApiWrapper(channel=self.name, symbol=self.wire_symbol, sendTime=now_ms)

    def with_empty(self, payload: bytes, now_ms: int) -> list[bytes]:
        """The payload, now and then behind a wrapper without body, as quiet symbols send them."""
        self._pushes += 1
        if self._empty_every and self._pushes % self._empty_every == 0:
            return [self.wrapper(now_ms).SerializeToString(), payload]
        return [payload]

    def best(self) -> tuple[int, int, int, int]:
        bids, asks = self.market.bids, self.market.asks
        bid, ask = bids.keys[0], asks.keys[0]
        return -bid, bids.qty[bid], ask, asks.qty[ask]

    def gone(self, px: int) -> str:
        """A deletion's quantity, in either spelling: "0" or with all decimals."""
        return self.spell.qty(0) if px % 4 == 0 else "0"

    def fill_side(self, side: Any, levels: Iterable[tuple[int, int]]) -> None:
        px_text, qty_text = self.spell.px, self.spell.qty
        for px, qty in levels:
            side.add(price=px_text(px), quantity=qty_text(qty) if qty else self.gone(px))


class AggreDepth(MexcStream):
    """aggre.depth: every level that changed, with its final quantity, and the versions covered."""

    def __init__(
        self, name: str, market: Market, spell: Spelling, interval_ms: float, options: TwinOptions
    ) -> None:
        super().__init__(name, market, spell, interval_ms, options)
        self._window = DepthWindow(market, None)

    def note(self, market: Market, event: Event) -> bool:
        self._window.note(event)
        return True

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self._window.pending:
            return ()
        first_id, last_id, bids, asks = self._window.take()
        wrapper = self.wrapper(now_ms)
        body = wrapper.publicAggreDepths
        self.fill_side(body.asks, asks)
        self.fill_side(body.bids, bids)
        body.eventType = self.event_type
        body.fromVersion = str(first_id)
        body.toVersion = str(last_id)
        if self.new_fields:
            body.lastOrderCreateTime = self.market.ts_ms
        return self.with_empty(wrapper.SerializeToString(), now_ms)


class AggreDeals(MexcStream):
    """aggre.deals: the trades of the interval in one push."""

    def __init__(
        self, name: str, market: Market, spell: Spelling, interval_ms: float, options: TwinOptions
    ) -> None:
        super().__init__(name, market, spell, interval_ms, options)
        self._unsent: list[Trade] = []

    def note(self, market: Market, event: Event) -> bool:
        if event.traded:
            self._unsent.append(market.trades[-1])
        return event.traded > 0

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self._unsent:
            return ()
        unsent, self._unsent = self._unsent, []
        wrapper = self.wrapper(now_ms)
        deals = wrapper.publicAggreDeals.deals
        for trade in unsent:
            deals.add(
                price=self.spell.px(trade.px),
                quantity=self.spell.qty(trade.qty),
                tradeType=BUY if trade.taker_buys else SELL,
                time=trade.ts_ms,
                tradeId=f"{trade.book_id}X0_{trade.seq}X1" if self.new_fields else "",
            )
        wrapper.publicAggreDeals.eventType = self.event_type
        return self.with_empty(wrapper.SerializeToString(), now_ms)


class AggreBookTicker(MexcStream):
    """aggre.bookTicker: best bid and ask when they change; a final flush repeats them."""

    def __init__(
        self, name: str, market: Market, spell: Spelling, interval_ms: float, options: TwinOptions
    ) -> None:
        super().__init__(name, market, spell, interval_ms, options)
        self._shown: tuple[int, int, int, int] | None = None

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        best = self.best()
        if not self.pending or (best == self._shown and not final and self.interval_s):
            self.pending = False
            return ()
        self.pending = False
        self._shown = best
        wrapper = self.wrapper(now_ms)
        self.fill(wrapper, best)
        return (wrapper.SerializeToString(),)

    def fill(self, wrapper: Any, best: tuple[int, int, int, int]) -> None:
        """Put the quote into the wrapper's body."""
        self.fill_quote(wrapper.publicAggreBookTicker, best)
        self.fill_version(wrapper.publicAggreBookTicker)

    def fill_quote(self, body: Any, best: tuple[int, int, int, int]) -> None:
        bid, bid_qty, ask, ask_qty = best
        body.bidPrice, body.bidQuantity = self.spell.px(bid), self.spell.qty(bid_qty)
        body.askPrice, body.askQuantity = self.spell.px(ask), self.spell.qty(ask_qty)

    def fill_version(self, body: Any) -> None:
        if self.new_fields:
            body.version = str(self.market.id)
            body.lastOrderCreateTime = self.market.ts_ms


class BookTickerBatch(AggreBookTicker):
    """bookTicker.batch: the same quote as the one item of a list."""

    def fill(self, wrapper: Any, best: tuple[int, int, int, int]) -> None:
        self.fill_quote(wrapper.publicBookTickerBatch.items.add(), best)
        self.fill_version(wrapper.publicBookTickerBatch)


class LimitDepth(MexcStream):
    """limit.depth: the whole top N each time."""

    def __init__(
        self, name: str, market: Market, spell: Spelling, interval_ms: float, options: TwinOptions
    ) -> None:
        super().__init__(name, market, spell, interval_ms, options)
        self._level = int(name.rpartition("@")[2])

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        if not self.pending:
            return ()
        self.pending = False
        book = self.market.snapshot(self._level)
        wrapper = self.wrapper(now_ms)
        body = wrapper.publicLimitDepths
        self.fill_side(body.asks, book.asks)
        self.fill_side(body.bids, book.bids)
        body.eventType = self.event_type
        body.version = str(book.id)
        if self.new_fields:
            body.lastOrderCreateTime = book.ts_ms
        return (wrapper.SerializeToString(),)
