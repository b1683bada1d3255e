"""HDR histogram of durations: log-linear buckets, 3 % relative error, from 1 ns to centuries."""

from libc.stdint cimport int64_t, uint64_t
from libc.string cimport memset


cdef class Histogram:
    """Counts durations in ns; percentiles are the upper edge of the bucket that holds them."""

    def add(self, int64_t duration_ns):
        """Count one duration in ns; a negative one counts as 0."""
        self.record(duration_ns)

    def percentile(self, double percent):
        """The duration in ns that `percent` of all counted ones do not exceed; 0 when nothing was counted."""
        cdef uint64_t wanted
        cdef uint64_t seen = 0
        cdef int i
        if not 0.0 < percent <= 100.0:
            raise ValueError(f"percent must be above 0 and at most 100, not {percent}")
        if self.count == 0:
            return 0
        wanted = <uint64_t>(self.count * (percent / 100.0) + 0.5) or 1
        for i in range(BUCKETS):
            seen += self._counts[i]
            if seen >= wanted:
                return min(upper_edge(i), self.max)
        return self.max

    @property
    def mean_ns(self):
        """Average of all counted durations in ns; 0.0 when nothing was counted."""
        return self._sum / <double>self.count if self.count else 0.0

    def merge(self, Histogram other not None):
        """Add all that `other` has counted."""
        cdef int i
        for i in range(BUCKETS):
            self._counts[i] += other._counts[i]
        self.count += other.count
        self._sum += other._sum
        self.max = max(self.max, other.max)

    def clear(self):
        """Forget everything counted so far."""
        memset(self._counts, 0, sizeof(self._counts))
        self.count = 0
        self._sum = 0
        self.max = 0

    def summary_us(self):
        """`{"count", "p50", "p99", "p999", "max"}`, durations in us."""
        return {
            "count": self.count,
            "p50": self.percentile(50.0) / 1e3,
            "p99": self.percentile(99.0) / 1e3,
            "p999": self.percentile(99.9) / 1e3,
            "max": self.max / 1e3,
        }


cdef int64_t upper_edge(int bucket) noexcept:
    # Bucket b >= 32 holds values whose top six bits are b % 32 + 32, shifted by b // 32 - 1.
    cdef int shift = bucket // SUB_COUNT - 1
    if shift < 0:
        return bucket
    return ((<int64_t>(bucket % SUB_COUNT + SUB_COUNT) + 1) << shift) - 1


def monotonic_ns():
    """The clock that latencies and `now_ns` arguments are measured with, in ns."""
    return hftx_monotonic_ns()
