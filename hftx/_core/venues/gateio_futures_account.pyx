"""Gate.io USDT futures account events (Gate API v4 docs, "Futures WebSocket v4", private channels)."""

from hftx._core.account cimport EXECUTIONS, ORDERS
from hftx._core.cursor cimport Cursor
from hftx._core.futures_account cimport DELEVERAGES, LIQUIDATIONS, POSITIONS, WALLETS, FuturesAccountSession
from hftx._core.json cimport Key, key
from hftx._core.venues.gateio_account_frames cimport NOTICES, SILENT, GateioAccountFrames
from hftx._core.venues.gateio_futures_events cimport GateioFuturesEvents
from hftx._core.venues.gateio_futures_positions cimport GateioPositionEvents

# What the silent ones say is said by orders and positions as well.
cdef Key[11] CHANNELS = [
    key(b"futures.orders", ORDERS), key(b"futures.usertrades", EXECUTIONS), key(b"futures.positions", POSITIONS),
    key(b"futures.balances", WALLETS), key(b"futures.liquidates", LIQUIDATIONS),
    key(b"futures.auto_deleverages", DELEVERAGES), key(b"futures.position_closes", POSITIONS + SILENT),
    key(b"futures.reduce_risk_limits", POSITIONS + SILENT), key(b"futures.autoorders", ORDERS + SILENT),
    key(b"futures.position_adl_rank", POSITIONS + SILENT), key(b"futures.system", NOTICES),
]


cdef class GateioFuturesFrames(GateioAccountFrames):
    """Frames of futures; the arguments are those of the readers of rows."""

    def __init__(self, dict symbols not None, str settle not None, closing):
        self._trading = GateioFuturesEvents(symbols, settle, closing)
        self._holding = GateioPositionEvents(symbols, settle)
        self.set_channels(CHANNELS, 11)

    cdef object row(self, Cursor* c, int channel, int* fault):
        if channel == ORDERS:
            return self._trading.read_order(c, fault)
        if channel == EXECUTIONS:
            return self._trading.read_fill(c, fault)
        if channel == POSITIONS:
            return self._holding.read_position(c, fault)
        if channel == WALLETS:
            return self._holding.read_wallet(c, fault)
        if channel == LIQUIDATIONS:
            return self._holding.read_liquidation(c, fault)
        return self._holding.read_deleverage(c, fault)


cdef class GateioFuturesAccountSession(FuturesAccountSession):
    """Session of the `futures.*` channels of an account; symbols need not be added. `settle` is the asset that the
    contracts are settled in. `moved()` hears that the balance must be asked."""

    def __init__(self, store, handlers, lost, logger, moved, str settle="USDT"):
        super().__init__(store, handlers, lost, logger, moved)
        self._frames = GateioFuturesFrames(self.symbols, settle, self.closing)

    cdef object decode(self, const char* data, Py_ssize_t size, bint is_text, int* kind, int* fault):
        return self._frames.decode(data, size, kind, fault)
