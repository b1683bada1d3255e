"""The tracked orders of one symbol: open, executed, and fills whose order is not known yet. Knows no time.

Executed orders are bounded. Of what is dropped, ids and trade ids are remembered, so that a late or repeated
event neither opens a finished order again nor delivers a fill twice.
"""

cimport cython
from cpython.ref cimport PyObject
from libc.stdint cimport uintptr_t

from hftx._core.account_records cimport Execution, Order, is_ended
from hftx._core.dropped_order cimport Dropped, dropped_with, what_is_left
from hftx._core.id_table cimport IdTable
from hftx._core.order_merge cimport is_given, same_text
from hftx._core.order_queue cimport OrderQueue
from hftx._core.prefetch cimport AHEAD, fetch_freed, fetch_lines
from hftx._core.tracked_order cimport EXECUTED, NOWHERE, OPEN, UNCLAIMED, TrackedOrder

from hftx.errors import UsageError

KEPT_SHARE = 0.8


@cython.final
cdef class OrderShelves:
    """Shelves by order id. An order that the venue has not numbered yet stands under its client order id."""

    def __cinit__(self, Py_ssize_t executed_limit, Py_ssize_t remembered_limit):
        self._open, self._executed, self.unclaimed, self._orders = OrderQueue(), [], {}, IdTable()
        self.forgotten_ns = -1   # no execution up to this venue time can be told from a repeated one
        self._dropped = []
        self._by_client, self._recent = IdTable(), [None] * RECENT
        self._executed_limit, self._remembered_limit = executed_limit, remembered_limit

    @property
    def open(self):
        """Order id -> TrackedOrder, as they arrived."""
        return self._open.by_key()

    @property
    def executed(self):
        """Order id -> TrackedOrder, oldest first."""
        cdef TrackedOrder tracked
        return {tracked.key: tracked for tracked in self._executed}

    @property
    def remembered(self):
        """Ids of orders that were dropped, oldest first."""
        return tuple(self._dropped[self._forgotten:])

    cdef object known(self, object order_id):
        found = self._orders.get(order_id, None)
        return self._standing(order_id) if self._has_returned and type(found) is not Dropped else found

    cpdef TrackedOrder find(self, object order_id):
        """By venue id: open first, then executed, then fills without order."""
        if self._has_returned:
            return self._standing(order_id)
        found = self._orders.get(order_id, None)
        return found if type(found) is TrackedOrder else None

    cdef TrackedOrder _standing(self, object key):
        # As `find`, where one id may lead to several orders.
        found = self.open.get(key)
        if found is None:
            found = self.executed.get(key)
        return self.unclaimed.get(key) if found is None else found

    cpdef TrackedOrder find_by_client_id(self, object client_order_id):
        """The latest order with this client order id."""
        return self._by_client.get(client_order_id, None)

    cdef TrackedOrder only(self, TrackedOrder numbered, object client_order_id):
        cdef TrackedOrder named = None
        if is_given(client_order_id) and (numbered is None or not same_text(numbered.name, client_order_id)):
            named = self._by_client.get(client_order_id, None)
            if named is not None and named is not numbered and not named.has_number():
                return None
        return TrackedOrder.__new__(TrackedOrder) if numbered is None else numbered

    cdef TrackedOrder latest(self, object order_id, object client_order_id):
        cdef TrackedOrder tracked
        cdef Py_ssize_t place = place_of(order_id)
        if self._recent_ids[place] != <PyObject*>order_id or self._has_returned:   # seen without touching an order
            return None
        tracked = <TrackedOrder>PyList_GET_ITEM(self._recent, place)
        if tracked.key is not order_id or tracked.shelf == NOWHERE or tracked.shelf == UNCLAIMED:
            return None
        return tracked if client_order_id is None or tracked.name is client_order_id else None

    cpdef tuple take(self, object order_id, object client_order_id):
        """The order that an event speaks of, or a new one. Joins early fills with an unnumbered order."""
        cdef TrackedOrder numbered = self.find(order_id) if order_id else None
        cdef TrackedOrder named = self._by_client.get(client_order_id, None) if client_order_id else None
        if named is None or named is numbered or (order_id and named.has_number()):   # a client id used again
            return numbered or TrackedOrder.__new__(TrackedOrder), ()
        if numbered is None:
            return named, ()
        self._remove(named)
        self._expel(numbered)
        return named, named.absorb(numbered)

    def place(self, TrackedOrder tracked not None, order_id):
        """Put an order on the shelf where it belongs now, and cut the executed ones to their limit."""
        self.put(tracked, order_id)

    cdef int put(self, TrackedOrder tracked, object order_id) except -1:
        cdef Order order = tracked.order
        cdef int number = UNCLAIMED if order is None else EXECUTED if is_ended(order) else OPEN
        if order is not None:
            order_id = order.order_id if is_given(order.order_id) else _unnumbered(order.client_order_id)
        if tracked.shelf != number or not same_text(tracked.key, order_id):
            self._stand(tracked, number, order_id)
        client_order_id = tracked.client_id()
        if is_given(client_order_id) and not same_text(tracked.name, client_order_id):
            self._name(tracked, client_order_id)
        if len(self._executed) > self._executed_limit:
            self._cut()
        return 0

    cdef int _stand(self, TrackedOrder tracked, int number, object key) except -1:
        cdef TrackedOrder before = None
        self._has_returned |= tracked.is_expelled
        if tracked.shelf != NOWHERE and same_text(tracked.key, key):
            self._leave(tracked)
        else:
            self._remove(tracked)
            found = self._orders.swap(key, tracked)
            if type(found) is Dropped:   # it stays remembered
                self._orders.put(key, found)
            self._has_returned |= found is not None
        if self._has_returned:
            before = self._displaced(number, key)
        tracked.shelf, tracked.key = number, key
        if number == OPEN:
            self._open.put(tracked, before)
        elif number == UNCLAIMED:
            self.unclaimed[key] = tracked
        elif before is None:
            self._executed.append(tracked)
        else:
            self._executed[self._executed.index(before)] = tracked
        place = place_of(key)
        self._recent[place], self._recent_ids[place] = tracked, <PyObject*>key
        return 0

    cdef TrackedOrder _displaced(self, int number, object key):
        # The order that claimed the same id on the same shelf before: its place is taken.
        cdef TrackedOrder before = (
            self.executed if number == EXECUTED else self.open if number == OPEN else self.unclaimed).get(key)
        if before is not None:
            before.shelf, before.is_expelled = NOWHERE, True
        return before

    cdef int _name(self, TrackedOrder tracked, object client_order_id) except -1:
        cdef TrackedOrder before = self._by_client.swap(client_order_id, tracked)
        if before is not None and before.name == client_order_id:
            before.name = None
        tracked.name = client_order_id
        return 0

    def remember(self, Execution execution not None):
        """Note a late fill of an order that was dropped; False when it was known before."""
        return self.note(execution)

    cdef bint note(self, Execution execution) except -1:
        cdef Dropped dropped
        found = self._orders.get(execution.order_id, None)
        if type(found) is not Dropped:
            raise UsageError(f"order {execution.order_id} was not dropped: its fills belong to it")
        dropped = <Dropped>found
        if execution.trade_id in dropped.trade_ids:
            return False
        if type(dropped.trade_ids) is not set:
            dropped = dropped_with(set(dropped.trade_ids), dropped.last_fill_ns)
            self._orders.put(execution.order_id, dropped)
        (<set>dropped.trade_ids).add(execution.trade_id)
        dropped.last_fill_ns = max(dropped.last_fill_ns, execution.venue_ns)
        return True

    cpdef bint drop_unnumbered(self, object client_order_id) except -1:
        """Give up an unnumbered order that turned out to be a dropped one; False when there is none."""
        cdef TrackedOrder tracked = self._by_client.get(client_order_id or "", None)
        if tracked is None or tracked.has_number():
            return False
        self._expel(tracked)
        self._by_client.pop(client_order_id)
        tracked.name = None
        return True

    cdef int _leave(self, TrackedOrder tracked) except -1:
        # Off its shelf; its id still means it.
        if tracked.shelf == EXECUTED:
            self._executed.remove(tracked)
        elif tracked.shelf == OPEN:
            self._open.take_off(tracked)
        elif tracked.shelf == UNCLAIMED:
            del self.unclaimed[tracked.key]
        tracked.shelf = NOWHERE
        return 0

    cdef int _remove(self, TrackedOrder tracked) except -1:
        if tracked.shelf != NOWHERE:
            self._leave(tracked)
            if not self._has_returned or type(self._orders.get(tracked.key, None)) is not Dropped:
                self._unlearn(tracked.key)
        return 0

    cdef object _unlearn(self, object key):
        # What the id means; it does no more, unless it leads to another order as well.
        found = self._standing(key) if self._has_returned else None
        return self._orders.pop(key) if found is None else self._orders.swap(key, found)

    cdef int _expel(self, TrackedOrder tracked) except -1:
        tracked.is_expelled = True
        return self._remove(tracked)

    cdef int _cut(self) except -1:
        cdef Py_ssize_t surplus = len(self._executed) - max(1, int(self._executed_limit * KEPT_SHARE))
        cdef list oldest = self._executed[:surplus]
        cdef Py_ssize_t i
        del self._executed[:surplus]
        for i in range(surplus):
            fetch_orders(oldest, i, self._orders)
            self._drop(<TrackedOrder>oldest[i])
            oldest[i] = None   # it goes while it is at hand
        return self._forget()

    cdef int _drop(self, TrackedOrder tracked) except -1:
        tracked.shelf, tracked.is_expelled = NOWHERE, True
        if tracked.name is not None and same_text(tracked.name, tracked.client_id()):
            self._by_client.pop(tracked.name)
            tracked.name = None
        if type(self._orders.swap(tracked.key, what_is_left(tracked))) is not Dropped:
            self._dropped.append(tracked.key)
        return 0

    cdef int _forget(self) except -1:
        cdef Py_ssize_t surplus = len(self._dropped) - self._forgotten - self._remembered_limit
        cdef Dropped dropped
        for _ in range(surplus):
            fetch_ids(self._dropped, self._forgotten, self._orders)
            key, self._dropped[self._forgotten] = self._dropped[self._forgotten], None
            self._forgotten += 1
            dropped = self._unlearn(key)
            self.forgotten_ns = max(self.forgotten_ns, dropped.last_fill_ns)
        if self._forgotten > self._remembered_limit:
            del self._dropped[:self._forgotten]
            self._forgotten = 0
        return 0


