"""Rows of Gate.io USDT futures' account events (Gate API v4 docs, "Futures WebSocket v4": futures.orders and
futures.usertrades).

Sizes are contracts, as whole numbers or as text with decimals, and their sign is the side; prices are numbers in one
channel and text in another: all are read from their text, exactly.
"""

from libc.stdint cimport int64_t
from libc.string cimport memcmp

from hftx._core.account_records cimport Execution, Order, known, unread
from hftx._core.cursor cimport Cursor, Slice
from hftx._core.decimals cimport NOTHING, Amount, amount_of, as_decimal, hftx_multiply, is_count, is_number
from hftx._core.fault cimport MALFORMED, MISSING, OK, UNKNOWN
from hftx._core.interned cimport is_zero
from hftx._core.json cimport UNKNOWN_KEY, Key, key
from hftx._core.row cimport Row, read_row, set_kind
from hftx._core.scalar cimport millis_to_ns
from hftx._core.venues.gateio_events cimport (
    V_AMOUNT, V_CREATED, V_END, V_EVENT, V_FEE, V_ID, V_IN_FORCE, V_LEFT, V_ORDER, V_POINT_FEE, V_PRICE,
    V_ROLE, V_SYMBOL, V_TEXT, V_TOTAL, V_UPDATED, GateioEvents, counted, in_force_of,
)

from hftx.contracts import worth_of
from hftx.enums import OrderStatus, OrderType, Side

cdef int64_t QUOTED = 10_000_000_000   # digits of prices that are quoted; longer ones are averages, which are rounded

cdef enum:         # members that other rows of the venue do not have, in places that these rows leave free
    F_FINISHED = V_ORDER
    F_AVERAGE = V_TOTAL

# In the order of the venue, members without use included: one that is expected is found at once.
cdef Key[32] ORDER_KEYS = [
    key(b"id", V_ID), key(b"id_string", UNKNOWN_KEY), key(b"user", UNKNOWN_KEY), key(b"contract", V_SYMBOL),
    key(b"create_time", UNKNOWN_KEY), key(b"create_time_ms", V_CREATED), key(b"finish_time", UNKNOWN_KEY),
    key(b"finish_time_ms", F_FINISHED), key(b"finish_as", V_END), key(b"status", V_EVENT), key(b"size", V_AMOUNT),
    key(b"left", V_LEFT), key(b"iceberg", UNKNOWN_KEY), key(b"price", V_PRICE), key(b"fill_price", F_AVERAGE),
    key(b"tif", V_IN_FORCE), key(b"mkfr", UNKNOWN_KEY), key(b"tkfr", UNKNOWN_KEY), key(b"refu", UNKNOWN_KEY),
    key(b"refr", UNKNOWN_KEY), key(b"is_close", UNKNOWN_KEY), key(b"is_liq", UNKNOWN_KEY),
    key(b"is_reduce_only", UNKNOWN_KEY), key(b"text", V_TEXT), key(b"stp_id", UNKNOWN_KEY),
    key(b"stp_act", UNKNOWN_KEY), key(b"amend_text", UNKNOWN_KEY), key(b"biz_info", UNKNOWN_KEY),
    key(b"update_id", UNKNOWN_KEY), key(b"update_time", V_UPDATED), key(b"stop_loss_price", UNKNOWN_KEY),
    key(b"stop_profit_price", UNKNOWN_KEY),
]
cdef Key[14] FILL_KEYS = [
    key(b"id", V_ID), key(b"create_time", UNKNOWN_KEY), key(b"create_time_ms", V_CREATED), key(b"contract", V_SYMBOL),
    key(b"order_id", V_ORDER), key(b"size", V_AMOUNT), key(b"price", V_PRICE), key(b"role", V_ROLE),
    key(b"text", V_TEXT), key(b"fee", V_FEE), key(b"point_fee", V_POINT_FEE), key(b"close_size", UNKNOWN_KEY),
    key(b"amend_text", UNKNOWN_KEY), key(b"biz_info", UNKNOWN_KEY),
]
cdef int[8] OF_ORDERS = [V_ID, V_SYMBOL, V_EVENT, V_AMOUNT, V_LEFT, V_PRICE, V_IN_FORCE, V_CREATED]
cdef int[8] OF_FILLS = [V_ID, V_ORDER, V_SYMBOL, V_AMOUNT, V_PRICE, V_ROLE, V_FEE, V_CREATED]

