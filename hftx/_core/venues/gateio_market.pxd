# Gate.io spot market data over WebSocket v4. Knows the names on the wire; no socket, no sequence rule, no book.

from hftx._core.venues.gateio_envelope cimport GateioEnvelopeSession


cdef class GateioMarketSession(GateioEnvelopeSession):
    pass
