"""Prints that are no plain trades: liquidations, and takeovers off the book by the insurance fund or deleveraging.

Some are seeded, from the market's own trades; accounts make others. Must never know: accounts, requests, sockets.
"""

from __future__ import annotations

from collections import deque

from hftx.sim.gateio_futures.streams import Liquidation, PublicLiquidates, Trades
from hftx.sim.hub import Stream
from hftx.sim.market import Event, Market, Trade
from hftx.sim.venue import Venue, wall_ms

_KEPT = 1000
_AWAY = 400  # a takeover's price is this fraction of the price away from the market


class Tape:
    """Keeps the prints of each contract and tells the streams."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._internal: dict[str, deque[Trade]] = {}
        self._liquidations: dict[str, deque[Liquidation]] = {}
        for name, market in venue.markets.items():
            self._internal[name] = deque(maxlen=_KEPT)
            self._liquidations[name] = deque(maxlen=_KEPT)
            for trade in tuple(market.trades):
                self._seeded_liquidation(market, trade)
        venue.hub.observers.append(self._observe)

    def trades(self, contract: str) -> list[tuple[Trade, bool]]:
        """All trades of a contract and whether they were off the book, newest first."""
        made = [(trade, False) for trade in self._venue.market(contract).trades]
        return sorted(made + [(trade, True) for trade in self._internal[contract]], reverse=True)

    def liquidations(self, contract: str) -> list[Liquidation]:
        """Liquidations of a contract, newest first."""
        return list(reversed(self._liquidations[contract]))

    def liquidated(self, contract: str, px: int, lots: int) -> None:
        """Publish a forced order of an account that was filled at ``px`` ticks; ``lots`` below zero were sold."""
        for stream in self._print(Liquidation(contract, wall_ms(), px, lots)):
            self._venue.hub.wake(stream)

    def taken_over(self, contract: str, px: int, lots: int) -> Trade:
        """Publish a trade off the book, at a price that may be far from it; ``lots`` below zero were sold."""
        trade, streams = self._take_over(self._venue.market(contract), px, lots)
        for stream in streams:
            self._venue.hub.wake(stream)
        return trade

    def _observe(self, market: Market, event: Event) -> None:
        """Seeded prints; the streams take notice of the event itself next, and push these with it."""
        if not event.traded:
            return
        trade, every = market.trades[-1], self._venue.options.futures_internal_every
        self._seeded_liquidation(market, trade)
        if every and trade.seq % every == 0:
            away = trade.px // _AWAY + 1
            px = max(1, trade.px - away) if trade.taker_buys else trade.px + away
            self._take_over(market, px, -trade.qty if trade.taker_buys else trade.qty)

    def _seeded_liquidation(self, market: Market, trade: Trade) -> None:
        every = self._venue.options.futures_liquidation_every
        if every and trade.seq % every == 0:
            lots = trade.qty if trade.taker_buys else -trade.qty
            self._print(Liquidation(market.symbol, trade.ts_ms, trade.px, lots))

    def _print(self, liquidation: Liquidation) -> list[Stream]:
        self._liquidations[liquidation.contract].append(liquidation)
        told: list[Stream] = []
        for stream in tuple(self._venue.hub.streams.values()):
            if isinstance(stream, PublicLiquidates) and stream.symbol in (None, liquidation.contract):
                stream.post(liquidation)
                told.append(stream)
        return told

    def _take_over(self, market: Market, px: int, lots: int) -> tuple[Trade, list[Stream]]:
        trade = Trade(market.number_trade(), wall_ms(), px, abs(lots), lots > 0, market.id)
        self._internal[market.symbol].append(trade)
        told: list[Stream] = []
        for stream in tuple(self._venue.hub.streams.values()):
            if isinstance(stream, Trades) and stream.symbol == market.symbol:
                stream.post(trade)
                told.append(stream)
        return trade, told
