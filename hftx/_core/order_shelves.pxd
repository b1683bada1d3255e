# The tracked orders of one symbol: open, executed, and fills whose order is not known yet. Knows no time.

from libc.stdint cimport int64_t

from hftx._core.account_records cimport Execution
from hftx._core.tracked_order cimport TrackedOrder


cdef class OrderShelves:
    # order id, or "?" and client order id -> TrackedOrder
    cdef readonly dict open
    cdef readonly dict executed
    cdef readonly dict unclaimed
    # order id -> what is remembered of an order that was dropped
    cdef readonly dict remembered
    cdef readonly int64_t forgotten_ns
    cdef dict _by_client
    cdef Py_ssize_t _executed_limit
    cdef Py_ssize_t _remembered_limit

    cpdef TrackedOrder find(self, object order_id)
    cpdef TrackedOrder find_by_client_id(self, object client_order_id)
    # The order that an event speaks of, when one name leads to it and no other does; None: ask `take`.
    cdef TrackedOrder only(self, object order_id, object client_order_id)
    cpdef tuple take(self, object order_id, object client_order_id)
    cdef int put(self, TrackedOrder tracked, object order_id) except -1      # `place`
    cpdef bint drop_unnumbered(self, object client_order_id) except -1
    cdef bint note(self, Execution execution) except -1                      # `remember`
    cdef dict _shelf(self, int number)
    cdef int _remove(self, TrackedOrder tracked) except -1
    cdef int _cut(self) except -1
    cdef int _forget(self) except -1
