# Answers of Gate USDT futures' order entry that are as expected. Knows no request, budget or socket.

from hftx._core.venues.gateio_entry cimport GateioEntryReader
from hftx._core.venues.gateio_futures_events cimport GateioFuturesEvents


cdef class EntryOrders(GateioFuturesEvents):
    pass


cdef class GateioFuturesEntryReader(GateioEntryReader):
    cdef EntryOrders _rows
