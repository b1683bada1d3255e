"""The venue's clock as seen from here: an offset to the local monotonic clock, and how sure it is.

Never knows a venue or HTTP. A step of the local wall clock cannot disturb it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_DRIFT = 100e-6  # how far two quartz clocks may part, per unit of time


class ServerClock:
    """Estimates the venue's time from requests that the venue has stamped."""

    def __init__(self, local_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self.local_ns = local_ns
        self._offset_ns = 0
        self._doubt_ns = 0
        self._measured_ns: int | None = None

    def is_measured(self) -> bool:
        """Whether any stamp has been seen since the beginning, or since `forget`."""
        return self._measured_ns is not None

    def age_seconds(self) -> float:
        """Seconds since the stamp in use; infinite without one."""
        return float("inf") if self._measured_ns is None else (self.local_ns() - self._measured_ns) / 1e9

    def doubt_ns(self) -> int:
        """How far the estimate may be off, in ns: half the way there and back, and drift since then."""
        age = 0 if self._measured_ns is None else self.local_ns() - self._measured_ns
        return self._doubt_ns + int(age * _DRIFT)

    def now_ns(self) -> int:
        """The venue's time, in ns since the epoch; this machine's own until a stamp has been seen."""
        if self._measured_ns is None:
            return time.time_ns()
        return self.local_ns() + self._offset_ns

    def now_ms(self) -> int:
        """As `now_ns`, in ms."""
        return self.now_ns() // 1_000_000

    def ms_at(self, local_ns: int) -> int:
        """The venue's time, in ms, at a time of the local clock: as `now_ms`, without a look at a clock."""
        return self.now_ms() if self._measured_ns is None else (local_ns + self._offset_ns) // 1_000_000

    def observe(self, sent_ns: int, received_ns: int, venue_in_ns: int, venue_out_ns: int) -> None:
        """A request left at `sent_ns`, its answer came at `received_ns` (local); the venue's stamps between.

        The best estimate wins, unless the two contradict each other: then a clock was set; the newer wins.
        """
        offset = (venue_in_ns - sent_ns + venue_out_ns - received_ns) // 2
        doubt = max(0, (received_ns - sent_ns) - (venue_out_ns - venue_in_ns)) // 2
        known = self.doubt_ns()
        contradicts = abs(offset - self._offset_ns) > doubt + known
        if self._measured_ns is None or doubt <= known or contradicts:
            self._offset_ns, self._doubt_ns, self._measured_ns = offset, doubt, received_ns

    def forget(self) -> None:
        """The venue has refused our time: measure anew."""
        self._measured_ns = None
