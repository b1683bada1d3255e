"""Answers of Gate.io's order entry (Gate Spot WebSocket v4 docs, "WebSocket API", "Api response"), the usual ones only.

What is not plainly a receipt or a result that holds one order is left to whoever reads the rest, errors included.
"""

from cython cimport freelist
from libc.stdint cimport int64_t

from hftx._core.account_records cimport Order
from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.fault cimport MALFORMED, MISSING, OK, UNKNOWN
from hftx._core.interned cimport is_zero
from hftx._core.json cimport (
    END_OF_OBJECT, UNKNOWN_KEY, Key, at_end, expect, key, next_key, read_bool, read_text, skip_value,
)
from hftx._core.receiver cimport HANDLED, OTHER, Receiver
from hftx._core.row cimport Row, read_row, set_kind
from hftx._core.scalar cimport millis_to_ns, whole_of
from hftx._core.venues.gateio_events cimport (
    V_AMOUNT, V_CREATED, V_END, V_EVENT, V_FILLED, V_ID, V_IN_FORCE, V_LEFT, V_PRICE, V_SIDE, V_SYMBOL, V_TEXT,
    V_TOTAL, V_TYPE, V_UPDATED,
)
from hftx._core.writer cimport Writer, put_text

from hftx.enums import OrderStatus, OrderType, Side, TimeInForce

cdef enum:
    E_ID, E_ACK, E_HEADER, E_DATA, E_STATUS, E_IN, E_OUT, E_REMAIN, E_LIMIT, E_RESULT

cdef Key[4] FRAME = [key(b"request_id", E_ID), key(b"ack", E_ACK), key(b"header", E_HEADER), key(b"data", E_DATA)]
cdef Key[13] HEADER = [
    key(b"response_time", UNKNOWN_KEY), key(b"status", E_STATUS), key(b"channel", UNKNOWN_KEY),
    key(b"event", UNKNOWN_KEY), key(b"client_id", UNKNOWN_KEY), key(b"x_in_time", E_IN), key(b"x_out_time", E_OUT),
    key(b"conn_id", UNKNOWN_KEY), key(b"conn_trace_id", UNKNOWN_KEY), key(b"trace_id", UNKNOWN_KEY),
    key(b"x_gate_ratelimit_requests_remain", E_REMAIN), key(b"x_gate_ratelimit_limit", E_LIMIT),
    key(b"x_gat_ratelimit_reset_timestamp", UNKNOWN_KEY),
]
cdef Key[1] DATA = [key(b"result", E_RESULT)]
# In the order of the venue, members without use included: one that is expected is found at once. `status` has the
# place that the `event` of a push has.
cdef Key[34] ORDER = [
    key(b"id", V_ID), key(b"text", V_TEXT), key(b"amend_text", UNKNOWN_KEY), key(b"create_time", UNKNOWN_KEY),
    key(b"update_time", UNKNOWN_KEY), key(b"create_time_ms", V_CREATED), key(b"update_time_ms", V_UPDATED),
    key(b"status", V_EVENT), key(b"currency_pair", V_SYMBOL), key(b"type", V_TYPE), key(b"account", UNKNOWN_KEY),
    key(b"side", V_SIDE), key(b"amount", V_AMOUNT), key(b"price", V_PRICE), key(b"time_in_force", V_IN_FORCE),
    key(b"iceberg", UNKNOWN_KEY), key(b"left", V_LEFT), key(b"filled_amount", V_FILLED),
    key(b"fill_price", UNKNOWN_KEY), key(b"filled_total", V_TOTAL), key(b"avg_deal_price", UNKNOWN_KEY),
    key(b"fee", UNKNOWN_KEY), key(b"fee_currency", UNKNOWN_KEY), key(b"point_fee", UNKNOWN_KEY),
    key(b"gt_fee", UNKNOWN_KEY), key(b"gt_maker_fee", UNKNOWN_KEY), key(b"gt_taker_fee", UNKNOWN_KEY),
    key(b"gt_discount", UNKNOWN_KEY), key(b"rebated_fee", UNKNOWN_KEY), key(b"rebated_fee_currency", UNKNOWN_KEY),
    key(b"stp_id", UNKNOWN_KEY), key(b"stp_act", UNKNOWN_KEY), key(b"finish_as", V_END), key(b"biz_info", UNKNOWN_KEY),
]
cdef int[1] OF_ORDERS = [V_FILLED]
cdef dict SIDES = {"buy": Side.BUY, "sell": Side.SELL}
cdef dict TYPES = {"limit": OrderType.LIMIT, "market": OrderType.MARKET}
cdef dict IN_FORCE = {
    "gtc": TimeInForce.GTC, "ioc": TimeInForce.IOC, "fok": TimeInForce.FOK, "poc": TimeInForce.POST_ONLY,
}
cdef dict STATUSES = {   # without and with fills; a closed order is filled
    "open": (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED),
    "closed": (OrderStatus.FILLED, OrderStatus.FILLED),
    "cancelled": (OrderStatus.CANCELLED, OrderStatus.PARTIALLY_CANCELLED),
}
cdef tuple NO_STATUSES = (None, None)
cdef frozenset PLAIN_ENDS = frozenset((None, "cancelled", "filled", "open", "-"))
cdef object MARKET = OrderType.MARKET


