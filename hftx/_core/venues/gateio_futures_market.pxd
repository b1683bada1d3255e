# Gate.io USDT futures market data over WebSocket v4. Knows the names on the wire; no socket, no sequence rule, no book.

from libc.stdint cimport int64_t

from hftx._core.cursor cimport Cursor
from hftx._core.row cimport RowKind
from hftx._core.venues.gateio_envelope cimport GateioEnvelopeSession


cdef class GateioFuturesMarketSession(GateioEnvelopeSession):
    # Most pushes are arrays. A frame is checked whole while its first row is read; the others are read in turn.
    cdef Cursor resume       # the row to read instead of a frame's first
    cdef Cursor following    # the row behind the one that was read, or NULL
    cdef int row_channel
    cdef int row_fault       # of the row that was read, when the frame itself is sound
    cdef RowKind closing     # rows of liquidations

    cdef int _rows(self, Cursor* c, int channel) except -1
    cdef int _row(self, Cursor* c, int channel) except -1
    cdef int _next_row(self) except -1
    cdef int _liquidation(self, Cursor* c) except -1
    cdef int _price(self, int64_t* out) except -1
