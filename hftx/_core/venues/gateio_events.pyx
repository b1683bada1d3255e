"""Rows of Gate.io spot's account events (Gate API docs "Spot WebSocket v4": spot.orders, spot.usertrades,
spot.balances, and their _v2). Numbers come as text or bare, members in any order.
"""

cimport cython
from libc.string cimport memcmp

from hftx._core.account_records cimport AssetBalance, Execution, Order, known, unread
from hftx._core.cursor cimport Cursor, Slice
from hftx._core.decimals cimport NOTHING, Amount, is_number, read_amount
from hftx._core.fault cimport MALFORMED, MISSING, OK, UNKNOWN
from hftx._core.interned cimport Numbers, Texts, drop_padding, is_zero
from hftx._core.json cimport UNKNOWN_KEY, Key, key
from hftx._core.row cimport Row, read_row, set_kind
from hftx._core.scalar cimport millis_to_ns

from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.errors import UnknownSymbolError
from hftx.symbols import Symbol

# In the order of the venue, members without use included: one that is expected is found at once.
cdef Key[32] ORDER_KEYS = [
    key(b"id", V_ID), key(b"text", V_TEXT), key(b"create_time", UNKNOWN_KEY), key(b"update_time", UNKNOWN_KEY),
    key(b"currency_pair", V_SYMBOL), key(b"type", V_TYPE), key(b"account", UNKNOWN_KEY), key(b"side", V_SIDE),
    key(b"amount", V_AMOUNT), key(b"price", V_PRICE), key(b"time_in_force", V_IN_FORCE), key(b"left", V_LEFT),
    key(b"filled_total", V_TOTAL), key(b"filled_amount", V_FILLED), key(b"avg_deal_price", UNKNOWN_KEY),
    key(b"fee", UNKNOWN_KEY), key(b"fee_currency", UNKNOWN_KEY), key(b"point_fee", UNKNOWN_KEY),
    key(b"gt_fee", UNKNOWN_KEY), key(b"gt_discount", UNKNOWN_KEY), key(b"rebated_fee", UNKNOWN_KEY),
    key(b"rebated_fee_currency", UNKNOWN_KEY), key(b"create_time_ms", V_CREATED), key(b"update_time_ms", V_UPDATED),
    key(b"user", UNKNOWN_KEY), key(b"event", V_EVENT), key(b"stp_id", UNKNOWN_KEY), key(b"stp_act", UNKNOWN_KEY),
    key(b"finish_as", V_END), key(b"biz_info", UNKNOWN_KEY), key(b"amend_text", UNKNOWN_KEY),
    key(b"slippage", UNKNOWN_KEY),
]
cdef Key[18] EXECUTION_KEYS = [
    key(b"id", V_ID), key(b"id_market", UNKNOWN_KEY), key(b"user_id", UNKNOWN_KEY), key(b"order_id", V_ORDER),
    key(b"currency_pair", V_SYMBOL), key(b"create_time", UNKNOWN_KEY), key(b"create_time_ms", V_CREATED),
    key(b"side", V_SIDE), key(b"amount", V_AMOUNT), key(b"role", V_ROLE), key(b"price", V_PRICE), key(b"fee", V_FEE),
    key(b"fee_currency", V_FEE_ASSET), key(b"point_fee", V_POINT_FEE), key(b"gt_fee", V_GT_FEE), key(b"text", V_TEXT),
    key(b"amend_text", UNKNOWN_KEY), key(b"biz_info", UNKNOWN_KEY),
]
cdef Key[10] BALANCE_KEYS = [
    key(b"timestamp", UNKNOWN_KEY), key(b"timestamp_ms", V_CREATED), key(b"user", UNKNOWN_KEY),
    key(b"currency", V_ASSET), key(b"change", UNKNOWN_KEY), key(b"total", UNKNOWN_KEY),
    key(b"available", V_AVAILABLE), key(b"freeze", V_LOCKED), key(b"freeze_change", UNKNOWN_KEY),
    key(b"change_type", UNKNOWN_KEY),
]
cdef int[11] OF_ORDERS = [
    V_ID, V_SYMBOL, V_TYPE, V_SIDE, V_AMOUNT, V_IN_FORCE, V_LEFT, V_FILLED, V_TOTAL, V_CREATED, V_UPDATED,
]
cdef int[8] OF_EXECUTIONS = [V_ID, V_ORDER, V_SYMBOL, V_SIDE, V_AMOUNT, V_PRICE, V_ROLE, V_CREATED]
cdef int[4] OF_BALANCES = [V_ASSET, V_AVAILABLE, V_LOCKED, V_CREATED]

