"""One window of a rate budget: open weight (not yet answered), closed weight (answered, ageing) and who waits.

Time is that of the clock that is handed in, in seconds. Knows no venue and no request.
"""

from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from hftx._core.latency cimport hftx_monotonic_ns

from collections import deque

cdef enum:
    FIRST_ROOM = 16


def monotonic():
    """Seconds of the compiled core's own clock; windows that go by it look at it without a call."""
    return hftx_monotonic_ns() / 1e9


cdef class Waiter:
    """Who waits for room: `granted` becomes done when there is some."""

    def __init__(self, long weight, str endpoint not None, granted):
        self.weight, self.endpoint, self.granted = weight, endpoint, granted


cdef class RateWindow:
    """Weights in any `seconds` stay within `limit`; waiters go lane by lane, each first come, first served."""

    def __init__(self, long limit, double seconds, clock, int lanes):
        self.limit, self._seconds, self._clock = limit, seconds, clock
        self._time = None if clock.time is monotonic else clock.time
        self.closed_until, self._used = 0.0, 0
        self._lanes, self._timer = tuple([deque() for _ in range(lanes)]), None

    def __cinit__(self):
        self._answered, self._room = <Ageing*>malloc(FIRST_ROOM * sizeof(Ageing)), FIRST_ROOM
        if self._answered is NULL:
            raise MemoryError()

    def __dealloc__(self):
        free(self._answered)

    def remaining(self):
        """Weight that fits now, whoever waits."""
        return self._left(self._now())

    def try_take(self, long weight):
        """Take `weight` when it fits now and nobody waits for room."""
        return self._try(weight)

    cdef bint _try(self, long weight) except -1:
        cdef double now = self._now()
        if self.closed_until > now or self._is_awaited() or not 0 < weight <= self._left(now):
            return False
        self._used += weight
        return True

    cdef int _give_back(self, long weight) except -1:
        self._used -= weight
        return self._pump()

    def join(self, Waiter waiter not None, int lane):
        """Wait for room behind those of the same lane."""
        self._lanes[lane].append(waiter)
        self._pump()

    def leave(self, Waiter waiter not None, int lane):
        """A waiter gives up; what it was granted and never used is free again."""
        if waiter in self._lanes[lane]:
            self._lanes[lane].remove(waiter)
        elif not waiter.granted.cancelled() and waiter.granted.exception() is None:
            self._used -= waiter.weight
        self._pump()

    cdef int _shrink_to(self, remaining) except -1:
        # What the venue says is left: where it is less than is known here, others have used the rest.
        cdef long foreign
        if remaining >= self.limit:
            return 0
        foreign = self._left(self._now()) - <long>max(0, remaining)
        if foreign > 0:
            self._used += foreign
            self._answer(foreign)
        return 0

    def refuse(self, error):
        """Fail everybody who waits with `error(endpoint)`."""
        cdef Waiter waiter
        for lane in self._lanes:
            while lane:
                waiter = lane.popleft()
                if not waiter.granted.done():
                    waiter.granted.set_exception(error(waiter.endpoint))

    def pump(self):
        """Grant whatever fits, in order; set the timer for the next one that will."""
        self._pump()

    cdef double _now(self) except? -1:
        return hftx_monotonic_ns() / 1e9 if self._time is None else self._time()

    cdef int _keep(self, double when, long weight) except -1:
        cdef Ageing* grown
        cdef Py_ssize_t behind
        if self._count == self._room:
            grown = <Ageing*>malloc(2 * self._room * sizeof(Ageing))
            if grown is NULL:
                raise MemoryError()
            behind = self._room - self._first
            memcpy(grown, self._answered + self._first, behind * sizeof(Ageing))
            memcpy(grown + behind, self._answered, self._first * sizeof(Ageing))
            free(self._answered)
            self._answered, self._first, self._room = grown, 0, 2 * self._room
        self._answered[(self._first + self._count) & (self._room - 1)] = Ageing(when=when, weight=weight)
        self._count += 1
        return 0

    cdef long _left(self, double now) except -1:
        cdef Ageing* oldest
        while self._count:
            oldest = &self._answered[self._first]
            if oldest.when + self._seconds > now:
                break
            self._used -= oldest.weight
            self._first, self._count = (self._first + 1) & (self._room - 1), self._count - 1
        return max(0, self.limit - self._used)

    cdef bint _is_awaited(self):
        for lane in self._lanes:
            if lane:
                return True
        return False

    cdef int _answer(self, long weight) except -1:
        self._keep(self._now(), weight)
        return self._pump() if self._timer is not None or self._is_awaited() else 0

    cdef int _pump(self) except -1:
        cdef Waiter waiter
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while (lane := self._first_lane()) is not None:
            waiter = lane[0]
            if waiter.granted.done():
                lane.popleft()
                continue
            delay = self._delay(waiter.weight)
            if delay is None:
                return 0
            if delay > 0:
                self._timer = self._clock.call_later(delay, self.pump)
                return 0
            lane.popleft()
            self._used += waiter.weight
            waiter.granted.set_result(None)
        return 0

    cdef object _first_lane(self):
        for lane in self._lanes:
            if lane:
                return lane
        return None

    cdef object _delay(self, long weight):
        # Seconds until `weight` fits; None when that needs an answer that is still out.
        # A weight above a limit that the venue has lowered goes out alone.
        cdef double now = self._now()
        cdef double start = self.closed_until
        cdef long missing = min(weight, self.limit) - self._left(now)
        cdef Ageing* ageing
        cdef Py_ssize_t i
        for i in range(self._count):
            if missing <= 0:
                break
            ageing = &self._answered[(self._first + i) & (self._room - 1)]
            missing -= ageing.weight
            start = max(start, ageing.when + self._seconds)
        return None if missing > 0 else max(0.0, start - now)


