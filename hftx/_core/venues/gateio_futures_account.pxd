# Gate.io USDT futures account events over WebSocket v4. Knows the channels of futures; no member of a row, no socket.

from hftx._core.futures_account cimport FuturesAccountSession
from hftx._core.venues.gateio_account_frames cimport GateioAccountFrames
from hftx._core.venues.gateio_futures_events cimport GateioFuturesEvents
from hftx._core.venues.gateio_futures_positions cimport GateioPositionEvents


cdef class GateioFuturesFrames(GateioAccountFrames):
    cdef GateioFuturesEvents _trading
    cdef GateioPositionEvents _holding


cdef class GateioFuturesAccountSession(FuturesAccountSession):
    cdef GateioFuturesFrames _frames
