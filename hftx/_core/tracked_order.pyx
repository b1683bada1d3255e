"""One order as it is followed. The rules are those of `hftx.trading.states`, and stand there.

What usually happens is recognised here, and its outcome taken without asking: an order moves on as it should, a fill
adds to it. What is not recognised goes to the rules. So this module only has to know when there is nothing to decide.
Knows no other order, no store and no clock.
"""

cimport cython
from libc.stdint cimport int64_t

from dataclasses import replace
from decimal import Decimal

from hftx._core.account_records cimport Execution, Order, copy_order, is_ended

from hftx.enums import OrderStatus, OrderType
from hftx.trading.states import (
    Contradiction,
    contradiction,
    contradictions,
    impossible_fills,
    merge,
    with_fills,
)

# Words are told apart by identity: members of an Enum exist once.
cdef object _NEW = OrderStatus.NEW
cdef object _PARTIALLY_FILLED = OrderStatus.PARTIALLY_FILLED
cdef object _FILLED = OrderStatus.FILLED
cdef object _CANCELLED = OrderStatus.CANCELLED
cdef object _REJECTED = OrderStatus.REJECTED
cdef object _UNKNOWN = OrderStatus.UNKNOWN
cdef object _LIMIT = OrderType.LIMIT
cdef object _ZERO = Decimal(0)


@cython.final
@cython.no_gc
@cython.freelist(64)
cdef class TrackedOrder:
    """Order events and fills of one order, joined.

    `reported` is what events said, `order` what events and fills show together; both are None while only
    fills have arrived. `given` is the order as it was last handed out.
    """

    def __cinit__(self):
        self.executions = {}
        self.executed_quantity = self.executed_quote = _ZERO

    @property
    def client_order_id(self):
        """From the order or, while only fills have arrived, from them."""
        return self.client_id()

    @property
    def is_numbered(self):
        """True when the venue's order id is known, from the order or from a fill."""
        return self.has_number()

    @property
    def awaits_executions(self):
        """True when the venue has reported more filled than the known fills add up to."""
        return self.reported is not None and self.reported.filled_quantity > self.executed_quantity

    cpdef Order news(self):
        """The order, if more than its stamps differs from the one handed out last."""
        order, given = self.order, self.given
        if order is None or order is given:
            return None
        if given is not None and same_state(order, given):
            return None   # the same state has other stamps over REST and over the stream
        self.given = order
        return order

    def observe(self, Order order not None):
        """Take in what the venue, or the caller for want of an answer, said of the order."""
        return self.hear(order)

    cdef tuple hear(self, Order order):
        cdef Order merged = order
        cdef tuple found = ()
        if self.reported is not None:
            merged = usual_merge(self.reported, order)
            if merged is None:
                found, merged = contradictions(self.reported, order), merge(self.reported, order)
        self.reported = merged
        return self._settle(found)

    def fill(self, Execution execution not None):
        """Take in a fill; False when it was known before."""
        cdef Execution known = self.executions.get(execution.trade_id)
        if known is not None:
            return False, self.compare(known, execution)
        return True, self.add(execution)

    def absorb(self, TrackedOrder other not None):
        """Take in everything that was known of the same order under its other name."""
        cdef tuple found = ()
        for execution in other.executions.values():
            found += self.fill(execution)[1]
        return found + self.hear(other.reported) if other.reported is not None else found

    cdef tuple add(self, Execution execution):
        amount = execution.quantity * execution.price
        if self.executions:
            self.executed_quantity = self.executed_quantity + execution.quantity
            self.executed_quote = self.executed_quote + amount
        else:
            self.executed_quantity, self.executed_quote = execution.quantity, amount
        self.executions[execution.trade_id] = execution
        return self._settle(())

    cdef tuple compare(self, Execution known, Execution again):
        if known.side is again.side and known.price == again.price and known.quantity == again.quantity:
            return ()
        was, now = [f"{e.side.name} {e.quantity} at {e.price}" for e in (known, again)]
        text = f"execution {known.trade_id} was {was} and is repeated as {now}"
        return self._untold((Contradiction(known.symbol, known.order_id, known.client_order_id, text),))

    cdef object client_id(self):
        cdef Execution execution
        if self.reported is not None:
            return self.reported.client_order_id
        for execution in self.executions.values():
            if execution.client_order_id:
                return execution.client_order_id
        return None

    cdef bint has_number(self) except -1:
        if self.executions:
            return True
        return False if self.reported is None or not self.reported.order_id else True

    cdef tuple _settle(self, tuple found):
        if self.reported is None:
            return self._untold(found)
        if self.executions and not self.reported.order_id:
            found += self._number()
        order = self._usual()
        if order is None:
            found += self._joined()
        else:
            self.order = order
        return self._untold(found)

    cdef tuple _number(self):
        # A fill shows that an order, known to us only so far, lives at the venue, and under which id.
        order_id = next(iter(self.executions.values())).order_id
        lives = replace(self.reported, order_id=order_id, status=_NEW, updated_ns=0, reason="")
        found = contradictions(self.reported, lives)
        self.reported = merge(self.reported, lives)
        return found

    cdef Order _usual(self):
        # What `_joined` makes of event and fills when it finds nothing wrong; None: not seen to be so.
        cdef Order order = self.reported
        cdef bint ended = is_ended(order)
        cdef bint more = False, worth_more = False
        if order.status is _REJECTED or order.status is _UNKNOWN or order.status is _CANCELLED:
            return None if self.executions or order.filled_quantity else order
        if self.executions:
            more = self.executed_quantity > order.filled_quantity
            worth_more = self.executed_quote > order.filled_quote
        if ended:
            if more or (worth_more and not self._is_rounded()):
                return None
            return order if is_plausible(order) else None
        if not (more or worth_more):
            return None if order.status is _NEW and order.filled_quantity else order
        order = copy_order(order)
        order.status = _PARTIALLY_FILLED
        if more:
            order.filled_quantity = self.executed_quantity
        if worth_more:
            order.filled_quote = self.executed_quote
        return order

    cdef bint _is_rounded(self) except -1:
        return bool(self.reported.filled_quote) and self.executed_quantity == self.reported.filled_quantity

    cdef tuple _joined(self):
        cdef Order reported = self.reported
        self.order = order = with_fills(reported, self.executed_quantity, self.executed_quote)
        found = impossible_fills(order)
        if reported.status is _FILLED and self.executed_quantity > reported.filled_quantity:
            text = f"FILLED with {reported.filled_quantity}, but its fills add up to {self.executed_quantity}"
            found += (contradiction(order, text),)
        if reported.status is _REJECTED and self.executions:
            found += (contradiction(order, f"REJECTED, but {self.executed_quantity} of it were filled"),)
        return found

    cdef tuple _untold(self, tuple found):
        # Each is told once, however often its cause is repeated.
        if not found:
            return found
        if self._told is None:
            self._told = set()
        fresh = tuple([one for one in found if one.text not in self._told])
        self._told.update([one.text for one in fresh])
        return fresh