cdef class RateWindows:
    """The windows of one rule: one for all calls, or one for each endpoint or key. A ban closes all of them."""

    def __init__(self, long limit, double seconds, clock, int lanes, bint per_endpoint):
        self.windows, self.banned_until = {}, 0.0
        self._limit, self._seconds, self._clock, self._lanes = limit, seconds, clock, lanes
        self._per_endpoint = per_endpoint

    def window(self, str endpoint not None):
        """The window that calls of `endpoint` are counted in."""
        return self._at(endpoint)

    def try_take(self, long weight, str endpoint not None):
        """Take `weight` when it fits now, nobody waits for room and no ban lasts; it stays open until `settle`."""
        return self._try(weight, endpoint)

    def settle(self, long weight, str endpoint not None):
        """The call is over: from now on its weight ages."""
        self._at(endpoint)._answer(weight)

    def give_back(self, long weight, str endpoint not None):
        """The call was not made: its weight is free again."""
        self._at(endpoint)._give_back(weight)

    def observe(self, str endpoint not None, remaining, limit=None):
        """The venue's own count from the headers of an answer. It can only make the budget smaller."""
        self._observe(endpoint, remaining, limit)

    cdef RateWindow _at(self, str endpoint):
        cdef str name = endpoint if self._per_endpoint else ""
        window = self.windows.get(name)
        if window is None:
            window = self.windows[name] = RateWindow(self._limit, self._seconds, self._clock, self._lanes)
        return window

    cdef bint _try(self, long weight, str endpoint) except -1:
        if self.banned_until > 0 and self.banned_until > <double>self._clock.time():
            return False
        return self._at(endpoint)._try(weight)

    cdef int _observe(self, str endpoint, remaining, limit) except -1:
        cdef RateWindow window = self._at(endpoint)
        if limit is not None and limit > 0:
            window.limit = min(self._limit, limit)
        return window._shrink_to(remaining) if remaining is not None else 0


cdef class RateRules:
    """The windows of several rules, by the name of the rule, for calls that are charged under more than one at once.

    A charge has `budget`, the name of its rule, and `weight`; each key, such as a pair, has windows of its own.
    """

    def __init__(self, dict rules not None):
        self._rules = rules

    def try_take(self, charges, keys):
        """As `take`, when there is room for all of it now; otherwise nothing is kept."""
        cdef RateWindows windows
        cdef list taken = []
        for charge in charges:
            windows = self._rules[charge.budget]
            for key in keys:
                if not windows._try(charge.weight, key):
                    self._give_back(taken)
                    return False
                taken.append((charge, key))
        return True

    def settle(self, charges, keys):
        """The call is over: from now on its weights age."""
        cdef RateWindows windows
        for charge in charges:
            windows = self._rules[charge.budget]
            for key in keys:
                windows._at(key)._answer(charge.weight)

    def observe(self, charges, keys, remaining, limit):
        """The venue's own count for the first rule of a call, from the headers of its answer."""
        cdef RateWindows windows
        if charges and keys and (remaining is not None or limit is not None):
            windows = self._rules[charges[0].budget]
            windows._observe(keys[0], remaining, limit)

    def _give_back(self, list taken not None):
        cdef RateWindows windows
        for charge, key in taken:
            windows = self._rules[charge.budget]
            windows._at(key)._give_back(charge.weight)
