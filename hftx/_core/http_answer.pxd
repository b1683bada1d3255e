# HTTP/1.1 answers as venues usually send them. Knows no connection, no venue, and not what was asked.

from hftx._core.cursor cimport Slice

cdef enum:
    UNUSUAL = -1           # for a real HTTP parser
    PARTIAL = 0            # right so far
    WHOLE = 1


cdef struct Head:
    int status
    Py_ssize_t size        # with its empty line
    Py_ssize_t body        # bytes; -1 until the head has told it


cdef class HttpAnswer:
    cdef readonly int status
    cdef readonly bytes body
    cdef bytes _head

    cdef bint find(self, const char* name, Py_ssize_t size, Slice* value) noexcept


cdef int read_head(const char* data, Py_ssize_t size, Head* head) noexcept nogil
cdef HttpAnswer answer_of(const char* data, const Head* head)
