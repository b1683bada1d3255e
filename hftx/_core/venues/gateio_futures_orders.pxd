# Orders as Gate USDT futures want them: the JSON of an order and the signature of its call. Knows no socket, no clock.

from libc.stdint cimport int64_t

from hftx._core.order_rules cimport OrderNumbers
from hftx._core.venues.gateio_orders cimport GateOrderEncoder, GateTemplate


cdef class GateFuturesTemplate(GateTemplate):
    cdef bytes quote         # around a size


cdef class GateFuturesOrderEncoder(GateOrderEncoder):
    cdef int _size(self, GateFuturesTemplate template, int64_t count, int close) except -1
    cdef int _effect(self, const OrderNumbers* numbers) except -1
