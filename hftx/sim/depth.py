"""What changed in the part of a book that a stream shows: whole, or the best L levels of each side.

Must never know: text formats, venues, sockets.
"""

from __future__ import annotations

from bisect import bisect_right

from hftx.sim.market import Event, Market
from hftx.sim.side import Side

_OPEN = 1 << 62  # the edge of a window that is not full: every key is inside


class SideWindow:
    """One side's window of L levels, and what a client that cuts at L must hear to stay right."""

    def __init__(self, side: Side, limit: int | None, says_fallen: bool) -> None:
        self._side = side
        self._limit = limit
        self._says_fallen = says_fallen
        self._touched: dict[int, None] = {}
        self._edge = self._narrowest = self._current_edge()

    def touch(self, key: int) -> None:
        self._touched[key] = None
        self._narrowest = min(self._narrowest, self._current_edge())

    def take(self) -> list[tuple[int, int]]:
        """(price, quantity) of each level to send, zero to delete; the window is then the client's."""
        # A REST book of the meantime may have been cut at the narrowest edge, so what came in since then is said again.
        side, old_edge, edge, narrowest = self._side, self._edge, self._current_edge(), self._narrowest
        out = [(abs(key), side.qty.get(key, 0)) for key in self._touched if key <= edge]
        if edge > narrowest:  # levels that came in because better ones went
            came = side.keys[bisect_right(side.keys, narrowest) : self._limit]
            out += [(abs(key), side.qty[key]) for key in came if key not in self._touched]
        if edge < old_edge and self._says_fallen:
            fallen = side.keys[self._limit : bisect_right(side.keys, old_edge)]
            out += [(abs(key), 0) for key in fallen]
            out += [(abs(key), 0) for key in self._touched if edge < key <= old_edge and key not in side.qty]
        self._touched.clear()
        self._edge = self._narrowest = edge
        return out

    def _current_edge(self) -> int:
        keys = self._side.keys
        return _OPEN if self._limit is None or len(keys) < self._limit else keys[self._limit - 1]


class DepthWindow:
    """Both sides since the last ``take``, and the ids they cover."""

    def __init__(self, market: Market, limit: int | None, says_fallen: bool = False) -> None:
        self._bids = SideWindow(market.bids, limit, says_fallen)
        self._asks = SideWindow(market.asks, limit, says_fallen)
        self.first_id = self.last_id = 0

    @property
    def pending(self) -> bool:
        return self.last_id != 0

    def note(self, event: Event) -> None:
        (self._bids if event.is_bid else self._asks).touch(event.key)
        self.first_id = self.first_id or event.id
        self.last_id = event.id

    def take(self) -> tuple[int, int, list[tuple[int, int]], list[tuple[int, int]]]:
        """First and last id covered, bid levels, ask levels; empty again afterwards."""
        first_id, last_id = self.first_id, self.last_id
        self.first_id = self.last_id = 0
        return first_id, last_id, self._bids.take(), self._asks.take()
