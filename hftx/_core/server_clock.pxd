# The venue's clock as seen from here. Knows no venue and no request.

from libc.stdint cimport int64_t


cdef class ServerClock:
    cdef readonly object local_ns    # the clock of this machine that it goes by
    cdef bint _is_plain              # it is the compiled core's own
    cdef bint _measured
    cdef int64_t _measured_ns
    cdef int64_t _offset_ns
    cdef int64_t _doubt_ns

    cdef int64_t _now(self) except? -1
    cdef int _observe(self, int64_t sent_ns, int64_t received_ns, int64_t venue_in_ns, int64_t venue_out_ns) except -1
