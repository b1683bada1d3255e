# Rows of Gate.io spot's account events. Knows their members; no envelope, no socket, no store.

from hftx._core.account_records cimport AssetBalance, Execution, Order
from hftx._core.cursor cimport Cursor, Slice
from hftx._core.decimals cimport Amount
from hftx._core.interned cimport Numbers, Texts
from hftx._core.json cimport Key
from hftx._core.members cimport Member

cdef enum:         # members of rows
    V_ID, V_TEXT, V_EVENT, V_END, V_SYMBOL, V_TYPE, V_SIDE, V_AMOUNT, V_PRICE, V_IN_FORCE, V_LEFT, V_FILLED, V_TOTAL
    V_CREATED, V_UPDATED, V_ORDER, V_ROLE, V_FEE, V_FEE_ASSET, V_GT_FEE, V_POINT_FEE, V_ASSET, V_AVAILABLE, V_LOCKED
    MOST_VALUES
    MOST_MEMBERS = 32


cdef struct Row:
    Slice[MOST_VALUES] of    # raw text by member; of size 0 when it is missing, null or empty


cdef struct Table:
    # A kind of rows: its members in the order of the venue, and those that must be there.
    const Key* keys
    Member[MOST_MEMBERS] members
    int count
    const int* needed
    int need


cdef int read_row(Cursor* c, Table* table, Row* row) noexcept nogil
cdef void set_table(Table* table, const Key* keys, int count, const int* needed, int need) noexcept
cdef object in_force_of(Slice text)


cdef class GateioEvents:
    cdef dict _symbols       # wire name -> Symbol; of the session
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
    cdef object _client_id(self, Slice text)
    cdef object _count(self, Slice number, Amount* amount)