@freelist(8)
cdef class EntryReply:
    """What a frame says; made by the reader."""


cdef class GateioEntryReader(GateioEvents):
    """Reads frames; `symbols` maps wire names to `Symbol`, and learns those of the orders."""

    def __init__(self, dict symbols not None):
        super().__init__(symbols)
        set_kind(&self._orders, ORDER, 34, OF_ORDERS, 1)
        set_kind(&self._headers, HEADER, 13, NULL, 0)

    def read(self, bytes text not None):
        """The receipt or the order of a frame; None for any other frame."""
        return self.parse(text, len(text))

    def order(self, bytes text not None):
        """The order that is all of an answer over REST; None for any other answer."""
        cdef Cursor c = over(text, len(text))
        cdef Order order = self._order(&c)
        return order if order is not None and at_end(&c) == OK else None

    cdef EntryReply parse(self, const char* data, Py_ssize_t size):
        cdef Cursor c = over(data, size)
        cdef EntryReply reply = EntryReply.__new__(EntryReply)
        cdef int fault
        reply.remaining = reply.limit = reply.in_us = reply.out_us = -1
        fault = self._frame(&c, reply)
        if fault == OK:
            fault = at_end(&c)
        return reply if fault == OK and reply.id is not None and reply.is_whole else None

    cdef int _frame(self, Cursor* c, EntryReply reply) except -1:
        cdef bint first = True
        cdef int at = 0
        cdef int code
        cdef int fault = expect(c, c'{')
        while fault == OK:
            code = next_key(c, FRAME, 4, &at, &first, &fault)
            if code == END_OF_OBJECT:
                break
            fault = self._member(c, code, reply)
        return fault

    cdef int _member(self, Cursor* c, int code, EntryReply reply) except -1:
        cdef Slice text
        cdef int fault
        if code == E_HEADER:
            return self._header(c, reply)
        if code == E_DATA:
            return self._data(c, reply)
        if code == E_ID:
            fault = read_text(c, &text)
            if fault == OK:
                reply.id = self._texts.make(text)
            return fault
        if code == E_ACK:
            return read_bool(c, &reply.is_receipt)
        return UNKNOWN

    cdef int _header(self, Cursor* c, EntryReply reply) except -1:
        cdef Row row
        cdef int64_t status = 0
        cdef int fault = read_row(c, &self._headers, &row)
        if fault == OK:
            fault = whole_of(row.of[E_STATUS], &status)
        if fault == OK and not 200 <= status < 300:
            return UNKNOWN
        if fault == OK:
            fault = count_or_none(row.of[E_IN], &reply.in_us)
        if fault == OK:
            fault = count_or_none(row.of[E_OUT], &reply.out_us)
        if fault == OK:
            fault = count_or_none(row.of[E_REMAIN], &reply.remaining)
        return count_or_none(row.of[E_LIMIT], &reply.limit) if fault == OK else fault

    cdef int _data(self, Cursor* c, EntryReply reply) except -1:
        # Whatever stands beside the result, such as an error, is not for us.
        cdef bint first = True
        cdef int at = 0
        cdef int fault = expect(c, c'{')
        if fault != OK or next_key(c, DATA, 1, &at, &first, &fault) != E_RESULT:
            return fault if fault != OK else MISSING
        if reply.is_receipt:   # what was asked, once more
            fault = skip_value(c, 3)
        else:
            reply.order = self._order(c)
            fault = OK if reply.order is not None else MALFORMED
        reply.is_whole = True
        return expect(c, c'}') if fault == OK else fault

    cdef Order _order(self, Cursor* c):
        cdef Row row
        cdef Order order = Order.__new__(Order)
        cdef int fault = read_row(c, &self._orders, &row)
        if fault != OK or not self._words(order, row.of):
            return None
        fault = millis_to_ns(row.of[V_CREATED], &order.created_ns)
        if fault == OK:
            fault = millis_to_ns(row.of[V_UPDATED], &order.updated_ns)
        if fault == OK:
            fault = self._amounts(order, row.of, order.order_type is MARKET)
        return order if fault == OK else None

    cdef bint _words(self, Order order, const Slice* of) except -1:
        # False when one of them is missing or unknown.
        statuses = STATUSES.get(self._texts.get(of[V_EVENT]), NO_STATUSES)
        end = self._texts.get(of[V_END])
        order.symbol = self._symbol(of[V_SYMBOL])
        order.order_id = self._texts.get(of[V_ID])
        order.client_order_id = self._client_id(of[V_TEXT])
        order.side = SIDES.get(self._texts.get(of[V_SIDE]))
        order.order_type = TYPES.get(self._texts.get(of[V_TYPE]))
        order.time_in_force = IN_FORCE.get(self._texts.get(of[V_IN_FORCE]))
        order.status = statuses[not is_zero(of[V_FILLED])]
        order.reason = "" if end in PLAIN_ENDS else end
        return not (order.symbol is None or order.order_id is None or order.side is None
                    or order.order_type is None or order.time_in_force is None or order.status is None)


