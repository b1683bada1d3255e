# HDR histogram of durations, and the one clock of the compiled core. Never allocates after it is made.

from libc.stdint cimport int64_t, uint64_t

cdef extern from *:
    """
    #include <time.h>
    static inline int64_t hftx_monotonic_ns(void) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000000000LL + t.tv_nsec;
    }
    static inline int hftx_top_bit(uint64_t v) { return 63 - __builtin_clzll(v); }
    """
    int64_t hftx_monotonic_ns() noexcept nogil
    int hftx_top_bit(uint64_t value) noexcept nogil

cdef enum:
    SUB_BITS = 5                     # 32 steps an octave: 3 % of relative error
    SUB_COUNT = 32
    BUCKETS = (64 - SUB_BITS) * SUB_COUNT


cdef class Histogram:
    cdef uint64_t[BUCKETS] _counts
    cdef readonly uint64_t count
    cdef readonly int64_t max
    cdef int64_t _sum

    cdef inline void record(self, int64_t duration_ns) noexcept:
        cdef uint64_t value = <uint64_t>duration_ns if duration_ns > 0 else 0
        cdef int shift
        if value < SUB_COUNT:
            self._counts[value] += 1
        else:
            shift = hftx_top_bit(value) - SUB_BITS
            self._counts[<uint64_t>shift * SUB_COUNT + (value >> shift)] += 1
        self.count += 1
        self._sum += <int64_t>value
        if duration_ns > self.max:
            self.max = duration_ns
