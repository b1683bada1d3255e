"""Orders as MEXC wants them: MEXC Spot v3 docs, "New Order", signed as "Signed" says, all of it in the query."""

from libc.stdint cimport int64_t

from hftx._core.order_rules cimport NO_STP, NOT_GIVEN, ORDER_KINDS, OrderNumbers, OrderRules
from hftx._core.order_writer cimport OrderTemplate, OrderWriter
from hftx._core.venues.mexc_signer cimport MexcSigner
from hftx._core.writer cimport Writer

from hftx._core.order_rules import KINDS
from hftx.enums import ExchangeEnum, Side
from hftx.errors import UsageError
from hftx.venue_rules import VENUE_RULES

MOST_WINDOW_MS = 60_000   # MEXC Spot v3 docs, "Timing security": largest recvWindow

cdef tuple _STP = (b"", b"&stpMode=cancel_maker", b"&stpMode=cancel_taker", b"&stpMode=cancel_both")


cdef class MexcTemplate(OrderTemplate):
    """What never changes in the orders of one symbol."""

    def __init__(self, info, str name not None):
        writer = Writer()
        words = VENUE_RULES[ExchangeEnum.MEXC].words
        heads = []
        for side in (Side.BUY, Side.SELL):
            for kind in KINDS:
                writer.add(b"symbol=")
                writer.add_percent(name)
                writer.add(f"&side={side.name}&type={words.get(kind, '')}".encode())
                heads.append(writer.take())
        self.rules, self.heads = OrderRules(info, ExchangeEnum.MEXC), tuple(heads)


cdef class MexcOrderEncoder(OrderWriter):
    """Checks, writes and signs orders for MEXC spot.

    `recv_window_ms` says how long after its timestamp a request may be carried out (1 to 60,000; None leaves it to the
    venue). One encoder is for one thread. Raises `UsageError` for other windows.
    """

    def __init__(self, MexcSigner signer not None, recv_window_ms=None):
        self._signer = signer
        self._window_ms = 0 if recv_window_ms is None else window_of(recv_window_ms)

    def set_symbol(self, info, str name not None):
        """Orders of `info.symbol` follow the rules of `info` from now on; `name` is MEXC's name of the symbol."""
        self._templates[info.symbol] = MexcTemplate(info, name)

    def encode(self, params, int64_t timestamp_ms, recv_window_ms=None):
        """The signed query of an order, as ASCII bytes. `timestamp_ms` is unix time in milliseconds.

        `recv_window_ms` takes the place of the encoder's own. Raises `RuleError` for an order that breaks a rule,
        `UnknownSymbolError` for a symbol that was never set.
        """
        cdef int64_t window_ms = self._window_ms if recv_window_ms is None else window_of(recv_window_ms)
        self._write(params)
        self._finish(timestamp_ms, window_ms)
        return self._text()

    def request(self, bytes query not None, bytes before not None, bytes behind not None, int64_t now_ms,
                int64_t window_ms):
        """`(request, signature)`: the whole request that places what was `written`, and what signs it.

        `before` and `behind` the query are those of every such request. The venue must not take it later than
        `window_ms` after its time `now_ms`.
        """
        cdef Writer out = self._request
        cdef int size = self._signer.signer.hex_size
        self._order.size = out.size = 0
        self._order.put_bytes(query)
        self._finish(now_ms, window_ms)
        out.put_bytes(before)
        out.put(self._order.data, self._order.size)
        out.put_bytes(behind)
        signature = self._order.data[self._order.size - size:self._order.size].decode("ascii")
        return out.data[:out.size], signature

    cdef int write_order(self, OrderTemplate template, const OrderNumbers* numbers) except -1:
        cdef Writer query = self._order
        query.put_bytes(<bytes>template.heads[numbers.side * ORDER_KINDS + numbers.kind])
        if numbers.qty != NOT_GIVEN:
            query.put(b"&quantity=", 10)
            query.put_count(numbers.qty, template.rules.qty_digits)
        if numbers.quote != NOT_GIVEN:
            query.put(b"&quoteOrderQty=", 15)
            query.put_count(numbers.quote, numbers.quote_digits)
        if numbers.px != NOT_GIVEN:
            query.put(b"&price=", 7)
            query.put_count(numbers.px, template.rules.price_digits)
        if numbers.client_id is not NULL:
            query.put(b"&newClientOrderId=", 18)
            query.put(numbers.client_id, numbers.client_id_size)
        if numbers.stp != NO_STP:
            query.put_bytes(<bytes>_STP[numbers.stp])
        return 0

    cdef int _finish(self, int64_t timestamp_ms, int64_t window_ms) except -1:
        if window_ms > 0:
            self._order.put(b"&recvWindow=", 12)
            self._order.put_int(window_ms)
        self._order.put(b"&timestamp=", 11)
        self._order.put_int(timestamp_ms)
        return self._signer.append_signature(self._order)


cdef int64_t window_of(object recv_window_ms) except -1:
    if type(recv_window_ms) is not int or not 0 < recv_window_ms <= MOST_WINDOW_MS:
        raise UsageError(f"recv_window_ms must be 1 to {MOST_WINDOW_MS}, not {recv_window_ms!r}")
    return recv_window_ms