cdef object BUY = Side.BUY
cdef object SELL = Side.SELL
cdef object LIMIT = OrderType.LIMIT
cdef object MARKET = OrderType.MARKET
cdef object GTC = TimeInForce.GTC
cdef object IOC = TimeInForce.IOC
cdef object FOK = TimeInForce.FOK
cdef object POST_ONLY = TimeInForce.POST_ONLY
cdef object NEW = OrderStatus.NEW
cdef object PARTIALLY_FILLED = OrderStatus.PARTIALLY_FILLED
cdef object FILLED = OrderStatus.FILLED
cdef object CANCELLED = OrderStatus.CANCELLED
cdef object PARTIALLY_CANCELLED = OrderStatus.PARTIALLY_CANCELLED
cdef Slice ZERO
ZERO.p, ZERO.size = b"0", 1


cdef inline bint is_word(Slice text, const char* word, Py_ssize_t size) noexcept nogil:
    return text.size == size and memcmp(text.p, word, size) == 0


cdef object side_of(Slice text):
    if is_word(text, b"buy", 3):
        return BUY
    return SELL if is_word(text, b"sell", 4) else None


cdef object in_force_of(Slice text):
    # The venue has words for market makers besides: those orders rest.
    if is_word(text, b"poc", 3):
        return POST_ONLY
    if is_word(text, b"ioc", 3):
        return IOC
    return FOK if is_word(text, b"fok", 3) else GTC


cdef object status_of(Slice event, Slice end, bint has_fills, bint has_rest):
    # Rows of pushes have no `status`. None for words that leave open what became of the order.
    if is_word(event, b"finish", 6):
        if is_word(end, b"filled", 6) or has_fills and not has_rest:   # dust may be left of a market buy
            return FILLED
        return PARTIALLY_CANCELLED if has_fills else CANCELLED
    if not is_word(event, b"put", 3) and not is_word(event, b"update", 6):
        return None
    if end.size and not is_word(end, b"open", 4) and not is_word(end, b"-", 1):
        return None
    return PARTIALLY_FILLED if has_fills else NEW


cdef bint is_plain_end(Slice end) noexcept nogil:
    return (end.size == 0 or is_word(end, b"open", 4) or is_word(end, b"filled", 6)
            or is_word(end, b"cancelled", 9) or is_word(end, b"-", 1))


cdef object odd_count(Numbers numbers, Slice number, Amount* amount):
    if number.size == 0 or number.p[0] == c'-':
        amount.digits = NOTHING
        return None
    return numbers.odd_amount(number, amount)


