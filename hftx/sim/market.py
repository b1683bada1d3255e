"""One symbol's market: a seeded limit book, its trades, and what they add up to.

The whole course depends on (seed, symbol, event number) alone; the clock only stamps it.
Must never know: venues, text formats, sockets, who listens.

A side keeps its levels under *keys*: the ask's price, or the bid's price negated. So on both sides the best
level has the smallest key, and the book is crossed exactly when the two best keys add up to zero or less.
"""

from __future__ import annotations

import random
from bisect import bisect_left, insort
from collections import deque
from typing import NamedTuple

from hftx.sim.candles import TradeStats
from hftx.sim.listing import Listing
from hftx.sim.options import TwinOptions

_TAKE = 0.12
_CANCEL = 0.36
_KEPT_TRADES = 1000


class Event(NamedTuple):
    """One book change: the level's quantity before and after, and how much of the change was a trade."""

    id: int
    ts_ms: int
    is_bid: bool
    key: int
    old_qty: int
    qty: int
    traded: int


class Trade(NamedTuple):
    """One print at the resting price; ``seq`` is consecutive in this market."""

    seq: int
    ts_ms: int
    px: int
    qty: int
    taker_buys: bool
    book_id: int


class Snapshot(NamedTuple):
    """A book at one id: (price, quantity) pairs, best first."""

    id: int
    ts_ms: int
    bids: list[tuple[int, int]]
    asks: list[tuple[int, int]]


class Side:
    """The levels of one side, best first."""

    __slots__ = ("keys", "qty")

    def __init__(self) -> None:
        self.keys: list[int] = []
        self.qty: dict[int, int] = {}

    def set(self, key: int, qty: int) -> int:
        """Put a level's quantity, zero to remove it; returns what it was."""
        old = self.qty.get(key, 0)
        if qty:
            if not old:
                insort(self.keys, key)
            self.qty[key] = qty
        elif old:
            del self.qty[key]
            del self.keys[bisect_left(self.keys, key)]
        return old

    def levels(self, limit: int | None = None) -> list[tuple[int, int]]:
        return [(abs(key), self.qty[key]) for key in self.keys[:limit]]


