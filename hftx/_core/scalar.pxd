# Whole texts as numbers and times. Knows no format and no symbol.

from libc.stdint cimport int64_t

from hftx._core.cursor cimport Slice


cdef int count_of(Slice text, int digits, int64_t* out, int* needed) noexcept nogil
cdef int whole_of(Slice text, int64_t* out) noexcept nogil
cdef bint is_decimal(Slice text) noexcept nogil
cdef int scale_time(int64_t count, int64_t unit_ns, int64_t* out) noexcept nogil
cdef int seconds_to_ns(Slice text, int64_t* out) noexcept nogil
cdef int millis_to_ns(Slice text, int64_t* out) noexcept nogil
