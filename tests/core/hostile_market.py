"""A book followed next to plain dictionaries, and a market that does what no venue should.

Never knows how a book keeps its levels.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import TypeAlias

from hftx._core.venues.gateio_market import GateioMarketSession
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import OrderBook
from trials import NOW, TARGET, logger
from twins import gate_frames

Level: TypeAlias = tuple[int, int]
INT64_MAX = 2**63 - 1
NAME = f"{TARGET.base}_{TARGET.quote}"


class Followed:
    """A Gate book without digits, and what it must hold."""

    def __init__(self, max_depth: int = 10**6, digits: int | None = 0) -> None:
        self.session = GateioMarketSession(PublicWebsocketHandlers(), max_depth, lambda *_: None, logger(), "obu")
        self.book: OrderBook = self.session.add_symbol(TARGET, NAME, digits, digits)
        self.bids: dict[int, int] = {}
        self.asks: dict[int, int] = {}
        self._depth, self._id = max_depth, 0

    def load(self, bids: list[Level], asks: list[Level]) -> None:
        """A complete book; a price once."""
        bids, asks = list(dict(bids).items()), list(dict(asks).items())
        self.bids.clear()
        self.asks.clear()
        self._receive(bids, asks, full=True)

    def apply(self, bids: list[Level], asks: list[Level]) -> None:
        """A diff."""
        self._receive(bids, asks, full=False)

    def _receive(self, bids: list[Level], asks: list[Level], full: bool) -> None:
        self._id += 1
        sides = [[(Decimal(px), Decimal(qty)) for px, qty in levels] for levels in (bids, asks)]
        frame, _ = gate_frames.obu(NAME, *sides, self._id, first_id=None if full else self._id)
        assert self.session.receive(frame, True, NOW) == 1
        for known, levels in ((self.bids, bids), (self.asks, asks)):
            for px, qty in levels:
                known[px] = qty
                if not qty:
                    del known[px]
        for known, falling in ((self.bids, True), (self.asks, False)):
            for px in sorted(known, reverse=falling)[self._depth :]:
                del known[px]

    def check_top(self) -> None:
        """Best bid and ask, and how many levels there are."""
        book = self.book
        assert book.is_live and book.id == self._id
        bid, ask = max(self.bids, default=0), min(self.asks, default=0)
        assert (book.bid_px, book.bid_qty) == (bid, self.bids.get(bid, 0))
        assert (book.ask_px, book.ask_qty) == (ask, self.asks.get(ask, 0))
        assert len(book) == len(self.bids) + len(self.asks)

    def check_levels(self, of: OrderBook | None = None) -> None:
        """All levels of the book, or of a copy, asked for one by one."""
        book = self.book if of is None else of
        bids, asks = sorted(self.bids.items(), reverse=True), sorted(self.asks.items())
        assert book.levels("bids") == bids and book.levels("asks") == asks
        assert book.depth("bids", 5) == sum(qty for _, qty in bids[:5])

    def check_views(self) -> None:
        """All levels as arrays."""
        bids, asks = sorted(self.bids.items(), reverse=True), sorted(self.asks.items())
        assert self.book.bids.tolist() == [list(level) for level in bids]
        assert self.book.asks.tolist() == [list(level) for level in asks]


@dataclass
class HostileMarket:
    """Changes around a middle that may jump, on a grid that may break."""

    rng: Random
    tick: int
    middle: int
    spread: float  # usual distance from the touch in ticks
    jump: int  # of the middle, in ticks
    off_grid: float  # share of prices between two ticks
    far: float  # share of prices a thousand times further away

    def levels(self, sign: int, count: int) -> list[Level]:
        """Changes of one side, which may repeat a price."""
        return [(self._px(sign), self.rng.choice((0, 1, self.rng.randint(1, 10**9)))) for _ in range(count)]

    def _px(self, sign: int) -> int:
        ticks = 1 + int(self.rng.expovariate(1 / self.spread))
        if self.rng.random() < self.far:
            ticks *= 1000
        px = self.middle + sign * ticks * self.tick
        if self.rng.random() < self.off_grid:
            px += sign * self.rng.randrange(self.tick)
        lowest, highest = (1, self.middle - 1) if sign < 0 else (self.middle + 1, INT64_MAX)
        return min(max(px, lowest), highest)

    def move(self, followed: Followed) -> tuple[list[Level], list[Level]]:
        """The middle jumps; the levels that it passed are deleted."""
        middle = self.middle + self.rng.choice((-1, 1)) * self.rng.randint(0, self.jump) * self.tick
        self.middle = min(max(middle, 2), INT64_MAX - 1)
        bids = [(px, 0) for px in followed.bids if px >= self.middle]
        asks = [(px, 0) for px in followed.asks if px <= self.middle]
        return bids, asks
