# Sliding windows of weights, and who waits for room in them. Knows no venue, no request and no event loop.


cdef struct Ageing:
    double when            # it was answered
    long weight


cdef class Waiter:
    cdef readonly long weight
    cdef readonly str endpoint
    cdef readonly object granted     # a future


cdef class RateWindow:
    cdef public long limit
    cdef public double closed_until  # on the clock of the window, in s
    cdef double _seconds
    cdef object _clock
    cdef object _time                # its function; None: it is `monotonic`
    cdef long _used                  # open weight and ageing weight
    cdef Ageing* _answered           # a ring, oldest first: the weights that age
    cdef Py_ssize_t _first
    cdef Py_ssize_t _count
    cdef Py_ssize_t _room            # a power of two
    cdef tuple _lanes                # of deques of waiters
    cdef object _timer

    cdef double _now(self) except? -1
    cdef int _keep(self, double when, long weight) except -1
    cdef long _left(self, double now) except -1
    cdef bint _try(self, long weight) except -1
    cdef int _give_back(self, long weight) except -1
    cdef int _shrink_to(self, object remaining) except -1
    cdef bint _is_awaited(self)
    cdef int _answer(self, long weight) except -1
    cdef int _pump(self) except -1
    cdef object _first_lane(self)
    cdef object _delay(self, long weight)


cdef class RateWindows:
    cdef readonly dict windows       # by endpoint or key; of "" where the rule knows none
    cdef public double banned_until
    cdef long _limit
    cdef double _seconds
    cdef object _clock
    cdef int _lanes
    cdef bint _per_endpoint

    cdef RateWindow _at(self, str endpoint)
    cdef bint _try(self, long weight, str endpoint) except -1
    cdef int _observe(self, str endpoint, object remaining, object limit) except -1


cdef class RateRules:
    cdef dict _rules                 # RateWindows by name
