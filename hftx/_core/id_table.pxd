# Ids and what is remembered of each. Knows no order and no venue.
#
# Most ids that are looked up are not there: that is seen in a table of two bytes a place, which stays in the cache when
# the ids themselves have long left it.

from libc.stdint cimport uint16_t

from cpython.ref cimport PyObject

cdef struct Place:
    PyObject* key        # both are owned; of no meaning in a place that is empty
    PyObject* value


cdef class IdTable:
    cdef Place* _places
    cdef uint16_t* _marks    # 0 for a place that is empty, else a byte of the hash and how far from home it is, from 1
    cdef Py_ssize_t _mask    # there are as many places as a power of two
    cdef Py_ssize_t count

    # What is remembered of `key`, or `otherwise`. `swap` gives what was, None for nothing; `pop` raises KeyError.
    cdef object get(self, object key, object otherwise)
    cdef int put(self, object key, object value) except -1
    cdef object swap(self, object key, object value)
    cdef object pop(self, object key)
    cdef int fetch(self, object key) except -1        # it will be asked for soon

    cdef Py_ssize_t _find(self, object key, size_t hash) except -2
    cdef int _allocate(self, Py_ssize_t places) except -1
    cdef int _grow(self) except -1
    cdef void _stand(self, Place place, size_t hash) noexcept
    cdef void _close(self, Py_ssize_t gap) noexcept
    cdef Py_ssize_t _distance(self, Py_ssize_t at) noexcept
