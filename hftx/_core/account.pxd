# One account as a session: bytes in, order states, fills and balances out. Knows no socket, no await and no venue;
# the subclass in venues/ knows what the bytes mean.

from libc.stdint cimport int64_t

from hftx._core.account_records cimport AssetBalance, Execution, Order
from hftx._core.dispatch cimport Dispatcher, Lane
from hftx._core.fault cimport FAULT_COUNT
from hftx._core.latency cimport Histogram
from hftx._core.order_state cimport OrderState
from hftx._core.receiver cimport Receiver

cdef enum:                # slots of the dispatcher; what queues in slot 0 is conflated: nothing of an account may be
    ORDER_SLOT = 1
    EXECUTION_SLOT = 2
    BALANCE_SLOT = 3
    POSITION_SLOT = 4
    LIQUIDATION_SLOT = 5
    DELEVERAGE_SLOT = 6

cdef enum:                # what the events of a frame are
    ORDERS = 1
    EXECUTIONS = 2
    BALANCES = 3


cdef class AccountSession(Receiver):
    cdef readonly OrderState store
    cdef readonly dict balances       # asset -> AssetBalance, the newest known
    cdef dict symbols                 # wire name -> Symbol
    cdef object unlisted              # of the frame at hand: the name of a symbol that is not in `symbols`
    # who hears of it
    cdef Dispatcher dispatch
    cdef Lane _lane
    cdef object _tell_lost
    cdef object _logger
    # the connection whose balances count
    cdef int _source                  # -1 before the first one is open
    cdef dict _pushed                 # asset -> its newest push, of any connection
    cdef set _current                 # assets that this connection has pushed
    # the frame at hand, borrowed
    cdef const char* _frame
    cdef Py_ssize_t _frame_size
    # what is counted
    cdef readonly object kept         # the newest faulty frames: (kind, now_ns, bytes)
    cdef readonly set unknown_symbols
    cdef readonly Histogram frame_to_state
    cdef readonly Histogram answer_to_event
    cdef dict _expected               # client order id -> when its order was answered, its push is on the way
    cdef int64_t[FAULT_COUNT] _faults
    cdef readonly int64_t messages
    cdef readonly int64_t orders
    cdef readonly int64_t executions
    cdef readonly int64_t repeated
    cdef readonly int64_t ignored
    cdef readonly int64_t contradictions

    # Of the subclass: the event of a frame, or a list of them, all of one `kind`; nothing else may change. On a `fault`
    # they do not count.
    cdef object decode(self, const char* data, Py_ssize_t size, bint is_text, int* kind, int* fault)

    cdef int receive_borrowed(self, const char* data, Py_ssize_t size, bint is_text, int64_t now_ns,
                              int source) except -2
    cdef int _take(self, object found, int kind, int64_t now_ns, int source) except -2
    cdef int _event(self, object event, int kind, int64_t now_ns) except -1
    cdef Order _order(self, Order order, int64_t now_ns)
    cdef int _pushed_order(self, object client_order_id, int64_t now_ns) except -1
    cdef bint _execution(self, Execution execution, int64_t now_ns) except -1
    cdef int _tell(self, Order order, Execution execution, tuple contradictions) except -1
    cdef int _tell_contradictions(self, tuple found) except -1
    cdef int _balances(self, list balances, int source) except -1
    cdef int _note(self, AssetBalance balance, dict changed) except -1
    cdef int _tell_changed(self, dict changed) except -1
    cdef int _fault(self, int fault, const char* data, Py_ssize_t size, int64_t now_ns) except -2
