# The envelope of Gate.io's WebSocket v4 and the books in it. Knows no market's names; no socket, no sequence rule.

from libc.stdint cimport int64_t

from hftx._core.cursor cimport Cursor
from hftx._core.json cimport Key
from hftx._core.venues.gateio_rows cimport GateioRowSession, KeyTable

cdef enum:      # members of book messages
    D_MILLIS, D_FULL, D_NAME, D_FIRST, D_LAST, D_BIDS, D_ASKS

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


cdef KeyTable table_of(const Key* keys, int count) noexcept


cdef class GateioEnvelopeSession(GateioRowSession):
    cdef KeyTable channels         # names of channels to their numbers
    cdef KeyTable rest             # members of a book over REST
    cdef const char* obu_head      # how a frame of the obu channel begins, up to its time
    cdef Py_ssize_t obu_head_size
    cdef Depth depth

    cdef bint _plain_delta(self, Cursor* c) except -1
    cdef bint _plain_push(self, Cursor* c) except -1
    cdef bint _plain_update(self, Cursor* c) except -1
    cdef bint _plain_depth(self, Cursor* c, bint is_stream) except -1
    cdef int _member(self, Cursor* c, int code, Envelope* envelope) except -1
    cdef int _result(self, Cursor* c, int channel) except -1
    cdef int _depth(self, Cursor* c, int channel) except -1
    cdef int _depth_member(self, Cursor* c, int code) except -1
    cdef int _levels(self, Cursor* c, int code) except -1
    cdef int _check_depth(self) except -1
