# Orders as MEXC wants them: the signed query of POST /api/v3/order. Knows no socket and no clock.

from libc.stdint cimport int64_t

from hftx._core.order_writer cimport OrderTemplate, OrderWriter
from hftx._core.venues.mexc_signer cimport MexcSigner


cdef class MexcTemplate(OrderTemplate):
    pass                     # `heads` by side and kind: everything in front of the numbers


cdef class MexcOrderEncoder(OrderWriter):
    cdef MexcSigner _signer
    cdef int64_t _window_ms  # 0: left to the venue

    cdef int _finish(self, int64_t timestamp_ms, int64_t window_ms) except -1


cdef int64_t window_of(object recv_window_ms) except -1
