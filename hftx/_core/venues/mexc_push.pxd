# Pushes of MEXC's private stream as slices and integers. Knows the wrapper; of bodies only that they are flat.

from libc.stdint cimport uint64_t

from hftx._core.cursor cimport Cursor, Slice

cdef enum:
    MOST_FIELDS = 17     # field numbers below; what is beyond them is skipped


cdef struct Wrapper:
    Slice name
    Cursor body
    uint64_t body_tag    # 0 when there is no body
    uint64_t created_ms
    uint64_t sent_ms


cdef struct Body:
    Slice[MOST_FIELDS] text          # by field number; of size 0 when it is not there
    uint64_t[MOST_FIELDS] number     # by field number; 0 when it is not there


cdef int read_wrapper(Cursor* c, Wrapper* wrapper) noexcept nogil
cdef int read_body(Cursor c, Body* body) noexcept nogil
