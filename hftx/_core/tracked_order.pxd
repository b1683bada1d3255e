# One order as it is followed: what the venue said of it, and its known fills. Knows no other order, store or clock.

from cpython.ref cimport PyObject
from libc.stdint cimport int64_t

from hftx._core.account_records cimport Execution, Order
from hftx._core.decimals cimport Amount

cdef enum:                 # where an order stands
    NOWHERE = 0
    OPEN = 1
    EXECUTED = 2
    UNCLAIMED = 3

cdef enum:
    FEW_FILLS = 8          # so many are looked through one by one


cdef class TrackedOrder:
    cdef readonly Order reported             # what events said; None while only fills have arrived
    cdef readonly Order order                # what events and fills show together
    cdef readonly Order given                # the order as it was last handed out
    cdef list fills                          # Executions, as they arrived; None before the first
    cdef dict _by_trade                      # trade id -> Execution, once there are more than a few
    cdef Amount filled                       # what the executions add up to, and its Decimal once there is one
    cdef Amount worth
    cdef object filled_object
    cdef object worth_object
    cdef set _told                           # texts of contradictions
    # its owner's
    cdef public int64_t heard_ns
    cdef public bint is_missing
    cdef int shelf                           # not NOWHERE: there it stands, under `key`
    cdef object key
    cdef PyObject* before                    # its neighbours among the open ones; theirs
    cdef PyObject* behind
    cdef bint is_expelled                    # by another order, or since there were too many
    cdef object name                         # the client order id that leads to it; None: another order has taken it

    cpdef Order news(self)
    cdef tuple hear(self, Order order)                              # `observe`
    cdef tuple add(self, Execution execution)                       # a fill that is not known yet
    cdef tuple compare(self, Execution known, Execution again)
    cdef Execution known(self, object trade_id)
    cdef object client_id(self)
    cdef bint has_number(self) except -1

    cdef int _add_exactly(self, Execution execution) except -1
    cdef tuple _settle(self, tuple found)
    cdef tuple _number(self)
    cdef Order _usual(self)
    cdef Order _open(self, bint more, bint worth_more)
    cdef tuple _joined(self)
    cdef tuple _untold(self, tuple found)
