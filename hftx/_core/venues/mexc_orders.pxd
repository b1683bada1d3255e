# Orders as MEXC wants them: the signed query of POST /api/v3/order. Knows no socket and no clock.

from libc.stdint cimport int64_t

from hftx._core.order_rules cimport OrderNumbers, OrderRules
from hftx._core.venues.mexc_signer cimport MexcSigner
from hftx._core.writer cimport Writer


cdef class MexcTemplate:
    cdef OrderRules rules
    cdef tuple heads         # by side and kind: everything in front of the numbers


cdef class MexcOrderEncoder:
    cdef MexcSigner _signer
    cdef Writer _query
    cdef Writer _request
    cdef dict _templates     # by symbol
    cdef int64_t _window_ms  # 0: left to the venue

    cdef MexcTemplate _template(self, object params)
    cdef bytes _written(self, MexcTemplate template, const OrderNumbers* numbers)
    cdef int _write(self, MexcTemplate template, const OrderNumbers* numbers) except -1
    cdef int _finish(self, int64_t timestamp_ms, int64_t window_ms) except -1


cdef int64_t window_of(object recv_window_ms) except -1
