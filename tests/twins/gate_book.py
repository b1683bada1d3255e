"""Gate spot order books kept by the venue's own numbered steps.

Source: Gate API v4 docs, spot order book maintenance. Input is parsed JSON; never knows sockets or time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from .two_sides import Level, TwoSides, parse_levels

Message: TypeAlias = Mapping[str, Any]
EMPTY, SYNCING, LIVE, STALE = "EMPTY", "SYNCING", "LIVE", "STALE"


class GateUpdateBook:
    """A book from `spot.order_book_update` and a REST snapshot of `depth` levels a side.

    `update` takes the `result` object of a frame, `snapshot` the REST reply. KeyError and
    InvalidOperation tell of messages that are not the venue's. `needs_snapshot` asks for a REST reply.
    """

    def __init__(self, depth: int = 100) -> None:
        self.status = EMPTY
        self.reason = ""
        self.id = 0
        self.applied = 0
        self.dropped = 0
        self.crossed_steps = 0
        self.needs_snapshot = False
        self._sides = TwoSides(depth)
        self._buffer: list[Message] = []

    @property
    def bids(self) -> list[Level]:
        """Best first."""
        return self._sides.bids

    @property
    def asks(self) -> list[Level]:
        """Best first."""
        return self._sides.asks

    def sha256(self) -> str:
        """Digest of the book."""
        return self._sides.sha256()

    def update(self, result: Message) -> None:
        """One pushed update, in the order of receipt."""
        if result.get("full"):
            self._replace(result)  # step 8
        elif self.status == LIVE:
            self._step(result)
        else:
            self._wait_for_snapshot(result)  # step 1

    def snapshot(self, reply: Message) -> bool:
        """A REST reply; False when it is too old for the updates that are kept: fetch it again."""
        base = int(reply["id"])  # step 3
        kept = [m for m in self._buffer if m["u"] >= base + 1]  # step 4
        if kept and kept[0]["U"] > base + 1:  # step 5
            self.needs_snapshot = True
            return False
        self.dropped += len(self._buffer) - len(kept)
        self._load(reply["bids"], reply["asks"], base)
        for message in kept:  # step 6 is step 7 with id = base
            self.update(message)
        return self.status == LIVE

    def _wait_for_snapshot(self, result: Message) -> None:
        if self.status == EMPTY:
            self.status = SYNCING
        self.needs_snapshot = True
        self._buffer.append(result)

    def _replace(self, result: Message) -> None:
        self.dropped += len(self._buffer)  # what came before a complete frame says nothing new
        self.applied += 1
        self._load(result.get("b"), result.get("a"), int(result["u"]))

    def _load(self, bids: Any, asks: Any, book_id: int) -> None:
        self._sides.load(parse_levels(bids), parse_levels(asks))
        self.id, self.status, self.reason = book_id, LIVE, ""
        self.needs_snapshot = False
        self._buffer = []
        self._check_crossed()

    def _step(self, result: Message) -> None:
        first, last = int(result["U"]), int(result["u"])
        if last <= self.id:  # step 7, a stale duplicate
            self.dropped += 1
        elif first > self.id + 1:  # step 7, a gap
            self._lose("gap", result)
        else:
            bids, asks = parse_levels(result.get("b")), parse_levels(result.get("a"))
            self._sides.apply(bids, asks)  # steps 9 and 10
            self.id = last
            self.applied += 1
            self._check_crossed(result)  # step 11

    def _check_crossed(self, *held: Message) -> None:
        if self._sides.is_crossed:
            self.crossed_steps += 1
            self._lose("crossed", *held)

    def _lose(self, reason: str, *held: Message) -> None:
        """Restart at step 2; the message that showed the fault is the first of the new buffer."""
        self.status, self.reason, self.needs_snapshot = STALE, reason, True
        self._buffer = list(held)


class GateObuBook:
    """A book from `spot.obu`: a full frame, then deltas that follow each other exactly.

    `update` takes the `result` object. `needs_resubscribe` asks the owner to unsubscribe and subscribe again.
    The text asks for that after any delta that does not follow; with `drops_old` those that end at or before
    the id are dropped instead, as they say nothing new.
    """

    def __init__(self, depth: int | None = None, *, drops_old: bool = False) -> None:
        self._drops_old = drops_old
        self.status = EMPTY
        self.reason = ""
        self.id = 0
        self.applied = 0
        self.dropped = 0
        self.crossed_steps = 0
        self.needs_resubscribe = False
        self._sides = TwoSides(depth)

    @property
    def bids(self) -> list[Level]:
        """Best first."""
        return self._sides.bids

    @property
    def asks(self) -> list[Level]:
        """Best first."""
        return self._sides.asks

    def sha256(self) -> str:
        """Digest of the book."""
        return self._sides.sha256()

    def update(self, result: Message) -> None:
        """One pushed frame, in the order of receipt."""
        bids, asks = parse_levels(result.get("b")), parse_levels(result.get("a"))
        if result.get("full"):  # steps 1 and 3
            self._sides.load(bids, asks)
            self.status, self.reason, self.needs_resubscribe = LIVE, "", False
            self._stand_at(int(result["u"]))
        elif self.status != LIVE:  # step 1: deltas before the full frame mean nothing
            self.status = SYNCING if self.status == EMPTY else self.status
            self.dropped += 1
        elif int(result["U"]) == self.id + 1:  # step 2
            self._sides.apply(bids, asks)
            self._stand_at(int(result["u"]))
        else:
            self.dropped += 1
            if not (self._drops_old and int(result["u"]) <= self.id):
                self._lose("gap")

    def _stand_at(self, book_id: int) -> None:
        self.id = book_id
        self.applied += 1
        if self._sides.is_crossed:
            self.crossed_steps += 1
            self._lose("crossed")

    def _lose(self, reason: str) -> None:
        self.status, self.reason, self.needs_resubscribe = STALE, reason, True
