# The picows listener: the one compiled module that knows picows. Knows no venue; hands frames to a receiver.

from libc.stdint cimport int64_t
from picows.picows cimport WSFrame, WSListener, WSTransport

from hftx._core.receiver cimport Receiver


cdef class Feed(WSListener):
    cdef Receiver _receiver
    cdef object _owner
    cdef bytearray _parts         # of a fragmented message
    cdef bint _parts_text
    cdef public object tap        # called with (now_ns, is_text, bytes) for every message, or None
    cdef readonly int source
    cdef readonly WSTransport transport
    cdef readonly int64_t seen_ns
    cdef readonly int64_t messages
    cdef readonly int64_t bytes_received

    cpdef on_ws_connected(self, WSTransport transport)
    cpdef on_ws_frame(self, WSTransport transport, WSFrame frame)
    cpdef on_ws_disconnected(self, WSTransport transport)
    cdef int _message(self, const char* data, Py_ssize_t size, bint is_text) except -1
    cdef int _part(self, WSFrame frame) except -1
