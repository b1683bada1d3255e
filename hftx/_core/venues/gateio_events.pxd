# Rows of Gate.io spot's account events. Knows their members; no envelope, no socket, no store.

from hftx._core.account_records cimport AssetBalance, Execution, Order
from hftx._core.cursor cimport Cursor, Slice
from hftx._core.decimals cimport Amount, read_amount
from hftx._core.interned cimport Numbers, Texts
from hftx._core.row cimport RowKind

cdef enum:         # members of rows
    V_ID, V_TEXT, V_EVENT, V_END, V_SYMBOL, V_TYPE, V_SIDE, V_AMOUNT, V_PRICE, V_IN_FORCE, V_LEFT, V_FILLED, V_TOTAL
    V_CREATED, V_UPDATED, V_ORDER, V_ROLE, V_FEE, V_FEE_ASSET, V_GT_FEE, V_POINT_FEE, V_ASSET, V_AVAILABLE, V_LOCKED


cdef object in_force_of(Slice text)
cdef object odd_count(Numbers numbers, Slice number, Amount* amount)

cdef inline object counted(Numbers numbers, Slice number, Amount* amount):
    # As `amount` of the table; also NOTHING for what is not there or below zero.
    return None if read_amount(number, amount) else odd_count(numbers, number, amount)


cdef class GateioEvents:
    cdef dict _symbols       # wire name -> Symbol; of the session
    cdef object _last_name   # of the last row, and what it means
    cdef object _last_symbol
    cdef RowKind _orders
    cdef RowKind _executions
    cdef RowKind _balances
    cdef Numbers _numbers
    cdef Texts _texts

    # A row as a record; on a `fault` it does not count.
    cdef Order read_order(self, Cursor* c, int* fault)
    cdef Execution read_execution(self, Cursor* c, bint has_fee, int* fault)
    cdef AssetBalance read_balance(self, Cursor* c, int* fault)
    cdef int _set_order(self, Order order, const Slice* of) except -1
    cdef int _amounts(self, Order order, const Slice* of, bint is_market) except -1
    cdef int _set_execution(self, Execution execution, const Slice* of) except -1
    cdef int _fee(self, Execution execution, const Slice* of) except -1
    cdef object _symbol(self, Slice name)
    cdef object _new_symbol(self, object text)
    cdef object _client_id(self, Slice text)
