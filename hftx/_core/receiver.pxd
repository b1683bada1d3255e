# Where a connection's frames go. Knows no socket, no world and no venue.

from libc.stdint cimport int64_t

cdef enum:
    FAULTY = -1      # counted and kept; what it could have said is asked anew
    OTHER = 0        # a control frame: the driver reads it
    HANDLED = 1


cdef class Receiver:
    # `data` is borrowed: nothing may point at it when the call returns.
    cdef int receive_borrowed(self, const char* data, Py_ssize_t size, bint is_text, int64_t now_ns,
                              int source) except -2
