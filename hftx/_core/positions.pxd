# The positions of one account, dated. Knows no venue, no stream, no request and no handler.

from libc.stdint cimport int64_t

from hftx._core.position_records cimport Position


cdef class PositionState:
    cdef readonly dict known       # (Symbol, PositionSide) -> Position, closed ones with size 0
    cdef readonly dict doubted     # of the same keys: positions that an answer has contradicted once
    cdef readonly bint is_asked    # the venue's own list has been seen
    cdef dict _heard_ns            # of the same keys: when a push was last received

    cdef bint take(self, Position position, int64_t now_ns) except -1
    cdef object _merged(self, Position row, int64_t asked_ns)
    cdef bint _is_pushed(self, object key, int64_t asked_ns) except -1
    cdef object _judged(self, object key, Position held, Position row)
