# One kept HTTP connection: a request out, its answer in. Knows no event loop beyond what it is given, and no venue.

from hftx._core.http_answer cimport Head


cdef class HttpConnection:
    # The connection
    cdef public bint is_open
    cdef object _loop
    cdef object _transport
    # Who waits for an answer, and until when
    cdef object _waiting             # a future, or None
    cdef double _deadline            # monotonic seconds
    cdef double _used_at
    cdef object _timer               # one for many requests: it looks again when it has gone off
    cdef double _timer_at
    # What has come of an answer
    cdef bytearray _buffer
    cdef object _whole               # a view of all of it
    cdef char* _data                 # borrowed from `_buffer`, which never changes its size
    cdef Py_ssize_t _size
    cdef bint _is_unusual            # the rest of this answer goes to `unusual`

    cdef int _arm(self, double seconds) except -1
    cdef int _usual(self, Py_ssize_t size) except -1
