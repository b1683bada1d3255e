# What the driver of a market session tells it: a stream began, a snapshot came, a line was lost.

from hftx._core.listing cimport Listing
from hftx._core.market cimport MarketSession


cdef class DrivenSession(MarketSession):
    cdef readonly long long backfilled    # trades that came over REST

    cdef bint _load_snapshot(self, Listing listing) except -1
    cdef int _drop_covered(self, Listing listing) except -1
    cdef bint _follow(self, Listing listing) except -1
    cdef bint _decode_again(self, Listing listing, bytes frame, bint is_text) except -1
    cdef object _decode_found(self, const char* data, Py_ssize_t size, bint is_text)
