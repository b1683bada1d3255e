# Orders as Gate wants them: the JSON of an order and the signature of its call. Knows no socket and no clock.

from libc.stdint cimport int64_t

from hftx._core.order_rules cimport OrderNumbers, OrderRules
from hftx._core.venues.gateio_signer cimport GateSigner
from hftx._core.writer cimport Writer


cdef class GateTemplate:
    cdef OrderRules rules
    cdef tuple heads         # by side, and limit or market: what stands between `text` and the amount


cdef class GateOrderEncoder:
    cdef GateSigner _signer
    cdef Writer _body
    cdef Writer _request
    cdef dict _templates     # by symbol
    cdef bytes _call         # what is signed before the body: method, path and query
    cdef bytes _tail         # behind the order's own fields

    cdef GateTemplate _template(self, object params)
    cdef int _write(self, object params) except -1
    cdef bytes _written(self, GateTemplate template, const OrderNumbers* numbers)
    cdef int write_order(self, GateTemplate template, const OrderNumbers* numbers) except -1
    cdef int _write_numbers(self, GateTemplate template, const OrderNumbers* numbers) except -1
