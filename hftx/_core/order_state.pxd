# What is known of the orders of one account, event by event. Knows no venue, no stream, no request and no clock.

from libc.stdint cimport int64_t

from hftx._core.account_records cimport Execution, Order
from hftx._core.order_shelves cimport OrderShelves
from hftx._core.tracked_order cimport TrackedOrder

cdef enum:
    SLOTS = 64


cdef class Applied:                       # immutable; what changed nothing is one and the same object
    cdef readonly Order order             # as it stands now; None when nothing about it is new
    cdef readonly Execution execution     # when it is seen for the first time; else None
    cdef readonly tuple contradictions    # never None


cdef class OrderState:
    cdef readonly int64_t as_of_ns        # when the last news was taken in
    cdef readonly dict shelves            # Symbol -> OrderShelves
    cdef tuple _limits
    # symbols of recent events, by the address of the object, and their shelves
    cdef list _symbols
    cdef list _known

    # of the last event
    cdef tuple found                      # contradictions
    cdef bint is_new                      # a fill that was not known

    # The same as `apply_order` and `apply_execution` without a Python call: the order as it stands now, if that is new.
    # Neither calls anybody.
    cdef Order take_order(self, Order order, int64_t now_ns)
    cdef Order take_execution(self, Execution execution, int64_t now_ns)
    cdef OrderShelves shelves_at(self, object symbol)
    cdef Order _news(self, OrderShelves shelves, TrackedOrder tracked, object order_id, int64_t now_ns)
    cdef Applied _applied(self, Order order, Execution execution)
