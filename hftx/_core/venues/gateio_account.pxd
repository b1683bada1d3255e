# Gate.io spot account events over WebSocket v4. Knows the channels of spot; no member of a row, no socket, no store.

from hftx._core.account cimport AccountSession
from hftx._core.venues.gateio_account_frames cimport GateioAccountFrames
from hftx._core.venues.gateio_events cimport GateioEvents


cdef class GateioSpotFrames(GateioAccountFrames):
    cdef GateioEvents _read


cdef class GateioAccountSession(AccountSession):
    cdef GateioSpotFrames _frames
