# What is remembered of an order that was dropped: which of its fills were told. Knows no store.

from libc.stdint cimport int64_t

from hftx._core.tracked_order cimport TrackedOrder


cdef class Dropped:
    cdef object trade_ids       # a tuple of a few, or a set
    cdef int64_t last_fill_ns   # venue time; -1: there was none


cdef Dropped what_is_left(TrackedOrder tracked)
cdef Dropped dropped_with(object trade_ids, int64_t last_fill_ns)
