# How Gate wants requests, channels and logins signed. Never knows an order.

from libc.stdint cimport int64_t

from hftx._core.signer cimport Signer
from hftx._core.writer cimport Writer


cdef class GateSigner:
    cdef Signer signer
    cdef Writer message
    cdef Writer body         # of `rest`

    cdef int _finish(self, Writer body, object timestamp) except -1
    cdef int _hash(self, Writer body) except -1
    cdef int sign_at(self, bytes head, Writer body, int64_t seconds, char* out) except -1
    cdef int sign_call(self, const char* head, Py_ssize_t size, Writer body, object timestamp, char* out) except -1
