# Gate.io spot market data over WebSocket v4. Knows the names on the wire; no socket, no sequence rule, no book.

from libc.stdint cimport int64_t

from hftx._core.cursor cimport Cursor
from hftx._core.venues.gateio_rows cimport GateioRowSession

cdef struct Envelope:
    int channel
    int event
    bint decoded
    int fault       # of a result that was read before its event was known
    Cursor held     # a result that came before what tells how to read it


cdef struct Depth:
    # The book message at hand, as far as it is not in Message.
    int channel
    int seen            # members, a bit each
    int64_t millis
    Cursor[2] held      # levels that came before the name of their symbol


cdef class GateioMarketSession(GateioRowSession):
    cdef Depth depth

    cdef bint _plain_delta(self, Cursor* c) except -1
    cdef int _member(self, Cursor* c, int code, Envelope* envelope) except -1
    cdef int _result(self, Cursor* c, int channel) except -1
    cdef int _depth(self, Cursor* c, int channel) except -1
    cdef int _depth_member(self, Cursor* c, int code) except -1
    cdef int _levels(self, Cursor* c, int code) except -1
    cdef int _check_depth(self) except -1
