"""Orders as Gate USDT futures want them (Gate API v4 docs, "Create a futures order"), over either way the same.

A size is signed; of contracts that trade in fractions it is text, which the header X-Gate-Size-Decimal makes exact.
"""

from libc.stdint cimport int64_t

from hftx._core.order_rules cimport (
    CLOSE_BOTH, CLOSE_LONG, NO_CLOSE, NO_STP, NOT_GIVEN, SELL, OrderNumbers, OrderRules,
)
from hftx._core.order_writer cimport OrderTemplate
from hftx._core.venues.gateio_orders cimport GateOrderEncoder, GateTemplate
from hftx._core.venues.gateio_signer cimport GateSigner
from hftx._core.writer cimport Writer

from hftx._core.venues.gateio_orders import STP_WORDS, TIF_WORDS
from hftx.enums import ExchangeEnum

cdef bytes _CALL = b"POST\n/api/v4/futures/usdt/orders\n\n"
cdef tuple _TIF = TIF_WORDS
cdef tuple _STP = STP_WORDS


cdef class GateFuturesTemplate(GateTemplate):
    """What never changes in the orders of one contract."""

    def __init__(self, info, str name not None):
        writer = Writer()
        writer.add(b'{"contract":"')
        writer.add_json(name)
        writer.add(b'","size":')
        self.quote = b'"' if info.qty_digits else b""
        self.rules, self.heads = OrderRules(info, ExchangeEnum.GATEIO_FUTURES), (writer.take(),)


cdef class GateFuturesOrderEncoder(GateOrderEncoder):
    """Checks, writes and signs orders for Gate USDT futures; as `GateOrderEncoder` in everything else."""

    def __init__(self, GateSigner signer not None, action_mode=None):
        GateOrderEncoder.__init__(self, signer, action_mode)
        self._call = _CALL

    def set_symbol(self, info, str name not None):
        """Orders of `info.symbol` follow the rules of `info` from now on; `name` is Gate's name of the contract."""
        self._templates[info.symbol] = GateFuturesTemplate(info, name)

    cdef int write_order(self, OrderTemplate template, const OrderNumbers* numbers) except -1:
        cdef Writer body = self._order
        body.put_bytes(<bytes>template.heads[0])
        self._size(<GateFuturesTemplate>template, -numbers.qty if numbers.side == SELL else numbers.qty, numbers.close)
        body.put(b',"price":"', 10)
        body.put_count(0 if numbers.px == NOT_GIVEN else numbers.px, template.rules.price_digits)
        body.put(b'","tif":"', 9)
        body.put_bytes(<bytes>_TIF[numbers.kind])
        if numbers.client_id is not NULL:
            body.put(b'","text":"', 10)
            body.put(numbers.client_id, numbers.client_id_size)
        if numbers.stp != NO_STP:
            body.put(b'","stp_act":"', 13)
            body.put_bytes(<bytes>_STP[numbers.stp])
        body.put(b'"', 1)
        if numbers.close != NO_CLOSE or numbers.reduce_only:
            self._effect(numbers)
        if numbers.iceberg != NOT_GIVEN:
            body.put(b',"iceberg":', 11)
            self._size(<GateFuturesTemplate>template, numbers.iceberg, NO_CLOSE)
        return body.put_bytes(self._tail)

    cdef int _size(self, GateFuturesTemplate template, int64_t count, int close) except -1:
        # What closes a position has size 0.
        cdef Writer body = self._order
        body.put_bytes(template.quote)
        body.put_count(0 if close != NO_CLOSE else count, template.rules.qty_digits)
        return body.put_bytes(template.quote)

    cdef int _effect(self, const OrderNumbers* numbers) except -1:
        # Which position it closes: the only one of the contract, or one of two, which Gate wants named reduce-only.
        cdef Writer body = self._order
        if numbers.close == CLOSE_BOTH:
            return body.put(b',"close":true', 13)
        body.put(b',"reduce_only":true', 19)
        if numbers.close == NO_CLOSE:
            return 0
        if numbers.close == CLOSE_LONG:
            return body.put(b',"auto_size":"close_long"', 25)
        return body.put(b',"auto_size":"close_short"', 26)
