# The tracked orders of one symbol: open, executed, and fills whose order is not known yet. Knows no time.

from cpython.ref cimport PyObject
from libc.stdint cimport int64_t

from hftx._core.account_records cimport Execution
from hftx._core.id_table cimport IdTable
from hftx._core.order_queue cimport OrderQueue
from hftx._core.tracked_order cimport TrackedOrder


cdef extern from "Python.h":
    PyObject* PyList_GET_ITEM(object values, Py_ssize_t at) noexcept    # a borrowed reference

cdef enum:
    RECENT = 64


cdef class OrderShelves:
    # Every id that means something: order id, or "?" and client order id -> TrackedOrder; of an order that was
    # dropped, a Dropped.
    cdef IdTable _orders
    # the same orders by where they stand
    cdef OrderQueue _open
    cdef list _executed         # oldest first
    cdef readonly dict unclaimed
    cdef list _dropped          # ids of dropped orders, oldest first; None before `_forgotten`
    cdef Py_ssize_t _forgotten
    cdef readonly int64_t forgotten_ns
    cdef IdTable _by_client
    # Orders of recent events, by the address of the id: ids are one object while they are in use.
    cdef list _recent
    cdef (PyObject*)[RECENT] _recent_ids      # borrowed: addresses only
    # An order that lost its place has got one again: nothing is taken for granted any more, one id may mean several.
    cdef bint _has_returned
    cdef Py_ssize_t _executed_limit
    cdef Py_ssize_t _remembered_limit

    cpdef TrackedOrder find(self, object order_id)
    cpdef TrackedOrder find_by_client_id(self, object client_order_id)
    # TrackedOrder, Dropped, or None.
    cdef object known(self, object order_id)
    # The order that an event speaks of, or a new one, when its names do not lead to two; None: ask `take`. `numbered`
    # is what its order id means.
    cdef TrackedOrder only(self, TrackedOrder numbered, object client_order_id)
    # The order that stands under this very id object, and which is not remembered as dropped either; None: look.
    cdef TrackedOrder latest(self, object order_id, object client_order_id)
    cpdef tuple take(self, object order_id, object client_order_id)
    cdef int put(self, TrackedOrder tracked, object order_id) except -1      # `place`
    cpdef bint drop_unnumbered(self, object client_order_id) except -1
    cdef bint note(self, Execution execution) except -1                      # `remember`
    cdef int _stand(self, TrackedOrder tracked, int number, object key) except -1
    cdef TrackedOrder _standing(self, object key)
    cdef TrackedOrder _displaced(self, int number, object key)
    cdef int _name(self, TrackedOrder tracked, object client_order_id) except -1
    cdef int _leave(self, TrackedOrder tracked) except -1
    cdef int _remove(self, TrackedOrder tracked) except -1
    cdef object _unlearn(self, object key)
    cdef int _expel(self, TrackedOrder tracked) except -1
    cdef int _cut(self) except -1
    cdef int _drop(self, TrackedOrder tracked) except -1
    cdef int _forget(self) except -1
