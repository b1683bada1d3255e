"""Where a connection's frames go: the base of every session, and a receiver that leaves all frames to its driver."""

from libc.stdint cimport int64_t


cdef class Receiver:
    """Leaves every frame to the driver; sessions read what they know."""

    cdef int receive_borrowed(self, const char* data, Py_ssize_t size, bint is_text, int64_t now_ns,
                              int source) except -2:
        return OTHER
