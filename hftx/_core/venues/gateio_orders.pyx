"""Orders as Gate wants them: Gate API v4 docs, "Create an order"; "WebSocket API, Order Place" takes the same."""

from libc.stdint cimport int64_t

from hftx._core.order_rules cimport MARKET, NO_STP, NOT_GIVEN, OrderNumbers, OrderRules
from hftx._core.order_writer cimport OrderTemplate, OrderWriter
from hftx._core.signer cimport MOST_HEX
from hftx._core.venues.gateio_signer cimport GateSigner
from hftx._core.writer cimport Writer

from hftx.enums import ExchangeEnum, OrderType, Side
from hftx.errors import UsageError

ACTION_MODES = ("ACK", "RESULT", "FULL")

cdef bytes _CALL = b"POST\n/api/v4/spot/orders\n\n"
TIF_WORDS = (b"gtc", b"ioc", b"fok", b"poc", b"ioc", b"ioc", b"fok")   # by kind of order
STP_WORDS = (b"", b"co", b"cn", b"cb")   # cancel the oldest (the maker), the newest (the taker), both
cdef tuple _TIF = TIF_WORDS
cdef tuple _STP = STP_WORDS


cdef class GateTemplate(OrderTemplate):
    """What never changes in the orders of one symbol."""

    def __init__(self, info, str name not None):
        writer = Writer()
        heads = []
        for side in (Side.BUY, Side.SELL):
            for order_type in (OrderType.LIMIT, OrderType.MARKET):
                writer.add(b'"currency_pair":"')
                writer.add_json(name)
                writer.add(f'","type":"{order_type.value}","account":"spot","side":"{side.name.lower()}"'.encode())
                writer.add(b',"amount":"')
                heads.append(writer.take())
        self.rules, self.heads = OrderRules(info, ExchangeEnum.GATEIO), tuple(heads)


cdef class GateOrderEncoder(OrderWriter):
    """Checks, writes and signs orders for Gate spot; a market that spells them otherwise overrides `write_order`.

    `action_mode` says how much the venue answers: "ACK", "RESULT" or "FULL"; None leaves it to the venue. One encoder
    is for one thread. Raises `UsageError` for other modes.
    """

    def __init__(self, GateSigner signer not None, action_mode=None):
        if action_mode is not None and action_mode not in ACTION_MODES:
            raise UsageError(f"action_mode must be one of {', '.join(ACTION_MODES)}, not {action_mode!r}")
        mode = f',"action_mode":"{action_mode}"' if action_mode else ""
        self._signer, self._call, self._tail = signer, _CALL, f"{mode}}}".encode()

    def set_symbol(self, info, str name not None):
        """Orders of `info.symbol` follow the rules of `info` from now on; `name` is Gate's name of the symbol."""
        self._templates[info.symbol] = GateTemplate(info, name)

    def encode(self, params, timestamp):
        """`(body, signature)` of the call that places an order; `timestamp` in unix seconds is that of the header.

        Raises `RuleError` for an order that breaks a rule, `UnknownSymbolError` for a symbol that was never set.
        """
        cdef char[MOST_HEX] text
        self._write(params)
        self._signer.sign_call(self._call, len(self._call), self._order, timestamp, text)
        return self._text(), text[:MOST_HEX].decode("ascii")

    def encode_param(self, params):
        """The same object, as the `req_param` of the WebSocket channel that places orders; it needs no signature."""
        self._write(params)
        return self._text()

    def request(self, bytes body not None, bytes head not None, int64_t now_ms, int64_t valid_ms):
        """`(request, signature)`: the whole request that places what was `written`, and what signs it.

        `head` has the request line and the headers of every such request, each with its end. The venue must not take
        it later than `valid_ms` after its time `now_ms`.
        """
        cdef char[MOST_HEX] text
        cdef Writer out = self._request
        self._order.size = out.size = 0
        self._order.put_bytes(body)
        self._signer.sign_at(self._call, self._order, now_ms // 1000, text)
        out.put_bytes(head)
        out.put(b"Timestamp: ", 11)
        out.put_int(now_ms // 1000)
        out.put(b"\r\nSIGN: ", 8)
        out.put(text, MOST_HEX)
        out.put(b"\r\nx-gate-exptime: ", 18)
        out.put_int(now_ms + valid_ms)
        out.put(b"\r\nContent-Length: ", 18)
        out.put_int(len(body))
        out.put(b"\r\n\r\n", 4)
        out.put_bytes(body)
        return out.data[:out.size], text[:MOST_HEX].decode("ascii")

    cdef int write_order(self, OrderTemplate template, const OrderNumbers* numbers) except -1:
        cdef Writer body = self._order
        body.put(b"{", 1)
        if numbers.client_id is not NULL:
            body.put(b'"text":"', 8)
            body.put(numbers.client_id, numbers.client_id_size)
            body.put(b'",', 2)
        self._write_numbers(template, numbers)
        body.put(b'","time_in_force":"', 19)
        body.put_bytes(<bytes>_TIF[numbers.kind])
        if numbers.stp != NO_STP:
            body.put(b'","stp_act":"', 13)
            body.put_bytes(<bytes>_STP[numbers.stp])
        body.put(b'"', 1)
        return body.put_bytes(self._tail)

    cdef int _write_numbers(self, OrderTemplate template, const OrderNumbers* numbers) except -1:
        # `amount` is in base units, but in quote units for a market buy.
        cdef Writer body = self._order
        body.put_bytes(<bytes>template.heads[2 * numbers.side + (numbers.kind >= MARKET)])
        if numbers.qty != NOT_GIVEN:
            body.put_count(numbers.qty, template.rules.qty_digits)
        else:
            body.put_count(numbers.quote, numbers.quote_digits)
        if numbers.px != NOT_GIVEN:
            body.put(b'","price":"', 11)
            body.put_count(numbers.px, template.rules.price_digits)
        return 0
