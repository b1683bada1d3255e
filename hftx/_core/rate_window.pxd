# One sliding window of weights, and who waits for room in it. Knows no venue, no request and no event loop.


cdef class Waiter:
    cdef readonly long weight
    cdef readonly str endpoint
    cdef readonly object granted     # a future


cdef class RateWindow:
    cdef public long limit
    cdef public double closed_until  # on the clock of the window, in s
    cdef double _seconds
    cdef object _clock
    cdef object _time
    cdef long _used                  # open weight and ageing weight
    cdef object _answered            # deque of (when, weight): ageing
    cdef tuple _lanes                # of deques of waiters
    cdef object _timer

    cdef long _left(self, double now) except -1
    cdef bint _is_awaited(self)
    cdef int _answer(self, long weight) except -1
    cdef int _pump(self) except -1
    cdef object _first_lane(self)
    cdef object _delay(self, long weight)
