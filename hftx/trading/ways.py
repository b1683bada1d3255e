"""What was measured of a way to the venue: latencies by kind of call, failures to answer. Sends nothing."""

from __future__ import annotations

from collections import Counter, deque
from statistics import median
from typing import TYPE_CHECKING, Any

from hftx._core.latency import Histogram, monotonic_ns
from hftx.errors import HftxError, UnknownOutcomeError, UsageError, VenueError
from hftx.rest.breaker import is_outage

if TYPE_CHECKING:
    from hftx.trading.route import FullEntry

PROBE = "probe"
COMPARED = ("place", "cancel", "amend", PROBE)  # the first kind that both ways have enough of decides
_KEPT = 33


class Way:
    """One way, and what is known of it."""

    def __init__(self, name: str, entry: FullEntry) -> None:
        self.name, self.entry = name, entry
        self.calls: Counter[str] = Counter()
        self.failures = 0
        self._samples: dict[str, deque[tuple[int, int]]] = {kind: deque(maxlen=_KEPT) for kind in COMPARED}
        self._latency: dict[str, Histogram] = {}
        self._shunned_to_ns = 0

    @property
    def is_shunned(self) -> bool:
        """True for a while after a failure to answer."""
        return self._shunned_to_ns > 0 and monotonic_ns() < self._shunned_to_ns

    def heard(self, kind: str, now_ns: int, taken_ns: int) -> None:
        """The venue has answered a call, well or badly."""
        self._shunned_to_ns = 0
        self.calls[kind] += 1
        samples = self._samples.get(kind)
        if samples is not None:
            samples.append((now_ns, taken_ns))
        histogram = self._latency.get(kind)
        if histogram is None:
            histogram = self._latency[kind] = Histogram()
        histogram.add(taken_ns)

    def failed(self, error: HftxError, shun_seconds: float) -> bool:
        """Whether an error means that the way, and not the request, is bad; such a way is shunned for a while."""
        if isinstance(error, UnknownOutcomeError) or is_outage(error):
            self.failures += 1
            self._shunned_to_ns = monotonic_ns() + int(shun_seconds * 1e9)
            return True
        return isinstance(error, UsageError) or (isinstance(error, VenueError) and not error.status)

    def median_ns(self, kind: str, least: int, since_ns: int) -> float | None:
        """The median of the newest samples after `since_ns`; None when there are less than `least`."""
        fresh = [taken for at, taken in self._samples[kind] if at >= since_ns]
        return median(fresh) if len(fresh) >= least else None

    def stats(self) -> dict[str, Any]:
        """Calls and latencies in us, by kind."""
        return {
            "calls": dict(self.calls),
            "failures": self.failures,
            "is_shunned": self.is_shunned,
            "latency_us": {kind: histogram.summary_us() for kind, histogram in self._latency.items()},
        }


def faster_by(one: Way, other: Way, least: int, memory_seconds: float) -> float | None:
    """How many times shorter the calls of `one` take; None when too little is known of either."""
    since_ns = monotonic_ns() - int(memory_seconds * 1e9)
    for kind in COMPARED:
        mine, theirs = one.median_ns(kind, least, since_ns), other.median_ns(kind, least, since_ns)
        if mine is not None and theirs is not None:
            return theirs / max(mine, 1.0)
    return None
