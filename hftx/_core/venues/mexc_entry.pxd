# Answers of MEXC to new orders, the usual ones. Knows no request and no socket.

from hftx._core.cursor cimport Slice


cdef enum:
    P_ID, P_TIME, P_MEMBERS


cdef int read_placed(const char* data, Py_ssize_t size, Slice* of) noexcept nogil