cdef bint is_plausible(Order order) except -1:
    # A finished order: its fills fit its quantity, or it is not to be judged by them.
    if order.order_type is not _LIMIT or order.quantity is None:
        return True
    if order.status is _FILLED:
        return order.filled_quantity == order.quantity
    return order.filled_quantity <= order.quantity


cdef Order usual_merge(Order old, Order new):
    # The younger observation of a living order says all that there is to say; what it left open is known from before.
    if new.updated_ns < old.updated_ns or not (is_same_order(old, new) and is_progress(old, new)):
        return None
    cdef int64_t created_ns = earliest(old.created_ns, new.created_ns)
    if created_ns == new.created_ns and says_all(old, new):
        return new
    cdef Order order = copy_order(new)
    order.symbol, order.order_type, order.time_in_force = old.symbol, old.order_type, old.time_in_force
    order.client_order_id = new.client_order_id or old.client_order_id
    order.price = old.price if new.price is None else new.price
    order.quantity = old.quantity if new.quantity is None else new.quantity
    order.quote_quantity = old.quote_quantity if new.quote_quantity is None else new.quote_quantity
    order.reason = new.reason or old.reason
    order.created_ns = created_ns
    return order


cdef bint is_same_order(Order old, Order new) except -1:
    # Known by the venue's number, and nothing that identifies it differs.
    if not new.order_id or not same_text(old.order_id, new.order_id) or old.side is not new.side:
        return False
    if old.client_order_id and new.client_order_id and not same_text(old.client_order_id, new.client_order_id):
        return False
    return old.symbol is new.symbol or old.symbol == new.symbol


cdef bint is_progress(Order old, Order new) except -1:
    # The new status is where both lead, fills have not shrunk, and status and fills agree.
    was, status = old.status, new.status
    if status is _UNKNOWN or status is _REJECTED or (status is not was and is_ended(old)):
        return False
    if was is _UNKNOWN or (was is _PARTIALLY_FILLED and (status is _NEW or status is _CANCELLED)):
        return False
    if old.filled_quantity is not new.filled_quantity and old.filled_quantity > new.filled_quantity:
        return False
    if old.filled_quote is not new.filled_quote and old.filled_quote > new.filled_quote:
        return False
    return not ((status is _NEW or status is _CANCELLED) and new.filled_quantity)


cdef bint says_all(Order old, Order new) except -1:
    # Nothing of `old` would have to be added to `new`.
    if old.order_type is not new.order_type or old.time_in_force is not new.time_in_force:
        return False
    if (new.price is None and old.price is not None) or (new.quantity is None and old.quantity is not None):
        return False
    if new.quote_quantity is None and old.quote_quantity is not None:
        return False
    return (new.client_order_id or not old.client_order_id) and (new.reason or not old.reason)


cdef int64_t earliest(int64_t one, int64_t other) noexcept:
    # Of two stamps of the venue; what is not above zero is not known.
    return min(one, other) if one > 0 and other > 0 else max(one, other)


cdef bint same_text(object one, object other) except -1:
    return one is other or <str>one == <str>other


cdef bint same_state(Order one, Order other) except -1:
    if one.status is not other.status or one.side is not other.side or one.order_type is not other.order_type:
        return False
    return (
        one.filled_quantity == other.filled_quantity and one.filled_quote == other.filled_quote
        and one.price == other.price and one.quantity == other.quantity
        and one.quote_quantity == other.quote_quantity and same_text(one.order_id, other.order_id)
        and same_text(one.client_order_id, other.client_order_id) and one.time_in_force is other.time_in_force
        and same_text(one.reason, other.reason) and (one.symbol is other.symbol or one.symbol == other.symbol)
    )