class Market:
    """The course of one symbol. ``step`` is the only thing that moves it."""

    def __init__(self, listing: Listing, seed: int, options: TwinOptions, now_ms: int) -> None:
        self.listing = listing
        self.symbol = listing.symbol
        self.bids, self.asks = Side(), Side()
        self.stats = TradeStats()
        self.trades: deque[Trade] = deque(maxlen=_KEPT_TRADES)
        self.log: deque[Event] = deque(maxlen=options.history)
        self._levels = options.levels
        self._floor = max(3, options.levels * 3 // 4)
        self._owed = 0  # what is left of the taker order in progress
        self._taker_buys = False
        rng = random.Random(f"{seed}/{listing.symbol}")
        self._random = rng.random
        self._exponential = rng.expovariate
        self.id = rng.randrange(10**9, 9 * 10**9)
        self._trade_seq = rng.randrange(10**6, 10**7)
        self.ts_ms = now_ms
        self._populate()
        self._warm_up(options, now_ms)

    @property
    def last_px(self) -> int:
        """Price of the last trade, the starting price before the first."""
        return self.trades[-1].px if self.trades else self.listing.start_px

    def step(self, now_ms: int) -> Event:
        """Play the next event: exactly one level changes and the id rises by one."""
        if self._owed:
            return self._take(now_ms)
        draw = self._random()
        is_bid = self._random() < 0.5
        side = self.bids if is_bid else self.asks
        if draw < _TAKE:
            self._owed = self._size()
            self._taker_buys = self._random() < 0.5 - self._stretch()
            return self._take(now_ms)
        if len(side.keys) > self._levels or (draw < _CANCEL and len(side.keys) > self._floor):
            return self._apply(now_ms, is_bid, side.keys[self._depth(len(side.keys))], 0, 0)
        return self._place(now_ms, is_bid, side)

    def snapshot(self, limit: int | None = None, before_ms: int | None = None, behind: int = 0) -> Snapshot:
        """The book now, as it was at ``before_ms``, or ``behind`` ids ago, as far as the log reaches."""
        undone = self._undo_until(before_ms, behind)
        if not undone:
            return Snapshot(self.id, self.ts_ms, self.bids.levels(limit), self.asks.levels(limit))
        sides = {True: dict(self.bids.qty), False: dict(self.asks.qty)}
        for event in undone:
            sides[event.is_bid][event.key] = event.old_qty
        bids, asks = (
            [(abs(key), qty) for key, qty in sorted(sides[is_bid].items()) if qty][:limit]
            for is_bid in (True, False)
        )
        return Snapshot(undone[-1].id - 1, undone[-1].ts_ms, bids, asks)

    def _undo_until(self, before_ms: int | None, behind: int) -> list[Event]:
        undone = []
        for event in reversed(self.log):
            recent = before_ms is not None and event.ts_ms > before_ms
            if not recent and event.id <= self.id - behind:
                break
            undone.append(event)
        return undone

    def _place(self, now_ms: int, is_bid: bool, side: Side) -> Event:
        other = self.asks if is_bid else self.bids
        best = side.keys[0]
        spread = best + other.keys[0]
        if spread > 1 and self._random() < max(0.1, min(0.9, spread / 20)):
            key = 1 - other.keys[0] + int(self._random() ** 2 * min(spread - 1, 12))
        elif len(side.keys) <= self._floor:
            key = side.keys[-1] + 1 + int(self._random() * 3)
        else:
            key = best + int(self._levels * 1.3 * self._random() ** 3)
        if is_bid and key >= 0:  # a bid needs a price above zero
            key = best
        qty = self._size()
        return self._apply(now_ms, is_bid, key, qty + (qty == side.qty.get(key, 0)), 0)

    def _take(self, now_ms: int) -> Event:
        """Fill the taker order in progress against the best level."""
        is_bid = not self._taker_buys
        side = self.bids if is_bid else self.asks
        key = side.keys[0]
        resting = side.qty[key]
        fill = min(self._owed, resting)
        if fill == resting and len(side.keys) <= 2:
            self._owed = 0
            return self._place(now_ms, is_bid, side)
        self._owed -= fill
        return self._apply(now_ms, is_bid, key, resting - fill, fill)

    def _apply(self, now_ms: int, is_bid: bool, key: int, qty: int, traded: int) -> Event:
        old = (self.bids if is_bid else self.asks).set(key, qty)
        self.id += 1
        self.ts_ms = now_ms
        if traded:
            self._trade_seq += 1
            px = abs(key)
            self.trades.append(Trade(self._trade_seq, now_ms, px, traded, not is_bid, self.id))
            self.stats.record(px, traded, now_ms)
        event = Event(self.id, now_ms, is_bid, key, old, qty, traded)
        self.log.append(event)
        return event

    def _stretch(self) -> float:
        """How far the price has run from its start, as a bias of at most 0.3 against the next taker."""
        start = self.listing.start_px
        return max(-0.3, min(0.3, (self.asks.keys[0] - start) / start * 15))

    def _size(self) -> int:
        size = 1 + int(self.listing.typical_qty * self._exponential(1.0))
        round_lot = max(1, self.listing.typical_qty // 4)
        return size - size % round_lot if size > round_lot and self._random() < 0.3 else size

    def _depth(self, count: int) -> int:
        """Index of a level to cancel, mostly near the touch."""
        return int(count * self._random() ** 2)

    def _populate(self) -> None:
        for side, start in ((self.bids, -self.listing.start_px), (self.asks, self.listing.start_px)):
            key = start
            for rank in range(self._levels):
                key += 1 + int(self._random() * (1 + rank / 40))
                if key != 0 and (key < 0) == (start < 0):
                    side.set(key, self._size())

    def _warm_up(self, options: TwinOptions, now_ms: int) -> None:
        span_ms = options.warmup_span_s * 1000
        for number in range(options.warmup_events):
            self.step(now_ms - span_ms + span_ms * number // options.warmup_events)
