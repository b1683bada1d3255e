# Orders as they arrived, out of which any can be taken at once. Knows nothing of an order but its links.

from cpython.ref cimport PyObject

from hftx._core.tracked_order cimport TrackedOrder


cdef class OrderQueue:
    cdef PyObject* _first     # each is owned
    cdef PyObject* _last

    cdef void put(self, TrackedOrder tracked, TrackedOrder before) noexcept    # last, or where `before` was until now
    cdef void take_off(self, TrackedOrder tracked) noexcept                    # it is in this queue
    cdef dict by_key(self)                                                     # by what each stands under

    cdef void _join(self, TrackedOrder tracked, PyObject* before, PyObject* behind) noexcept
