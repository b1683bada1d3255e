"""The budget of REST calls: a sliding window of weights that many callers share, exactly.

A weight counts from the grant until `window_seconds` after the answer: the venue may have counted the call at any
moment between. So no window of the venue ever sees more than the limit, and the whole limit may go out at once.
Never knows HTTP; headers reach it as numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from enum import IntEnum
from typing import Protocol

from hftx._core.rate_window import RateWindow, RateWindows, Waiter, monotonic
from hftx.config import RestLimits
from hftx.errors import BannedError, RateLimitError, UsageError


class Lane(IntEnum):
    """Urgent waiters go before background ones; within a lane the first to come is the first to go."""

    URGENT = 0
    BACKGROUND = 1


class Timer(Protocol):
    """A scheduled call that can be called off."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """Monotonic time in seconds, and a call after a delay."""

    def time(self) -> float: ...
    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class BanKeeper(Protocol):
    """What keeps bans and pauses for the next process. Seconds are counted from the call; a window None is a ban."""

    def recall(self, budget: str) -> Sequence[tuple[str | None, float]]: ...
    def remember(self, budget: str, window: str | None, seconds: float) -> None: ...


class LoopClock:
    """Real time. The running event loop makes the calls."""

    time = staticmethod(monotonic)

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        return asyncio.get_running_loop().call_later(delay, callback)


class RateBudget(RateWindows):
    """Calls of one address to one venue. Share one object between all clients that share the address.

    `acquire` and `spend` wait for room. They raise `BannedError` while a ban lasts, `RateLimitError` when the
    venue has closed the window for longer than the window itself, and `UsageError` for a weight that can
    never fit.
    """

    def __init__(self, venue: str, limits: RestLimits, clock: Clock | None = None) -> None:
        self._venue, self._limits = venue, limits
        self._clock: Clock = clock or LoopClock()
        super().__init__(limits.weight, limits.window_seconds, self._clock, len(Lane), limits.per_endpoint)
        self._keeper: BanKeeper | None = None
        self._kept_as = ""

    def keep(self, keeper: BanKeeper, name: str) -> None:
        """Take on what `keeper` knows of the budget `name`, and tell it what is learnt. The first keeper stays."""
        if self._keeper is not None:
            return
        for window, left in keeper.recall(name):
            if window is None:
                self.ban(left)
            else:
                self.pause(window, left)
        self._keeper, self._kept_as = keeper, name

    async def acquire(self, weight: int = 1, endpoint: str = "", lane: Lane = Lane.URGENT) -> None:
        """Wait until `weight` fits, and count it from now on for one window."""
        await self.take(weight, endpoint, lane)
        self.settle(weight, endpoint)

    @asynccontextmanager
    async def spend(self, weight: int, endpoint: str, lane: Lane) -> AsyncIterator[None]:
        """As `acquire`, around a call: the weight begins to age when the block ends."""
        await self.take(weight, endpoint, lane)
        try:
            yield
        finally:
            self.settle(weight, endpoint)

    async def take(self, weight: int, endpoint: str, lane: Lane) -> None:
        """Wait until `weight` fits; it stays open until `settle`."""
        if not self.try_take(weight, endpoint):
            await self._grant(weight, endpoint, lane)

    def remaining(self, endpoint: str | None = "") -> int:
        """Weight that could go out at once; 0 while a ban or a pause lasts. None: of the fullest window in use."""
        if endpoint is None:
            return min(map(self.remaining, self.windows), default=self._limits.weight)
        window = self.window(endpoint)
        blocked = max(self.banned_until, window.closed_until) > self._clock.time()
        return 0 if blocked else window.remaining()

    def banned_seconds(self) -> float:
        """Seconds until the venue's ban ends; 0 when there is none."""
        return max(0.0, self.banned_until - self._clock.time())

    def pause(self, endpoint: str, seconds: float) -> None:
        """The venue has answered 429: nothing goes out for `seconds`."""
        window = self.window(endpoint)
        window.closed_until = max(window.closed_until, self._clock.time() + seconds)
        if self._too_long(window):
            window.refuse(lambda name: self._limited(name, window))
        window.pump()
        if self._keeper is not None:
            self._keeper.remember(self._kept_as, endpoint if self._limits.per_endpoint else "", seconds)

    def ban(self, seconds: float) -> None:
        """The venue has answered 418: nothing goes out for `seconds`, and those who wait are told."""
        self.banned_until = max(self.banned_until, self._clock.time() + seconds)
        for window in self.windows.values():
            window.refuse(self._banned)
        if self._keeper is not None:
            self._keeper.remember(self._kept_as, None, seconds)

    async def _grant(self, weight: int, endpoint: str, lane: Lane) -> None:
        window = self.window(endpoint)
        if not 0 < weight <= window.limit:
            raise UsageError(f"weight must be 1 to {window.limit}, the budget of {self._venue}, not {weight}")
        if self.banned_seconds() > 0:
            raise self._banned(endpoint)
        if self._too_long(window):
            raise self._limited(endpoint, window)
        waiter = Waiter(weight, endpoint, asyncio.get_running_loop().create_future())
        window.join(waiter, lane)
        try:
            await waiter.granted
        except asyncio.CancelledError:
            window.leave(waiter, lane)
            raise
        if self.banned_seconds() > 0:  # the ban came between the grant and this moment
            window.leave(waiter, lane)
            raise self._banned(endpoint)

    def _too_long(self, window: RateWindow) -> bool:
        return window.closed_until - self._clock.time() > self._limits.window_seconds

    def _banned(self, endpoint: str) -> BannedError:
        left = self.banned_seconds()
        error = BannedError(self._venue, endpoint, 418, "", f"banned for another {left:.1f} s; nothing was sent")
        error.retry_after = left
        return error

    def _limited(self, endpoint: str, window: RateWindow) -> RateLimitError:
        left = window.closed_until - self._clock.time()
        error = RateLimitError(self._venue, endpoint, 429, "", f"limited for another {left:.1f} s; nothing was sent")
        error.retry_after = left
        return error
