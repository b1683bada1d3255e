"""The rules of one symbol in integers, and the numbers of an order that broke none.

An order passes here, or `hftx.rules.check_order` judges it: rare but valid numbers pass there, everything else is
refused there in words. So this module holds no rule of its own and writes no message.
"""

from cpython.object cimport PyObject_Repr, PyObject_Str
from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport INT64_MAX, int64_t
from libc.string cimport memcmp

from hftx._core.cursor cimport Cursor, over
from hftx._core.fault cimport OK
from hftx._core.number cimport HFTX_POW10, SAFE_DIGITS, read_count

cdef extern from "Python.h":
    bint PyUnicode_IS_ASCII(object text)

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from hftx.enums import OrderType, PositionSide, SelfTradePrevention, Side, TimeInForce
from hftx.errors import UsageError
from hftx.orders import FuturesOrderParams, OrderParams
from hftx.rules import allowed_kinds, check_order, side_allowed
from hftx.venue_rules import VENUE_RULES

KINDS = tuple(
    (order_type, tif)
    for order_type in (OrderType.LIMIT, OrderType.MARKET)
    for tif in (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK, TimeInForce.POST_ONLY)
)
STPS = (
    SelfTradePrevention.NONE,
    SelfTradePrevention.CANCEL_MAKER,
    SelfTradePrevention.CANCEL_TAKER,
    SelfTradePrevention.CANCEL_BOTH,
)
CLOSES = (None, PositionSide.BOTH, PositionSide.LONG, PositionSide.SHORT)
_EXACT = Context(prec=150)

# Words are told apart by identity: members of an Enum exist once.
cdef object _BUY = Side.BUY
cdef object _SELL = Side.SELL
cdef object _LIMIT = OrderType.LIMIT
cdef object _MARKET = OrderType.MARKET
cdef object _GTC = TimeInForce.GTC
cdef object _IOC = TimeInForce.IOC
cdef object _FOK = TimeInForce.FOK
cdef object _POST_ONLY = TimeInForce.POST_ONLY
cdef object _NO_STP = SelfTradePrevention.NONE
cdef object _Decimal = Decimal
cdef object _PLAIN = OrderParams
cdef object _FOR_CONTRACTS = FuturesOrderParams


