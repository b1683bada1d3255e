# MEXC spot account events over the protobuf WebSocket. Knows the field numbers; no socket, no store.

from libc.stdint cimport int64_t, uint64_t

from hftx._core.account cimport AccountSession
from hftx._core.account_records cimport AssetBalance, Execution, Order
from hftx._core.cursor cimport Cursor, Slice
from hftx._core.interned cimport Numbers, Texts

cdef enum:
    MOST_FIELDS = 17     # field numbers below; what is beyond them is skipped


cdef struct Wrapper:
    Slice name
    Cursor body
    uint64_t body_tag    # 0 when there is no body
    uint64_t created_ms
    uint64_t sent_ms


cdef struct Body:
    Slice[MOST_FIELDS] text          # by field number; of size 0 when it is not there
    uint64_t[MOST_FIELDS] number     # by field number; 0 when it is not there


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
