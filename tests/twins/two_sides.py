"""The two sides of an order book as plain dictionaries of Decimals: slow and obvious.

Never knows where levels come from, nor anything about ids and sequence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeAlias

Level: TypeAlias = tuple[Decimal, Decimal]
RawLevel: TypeAlias = Sequence[str | Decimal]


def parse_levels(raw: Iterable[RawLevel] | None) -> list[Level]:
    """Levels as Decimals. None (the side is absent on the wire) is no level at all."""
    return [(Decimal(price), Decimal(quantity)) for price, quantity in raw or ()]


def plain_text(number: Decimal) -> str:
    """The number without exponent and without trailing zeros."""
    return format(number.normalize(), "f")


class TwoSides:
    """Bids and asks; quantities are absolute and zero, in any spelling, deletes."""

    def __init__(self, depth: int | None = None) -> None:
        self._depth = depth
        self._bids: dict[Decimal, Decimal] = {}
        self._asks: dict[Decimal, Decimal] = {}

    @property
    def bids(self) -> list[Level]:
        """From the highest price down."""
        return sorted(self._bids.items(), reverse=True)

    @property
    def asks(self) -> list[Level]:
        """From the lowest price up."""
        return sorted(self._asks.items())

    @property
    def is_crossed(self) -> bool:
        """Whether the best bid is not below the best ask."""
        return bool(self._bids and self._asks) and max(self._bids) >= min(self._asks)

    def clear(self) -> None:
        """Forget every level."""
        self._bids.clear()
        self._asks.clear()

    def load(self, bids: Iterable[Level], asks: Iterable[Level]) -> None:
        """Replace the book."""
        self.clear()
        self.apply(bids, asks)

    def apply(self, bids: Iterable[Level], asks: Iterable[Level]) -> None:
        """Set absolute quantities, then cut each side to the maintained depth."""
        for side, levels in ((self._bids, bids), (self._asks, asks)):
            for price, quantity in levels:
                if quantity == 0:
                    side.pop(price, None)
                else:
                    side[price] = quantity
        if self._depth is not None:
            self._bids = dict(self.bids[: self._depth])
            self._asks = dict(self.asks[: self._depth])

    def sha256(self) -> str:
        """Digest of the whole book in the form that the recordings' expectations use."""
        book = [[[plain_text(p), plain_text(q)] for p, q in side] for side in (self.bids, self.asks)]
        return hashlib.sha256(json.dumps(book).encode()).hexdigest()