cdef class OrderRules:
    """Rules of one symbol at one venue, made once and used for every order."""

    def __init__(self, info, venue):
        rules = VENUE_RULES[venue]
        self.info, self.venue, self.contracts = info, venue, rules.contracts
        self.price_digits, self.qty_digits = info.price_digits, info.qty_digits
        kinds = allowed_kinds(info, venue)
        for number, side in enumerate((_BUY, _SELL)):
            for kind in kinds:
                self.allowed[number][KINDS.index(kind)] = side_allowed(info, side)
            self.market_quote[number] = "quote_quantity" in rules.amounts[side]
            self.market_qty[number] = "quantity" in rules.amounts[side]
        self._set_client_ids(rules.client_ids)
        self._set_limits(info)

    def _set_client_ids(self, rule):
        cdef int letter
        self._prefix, self._most = rule.prefix.encode(), rule.most
        for letter in range(128):
            self._letters[letter] = re.fullmatch(f"[{rule.letters}]", chr(letter)) is not None

    cdef int _set_limits(self, object info) except -1:
        cdef int digits = info.price_digits + info.qty_digits
        self.quick = info.price_digits >= 0 and info.qty_digits >= 0 and digits <= SAFE_DIGITS
        if self.quick:
            low, high = _low(info.min_qty, self.qty_digits), _high(info.max_qty, self.qty_digits)
            least, most = _low(info.min_notional, digits), _high(info.max_notional, digits)
            step = _EXACT.scaleb(info.tick_size, self.price_digits)
            self.quick = low <= INT64_MAX and least <= _WIDEST and 1 <= step <= INT64_MAX and step == int(step)
            if self.quick:
                self.px_step = int(step)
                self.min_qty, self.max_qty = low, min(high, INT64_MAX)
                self.max_market_qty = min(self.max_qty, _high(info.max_market_qty, self.qty_digits))
                self.min_notional, self.max_notional = _wide(least), _wide(min(most, _WIDEST))

    def numbers(self, params):
        """`(price, quantity, quote_quantity, quote_digits)` of an order as counts; NOT_GIVEN is -1.

        Raises `RuleError` when the order breaks a rule.
        """
        cdef OrderNumbers numbers
        self.check(params, &numbers)
        return numbers.px, numbers.qty, numbers.quote, numbers.quote_digits

    cdef int check(self, object params, OrderNumbers* out) except -1:
        # The numbers of an order that breaks no rule; raises RuleError, or UsageError for an order of another symbol.
        if not self.passes(params, out):
            self._slowly(params, out)
        return 0

    cdef bint passes(self, object params, OrderNumbers* out) except -1:
        # Whether the order is seen at once to break no rule; other orders may be right too.
        return self.quick and self._quick(params, out)

    cdef bint _quick(self, object params, OrderNumbers* out) except -1:
        # False means nothing but: not seen to be right.
        if not self._words(params, out) or not self.allowed[out.side][out.kind]:
            return False
        if not self._client_id(params.client_order_id, out):
            return False
        if not self._position_words(params, out):
            return False
        out.px = out.qty = out.quote = NOT_GIVEN
        price, quantity, quote = params.price, params.quantity, params.quote_quantity
        if out.kind < MARKET:
            if quote is not None or not read_number(price, self.price_digits, &out.px):
                return False
            if out.px % self.px_step:
                return False
            return read_number(quantity, self.qty_digits, &out.qty) and self._limits(out)
        return price is None and self._market_amount(quantity, quote, out) and self._limits(out)

    cdef bint _market_amount(self, object quantity, object quote, OrderNumbers* out) except -1:
        if quote is None:
            return self.market_qty[out.side] and read_number(quantity, self.qty_digits, &out.qty)
        if quantity is not None or not self.market_quote[out.side]:
            return False
        return read_amount(quote, &out.quote, &out.quote_digits)

    cdef bint _words(self, object params, OrderNumbers* out) except -1:
        order_type, tif, side, stp = params.order_type, params.time_in_force, params.side, params.stp
        if side is _BUY:
            out.side = BUY
        elif side is _SELL:
            out.side = SELL
        else:
            return False
        out.kind = kind_of(order_type, tif)
        out.stp = NO_STP if stp is _NO_STP else stp_of(stp)
        return out.kind >= 0 and out.stp >= 0

    cdef bint _position_words(self, object params, OrderNumbers* out) except -1:
        # What only orders for contracts have; all but the usual of it is looked at in Python.
        out.close, out.reduce_only, out.iceberg = NO_CLOSE, False, NOT_GIVEN
        if type(params) is _PLAIN:
            return True
        if not self.contracts or type(params) is not _FOR_CONTRACTS:
            return False
        out.reduce_only = params.reduce_only is True
        return type(params.reduce_only) is bool and params.close is None and params.iceberg is None

    cdef bint _client_id(self, object text, OrderNumbers* out) except -1:
        cdef Py_ssize_t before = len(self._prefix)
        cdef Py_ssize_t i
        cdef const char* start
        out.client_id, out.client_id_size = NULL, 0
        if text is None:
            return True
        if type(text) is not str or not PyUnicode_IS_ASCII(text):
            return False
        start = PyUnicode_AsUTF8AndSize(text, &out.client_id_size)
        if not 0 < out.client_id_size - before <= self._most or memcmp(start, <const char*>self._prefix, before) != 0:
            return False
        for i in range(before, out.client_id_size):
            if not self._letters[<unsigned char>start[i]]:
                return False
        out.client_id = start
        return True

    cdef bint _limits(self, const OrderNumbers* numbers) noexcept:
        cdef int digits = self.price_digits + self.qty_digits
        cdef int64_t most = self.max_qty if numbers.kind < MARKET else self.max_market_qty
        cdef hftx_wide notional
        if numbers.qty != NOT_GIVEN and not self.min_qty <= numbers.qty <= most:
            return False
        if numbers.px != NOT_GIVEN:
            notional = hftx_product(numbers.px, numbers.qty)
        elif numbers.quote == NOT_GIVEN:
            return True
        elif numbers.quote_digits <= digits:
            notional = hftx_product(numbers.quote, HFTX_POW10[digits - numbers.quote_digits])
        else:
            return False
        return hftx_between(self.min_notional, notional, self.max_notional)

    cdef int _slowly(self, object params, OrderNumbers* out) except -1:
        checked = check_order(params, self.info, self.venue)
        if not self._words(params, out) or not self._client_id(params.client_order_id, out):
            raise UsageError("the words of an order must be members of the enums and plain text")
        out.px = NOT_GIVEN if checked.price is None else checked.price
        out.qty = NOT_GIVEN if checked.quantity is None else checked.quantity
        out.quote = NOT_GIVEN if checked.quote_quantity is None else checked.quote_quantity
        out.quote_digits = checked.quote_digits
        out.iceberg = NOT_GIVEN if checked.iceberg is None else checked.iceberg
        out.reduce_only, out.close = False, NO_CLOSE
        if isinstance(params, FuturesOrderParams):
            out.reduce_only, out.close = params.reduce_only, CLOSES.index(params.close)
        return 0


