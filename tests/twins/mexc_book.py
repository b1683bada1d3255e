"""A MEXC spot order book kept by the venue's own numbered steps.

Source: MEXC spot v3 docs, "How to properly maintain a local copy of the order book". Input is the decoded
body of `spot@public.aggre.depth.v3.api.pb` as a mapping; never knows sockets, frames or time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from .two_sides import Level, TwoSides, parse_levels

Message: TypeAlias = Mapping[str, Any]
EMPTY, SYNCING, LIVE, STALE = "EMPTY", "SYNCING", "LIVE", "STALE"
MAX_VERSION = 2**64 - 1


def parse_version(text: str) -> int:
    """A version: decimal digits of an unsigned 64-bit number. Raises ValueError for anything else."""
    if not (text.isascii() and text.isdigit()) or int(text) > MAX_VERSION:
        raise ValueError(f"not a version: {text!r}")
    return int(text)


class MexcBook:
    """A book from aggregated depth pushes and a REST snapshot.

    `push` takes `{"asks", "bids", "fromVersion", "toVersion"}` (versions as text, sides may be absent) or
    None for a wrapper without body. `needs_snapshot` asks the owner for a REST reply.
    Step 3 refuses a snapshot that ends just before the first push, though nothing is missing between them;
    with `accepts_adjacent` it is taken.
    """

    def __init__(self, depth: int | None = None, *, accepts_adjacent: bool = False) -> None:
        self._reach = 1 if accepts_adjacent else 0
        self.status = EMPTY
        self.reason = ""
        self.id = 0
        self.applied = 0
        self.dropped = 0
        self.crossed_steps = 0
        self.needs_snapshot = False
        self._overlap_allowed = False
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

    def push(self, body: Message | None) -> None:
        """One push, in the order of receipt. A body-less one is a heartbeat and moves nothing."""
        if body is None:
            return
        if self.status == LIVE:
            self._step(body)
            return
        if self.status == EMPTY:
            self.status = SYNCING
        self.needs_snapshot = True
        self._buffer.append(body)  # step 1

    def snapshot(self, reply: Message) -> bool:
        """A REST reply; False when it is older than what is buffered, and must be fetched again."""
        version = int(reply["lastUpdateId"])  # step 2
        if self._buffer and version + self._reach < parse_version(self._buffer[0]["fromVersion"]):  # step 3
            self.needs_snapshot = True
            return False
        kept = [m for m in self._buffer if parse_version(m["toVersion"]) > version]  # step 4
        if kept and parse_version(kept[0]["fromVersion"]) > version + 1:  # step 5
            self.needs_snapshot = True
            return False
        self.dropped += len(self._buffer) - len(kept)
        self._load(reply, version)
        for message in kept:
            self.push(message)
        return self.status == LIVE

    def _load(self, reply: Message, version: int) -> None:
        self._sides.load(parse_levels(reply["bids"]), parse_levels(reply["asks"]))
        self.id, self.status, self.reason = version, LIVE, ""
        self.needs_snapshot = False
        self._overlap_allowed = True
        self._buffer = []
        self._check_crossed()

    def _step(self, body: Message) -> None:
        first, last = parse_version(body["fromVersion"]), parse_version(body["toVersion"])
        if last <= self.id:  # a later duplicate
            self.dropped += 1
        elif first > self.id + 1 or (first <= self.id and not self._overlap_allowed):  # step 6
            self._lose("gap", body)
        else:
            self._sides.apply(parse_levels(body.get("bids")), parse_levels(body.get("asks")))  # step 7
            self.id = last
            self.applied += 1
            self._overlap_allowed = False  # overlap is legal at step 5 only
            self._check_crossed(body)

    def _check_crossed(self, *held: Message) -> None:
        if self._sides.is_crossed:
            self.crossed_steps += 1
            self._lose("crossed", *held)

    def _lose(self, reason: str, *held: Message) -> None:
        """Restart at step 2; the push that showed the fault is the first of the new buffer."""
        self.status, self.reason, self.needs_snapshot = STALE, reason, True
        self._buffer = list(held)
