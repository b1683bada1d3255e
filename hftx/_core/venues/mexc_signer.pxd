# How MEXC wants requests signed. Never knows an order.

from hftx._core.signer cimport Signer
from hftx._core.writer cimport Writer


cdef class MexcSigner:
    cdef Signer signer
    cdef Writer message      # of `rest`

    cdef int append_signature(self, Writer query) except -1
