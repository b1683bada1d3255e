"""Answers of MEXC to new orders (MEXC Spot v3 docs, "New Order"), the usual ones only.

They tell the order's id and its time, and nothing of fills. Any other answer is left to whoever reads the rest.
"""

from libc.string cimport memset

from hftx._core.account_records cimport Order
from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.decimals cimport amount_of
from hftx._core.fault cimport OK
from hftx._core.json cimport (
    END_OF_OBJECT, UNKNOWN_KEY, Key, at_end, expect, key, next_key, read_scalar, read_text, skip_value,
)
from hftx._core.scalar cimport millis_to_ns

from decimal import Decimal

from hftx.enums import OrderStatus, OrderType, TimeInForce

# In the order of the venue, members without use included: one that is expected is found at once.
cdef Key[9] MEMBERS = [
    key(b"symbol", UNKNOWN_KEY), key(b"orderId", P_ID), key(b"orderListId", UNKNOWN_KEY), key(b"price", UNKNOWN_KEY),
    key(b"origQty", UNKNOWN_KEY), key(b"type", UNKNOWN_KEY), key(b"side", UNKNOWN_KEY), key(b"stpMode", UNKNOWN_KEY),
    key(b"transactTime", P_TIME),
]
cdef object _Decimal = Decimal
cdef object _ZERO = Decimal(0)
cdef object _MARKET = OrderType.MARKET
cdef object _IOC = TimeInForce.IOC
cdef object _NEW = OrderStatus.NEW


def placed(params, bytes body not None):
    """The order of `params`, which broke no rule, as the venue has taken it on; None for an unusual answer."""
    cdef Slice[P_MEMBERS] of
    cdef Order order
    if read_placed(body, len(body), of) != OK or of[P_ID].size == 0 or of[P_TIME].size == 0:
        return None
    order = Order.__new__(Order)
    if millis_to_ns(of[P_TIME], &order.created_ns) != OK:
        return None
    order.updated_ns = order.created_ns
    order.symbol, order.order_id = params.symbol, of[P_ID].p[:of[P_ID].size].decode("ascii")
    order.client_order_id, order.side, order.order_type = params.client_order_id, params.side, params.order_type
    order.time_in_force = _IOC if order.order_type is _MARKET else params.time_in_force
    order.status, order.reason = _NEW, ""
    order.px_object, order.qty_object = exact(params.price), exact(params.quantity)
    order.quote_qty_object = exact(params.quote_quantity)
    order.filled_object = order.worth_object = _ZERO
    order.px, order.qty = amount_of(order.px_object), amount_of(order.qty_object)
    order.quote_qty = amount_of(order.quote_qty_object)
    order.filled, order.worth = amount_of(_ZERO), amount_of(_ZERO)
    return order


cdef int read_placed(const char* data, Py_ssize_t size, Slice* of) noexcept nogil:
    # The texts of the members by their codes; of size 0 for those that are missing. An id that is not plain text has
    # to be looked at more closely.
    cdef Cursor c = over(data, size)
    cdef bint first = True
    cdef int at = 0
    cdef int code
    cdef int fault = expect(&c, c'{')
    memset(of, 0, P_MEMBERS * sizeof(Slice))
    while fault == OK:
        code = next_key(&c, MEMBERS, 9, &at, &first, &fault)
        if code == END_OF_OBJECT:
            break
        if code == P_ID:
            fault = read_text(&c, &of[P_ID])
        else:
            fault = read_scalar(&c, &of[code]) if code >= 0 else skip_value(&c, 3)
    return at_end(&c) if fault == OK and is_plain(of[P_ID]) else -1


cdef bint is_plain(Slice text) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(text.size):
        if not 0x20 < <unsigned char>text.p[i] < 0x7F or text.p[i] == c'\\':
            return False
    return True


cdef object exact(object value):
    # As a Decimal that is written without an exponent; a float means its shortest decimal text.
    if value is None:
        return None
    text = repr(value) if type(value) is float else str(value)
    if "E" not in text and "e" not in text:
        return value if type(value) is _Decimal else _Decimal(text)
    return _Decimal(format(_Decimal(text), "f"))
