# Orders of symbols whose rules are known, checked and written. Knows no venue: the subclass has its words.

from hftx._core.order_rules cimport OrderNumbers, OrderRules
from hftx._core.writer cimport Writer


cdef class OrderTemplate:
    cdef OrderRules rules
    cdef tuple heads         # what never changes, as the subclass divides it


cdef class OrderWriter:
    cdef Writer _order       # what was written last
    cdef Writer _request
    cdef dict _templates     # by symbol

    # Of the subclass: the whole order, into the empty `_order`.
    cdef int write_order(self, OrderTemplate template, const OrderNumbers* numbers) except -1

    cdef int _write(self, object params) except -1
    cdef bytes _text(self)
    cdef OrderTemplate _template(self, object params)
