"""One order as it is followed. The rules are those of `hftx.trading.states`, and stand there.

What usually happens is recognised here, and its outcome taken without asking: an order moves on as it should, a fill
adds to it. What is not recognised goes to the rules. So this module only has to know when there is nothing to decide.
Knows no other order, no store and no clock.
"""

cimport cython

from dataclasses import replace

from hftx._core.account_records cimport Execution, Order, copy_order, is_ended
from hftx._core.decimals cimport EXACT, Amount, amount_of, as_decimal, hftx_add, hftx_multiply, is_count
from hftx._core.order_merge cimport ODD, compared, is_plausible, same_state, same_text, usual_merge

from hftx.enums import OrderStatus
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


@cython.final
@cython.no_gc
@cython.freelist(256)
cdef class TrackedOrder:
    """Order events and fills of one order, joined.

    `reported` is what events said, `order` what events and fills show together; both are None while only
    fills have arrived. `given` is the order as it was last handed out.
    """

    @property
    def executions(self):
        """Trade id -> Execution, as they arrived."""
        return {execution.trade_id: execution for execution in self.fills or ()}

    @property
    def executed_quantity(self):
        """What the executions add up to, in base units."""
        if self.filled_object is None:
            self.filled_object = as_decimal(&self.filled)
        return self.filled_object

    @property
    def executed_quote(self):
        """What the executions add up to, in quote units."""
        if self.worth_object is None:
            self.worth_object = as_decimal(&self.worth)
        return self.worth_object

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
        """True when the venue has reported more filled than the known fills add up to, or has not said how much."""
        if self.reported is None:
            return False
        if is_filled_untold(self.reported):
            return not self.executed_quantity
        return self.reported.filled_quantity > self.executed_quantity

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
        cdef Execution known = self.known(execution.trade_id)
        if known is not None:
            return False, self.compare(known, execution)
        return True, self.add(execution)

    def absorb(self, TrackedOrder other not None):
        """Take in everything that was known of the same order under its other name."""
        cdef tuple found = ()
        for execution in other.fills or ():
            found += self.fill(execution)[1]
        return found + self.hear(other.reported) if other.reported is not None else found

    cdef Execution known(self, object trade_id):
        cdef Execution execution
        if self._by_trade is not None:
            return self._by_trade.get(trade_id)
        for execution in self.fills or ():
            if same_text(execution.trade_id, trade_id):
                return execution
        return None

    cdef tuple add(self, Execution execution):
        cdef Amount filled = execution.qty
        cdef Amount worth
        cdef bint counted = (
            is_count(&filled) and is_count(&execution.px) and hftx_multiply(&filled, &execution.px, &worth)
            and is_count(&self.filled) and is_count(&self.worth)
        )
        if self.fills is None:
            self.fills = []
        elif counted:
            counted = hftx_add(&self.filled, &filled, &filled) and hftx_add(&self.worth, &worth, &worth)
        if counted:
            self.filled, self.worth, self.filled_object, self.worth_object = filled, worth, None, None
        else:
            self._add_exactly(execution)
        self.fills.append(execution)
        if self._by_trade is not None:
            self._by_trade[execution.trade_id] = execution
        elif len(self.fills) > FEW_FILLS:
            self._by_trade = self.executions
        return self._settle(())

    cdef int _add_exactly(self, Execution execution) except -1:
        quantity = self.executed_quantity + execution.quantity
        quote = self.executed_quote + execution.quantity * execution.price
        self.filled, self.filled_object = amount_of(quantity), quantity
        self.worth, self.worth_object = amount_of(quote), quote
        return 0

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
        for execution in self.fills or ():
            if execution.client_order_id:
                return execution.client_order_id
        return None

    cdef bint has_number(self) except -1:
        if self.fills:
            return True
        return False if self.reported is None or not self.reported.order_id else True

    cdef tuple _settle(self, tuple found):
        if self.reported is None:
            return self._untold(found)
        if self.fills and not self.reported.order_id:
            found += self._number()
        order = self._usual()
        if order is None:
            found += self._joined()
        else:
            self.order = order
        return self._untold(found)

    cdef tuple _number(self):
        # A fill shows that an order, known to us only so far, lives at the venue, and under which id.
        order_id = (<Execution>self.fills[0]).order_id
        lives = replace(self.reported, order_id=order_id, status=_NEW, updated_ns=0, reason="")
        found = contradictions(self.reported, lives)
        self.reported = merge(self.reported, lives)
        return found

    cdef Order _usual(self):
        # What `_joined` makes of event and fills when it finds nothing wrong; None: not seen to be so.
        cdef Order order = self.reported
        cdef int more = 0
        cdef int worth_more = 0
        if not is_count(&order.filled) or not is_count(&order.worth) or order.qty.digits == EXACT:
            return None
        if order.status is _REJECTED or order.status is _UNKNOWN or order.status is _CANCELLED:
            return None if self.fills or order.filled.count else order
        if self.fills:
            more, worth_more = compared(&self.filled, &order.filled), compared(&self.worth, &order.worth)
            if more == ODD or worth_more == ODD:
                return None
        if not is_ended(order):
            return self._open(more > 0, worth_more > 0)
        # Its own sum of quote units counts at equal quantities: it may be rounded.
        if more > 0 or (worth_more > 0 and (more < 0 or order.worth.count == 0)):
            return None
        return order if is_plausible(order) else None

    cdef Order _open(self, bint more, bint worth_more):
        # Of `_usual`, for an order that lives: fills show more of it than its events, or they do not.
        cdef Order order = self.reported
        if not (more or worth_more):
            return None if order.status is _NEW and order.filled.count else order
        order = copy_order(order)
        order.status = _PARTIALLY_FILLED
        if more:
            order.filled, order.filled_object = self.filled, self.filled_object
        if worth_more:
            order.worth, order.worth_object = self.worth, self.worth_object
        return order

    cdef tuple _joined(self):
        cdef Order reported = self.reported
        self.order = order = with_fills(reported, self.executed_quantity, self.executed_quote)
        found = impossible_fills(order)
        if reported.status is _FILLED and self.executed_quantity > reported.filled_quantity \
                and names_amount(reported):
            text = f"FILLED with {reported.filled_quantity}, but its fills add up to {self.executed_quantity}"
            found += (contradiction(order, text),)
        if reported.status is _REJECTED and self.fills:
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


cdef bint names_amount(Order order) except -1:
    # An order that closes a position does not: it may end before its fills tell how much that was.
    return order.quantity is not None or order.quote_quantity is not None


cdef bint is_filled_untold(Order order) except -1:
    return order.status is _FILLED and not names_amount(order) and not order.filled_quantity
