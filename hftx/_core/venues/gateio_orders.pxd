# Orders as Gate wants them: the JSON of an order and the signature of its call. Knows no socket and no clock.

from hftx._core.order_rules cimport OrderNumbers
from hftx._core.order_writer cimport OrderTemplate, OrderWriter
from hftx._core.venues.gateio_signer cimport GateSigner


cdef class GateTemplate(OrderTemplate):
    pass                     # `heads` by side, and limit or market: what stands between `text` and the amount


cdef class GateOrderEncoder(OrderWriter):
    cdef GateSigner _signer
    cdef bytes _call         # what is signed before the body: method, path and query
    cdef bytes _tail         # behind the order's own fields

    cdef int _write_numbers(self, OrderTemplate template, const OrderNumbers* numbers) except -1