cdef int kind_of(object order_type, object tif) noexcept:
    cdef int kind = GTC if order_type is _LIMIT else MARKET if order_type is _MARKET else -ORDER_KINDS
    if tif is _GTC:
        return kind
    if tif is _IOC:
        return kind + IOC
    if tif is _FOK:
        return kind + FOK
    return kind + POST_ONLY if tif is _POST_ONLY else -1


cdef int stp_of(object stp) except -2:
    return STPS.index(stp) if isinstance(stp, SelfTradePrevention) else -1


cdef bint read_number(object value, int digits, int64_t* out) except -1:
    # A number above zero as a count of 10^-digits. False when it has to be looked at more closely.
    cdef const char* text
    cdef Py_ssize_t size = 0
    cdef int needed = 0
    cdef Cursor c
    value = plain_text(value)
    if value is None or not PyUnicode_IS_ASCII(value):
        return False
    text = PyUnicode_AsUTF8AndSize(value, &size)
    c = over(text, size)
    return read_count(&c, digits, out, &needed) == OK and c.p == c.end and out[0] > 0


cdef bint read_amount(object value, int64_t* out, int* digits) except -1:
    # The same with as many digits as the number itself has.
    cdef Py_ssize_t dot
    value = plain_text(value)
    if value is None:
        return False
    dot = value.find(".")
    digits[0] = 0
    if dot >= 0:
        digits[0] = <int>(len(value.rstrip("0")) - dot - 1)
    return 0 <= digits[0] <= SAFE_DIGITS and read_number(value, digits[0], out)


cdef object plain_text(object value):
    # Text of a number of the four types, None for others. A float means its shortest decimal text.
    if type(value) is _Decimal or type(value) is int:
        return PyObject_Str(value)
    if type(value) is float:
        return PyObject_Repr(value)
    return value if type(value) is str else None


_WIDEST = 10**36     # times 10 it is still far from the end of 128 bits


def _low(limit, digits):
    return 0 if limit is None else _whole(limit, digits, ROUND_CEILING)


def _high(limit, digits):
    return _WIDEST if limit is None else _whole(limit, digits, ROUND_FLOOR)


def _whole(limit, digits, rounding):
    # Orders are above zero, so a limit below it is the same as zero.
    return max(0, int(limit.scaleb(digits, _EXACT).to_integral_value(rounding, _EXACT)))


cdef hftx_wide _wide(object value) except? -1:
    return hftx_join(value >> 64, value & 0xFFFFFFFFFFFFFFFF)