cdef object BUY = Side.BUY
cdef object SELL = Side.SELL
cdef object LIMIT = OrderType.LIMIT
cdef object MARKET = OrderType.MARKET
cdef object NEW = OrderStatus.NEW
cdef object PARTIALLY_FILLED = OrderStatus.PARTIALLY_FILLED
cdef object FILLED = OrderStatus.FILLED
cdef object CANCELLED = OrderStatus.CANCELLED
cdef object PARTIALLY_CANCELLED = OrderStatus.PARTIALLY_CANCELLED


cdef bint take_sign(Slice* number) noexcept nogil:
    # True for a number below zero, which is positive from then on.
    cdef bint negative = number.size > 0 and number.p[0] == c'-'
    number.p += negative
    number.size -= negative
    return negative


cdef inline bint is_word(Slice text, const char* word, Py_ssize_t size) noexcept nogil:
    return text.size == size and memcmp(text.p, word, size) == 0


cdef object status_of(Slice status, Slice end, bint has_fills, bint has_rest):
    # The venue's `status` is the truth; while it is open, `finish_as` says how it came to this state. None for others.
    if is_word(status, b"open", 4):
        return PARTIALLY_FILLED if has_fills else NEW
    if not is_word(status, b"finished", 8):
        return None
    if is_word(end, b"filled", 6) or has_fills and not has_rest:
        return FILLED
    return PARTIALLY_CANCELLED if has_fills else CANCELLED


cdef bint is_plain_end(Slice status, Slice end) noexcept nogil:
    # It says no more than the status does.
    return (is_word(status, b"open", 4) or is_word(end, b"filled", 6) or is_word(end, b"cancelled", 9) or end.size == 0
            or is_word(end, b"_new", 4) or is_word(end, b"_update", 7) or is_word(end, b"open", 4)
            or is_word(end, b"-", 1))