cdef class GateioEntryReceiver(Receiver):
    """Reads the usual frames where they come: `answered(id, reply, is_receipt)` hears of each, the driver of others."""

    def __init__(self, GateioEntryReader reader not None, answered):
        self._reader, self._answered = reader, answered

    cdef int receive_borrowed(self, const char* data, Py_ssize_t size, bint is_text, int64_t now_ns,
                              int source) except -2:
        cdef EntryReply reply = self._reader.parse(data, size)
        if reply is None:
            return OTHER
        self._answered(reply.id, reply, reply.is_receipt)
        return HANDLED


cdef class GateioEntryWriter:
    """Writes requests (Gate Spot WebSocket v4 docs, "WebSocket API", "Client Api Request")."""

    def __cinit__(self):
        self._out = Writer()

    def frame(self, str channel not None, str id not None, bytes param not None, int64_t now_ms, int64_t valid_ms):
        """The request `id` with the JSON `param`; after `valid_ms`, if not 0, the venue must not take it any more."""
        cdef Writer out = self._out
        out.size = 0
        out.put(b'{"time":', 8)
        out.put_int(now_ms // 1000)
        out.put(b',"channel":"', 12)
        put_text(out, channel)
        out.put(b'","event":"api","payload":{"req_id":"', 37)
        put_text(out, id)
        if valid_ms != 0:
            out.put(b'","req_header":{"x-gate-exptime":"', 34)
            out.put_int(now_ms + valid_ms)
            out.put(b'"},"req_param":', 15)
        else:
            out.put(b'","req_param":', 14)
        out.put_bytes(param)
        out.put(b"}}", 2)
        return out.data[:out.size]


cdef inline int count_or_none(Slice text, int64_t* out) noexcept nogil:
    return whole_of(text, out) if text.size else OK
