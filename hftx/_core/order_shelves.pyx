"""The tracked orders of one symbol: open, executed, and fills whose order is not known yet. Knows no time.

Executed orders are bounded. Of what is dropped, ids and trade ids are remembered, so that a late or repeated
event neither opens a finished order again nor delivers a fill twice.
"""

cimport cython
from libc.stdint cimport int64_t

from itertools import islice

from hftx._core.account_records cimport Execution, Order, is_ended
from hftx._core.tracked_order cimport EXECUTED, NOWHERE, OPEN, UNCLAIMED, TrackedOrder

KEPT_SHARE = 0.8


@cython.final
@cython.no_gc
cdef class _Dropped:
    cdef set trade_ids
    cdef int64_t last_fill_ns


@cython.final
cdef class OrderShelves:
    """Shelves by order id. An order that the venue has not numbered yet stands under its client order id."""

    def __cinit__(self, Py_ssize_t executed_limit, Py_ssize_t remembered_limit):
        self.open, self.executed, self.unclaimed, self.remembered = {}, {}, {}, {}
        self.forgotten_ns = -1   # no execution up to this venue time can be told from a repeated one
        self._by_client = {}
        self._executed_limit, self._remembered_limit = executed_limit, remembered_limit

    cpdef TrackedOrder find(self, object order_id):
        """By venue id: open first, then executed, then fills without order."""
        found = self.open.get(order_id)
        if found is None:
            found = self.executed.get(order_id)
        if found is None and self.unclaimed:
            found = self.unclaimed.get(order_id)
        return found

    cpdef TrackedOrder find_by_client_id(self, object client_order_id):
        """The latest order with this client order id."""
        return self._by_client.get(client_order_id)

    cdef TrackedOrder only(self, object order_id, object client_order_id):
        cdef TrackedOrder named, numbered = self.find(order_id) if order_id else None
        if numbered is None or not client_order_id:
            return numbered
        named = self._by_client.get(client_order_id)
        return numbered if named is None or named is numbered or named.has_number() else None

    cpdef tuple take(self, object order_id, object client_order_id):
        """The order that an event speaks of, or a new one. Joins early fills with an unnumbered order."""
        cdef TrackedOrder numbered = self.find(order_id) if order_id else None
        cdef TrackedOrder named = self._by_client.get(client_order_id) if client_order_id else None
        if named is None or named is numbered or (order_id and named.has_number()):   # a client id used again
            return numbered or TrackedOrder.__new__(TrackedOrder), ()
        if numbered is None:
            return named, ()
        self._remove(named)
        self._remove(numbered)
        return named, named.absorb(numbered)

    def place(self, TrackedOrder tracked not None, order_id):
        """Put an order on the shelf where it belongs now, and cut the executed ones to their limit."""
        self.put(tracked, order_id)

    cdef int put(self, TrackedOrder tracked, object order_id) except -1:
        cdef Order order = tracked.order
        cdef int number = UNCLAIMED if order is None else EXECUTED if is_ended(order) else OPEN
        cdef dict shelf = self._shelf(number)
        if order is not None:
            order_id = order.order_id or _unnumbered(order.client_order_id)
        if shelf.get(order_id) is not tracked:
            self._remove(tracked)
            shelf[order_id] = tracked
            tracked.shelf, tracked.key = number, order_id
        client_order_id = tracked.client_id()
        if client_order_id:
            self._by_client[client_order_id] = tracked
        if len(self.executed) > self._executed_limit:
            self._cut()
        return 0

    def remember(self, Execution execution not None):
        """Note a late fill of an order that was dropped; False when it was known before."""
        return self.note(execution)

    cdef bint note(self, Execution execution) except -1:
        cdef _Dropped dropped = self.remembered[execution.order_id]
        if execution.trade_id in dropped.trade_ids:
            return False
        dropped.trade_ids.add(execution.trade_id)
        dropped.last_fill_ns = max(dropped.last_fill_ns, execution.venue_ns)
        return True

    cpdef bint drop_unnumbered(self, object client_order_id) except -1:
        """Give up an unnumbered order that turned out to be a dropped one; False when there is none."""
        cdef TrackedOrder tracked = self._by_client.get(client_order_id or "")
        if tracked is None or tracked.has_number():
            return False
        self._remove(tracked)
        del self._by_client[client_order_id]
        return True

    cdef dict _shelf(self, int number):
        return self.open if number == OPEN else self.executed if number == EXECUTED else self.unclaimed

    cdef int _remove(self, TrackedOrder tracked) except -1:
        cdef dict shelf
        if tracked.shelf != NOWHERE:
            shelf = self._shelf(tracked.shelf)
            if shelf.get(tracked.key) is tracked:   # else an order that claims the same number has its place
                del shelf[tracked.key]
            tracked.shelf = NOWHERE
        return 0

    cdef int _cut(self) except -1:
        cdef TrackedOrder tracked
        cdef Execution execution
        cdef _Dropped dropped
        surplus = len(self.executed) - max(1, int(self._executed_limit * KEPT_SHARE))
        for tracked in list(islice(self.executed.values(), surplus)):
            client_order_id = tracked.client_id()
            self._remove(tracked)
            if client_order_id and self._by_client.get(client_order_id) is tracked:
                del self._by_client[client_order_id]
            dropped = _Dropped.__new__(_Dropped)
            dropped.trade_ids, dropped.last_fill_ns = set(tracked.executions), -1
            for execution in tracked.executions.values():
                dropped.last_fill_ns = max(dropped.last_fill_ns, execution.venue_ns)
            self.remembered[tracked.key] = dropped
        return self._forget()

    cdef int _forget(self) except -1:
        cdef _Dropped dropped
        surplus = len(self.remembered) - self._remembered_limit
        if surplus > 0:
            for key in list(islice(self.remembered, surplus)):
                dropped = self.remembered.pop(key)
                self.forgotten_ns = max(self.forgotten_ns, dropped.last_fill_ns)
        return 0


cdef object _unnumbered(object client_order_id):
    # Venue ids never begin with a question mark.
    return f"?{client_order_id}"