cdef class GateioFuturesEvents(GateioEvents):
    """Reads one row after another; `symbols` maps wire names to `Symbol`, and learns those of the rows.

    `settle` is the asset that fees are in. `closing(symbol, order_id, client_order_id)` gives side
    and fills, as far as they are known, of an order without a size, which closes whatever is held.
    """

    def __init__(self, dict symbols not None, str settle not None, closing):
        super().__init__(symbols)
        self._settle, self._closing = settle, closing
        set_kind(&self._orders, ORDER_KEYS, 32, OF_ORDERS, 8)
        set_kind(&self._executions, FILL_KEYS, 14, OF_FILLS, 8)

    cdef Order read_order(self, Cursor* c, int* fault):
        cdef Row row
        cdef Order order = None
        fault[0] = read_row(c, &self._orders, &row)
        if fault[0] == OK:
            order = Order.__new__(Order)
            fault[0] = self._set_futures_order(order, row.of)
        return order

    cdef int _set_futures_order(self, Order order, Slice* of) except -1:
        cdef bint is_market = is_zero(of[V_PRICE])
        cdef int fault = self._stamps(order, of)
        order.symbol = self._symbol(of[V_SYMBOL])
        order.order_id = self._texts.get(of[V_ID])
        order.client_order_id = self._client_id(of[V_TEXT])
        order.order_type = MARKET if is_market else LIMIT
        order.time_in_force = in_force_of(of[V_IN_FORCE])
        order.px.digits = order.qty.digits = order.quote_qty.digits = NOTHING
        if not is_market:
            order.px_object = counted(self._numbers, of[V_PRICE], &order.px)
            if unread(&order.px):
                return MALFORMED
        if fault == OK:
            fault = known(order.symbol, order.order_id, order.order_type)
        if fault == OK:
            fault = self._side_and_size(order, of)
        if fault != OK:
            return fault
        has_fills = order.filled.count != 0 or order.filled_object
        order.status = status_of(of[V_EVENT], of[V_END], has_fills, not is_zero(of[V_LEFT]))
        if order.status is None:
            return UNKNOWN
        order.reason = "" if is_plain_end(of[V_EVENT], of[V_END]) else self._texts.get(of[V_END])
        return OK

    cdef int _stamps(self, Order order, const Slice* of) except -1:
        # Frames of earlier years have no `update_time`.
        cdef int fault = millis_to_ns(of[V_CREATED], &order.created_ns)
        if fault == OK and of[V_UPDATED].size:
            return millis_to_ns(of[V_UPDATED], &order.updated_ns)
        order.updated_ns = order.created_ns
        if fault == OK and not is_zero(of[F_FINISHED]):
            return millis_to_ns(of[F_FINISHED], &order.updated_ns)
        return fault

    cdef int _side_and_size(self, Order order, Slice* of) except -1:
        cdef bint sold = take_sign(&of[V_AMOUNT])
        cdef bint sells = take_sign(&of[V_LEFT])
        cdef bint has_rest = not is_zero(of[V_LEFT])
        if is_zero(of[V_AMOUNT]):
            return self._set_closing(order, sells, has_rest) if is_number(of[V_LEFT]) else MALFORMED
        if has_rest and sells != sold:
            return MALFORMED
        order.side = SELL if sold else BUY
        order.qty_object = counted(self._numbers, of[V_AMOUNT], &order.qty)
        return MALFORMED if unread(&order.qty) else self._filled(order, of[V_LEFT], of[F_AVERAGE])

    cdef int _set_closing(self, Order order, bint sells, bint has_rest) except -1:
        # An order that closes a whole position may have no size; what is filled of it, its fills tell.
        side, filled, worth = self._closing(order.symbol, order.order_id, order.client_order_id)
        order.side = (SELL if sells else BUY) if has_rest else side
        order.filled_object, order.filled = filled, amount_of(filled)
        order.worth_object, order.worth = worth, amount_of(worth)
        return OK if order.side is not None else MISSING

    cdef int _filled(self, Order order, Slice left, Slice average) except -1:
        # The average price that the venue gives is that of all fills together.
        cdef Amount rest
        cdef Amount price
        rest_object = counted(self._numbers, left, &rest)
        price_object = counted(self._numbers, average, &price) if average.size else None
        if unread(&rest) or average.size and unread(&price):
            return MALFORMED
        if is_count(&rest) and is_count(&order.qty) and rest.digits == order.qty.digits:
            order.filled.count, order.filled.digits = order.qty.count - rest.count, rest.digits
        else:
            order.filled_object = order.quantity - (as_decimal(&rest) if rest_object is None else rest_object)
            order.filled = amount_of(order.filled_object)
        if order.filled.count < 0 or order.filled_object is not None and order.filled_object < 0:
            return MALFORMED
        order.worth.count = order.worth.digits = 0
        if average.size == 0 or is_count(&price) and price.count < QUOTED and is_count(&order.filled) \
                and hftx_multiply(&order.filled, &price, &order.worth):
            return OK
        price_object = as_decimal(&price) if price_object is None else price_object
        order.worth_object = worth_of(price_object, order.filled_quantity)
        order.worth = amount_of(order.worth_object)
        return OK

    cdef Execution read_fill(self, Cursor* c, int* fault):
        cdef Row row
        cdef Execution execution = None
        fault[0] = read_row(c, &self._executions, &row)
        if fault[0] == OK:
            execution = Execution.__new__(Execution)
            fault[0] = self._set_fill(execution, row.of)
        return execution

    cdef int _set_fill(self, Execution execution, Slice* of) except -1:
        cdef bint in_points = is_zero(of[V_FEE]) and not is_zero(of[V_POINT_FEE])
        cdef int fault = millis_to_ns(of[V_CREATED], &execution.venue_ns)
        execution.symbol = self._symbol(of[V_SYMBOL])
        execution.trade_id = self._texts.make(of[V_ID])   # comes once
        execution.order_id = self._texts.get(of[V_ORDER])
        execution.client_order_id = self._client_id(of[V_TEXT])
        execution.side = SELL if take_sign(&of[V_AMOUNT]) else BUY
        execution.px_object = counted(self._numbers, of[V_PRICE], &execution.px)
        execution.qty_object = counted(self._numbers, of[V_AMOUNT], &execution.qty)
        execution.is_maker = is_word(of[V_ROLE], b"maker", 5)
        execution.fee_asset = "POINT" if in_points else self._settle
        execution.paid_object = self._numbers.amount(of[V_POINT_FEE if in_points else V_FEE], &execution.paid)
        if fault != OK:
            return fault
        if not execution.is_maker and not is_word(of[V_ROLE], b"taker", 5):
            return MALFORMED
        if unread(&execution.px) or unread(&execution.qty) or unread(&execution.paid) or is_zero(of[V_AMOUNT]):
            return MALFORMED
        return known(execution.symbol, execution.trade_id, execution.order_id)
