"""What is known of the orders of one account, event by event: the part of the order store that every event passes.

Knows no venue, no stream and no request, and reads no clock: time is an argument.
"""

cimport cython
from libc.stdint cimport int64_t, uintptr_t

from hftx._core.account_records cimport Execution, Order, is_ended
from hftx._core.dropped_order cimport Dropped
from hftx._core.order_merge cimport is_given
from hftx._core.order_shelves cimport OrderShelves
from hftx._core.tracked_order cimport TrackedOrder

from hftx.enums import OrderStatus
from hftx.errors import UsageError
from hftx.trading.states import Contradiction

cdef object _UNKNOWN = OrderStatus.UNKNOWN


@cython.final
@cython.no_gc
@cython.auto_pickle(False)
@cython.dataclasses.dataclass(frozen=True)
cdef class Applied:
    """What an event changed, ready for the handlers.

    `order` is the order as it stands now, None when nothing about it is new; `execution` is given the first
    time that it is seen, None when it was known.
    """

    order = None
    execution = None
    contradictions = ()

    def __reduce__(self):
        return Applied, (self.order, self.execution, self.contradictions)


cdef Applied _NOTHING = Applied()


cdef inline tuple joined(tuple found, tuple more):
    return found + more if found else more


cdef class OrderState:
    """Orders and fills per symbol, as events made them. The limits are counts per symbol."""

    def __cinit__(self, *limits, **named_limits):
        self.shelves, self._symbols, self._known = {}, [None] * SLOTS, [None] * SLOTS

    def __init__(self, Py_ssize_t executed_limit, Py_ssize_t remembered_limit):
        if executed_limit < 1 or remembered_limit < 1:
            raise UsageError(f"limits must be at least 1, not {executed_limit} and {remembered_limit}")
        self._limits = executed_limit, remembered_limit

    def apply_order(self, Order order not None, int64_t now_ns):
        """Take in an order as the venue, or for want of an answer the caller, describes it.

        An order that has no venue id yet carries `order_id=""` and a client order id; UNKNOWN while its fate
        is open.
        """
        return self._applied(self.take_order(order, now_ns), None)

    def apply_execution(self, Execution execution not None, int64_t now_ns):
        """Take in a fill. It is delivered once by (trade id, order id), known order or not."""
        cdef Order news = self.take_execution(execution, now_ns)
        return self._applied(news, execution if self.is_new else None)

    cdef Applied _applied(self, Order order, Execution execution):
        if order is None and execution is None and not self.found:
            return _NOTHING
        cdef Applied applied = Applied.__new__(Applied)
        applied.order, applied.execution, applied.contradictions = order, execution, self.found
        return applied

    def at(self, symbol):
        """The orders of one symbol."""
        return self.shelves_at(symbol)

    @cython.final
    cdef Order take_order(self, Order order, int64_t now_ns):
        cdef OrderShelves shelves
        cdef TrackedOrder tracked
        cdef tuple found = ()
        if not (is_given(order.order_id) or order.client_order_id):
            raise UsageError("an order needs the venue's order id or a client order id")
        self.as_of_ns, self.found = max(self.as_of_ns, now_ns), ()
        shelves = self.shelves_at(order.symbol)
        tracked = shelves.latest(order.order_id, order.client_order_id)
        if tracked is None and is_given(order.order_id):
            known = shelves.known(order.order_id)
            if type(known) is Dropped:
                was_doubted = is_ended(order) and shelves.drop_unnumbered(order.client_order_id)
                return order if was_doubted else None
            tracked = shelves.only(known, order.client_order_id)
        if tracked is None:
            tracked, found = shelves.take(order.order_id, order.client_order_id)
        self.found = joined(found, tracked.hear(order))
        if order.status is not _UNKNOWN:
            tracked.is_missing = False
        return self._news(shelves, tracked, order.order_id, now_ns)

    @cython.final
    cdef Order take_execution(self, Execution execution, int64_t now_ns):
        cdef OrderShelves shelves
        cdef TrackedOrder tracked
        cdef Execution known
        cdef tuple found = ()
        self.as_of_ns, self.found, self.is_new = max(self.as_of_ns, now_ns), (), False
        shelves = self.shelves_at(execution.symbol)
        tracked = shelves.latest(execution.order_id, execution.client_order_id)
        if tracked is None:
            named = shelves.known(execution.order_id)
            if type(named) is Dropped:
                self.is_new = shelves.note(execution)
                return None
            tracked = shelves.only(named, execution.client_order_id)
        if tracked is None:
            tracked, found = shelves.take(execution.order_id, execution.client_order_id)
        known = tracked.known(execution.trade_id)
        if known is not None:
            self.found = found + tracked.compare(known, execution)
        elif execution.venue_ns <= shelves.forgotten_ns and not tracked.fills and tracked.reported is None:
            text = f"execution {execution.trade_id} is too old to tell whether it was delivered"
            self.found = (Contradiction(execution.symbol, execution.order_id, execution.client_order_id, text),)
            return None
        else:
            self.found, self.is_new = joined(found, tracked.add(execution)), True
        return self._news(shelves, tracked, execution.order_id, now_ns)

    @cython.final
    cdef Order _news(self, OrderShelves shelves, TrackedOrder tracked, object order_id, int64_t now_ns):
        tracked.heard_ns = max(tracked.heard_ns, now_ns)
        shelves.put(tracked, order_id)
        return tracked.news()

    @cython.final
    cdef OrderShelves shelves_at(self, object symbol):
        # To hash a symbol is a Python call: the same object as the last time is known by its address.
        cdef uintptr_t address = <uintptr_t><void*>symbol
        cdef Py_ssize_t slot = ((address >> 4) ^ (address >> 10)) % SLOTS
        if self._symbols[slot] is not symbol or symbol is None:
            shelves = self.shelves.get(symbol)
            if shelves is None:
                shelves = self.shelves[symbol] = OrderShelves(*self._limits)
            self._symbols[slot], self._known[slot] = symbol, shelves
        return <OrderShelves>self._known[slot]
