"""One window of a rate budget: open weight (not yet answered), closed weight (answered, ageing) and who waits.

Time is that of the clock that is handed in, in seconds. Knows no venue and no request.
"""

from collections import deque


cdef class Waiter:
    """Who waits for room: `granted` becomes done when there is some."""

    def __init__(self, long weight, str endpoint not None, granted):
        self.weight, self.endpoint, self.granted = weight, endpoint, granted


cdef class RateWindow:
    """Weights in any `seconds` stay within `limit`; waiters go lane by lane, each first come, first served."""

    def __init__(self, long limit, double seconds, clock, int lanes):
        self.limit, self._seconds, self._clock, self._time = limit, seconds, clock, clock.time
        self.closed_until, self._used = 0.0, 0
        self._answered, self._lanes, self._timer = deque(), tuple([deque() for _ in range(lanes)]), None

    def remaining(self):
        """Weight that fits now, whoever waits."""
        return self._left(self._time())

    def try_take(self, long weight):
        """Take `weight` when it fits now and nobody waits for room."""
        cdef double now = self._time()
        if self.closed_until > now or self._is_awaited() or not 0 < weight <= self._left(now):
            return False
        self._used += weight
        return True

    def give_back(self, long weight):
        """What was taken was not used."""
        self._used -= weight
        self._pump()

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

    def answered(self, long weight):
        """The call is over: from now on its weight ages."""
        self._answer(weight)

    def shrink_to(self, remaining):
        """What the venue says is left: where it is less than is known here, others have used the rest."""
        cdef long foreign
        if remaining >= self.limit:
            return
        foreign = self._left(self._time()) - <long>max(0, remaining)
        if foreign > 0:
            self._used += foreign
            self._answer(foreign)

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

    cdef long _left(self, double now) except -1:
        while self._answered and <double>self._answered[0][0] + self._seconds <= now:
            self._used -= <long>self._answered.popleft()[1]
        return max(0, self.limit - self._used)

    cdef bint _is_awaited(self):
        for lane in self._lanes:
            if lane:
                return True
        return False

    cdef int _answer(self, long weight) except -1:
        self._answered.append((self._time(), weight))
        return self._pump()

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
        cdef double now = self._time()
        cdef double start = self.closed_until
        cdef long missing = min(weight, self.limit) - self._left(now)
        for stamp, freed in self._answered:
            if missing <= 0:
                break
            missing -= <long>freed
            start = max(start, <double>stamp + self._seconds)
        return None if missing > 0 else max(0.0, start - now)
