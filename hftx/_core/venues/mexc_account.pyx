"""MEXC spot account events over the protobuf WebSocket (MEXC spot v3 docs, "User Data Streams", schema
`PushDataV3ApiWrapper`: privateOrders, privateDeals, privateAccount).
"""

from libc.stdint cimport int64_t, uint64_t

from hftx._core.account cimport BALANCES, EXECUTIONS, ORDERS, AccountSession
from hftx._core.account_records cimport AssetBalance, Execution, Order, known, unread
from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.decimals cimport NOTHING, Amount
from hftx._core.fault cimport CONTROL, MALFORMED, MISSING, OK, OVERFLOW, UNKNOWN, UNLISTED
from hftx._core.interned cimport Numbers, Texts, is_zero
from hftx._core.venues.mexc_push cimport Body, Wrapper, read_body, read_wrapper

from hftx.enums import OrderStatus, OrderType, Side, TimeInForce

cdef enum:          # tags: field number << 3 | wire type
    PRIVATE_ORDERS = 304 << 3 | 2
    PRIVATE_DEALS = 306 << 3 | 2
    PRIVATE_ACCOUNT = 307 << 3 | 2

cdef enum:          # fields of privateOrders
    O_ID = 1
    O_CLIENT_ID = 2
    O_PRICE = 3
    O_QUANTITY = 4
    O_AMOUNT = 5
    O_TYPE = 7
    O_SIDE = 8
    O_FILLED = 13
    O_FILLED_QUOTE = 14
    O_STATUS = 15
    O_CREATED = 16
    MARKET_TYPE = 5
    STOP_TYPE = 100

cdef enum:          # fields of privateDeals
    D_PRICE = 1
    D_QUANTITY = 2
    D_SIDE = 4
    D_MAKER = 5
    D_ID = 7
    D_CLIENT_ID = 8
    D_ORDER = 9
    D_FEE = 10
    D_FEE_ASSET = 11
    D_TIME = 12

cdef enum:          # fields of privateAccount
    A_ASSET = 1
    A_AVAILABLE = 3
    A_LOCKED = 5
    A_TIME = 8

cdef object BUY = Side.BUY
cdef object SELL = Side.SELL
cdef object LIMIT = OrderType.LIMIT
cdef object MARKET = OrderType.MARKET
cdef object CANCELLED = OrderStatus.CANCELLED
cdef object UNKNOWN_STATUS = OrderStatus.UNKNOWN
# by the numbers of the venue ("ENUM definitions"); the type of a market order is 5, of a stop order 100
cdef tuple IN_FORCE = (
    TimeInForce.GTC, TimeInForce.GTC, TimeInForce.POST_ONLY, TimeInForce.IOC, TimeInForce.FOK, TimeInForce.IOC,
)
cdef tuple STATUSES = (
    OrderStatus.UNKNOWN, OrderStatus.NEW, OrderStatus.FILLED, OrderStatus.PARTIALLY_FILLED, OrderStatus.CANCELLED,
    OrderStatus.PARTIALLY_CANCELLED,
)
cdef Slice ZERO
ZERO.p, ZERO.size = b"0", 1


cdef inline int stamp(uint64_t millis, int64_t* out) noexcept nogil:
    # The time of an event, which must be there.
    return to_ns(millis, out) if millis else MISSING


cdef inline int to_ns(uint64_t millis, int64_t* out) noexcept nogil:
    if millis > 9000000000000ULL:
        return OVERFLOW
    out[0] = <int64_t>millis * 1000000
    return OK


cdef inline object side_of(uint64_t number):
    return BUY if number == 1 else SELL if number == 2 else None


cdef str odd_words(uint64_t status, uint64_t order_type):
    # What the venue says that its documentation has no word for.
    words = [] if 1 <= status <= 5 else [f"status {status}"]
    if order_type != STOP_TYPE and not 1 <= order_type <= MARKET_TYPE:
        words.append(f"type {order_type}")
    return ", ".join(words)


