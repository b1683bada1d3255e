"""Two observations of one order, where nothing has to be decided: the younger says all, as it usually does.

What is not seen to be so is left to the rules of `hftx.trading.states`. Knows no store and no clock.
"""

from libc.stdint cimport int64_t

from hftx._core.account_records cimport Order, copy_order, is_ended
from hftx._core.decimals cimport NOTHING, Amount

from hftx.enums import OrderStatus, OrderType

# Words are told apart by identity: members of an Enum exist once.
cdef object _NEW = OrderStatus.NEW
cdef object _PARTIALLY_FILLED = OrderStatus.PARTIALLY_FILLED
cdef object _FILLED = OrderStatus.FILLED
cdef object _CANCELLED = OrderStatus.CANCELLED
cdef object _REJECTED = OrderStatus.REJECTED
cdef object _UNKNOWN = OrderStatus.UNKNOWN
cdef object _LIMIT = OrderType.LIMIT


cdef bint is_plausible(Order order) noexcept:
    # A finished order: its fills fit its quantity, or it is not to be judged by them.
    cdef int fits
    if order.order_type is not _LIMIT or order.qty.digits == NOTHING:
        return True
    fits = compared(&order.filled, &order.qty)
    return fits == 0 if order.status is _FILLED else fits <= 0


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
    if new.px.digits == NOTHING:
        order.px, order.px_object = old.px, old.px_object
    if new.qty.digits == NOTHING:
        order.qty, order.qty_object = old.qty, old.qty_object
    if new.quote_qty.digits == NOTHING:
        order.quote_qty, order.quote_qty_object = old.quote_qty, old.quote_qty_object
    if compared(&old.filled, &new.filled) == 0:
        order.filled, order.filled_object = old.filled, old.filled_object
    if compared(&old.worth, &new.worth) == 0:
        order.worth, order.worth_object = old.worth, old.worth_object
    order.reason = new.reason or old.reason
    order.created_ns = created_ns
    return order


cdef bint is_same_order(Order old, Order new) except -1:
    # Known by the venue's number, and nothing that identifies it differs.
    if not is_given(new.order_id) or not same_text(old.order_id, new.order_id) or old.side is not new.side:
        return False
    if not same_text(old.client_order_id, new.client_order_id) and old.client_order_id and new.client_order_id:
        return False
    return old.symbol is new.symbol or old.symbol == new.symbol


cdef bint is_progress(Order old, Order new) except -1:
    # The new status is where both lead, fills have not shrunk, and status and fills agree.
    was, status = old.status, new.status
    if status is _UNKNOWN or status is _REJECTED or (status is not was and is_ended(old)):
        return False
    if was is _UNKNOWN or (was is _PARTIALLY_FILLED and (status is _NEW or status is _CANCELLED)):
        return False
    if compared(&old.filled, &new.filled) > 0 or compared(&old.worth, &new.worth) > 0:   # ODD is
        return False
    return not ((status is _NEW or status is _CANCELLED) and new.filled.count)


cdef bint says_all(Order old, Order new) except -1:
    # Nothing of `old` would have to be added to `new`.
    if has_other_digits(&old.filled, &new.filled) or has_other_digits(&old.worth, &new.worth):
        return False
    if old.order_type is not new.order_type or old.time_in_force is not new.time_in_force:
        return False
    if new.px.digits == NOTHING != old.px.digits or new.qty.digits == NOTHING != old.qty.digits \
            or new.quote_qty.digits == NOTHING != old.quote_qty.digits:
        return False
    return (
        (new.client_order_id is old.client_order_id or is_given(new.client_order_id) or not old.client_order_id)
        and (new.reason is old.reason or is_given(new.reason) or not old.reason)
    )


cdef inline bint has_other_digits(const Amount* old, const Amount* new) noexcept:
    # The same value, written in another way: it stays as it was.
    return old.digits != new.digits and compared(old, new) == 0


cdef int64_t earliest(int64_t one, int64_t other) noexcept:
    # Of two stamps of the venue; what is not above zero is not known.
    return min(one, other) if one > 0 and other > 0 else max(one, other)


cdef bint same_state(Order one, Order other) except -1:
    if one.status is not other.status or one.side is not other.side or one.order_type is not other.order_type:
        return False
    return (
        same_amounts(one, other) and same_text(one.order_id, other.order_id)
        and same_text(one.client_order_id, other.client_order_id) and one.time_in_force is other.time_in_force
        and same_text(one.reason, other.reason) and (one.symbol is other.symbol or one.symbol == other.symbol)
    )


cdef bint same_amounts(Order one, Order other) except -1:
    cdef int differ = (
        compared(&one.filled, &other.filled) or compared(&one.worth, &other.worth) or compared(&one.px, &other.px)
        or compared(&one.qty, &other.qty) or compared(&one.quote_qty, &other.quote_qty)
    )
    if differ != ODD:
        return differ == 0
    return (
        one.filled_quantity == other.filled_quantity and one.filled_quote == other.filled_quote
        and one.price == other.price and one.quantity == other.quantity
        and one.quote_quantity == other.quote_quantity
    )
