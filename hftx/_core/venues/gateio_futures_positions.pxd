# Rows of Gate.io USDT futures' positions, wallets and what the venue closes. Knows their members; no envelope.

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.position_records cimport Deleverage, Liquidation, Position, WalletBalance
from hftx._core.row cimport RowKind
from hftx._core.venues.gateio_events cimport GateioEvents


cdef class GateioPositionEvents(GateioEvents):
    cdef str _settle
    cdef RowKind _positions
    cdef RowKind _wallets
    cdef RowKind _liquidations
    cdef RowKind _deleverages

    # A row as a record; on a `fault` it does not count.
    cdef Position read_position(self, Cursor* c, int* fault)
    cdef Liquidation read_liquidation(self, Cursor* c, int* fault)
    cdef Deleverage read_deleverage(self, Cursor* c, int* fault)
    cdef WalletBalance read_wallet(self, Cursor* c, int* fault)

    cdef int _set_position(self, Position position, const Slice* of) except -1
    cdef int _set_modes(self, Position position, const Slice* of) except -1
    cdef int _set_liquidation(self, Liquidation event, const Slice* of) except -1
    cdef int _set_deleverage(self, Deleverage event, const Slice* of) except -1
    cdef int _set_wallet(self, WalletBalance wallet, const Slice* of) except -1
    cdef object _price(self, Slice number)