cdef int kind_of(uint64_t tag, int* kind) noexcept nogil:
    if tag == 0:
        return MISSING
    kind[0] = ORDERS if tag == PRIVATE_ORDERS else EXECUTIONS if tag == PRIVATE_DEALS else BALANCES
    return OK if kind[0] != BALANCES or tag == PRIVATE_ACCOUNT else UNKNOWN


cdef inline object counted(Numbers numbers, Slice number, Amount* amount):
    # As `amount` of the table, and 0 for what is not there, as the format has it; NOTHING for what is below zero.
    if number.size and number.p[0] == c'-':
        amount.digits = NOTHING
        return None
    return numbers.amount(number if number.size else ZERO, amount)


cdef class MexcAccountSession(AccountSession):
    """Session of the three private channels; the symbols of the account are made known by `add_symbol`."""

    def __init__(self, store, handlers, lost, logger):
        super().__init__(store, handlers, lost, logger)
        self._numbers, self._texts = Numbers(), Texts(False)

    cdef object decode(self, const char* data, Py_ssize_t size, bint is_text, int* kind, int* fault):
        cdef Cursor c = over(data, size)
        cdef Wrapper wrapper
        cdef Body body
        if is_text:
            fault[0] = CONTROL
            return None
        fault[0] = read_wrapper(&c, &wrapper) or kind_of(wrapper.body_tag, kind) or read_body(wrapper.body, &body)
        return self._body(&body, &wrapper, kind, fault) if fault[0] == OK else None

    cdef object _body(self, const Body* body, const Wrapper* wrapper, int* kind, int* fault):
        # Orders and deals name their symbol in the wrapper only.
        cdef Order order
        cdef Execution execution
        if kind[0] == BALANCES:
            balance = AssetBalance.__new__(AssetBalance)
            fault[0] = self._balance_body(balance, body, wrapper)
            return balance
        if (symbol := self._symbol(wrapper.name, fault)) is None:
            return None
        if kind[0] == EXECUTIONS:
            execution = Execution.__new__(Execution)
            execution.symbol = symbol
            fault[0] = self._execution_body(execution, body)
            return execution
        order = Order.__new__(Order)
        order.symbol = symbol
        fault[0] = self._order_body(order, body, wrapper)
        return order

    cdef object _symbol(self, Slice name, int* fault):
        text = self._texts.get(name)
        if text is None:
            fault[0] = MISSING if name.size == 0 else MALFORMED
            return None
        if text is not self._last_name or self._last_symbol is None:
            self._last_name, self._last_symbol, self.unlisted = text, self.symbols.get(text), text
            fault[0] = OK if self._last_symbol is not None else UNLISTED
        return self._last_symbol

    cdef int _order_body(self, Order order, const Body* body, const Wrapper* wrapper) except -1:
        cdef uint64_t order_type = body.number[O_TYPE]
        cdef uint64_t status = body.number[O_STATUS]
        cdef bint is_market = order_type == MARKET_TYPE or order_type == STOP_TYPE
        cdef int fault = self._order_ids(body, order)
        if fault != OK:
            return fault
        order.side = side_of(body.number[O_SIDE])
        order.order_type = MARKET if is_market else LIMIT
        order.time_in_force = IN_FORCE[order_type] if order_type <= 5 else IN_FORCE[MARKET_TYPE if is_market else 0]
        order.status = STATUSES[status] if status <= 5 else UNKNOWN_STATUS
        order.reason = "" if 1 <= status <= 5 and 1 <= order_type <= 5 else odd_words(status, order_type)
        # No event has a time of its own: when it was sent is the nearest.
        fault = stamp(wrapper.sent_ms or wrapper.created_ms, &order.updated_ns)
        if fault == OK:
            fault = to_ns(body.number[O_CREATED], &order.created_ns)
        return fault if fault != OK else self._order_amounts(body, order)

    cdef int _order_ids(self, const Body* body, Order order) except -1:
        # Without field 1, the order's id stands where the client's belongs.
        cdef Slice id = body.text[O_ID]
        cdef Slice client_id = body.text[O_CLIENT_ID]
        if id.size == 0:
            id = client_id
            client_id.size = 0
        if id.size == 0 or body.number[O_SIDE] == 0 or body.number[O_CREATED] == 0:
            return MISSING
        order.order_id, order.client_order_id = self._texts.get(id), self._texts.get(client_id)
        return MALFORMED if order.order_id is None or client_id.size and order.client_order_id is None else OK

    cdef int _order_amounts(self, const Body* body, Order order) except -1:
        # Of a market order, the price is a protection and the quantity may be unknown.
        cdef bint is_market = order.order_type is MARKET
        if body.number[O_STATUS] != 1 and (body.text[O_FILLED].size == 0 or body.text[O_FILLED_QUOTE].size == 0) \
                and order.status is not CANCELLED and order.status is not UNKNOWN_STATUS:
            return MISSING
        if not is_market and (body.text[O_PRICE].size == 0 or body.text[O_QUANTITY].size == 0):
            return MISSING
        order.filled_object = counted(self._numbers, body.text[O_FILLED], &order.filled)
        order.worth_object = counted(self._numbers, body.text[O_FILLED_QUOTE], &order.worth)
        order.qty_object = counted(self._numbers, body.text[O_QUANTITY], &order.qty)
        order.px.digits = order.quote_qty.digits = NOTHING
        if is_market:
            order.quote_qty_object = counted(self._numbers, body.text[O_AMOUNT], &order.quote_qty)
        else:
            order.px_object = counted(self._numbers, body.text[O_PRICE], &order.px)
        if order.side is None or unread(&order.filled) or unread(&order.worth) or unread(&order.qty) \
                or unread(&order.px) and unread(&order.quote_qty):
            return MALFORMED
        if is_zero(body.text[O_QUANTITY]):
            order.qty.digits, order.qty_object = NOTHING, None
        if is_market and is_zero(body.text[O_AMOUNT]):
            order.quote_qty.digits, order.quote_qty_object = NOTHING, None
        return OK

    cdef int _execution_body(self, Execution execution, const Body* body) except -1:
        cdef const Slice* text = body.text
        cdef int fault
        if text[D_ID].size == 0 or text[D_ORDER].size == 0 or text[D_PRICE].size == 0 or text[D_QUANTITY].size == 0 \
                or body.number[D_SIDE] == 0:
            return MISSING
        execution.trade_id = self._texts.make(text[D_ID])   # comes once
        execution.order_id = self._texts.get(text[D_ORDER])
        execution.client_order_id = self._texts.get(text[D_CLIENT_ID])
        execution.side = side_of(body.number[D_SIDE])
        execution.px_object = counted(self._numbers, text[D_PRICE], &execution.px)
        execution.qty_object = counted(self._numbers, text[D_QUANTITY], &execution.qty)
        execution.paid_object = self._numbers.amount(text[D_FEE] if text[D_FEE].size else ZERO, &execution.paid)
        execution.fee_asset = self._texts.get(text[D_FEE_ASSET]) if text[D_FEE_ASSET].size else ""
        execution.is_maker = body.number[D_MAKER] != 0
        fault = stamp(body.number[D_TIME], &execution.venue_ns)
        if execution.fee_asset is None or text[D_CLIENT_ID].size and execution.client_order_id is None \
                or unread(&execution.px) or unread(&execution.qty) or unread(&execution.paid):
            fault = fault or MALFORMED
        return fault or known(execution.trade_id, execution.order_id, execution.side)

    cdef int _balance_body(self, AssetBalance balance, const Body* body, const Wrapper* wrapper) except -1:
        cdef int fault
        if body.text[A_ASSET].size == 0 or body.text[A_AVAILABLE].size == 0 or body.text[A_LOCKED].size == 0:
            return MISSING
        balance.asset = self._texts.get(body.text[A_ASSET])
        balance.available = self._numbers.get(body.text[A_AVAILABLE])
        balance.locked = self._numbers.get(body.text[A_LOCKED])
        fault = stamp(body.number[A_TIME] or wrapper.created_ms or wrapper.sent_ms, &balance.venue_ns)
        return fault if fault != OK else known(balance.asset, balance.available, balance.locked)