cdef int fetch_orders(list orders, Py_ssize_t i, IdTable table) except -1:
    # Orders that were not heard of for long have left the cache; they come while those before them are dealt with.
    cdef TrackedOrder tracked
    if i + 2 * AHEAD < len(orders):
        fetch_freed(PyList_GET_ITEM(orders, i + 2 * AHEAD), 4)
    if i + AHEAD < len(orders):
        tracked = <TrackedOrder>PyList_GET_ITEM(orders, i + AHEAD)
        fetch_lines(<PyObject*>tracked.key, 2)
        fetch_freed(<PyObject*>tracked.name, 2)
        fetch_freed(<PyObject*>tracked.order, 4)
    if i + AHEAD // 2 < len(orders):
        table.fetch((<TrackedOrder>PyList_GET_ITEM(orders, i + AHEAD // 2)).key)
    return 0


cdef int fetch_ids(list ids, Py_ssize_t i, IdTable table) except -1:
    if i + 2 * AHEAD < len(ids):
        fetch_freed(PyList_GET_ITEM(ids, i + 2 * AHEAD), 2)
    if i + AHEAD < len(ids):
        table.fetch(<object>PyList_GET_ITEM(ids, i + AHEAD))
    return 0


cdef inline Py_ssize_t place_of(object key) noexcept:
    cdef uintptr_t address = <uintptr_t><void*>key
    return ((address >> 4) ^ (address >> 10)) % RECENT


cdef object _unnumbered(object client_order_id):
    # Venue ids never begin with a question mark.
    return f"?{client_order_id}"
