# Gate.io spot account events over WebSocket v4. Knows the envelope; no member of a row, no socket, no store.

from hftx._core.account cimport AccountSession
from hftx._core.cursor cimport Cursor
from hftx._core.venues.gateio_events cimport GateioEvents


cdef struct Envelope:
    int channel
    int event
    Cursor held      # a result that came before what tells how to read it


cdef class GateioAccountSession(AccountSession):
    cdef GateioEvents _read

    cdef object _plain(self, Cursor* c, int* kind)
    cdef int _any(self, Cursor* c, list events, int* kind) except -1
    cdef int _member(self, Cursor* c, int code, Envelope* envelope, list events, int* kind) except -1
    cdef int _end(self, Envelope* envelope, list events, int* kind) except -1
    cdef int _rows(self, Cursor* c, int channel, list events, int* kind) except -1
    cdef object _row(self, Cursor* c, int channel, int* fault)
