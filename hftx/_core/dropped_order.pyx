"""What is remembered of an order that was dropped: which of its fills were told. Knows no store."""

cimport cython
from libc.stdint cimport int64_t

from hftx._core.account_records cimport Execution
from hftx._core.tracked_order cimport FEW_FILLS, TrackedOrder


@cython.final
@cython.no_gc
cdef class Dropped:
    """The trade ids of an order that is followed no more."""


cdef Dropped _WITHOUT_FILLS = dropped_with((), -1)   # of all those


cdef Dropped what_is_left(TrackedOrder tracked):
    cdef Execution execution
    cdef int64_t last_fill_ns = -1
    cdef list trade_ids = []
    if not tracked.fills:
        return _WITHOUT_FILLS
    for execution in tracked.fills:
        last_fill_ns = max(last_fill_ns, execution.venue_ns)
        trade_ids.append(execution.trade_id)
    return dropped_with(set(trade_ids) if len(trade_ids) > FEW_FILLS else tuple(trade_ids), last_fill_ns)


cdef Dropped dropped_with(object trade_ids, int64_t last_fill_ns):
    cdef Dropped dropped = Dropped.__new__(Dropped)
    dropped.trade_ids, dropped.last_fill_ns = trade_ids, last_fill_ns
    return dropped
