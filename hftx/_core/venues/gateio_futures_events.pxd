# Rows of Gate.io USDT futures' orders and fills. Knows their members; no envelope, no socket, no store.

from hftx._core.account_records cimport Execution, Order
from hftx._core.cursor cimport Cursor, Slice
from hftx._core.venues.gateio_events cimport GateioEvents


cdef class GateioFuturesEvents(GateioEvents):
    cdef str _settle
    cdef object _closing

    cdef Execution read_fill(self, Cursor* c, int* fault)
    cdef int _set_futures_order(self, Order order, Slice* of) except -1
    cdef int _side_and_size(self, Order order, Slice* of) except -1
    cdef int _set_closing(self, Order order, bint sells, bint has_rest) except -1
    cdef int _stamps(self, Order order, const Slice* of) except -1
    cdef int _filled(self, Order order, Slice left, Slice average) except -1
    cdef int _set_fill(self, Execution execution, Slice* of) except -1