cdef class GateioEvents:
    """Reads one row after another; `symbols` maps wire names to `Symbol`, and learns those of the rows."""

    def __init__(self, dict symbols not None):
        self._symbols, self._numbers, self._texts = symbols, Numbers(), Texts(True)
        set_kind(&self._orders, ORDER_KEYS, 32, OF_ORDERS, 11)
        set_kind(&self._executions, EXECUTION_KEYS, 18, OF_EXECUTIONS, 8)
        set_kind(&self._balances, BALANCE_KEYS, 10, OF_BALANCES, 4)

    cdef Order read_order(self, Cursor* c, int* fault):
        cdef Row row
        cdef Order order = None
        fault[0] = read_row(c, &self._orders, &row)
        if fault[0] == OK:
            order = Order.__new__(Order)
            fault[0] = self._set_order(order, row.of)
        return order

    @cython.final
    cdef int _set_order(self, Order order, const Slice* of) except -1:
        cdef bint is_market = of[V_TYPE].size >= 6 and memcmp(of[V_TYPE].p, b"market", 6) == 0
        cdef bint has_fills = not is_zero(of[V_FILLED])
        cdef int fault
        order.symbol = self._symbol(of[V_SYMBOL])
        order.order_id = self._texts.get(of[V_ID])
        order.client_order_id = self._client_id(of[V_TEXT])
        order.side = side_of(of[V_SIDE])
        order.order_type = MARKET if is_market else LIMIT
        order.time_in_force = in_force_of(of[V_IN_FORCE])
        order.status = status_of(of[V_EVENT], of[V_END], has_fills, not is_zero(of[V_LEFT]))
        order.reason = "" if is_plain_end(of[V_END]) else self._texts.get(of[V_END])
        fault = millis_to_ns(of[V_CREATED], &order.created_ns)
        if fault == OK:
            fault = millis_to_ns(of[V_UPDATED], &order.updated_ns)
        if fault == OK:
            fault = self._amounts(order, of, is_market)
        if fault == OK and order.status is None:
            return UNKNOWN
        return fault if fault != OK else known(order.symbol, order.order_id, order.side)

    @cython.final
    cdef int _amounts(self, Order order, const Slice* of, bint is_market) except -1:
        # `amount` of a market buy is in quote units.
        cdef Amount left
        order.filled_object = counted(self._numbers, of[V_FILLED], &order.filled)
        order.worth_object = counted(self._numbers, of[V_TOTAL], &order.worth)
        order.px.digits = order.qty.digits = order.quote_qty.digits = NOTHING
        if is_market and order.side is BUY:
            order.quote_qty_object = counted(self._numbers, of[V_AMOUNT], &order.quote_qty)
        else:
            order.qty_object = counted(self._numbers, of[V_AMOUNT], &order.qty)
        if unread(&order.qty) and unread(&order.quote_qty) or unread(&order.filled) or unread(&order.worth):
            return MALFORMED
        if not is_market and of[V_PRICE].size == 0:
            return MISSING
        if not is_market and not is_zero(of[V_PRICE]):
            order.px_object = counted(self._numbers, of[V_PRICE], &order.px)
            if unread(&order.px):
                return MALFORMED
        return OK if read_amount(of[V_LEFT], &left) or is_number(of[V_LEFT]) else MALFORMED

    cdef Execution read_execution(self, Cursor* c, bint has_fee, int* fault):
        cdef Row row
        cdef Execution execution = None
        fault[0] = read_row(c, &self._executions, &row)
        if fault[0] != OK:
            return None
        if has_fee and (row.of[V_FEE].size == 0 or row.of[V_FEE_ASSET].size == 0 and not is_zero(row.of[V_FEE])):
            fault[0] = MISSING
            return None
        execution = Execution.__new__(Execution)
        fault[0] = self._set_execution(execution, row.of)
        return execution

    @cython.final
    cdef int _set_execution(self, Execution execution, const Slice* of) except -1:
        cdef int fault = millis_to_ns(of[V_CREATED], &execution.venue_ns)
        execution.symbol = self._symbol(of[V_SYMBOL])
        execution.trade_id = self._texts.make(of[V_ID])   # comes once
        execution.order_id = self._texts.get(of[V_ORDER])
        execution.client_order_id = self._client_id(of[V_TEXT])
        execution.side = side_of(of[V_SIDE])
        execution.px_object = counted(self._numbers, of[V_PRICE], &execution.px)
        execution.qty_object = counted(self._numbers, of[V_AMOUNT], &execution.qty)
        execution.is_maker = is_word(of[V_ROLE], b"maker", 5)
        self._fee(execution, of)
        if fault != OK:
            return fault
        if not execution.is_maker and not is_word(of[V_ROLE], b"taker", 5):
            return MALFORMED
        if unread(&execution.px) or unread(&execution.qty) or unread(&execution.paid) or execution.fee_asset is None:
            return MALFORMED
        return known(execution.symbol, execution.trade_id, execution.order_id) or known(execution.side, "", "")

    @cython.final
    cdef int _fee(self, Execution execution, const Slice* of) except -1:
        # Of what it was taken: of the fill, in GT, or in points. A row of `_v2` does not tell.
        cdef Slice fee = of[V_FEE]
        if not is_zero(fee) or is_zero(of[V_GT_FEE]) and is_zero(of[V_POINT_FEE]):
            fee = fee if fee.size else ZERO
            execution.fee_asset = self._texts.get(of[V_FEE_ASSET]) if of[V_FEE_ASSET].size else ""
        elif not is_zero(of[V_GT_FEE]):
            fee, execution.fee_asset = of[V_GT_FEE], "GT"
        else:
            fee, execution.fee_asset = of[V_POINT_FEE], "POINT"
        execution.paid_object = self._numbers.amount(fee, &execution.paid)
        return 0

    cdef AssetBalance read_balance(self, Cursor* c, int* fault):
        # Amounts come padded to 20 decimals.
        cdef Row row
        cdef AssetBalance balance
        fault[0] = read_row(c, &self._balances, &row)
        if fault[0] != OK:
            return None
        balance = AssetBalance.__new__(AssetBalance)
        balance.asset = self._texts.get(row.of[V_ASSET])
        drop_padding(&row.of[V_AVAILABLE])
        drop_padding(&row.of[V_LOCKED])
        balance.available = self._numbers.get(row.of[V_AVAILABLE])
        balance.locked = self._numbers.get(row.of[V_LOCKED])
        fault[0] = millis_to_ns(row.of[V_CREATED], &balance.venue_ns)
        if fault[0] == OK:
            fault[0] = known(balance.asset, balance.available, balance.locked)
        return balance

    @cython.final
    cdef object _symbol(self, Slice name):
        # None for a name that is not BASE_QUOTE.
        text = self._texts.get(name)
        if text is self._last_name and text is not None:
            return self._last_symbol
        self._last_name, self._last_symbol = text, self._new_symbol(text)
        return self._last_symbol

    cdef object _new_symbol(self, object text):
        symbol = self._symbols.get(text)
        if symbol is None and text is not None:
            base, _, quote = text.partition("_")
            try:
                symbol = self._symbols[text] = Symbol(base, quote)
            except UnknownSymbolError:
                return None
        return symbol

    @cython.final
    cdef object _client_id(self, Slice text):
        # Any other text is a mark of the venue for where an order came from.
        return self._texts.get(text) if text.size > 2 and memcmp(text.p, b"t-", 2) == 0 else None
