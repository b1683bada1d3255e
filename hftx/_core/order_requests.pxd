# Requests of order entry on their way. Knows ids and times; no venue, no socket and no order.

from libc.stdint cimport int64_t

from hftx._core.latency cimport Histogram


cdef class Call:
    cdef readonly str id
    cdef readonly str request        # its kind, for errors
    cdef readonly object answer      # a future: becomes the result
    cdef readonly object receipt     # what the venue said on taking it
    cdef readonly int64_t called_ns
    cdef readonly int64_t sent_ns    # 0 until it has left, as all that follow
    cdef readonly int64_t acked_ns
    cdef readonly int64_t overdue_ns
    cdef readonly int64_t source     # the connection that it has left on
    cdef public bint charged         # to the budgets


cdef class CallTable:
    cdef readonly dict open_calls    # by id
    cdef readonly int64_t sent
    cdef readonly int64_t receipts
    cdef readonly int64_t results
    cdef readonly int64_t strangers  # answers to nobody
    cdef readonly Histogram to_wire
    cdef readonly Histogram to_ack
    cdef readonly Histogram to_result
    cdef readonly Histogram whole
    cdef public int64_t lost_to      # connections up to this one are gone
    cdef public object timer         # of the next request to be overdue; None: nothing is watched
    cdef int64_t _next_id
    cdef int64_t _patience_ns
