"""The venue's clock as seen from here: an offset to the local monotonic clock, and how sure it is.

Never knows a venue or HTTP. A step of the local wall clock cannot disturb it.
"""

from libc.stdint cimport int64_t

from hftx._core.latency cimport hftx_monotonic_ns
from hftx._core.latency import monotonic_ns

import time

cdef object LATEST = 2**61   # ns since the epoch; four of them make no sum that overflows
cdef double DRIFT = 100e-6   # how far two quartz clocks may part, per unit of time


cdef class ServerClock:
    """Estimates the venue's time from requests that the venue has stamped."""

    def __init__(self, local_ns=monotonic_ns):
        self.local_ns, self._is_plain = local_ns, local_ns is monotonic_ns

    def is_measured(self):
        """Whether any stamp has been seen since the beginning, or since `forget`."""
        return self._measured

    def age_seconds(self):
        """Seconds since the stamp in use; infinite without one."""
        return (self._now() - self._measured_ns) / 1e9 if self._measured else float("inf")

    def doubt_ns(self):
        """How far the estimate may be off, in ns: half the way there and back, and drift since then."""
        cdef int64_t age = self._now() - self._measured_ns if self._measured else 0
        return self._doubt_ns + <int64_t>(age * DRIFT)

    def now_ns(self):
        """The venue's time, in ns since the epoch; this machine's own until a stamp has been seen."""
        return self._now() + self._offset_ns if self._measured else time.time_ns()

    def now_ms(self):
        """As `now_ns`, in ms."""
        return self.now_ns() // 1_000_000

    def ms_at(self, int64_t local_ns):
        """The venue's time, in ms, at a time of the local clock: as `now_ms`, without a look at a clock."""
        return (local_ns + self._offset_ns) // 1_000_000 if self._measured else self.now_ms()

    def observe(self, int64_t sent_ns, int64_t received_ns, venue_in_ns, venue_out_ns):
        """A request left at `sent_ns`, its answer came at `received_ns` (local); the venue's stamps between.

        The best estimate wins, unless the two contradict each other: then a clock was set; the newer wins. Stamps that
        are no time of this age are passed over.
        """
        if 0 <= venue_in_ns <= LATEST and 0 <= venue_out_ns <= LATEST:
            self._observe(sent_ns, received_ns, venue_in_ns, venue_out_ns)

    cdef int _observe(self, int64_t sent_ns, int64_t received_ns, int64_t venue_in_ns, int64_t venue_out_ns) except -1:
        cdef int64_t offset = (venue_in_ns - sent_ns + venue_out_ns - received_ns) >> 1
        cdef int64_t doubt = max(0, (received_ns - sent_ns) - (venue_out_ns - venue_in_ns)) >> 1
        cdef int64_t known = self.doubt_ns()
        cdef bint contradicts = abs(offset - self._offset_ns) > doubt + known
        if not self._measured or doubt <= known or contradicts:
            self._offset_ns, self._doubt_ns, self._measured_ns, self._measured = offset, doubt, received_ns, True
        return 0

    def forget(self):
        """The venue has refused our time: measure anew."""
        self._measured = False

    cdef int64_t _now(self) except? -1:
        return hftx_monotonic_ns() if self._is_plain else self.local_ns()
