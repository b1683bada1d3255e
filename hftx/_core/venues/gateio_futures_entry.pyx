"""Answers of Gate USDT futures' order entry, the usual ones only: the frames of spot around rows of contracts.

An order that tells neither its size nor which way it went is left to whoever reads the rest.
"""

from libc.stdint cimport int64_t

from hftx._core.account_records cimport Order
from hftx._core.cursor cimport Cursor, Slice
from hftx._core.fault cimport OK
from hftx._core.json cimport UNKNOWN_KEY, Key, key
from hftx._core.scalar cimport millis_to_ns, seconds_to_ns
from hftx._core.venues.gateio_entry cimport GateioEntryReader
from hftx._core.venues.gateio_events cimport (
    V_AMOUNT, V_CREATED, V_END, V_EVENT, V_ID, V_IN_FORCE, V_LEFT, V_ORDER, V_PRICE, V_SYMBOL, V_TEXT, V_TOTAL,
    V_UPDATED, Row, Table, read_row, set_table,
)
from hftx._core.venues.gateio_futures_events cimport GateioFuturesEvents

cdef enum:
    LATEST_SECONDS = 11    # digits; a stamp that is longer is in milliseconds: the venue uses both for the same name

# In the order of the venue, members without use included: one that is expected is found at once. `finish_time` and
# `fill_price` have the places that rows of pushes give them.
cdef Key[31] ORDER_KEYS = [
    key(b"id", V_ID), key(b"id_string", UNKNOWN_KEY), key(b"user", UNKNOWN_KEY), key(b"contract", V_SYMBOL),
    key(b"create_time", V_CREATED), key(b"update_time", V_UPDATED), key(b"finish_time", V_ORDER),
    key(b"finish_as", V_END), key(b"status", V_EVENT), key(b"size", V_AMOUNT), key(b"left", V_LEFT),
    key(b"iceberg", UNKNOWN_KEY), key(b"price", V_PRICE), key(b"fill_price", V_TOTAL), key(b"mkfr", UNKNOWN_KEY),
    key(b"tkfr", UNKNOWN_KEY), key(b"tif", V_IN_FORCE), key(b"refu", UNKNOWN_KEY), key(b"refr", UNKNOWN_KEY),
    key(b"is_reduce_only", UNKNOWN_KEY), key(b"is_close", UNKNOWN_KEY), key(b"is_liq", UNKNOWN_KEY),
    key(b"text", V_TEXT), key(b"stp_id", UNKNOWN_KEY), key(b"stp_act", UNKNOWN_KEY), key(b"amend_text", UNKNOWN_KEY),
    key(b"biz_info", UNKNOWN_KEY), key(b"pnl", UNKNOWN_KEY), key(b"pnl_margin", UNKNOWN_KEY),
    key(b"update_id", UNKNOWN_KEY), key(b"market_order_slip_ratio", UNKNOWN_KEY),
]
cdef int[9] OF_ORDERS = [V_ID, V_SYMBOL, V_EVENT, V_AMOUNT, V_LEFT, V_PRICE, V_TOTAL, V_IN_FORCE, V_CREATED]
cdef Table ORDERS
set_table(&ORDERS, ORDER_KEYS, 31, OF_ORDERS, 9)


def _of_no_side(symbol, order_id, client_order_id):
    return None, None, None


cdef class EntryOrders(GateioFuturesEvents):
    """Orders as REST and order entry write them: their times are seconds."""

    cdef Order read_order(self, Cursor* c, int* fault):
        cdef Row row
        cdef Order order = None
        fault[0] = read_row(c, &ORDERS, &row)
        if fault[0] == OK and sizeless(row.of[V_AMOUNT]):
            return None
        if fault[0] == OK:
            order = Order.__new__(Order)
            fault[0] = self._set_futures_order(order, row.of)
        return order

    cdef int _stamps(self, Order order, const Slice* of) except -1:
        cdef int fault = stamp_to_ns(of[V_CREATED], &order.created_ns)
        order.updated_ns = order.created_ns
        if fault == OK and of[V_UPDATED].size:
            return stamp_to_ns(of[V_UPDATED], &order.updated_ns)
        if fault == OK and of[V_ORDER].size:
            return stamp_to_ns(of[V_ORDER], &order.updated_ns)
        return fault


cdef class GateioFuturesEntryReader(GateioEntryReader):
    """Reads frames; `symbols` maps wire names to `Symbol`, and learns those of the orders."""

    def __init__(self, dict symbols not None):
        GateioEntryReader.__init__(self, symbols)
        self._rows = EntryOrders(symbols, "", _of_no_side)

    cdef Order _order(self, Cursor* c):
        cdef int fault = OK
        cdef Order order = self._rows.read_order(c, &fault)
        return order if fault == OK else None


cdef bint sizeless(Slice size) noexcept nogil:
    # Nothing but zeros, or a number that is not written as usual.
    cdef Py_ssize_t i
    for i in range(size.size):
        if c'1' <= size.p[i] <= c'9':
            return False
    return True


cdef int stamp_to_ns(Slice text, int64_t* out) noexcept nogil:
    cdef Py_ssize_t whole = 0
    while whole < text.size and text.p[whole] != c'.':
        whole += 1
    return millis_to_ns(text, out) if whole > LATEST_SECONDS else seconds_to_ns(text, out)
