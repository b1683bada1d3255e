# One order as it is followed: what the venue said of it, and its known fills. Knows no other order, store or clock.

from libc.stdint cimport int64_t

from hftx._core.account_records cimport Execution, Order

cdef enum:                 # where an order stands
    NOWHERE = 0
    OPEN = 1
    EXECUTED = 2
    UNCLAIMED = 3


cdef class TrackedOrder:
    cdef readonly Order reported             # what events said; None while only fills have arrived
    cdef readonly Order order                # what events and fills show together
    cdef readonly Order given                # the order as it was last handed out
    cdef readonly dict executions            # trade id -> Execution, as they arrived
    cdef readonly object executed_quantity   # Decimal: what the executions add up to
    cdef readonly object executed_quote
    cdef set _told                           # texts of contradictions
    # its owner's
    cdef public int64_t heard_ns
    cdef public bint is_missing
    cdef int shelf
    cdef object key                          # on that shelf

    cpdef Order news(self)
    cdef tuple hear(self, Order order)                              # `observe`
    cdef tuple add(self, Execution execution)                       # a fill that is not known yet
    cdef tuple compare(self, Execution known, Execution again)
    cdef object client_id(self)
    cdef bint has_number(self) except -1

    cdef tuple _settle(self, tuple found)
    cdef tuple _number(self)
    cdef Order _usual(self)
    cdef bint _is_rounded(self) except -1
    cdef tuple _joined(self)
    cdef tuple _untold(self, tuple found)


# What `merge` makes of both when nothing surprises; None: not seen to be so, ask `contradictions` and `merge`.
cdef Order usual_merge(Order old, Order new)
cdef bint same_state(Order one, Order other) except -1      # equal but for their stamps
