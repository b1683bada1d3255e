"""Gate.io spot account events over WebSocket v4 (Gate API docs "Spot WebSocket v4", private channels)."""

from hftx._core.account cimport BALANCES, EXECUTIONS, ORDERS, AccountSession
from hftx._core.cursor cimport Cursor
from hftx._core.json cimport Key, key
from hftx._core.venues.gateio_account_frames cimport NOTICES, VARIANT, GateioAccountFrames
from hftx._core.venues.gateio_events cimport GateioEvents

cdef Key[6] CHANNELS = [
    key(b"spot.orders", ORDERS), key(b"spot.usertrades", EXECUTIONS), key(b"spot.balances", BALANCES),
    key(b"spot.orders_v2", ORDERS), key(b"spot.usertrades_v2", EXECUTIONS + VARIANT), key(b"spot.system", NOTICES),
]


cdef class GateioSpotFrames(GateioAccountFrames):
    """Frames of spot; `symbols` maps wire names to `Symbol`, and learns those of the rows."""

    def __init__(self, dict symbols not None):
        self._read = GateioEvents(symbols)
        self.set_channels(CHANNELS, 6)

    cdef object row(self, Cursor* c, int channel, int* fault):
        if channel == ORDERS:
            return self._read.read_order(c, fault)
        if channel == BALANCES:
            return self._read.read_balance(c, fault)
        return self._read.read_execution(c, channel == EXECUTIONS, fault)


cdef class GateioAccountSession(AccountSession):
    """Session of `spot.orders`, `spot.usertrades`, `spot.balances` and their `_v2`; symbols need not be added.

    A fill of `spot.usertrades_v2` comes without its fee: that is 0 of the asset "" then.
    """

    def __init__(self, store, handlers, lost, logger):
        super().__init__(store, handlers, lost, logger)
        self._frames = GateioSpotFrames(self.symbols)

    cdef object decode(self, const char* data, Py_ssize_t size, bint is_text, int* kind, int* fault):
        return self._frames.decode(data, size, kind, fault)
