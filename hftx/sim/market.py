"""One symbol's market: a seeded limit book, its trades, and what they add up to.

As long as no account trades, the whole course depends on (seed, symbol, event number) alone; the clock only
stamps it. Orders of accounts stand in line with the seeded ones, and the course goes on around them.
Must never know: venues, text formats, sockets, who listens, what an account's order is.
"""

from __future__ import annotations

import random
from collections import deque
from typing import NamedTuple

from hftx.sim.candles import TradeStats
from hftx.sim.listing import Listing
from hftx.sim.options import TwinOptions
from hftx.sim.side import Side

_TAKE = 0.12
_CANCEL = 0.36
_KEPT_TRADES = 1000
_THIN = 3  # levels of the seeded market below which takers find new ones behind


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


class Market:
    """The course of one symbol. ``step`` moves it, and so do the orders of accounts.

    Every method that returns an Event has changed exactly one level and raised the id by one. ``filled`` has
    the accounts' orders that were hit, with their trades, until somebody takes them out.
    """

    def __init__(self, listing: Listing, seed: int, options: TwinOptions, now_ms: int) -> None:
        self.listing = listing
        self.symbol = listing.symbol
        self.bids, self.asks = Side(), Side()
        self.stats = TradeStats()
        self.trades: deque[Trade] = deque(maxlen=_KEPT_TRADES)
        self.log: deque[Event] = deque(maxlen=options.history)
        self.filled: list[tuple[object, Trade]] = []
        self._levels = options.levels
        self._floor = max(3, options.levels * 3 // 4)
        self._owed = 0  # what is left of the taker order in progress
        self._taker_buys = False
        rng = random.Random(f"{seed}/{listing.symbol}")
        self._random = rng.random
        self._exponential = rng.expovariate
        self.id = listing.first_book_id + rng.randrange(10**9, 9 * 10**9)
        self._trade_seq = listing.first_trade_id + rng.randrange(10**6, 10**7)
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
        levels = side.seeded_levels()
        if levels > self._levels or (draw < _CANCEL and levels > self._floor):
            return self._seed(now_ms, is_bid, side.seeded_from(self._depth(len(side.keys))), 0)
        return self._place(now_ms, is_bid, side)

    def join(self, owner: object, is_bid: bool, key: int, qty: int, now_ms: int) -> Event:
        """Rest an account's order at the end of the line of its level."""
        return self._apply(now_ms, is_bid, key, self._side(is_bid).join(key, owner, qty), 0)

    def leave(self, owner: object, is_bid: bool, key: int, qty: int, now_ms: int) -> Event:
        """Take this much of an account's order back; what remains keeps its place."""
        return self._apply(now_ms, is_bid, key, self._side(is_bid).leave(key, owner, qty), 0)

    def front(self, is_bid: bool) -> tuple[int, object | None, int]:
        """Key of the best level, who is first in line there, and with how much."""
        side = self._side(is_bid)
        return side.keys[0], *side.front(side.keys[0])

    def take(self, is_bid: bool, qty: int, now_ms: int) -> Event:
        """Let an account's order hit the first in line of the best level, for at most what that one has."""
        return self._hit(now_ms, is_bid, self._side(is_bid).keys[0], qty)

    def replenish(self, is_bid: bool, now_ms: int) -> Event | None:
        """A new level behind the others when takers have left few: no side of a book ever runs empty."""
        side = self._side(is_bid)
        key = side.deepest() + 1
        if side.seeded_levels() > _THIN or key == 0:  # a bid needs a price above zero
            return None
        return self._seed(now_ms, is_bid, key, side.seeded(key) + self._size())

    def number_trade(self) -> int:
        """The next number of a trade; one taken for a print off the book is missing among the market's own."""
        self._trade_seq += 1
        return self._trade_seq

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
        elif side.seeded_levels() <= self._floor:
            key = side.deepest() + 1 + int(self._random() * 3)
        else:
            key = best + int(self._levels * 1.3 * self._random() ** 3)
        if is_bid and key >= 0:  # a bid needs a price above zero
            key = best
        qty = self._size()
        return self._seed(now_ms, is_bid, key, qty + (qty == side.seeded(key)))

    def _take(self, now_ms: int) -> Event:
        """Fill the taker order in progress against the best level."""
        is_bid = not self._taker_buys
        side = self.bids if is_bid else self.asks
        key = side.keys[0]
        owner, first = side.front(key)
        fill = min(self._owed, first)
        if owner is None and fill == first and side.seeded_levels() <= 2:
            self._owed = 0
            return self._place(now_ms, is_bid, side)
        self._owed -= fill
        return self._hit(now_ms, is_bid, key, fill)

    def _hit(self, now_ms: int, is_bid: bool, key: int, qty: int) -> Event:
        side = self._side(is_bid)
        owner, _ = side.front(key)
        event = self._apply(now_ms, is_bid, key, side.consume(key, qty), qty)
        if owner is not None:
            self.filled.append((owner, self.trades[-1]))
        return event

    def _seed(self, now_ms: int, is_bid: bool, key: int, qty: int) -> Event:
        """Let the seeded market have this much on a level."""
        return self._apply(now_ms, is_bid, key, self._side(is_bid).seed(key, qty), 0)

    def _side(self, is_bid: bool) -> Side:
        return self.bids if is_bid else self.asks

    def _apply(self, now_ms: int, is_bid: bool, key: int, qty: int, traded: int) -> Event:
        old = self._side(is_bid).set(key, qty)
        self.id += 1
        self.ts_ms = now_ms
        if traded:
            px = abs(key)
            self.trades.append(Trade(self.number_trade(), now_ms, px, traded, not is_bid, self.id))
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
