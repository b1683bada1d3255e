"""Streams of what happens to one account, and the faults that its fills can meet on the way.

Must never know: venues, how a payload is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hftx.sim.hub import Stream
from hftx.sim.market import Event, Market
from hftx.sim.venue import Venue


class AccountStream(Stream):
    """One private channel of one account; no market event concerns it, every payload is posted."""

    def __init__(self, name: str, channel: str) -> None:
        super().__init__(name, channel, None, 0.0)
        self._posted: list[bytes] = []

    def note(self, market: Market, event: Event) -> bool:
        return False

    def post(self, payload: bytes) -> None:
        self._posted.append(payload)

    def render(self, now_ms: int, final: bool) -> Sequence[bytes]:
        posted, self._posted = self._posted, []
        return posted


def post(venue: Venue, name: str, payload: bytes) -> None:
    """Push a payload to the subscribers of an account's stream, if it has any."""
    stream = venue.hub.streams.get(name)
    if isinstance(stream, AccountStream):
        stream.post(payload)
        venue.hub.open_now(stream)


def deliver_fill(venue: Venue, symbol: str, push: Callable[[], None]) -> None:
    """Push a fill once, twice or later, as the faults say; a late one reaches who listens then."""
    if venue.faults.active:
        late = venue.faults.take({"late_fill"}, venue.now_s(), symbol)
        if late is not None:
            venue.later(late.delay_ms / 1000, push)
            return
        if venue.faults.take({"duplicate_fill"}, venue.now_s(), symbol) is not None:
            push()
    push()
