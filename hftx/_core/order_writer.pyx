"""What encoders of orders share: rules of symbols, the check, and the order's text where it is wanted by itself."""

from hftx._core.order_rules cimport OrderNumbers
from hftx._core.writer cimport Writer

from hftx.errors import UnknownSymbolError


cdef class OrderTemplate:
    """What never changes in the orders of one symbol."""


cdef class OrderWriter:
    """Base of the encoders. One of them is for one thread."""

    def __cinit__(self):
        self._order, self._request, self._templates = Writer(), Writer(), {}

    def check(self, params):
        """Raises as `rewritten`, and writes nothing."""
        cdef OrderNumbers numbers
        self._template(params).rules.check(params, &numbers)

    def written(self, params):
        """The text of an order that is seen at once to break no rule, as `request` takes it; None for any other."""
        cdef OrderNumbers numbers
        cdef OrderTemplate template = self._templates.get(params.symbol)
        if template is None or not template.rules.passes(params, &numbers):
            return None
        self._order.size = 0
        self.write_order(template, &numbers)
        return self._text()

    def rewritten(self, params):
        """The same of every order that breaks no rule.

        Raises `RuleError` for an order that breaks one, `UnknownSymbolError` for a symbol that was never set.
        """
        self._write(params)
        return self._text()

    cdef int write_order(self, OrderTemplate template, const OrderNumbers* numbers) except -1:
        raise NotImplementedError("of the venue's encoder")

    cdef int _write(self, object params) except -1:
        cdef OrderNumbers numbers
        cdef OrderTemplate template = self._template(params)
        template.rules.check(params, &numbers)
        self._order.size = 0
        return self.write_order(template, &numbers)

    cdef bytes _text(self):
        return self._order.data[:self._order.size]

    cdef OrderTemplate _template(self, object params):
        cdef OrderTemplate template = self._templates.get(params.symbol)
        if template is None:
            raise UnknownSymbolError(f"the rules of {params.symbol} are not known; call set_symbol first")
        return template
