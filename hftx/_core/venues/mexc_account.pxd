# MEXC spot account events over the protobuf WebSocket. Knows the field numbers; no socket, no store.

from hftx._core.account cimport AccountSession
from hftx._core.account_records cimport AssetBalance, Execution, Order
from hftx._core.cursor cimport Slice
from hftx._core.interned cimport Numbers, Texts
from hftx._core.venues.mexc_push cimport Body, Wrapper

cdef class MexcAccountSession(AccountSession):
    cdef Numbers _numbers
    cdef Texts _texts
    cdef object _last_name     # of the last push, and what it means
    cdef object _last_symbol

    cdef object _body(self, const Body* body, const Wrapper* wrapper, int* kind, int* fault)
    cdef object _symbol(self, Slice name, int* fault)
    cdef int _order_body(self, Order order, const Body* body, const Wrapper* wrapper) except -1
    cdef int _order_ids(self, const Body* body, Order order) except -1
    cdef int _order_amounts(self, const Body* body, Order order) except -1
    cdef int _execution_body(self, Execution execution, const Body* body) except -1
    cdef int _balance_body(self, AssetBalance balance, const Body* body, const Wrapper* wrapper) except -1
