"""An order book as a careful Python bot keeps it: a sorted list of float prices a side, a dict of quantities.

Never knows a venue.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable


class BisectBook:
    """Asks are keyed by negated price, so that both lists have the touch at their cheap end."""

    __slots__ = ("ask_keys", "ask_quantities", "bid_keys", "bid_quantities", "id", "time_ms")

    def __init__(self) -> None:
        self.id = 0
        self.time_ms = 0
        self.bid_keys: list[float] = []
        self.bid_quantities: dict[float, float] = {}
        self.ask_keys: list[float] = []
        self.ask_quantities: dict[float, float] = {}

    @property
    def best_bid(self) -> float:
        """Highest bid."""
        return self.bid_keys[-1]

    @property
    def best_ask(self) -> float:
        """Lowest ask."""
        return -self.ask_keys[-1]

    def load(
        self, book_id: int, bids: Iterable[tuple[float, float]], asks: Iterable[tuple[float, float]]
    ) -> None:
        """Replace the book."""
        self.id = book_id
        self.bid_quantities = dict(bids)
        self.ask_quantities = {-price: quantity for price, quantity in asks}
        self.bid_keys = sorted(self.bid_quantities)
        self.ask_keys = sorted(self.ask_quantities)

    def apply_bids(self, levels: Iterable[tuple[float, float]]) -> None:
        """Absolute quantities; zero deletes."""
        keys, quantities = self.bid_keys, self.bid_quantities
        for price, quantity in levels:
            if quantity:
                if price not in quantities:
                    insort(keys, price)
                quantities[price] = quantity
            elif price in quantities:
                del quantities[price]
                del keys[bisect_left(keys, price)]

    def apply_asks(self, levels: Iterable[tuple[float, float]]) -> None:
        """Absolute quantities; zero deletes."""
        keys, quantities = self.ask_keys, self.ask_quantities
        for price, quantity in levels:
            key = -price
            if quantity:
                if key not in quantities:
                    insort(keys, key)
                quantities[key] = quantity
            elif key in quantities:
                del quantities[key]
                del keys[bisect_left(keys, key)]
