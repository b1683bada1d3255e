"""Seeded market traffic: 950 levels a side and updates near the touch, as integers. Knows no wire format.

Levels cluster near the touch, a quarter of the updates delete, a quarter insert, the rest change a quantity;
inside a message they are shuffled, as the venues do.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

BOOK_LEVELS = 950
MID_TICKS = 912_500  # 91250.0 with one digit
PRICE_DIGITS, QTY_DIGITS = 1, 5
FIRST_ID = 73_800_112_200

Level: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Update:
    """Ids first..last and absolute quantities, 0 deletes; prices in ticks, quantities in lots."""

    first_id: int
    last_id: int
    bids: list[Level]
    asks: list[Level]


class _Side:
    """One side as the distances of its levels from the middle, in ticks."""

    def __init__(self, sign: int, rng: Random) -> None:
        self._sign = sign
        self._rng = rng
        self._offsets: list[int] = []
        offset = 0
        for _ in range(BOOK_LEVELS):
            offset += 1 + int(rng.expovariate(0.5))
            self._offsets.append(offset)

    def _level(self, offset: int, lots: int) -> Level:
        return MID_TICKS + self._sign * offset, lots

    def _lots(self) -> int:
        return self._rng.randint(1, 999_999)

    def picture(self) -> list[Level]:
        """All levels, best first."""
        return [self._level(offset, self._lots()) for offset in self._offsets]

    def change(self, count: int) -> list[Level]:
        """`count` updates of distinct prices, applied here too, in random order."""
        chosen: dict[int, int] = {}
        while len(chosen) < count:
            offset, lots = self._one(count)
            if offset in chosen:
                continue
            chosen[offset] = lots
            self._apply(offset, lots)
        levels = [self._level(offset, lots) for offset, lots in chosen.items()]
        self._rng.shuffle(levels)
        return levels

    def _one(self, count: int) -> tuple[int, int]:
        rank = min(int(self._rng.expovariate(1 / (20 + count))), len(self._offsets) - 1)
        kind = self._rng.random() + 0.02 * (len(self._offsets) - BOOK_LEVELS)  # keeps the size near its aim
        offset = self._offsets[rank]
        if kind > 0.75:
            return offset, 0
        if kind < 0.25:
            return self._free_near(offset), self._lots()
        return offset, self._lots()

    def _free_near(self, offset: int) -> int:
        while True:
            offset = max(1, offset + self._rng.randint(-3, 4))
            at = bisect_left(self._offsets, offset)
            if at == len(self._offsets) or self._offsets[at] != offset:
                return offset

    def _apply(self, offset: int, lots: int) -> None:
        at = bisect_left(self._offsets, offset)
        known = at < len(self._offsets) and self._offsets[at] == offset
        if known and not lots:
            del self._offsets[at]
        elif not known and lots:
            insort(self._offsets, offset)


@dataclass(frozen=True, slots=True)
class Traffic:
    """A picture of the book at `book_id`, and the updates that follow it without a gap."""

    book_id: int
    bids: list[Level]
    asks: list[Level]
    updates: list[Update]


def make_traffic(levels: int, messages: int, seed: int = 7) -> Traffic:
    """`messages` updates of `levels` levels a side."""
    rng = Random(seed)
    bid_side, ask_side = _Side(-1, rng), _Side(1, rng)
    bids, asks = bid_side.picture(), ask_side.picture()
    updates: list[Update] = []
    last = FIRST_ID
    for _ in range(messages):
        first, last = last + 1, last + rng.randint(1, 12)
        updates.append(Update(first, last, bid_side.change(levels), ask_side.change(levels)))
    return Traffic(FIRST_ID, bids, asks, updates)


def decimal_text(count: int, digits: int) -> str:
    """An integer count of 10^-digits as venues print it; zero is "0"."""
    if not count:
        return "0"
    text = str(count).rjust(digits + 1, "0")
    return f"{text[:-digits]}.{text[-digits:]}"
