"""A circuit breaker: after a row of failures nothing is sent for a while, then one trial decides.

Never knows what is called. A definite refusal by the venue is an answer, not a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hftx.errors import (
    CircuitOpenError,
    ConnectionLost,
    HftxError,
    RequestTimeoutError,
    VenueError,
    VenueUnavailableError,
)
from hftx.rest.limits import Clock, LoopClock


@dataclass(frozen=True, slots=True)
class BreakerLimits:
    """`failures` in a row open the circuit for `open_seconds`."""

    failures: int = 5
    open_seconds: float = 5.0


class CircuitBreaker:
    """One class of endpoints of one venue. Closed, open, or half-open with one trial under way."""

    def __init__(self, venue: str, name: str, limits: BreakerLimits, clock: Clock | None = None) -> None:
        self._venue, self._name, self._limits = venue, name, limits
        self._clock: Clock = clock or LoopClock()
        self._failures = 0
        self._opened_at: float | None = None
        self._on_trial = False

    def is_open(self) -> bool:
        """Whether a call would be refused now."""
        return self._opened_at is not None and (self._on_trial or self._wait_seconds() > 0)

    def check(self, request: str) -> None:
        """Raise `CircuitOpenError` when `request` must not be sent now."""
        if not self.is_open():
            return
        left = self._wait_seconds()
        state = f"for another {left:.1f} s" if left > 0 else "until the trial under way is answered"
        text = f"{self._name} calls failed {self._failures} times in a row; none is sent {state}"
        error = CircuitOpenError(self._venue, request, 0, "", text)
        error.retry_after = left
        raise error

    @contextmanager
    def attempt(self, request: str) -> Iterator[None]:
        """Around one call: its end closes or opens the circuit. Raises `CircuitOpenError` before it."""
        trial = self.begin(request)
        try:
            yield
        except BaseException as error:
            self.end(trial, error)
            raise
        self.end(trial)

    def begin(self, request: str) -> bool:
        """A call begins: whether it is the trial, for `end`. Raises `CircuitOpenError`."""
        if self._opened_at is None:
            return False
        self.check(request)
        self._on_trial = True
        return True

    def end(self, trial: bool, error: BaseException | None = None) -> None:
        """The call has ended, so or well."""
        if error is None:
            self._succeed()
        elif isinstance(error, HftxError) and is_outage(error):
            self._fail()
        elif isinstance(error, VenueError) and error.status > 0:  # others were raised before anything was sent
            self._succeed()
        if trial:
            self._on_trial = False

    def _wait_seconds(self) -> float:
        opened = self._clock.time() if self._opened_at is None else self._opened_at
        return max(0.0, opened + self._limits.open_seconds - self._clock.time())

    def _succeed(self) -> None:
        self._failures, self._opened_at = 0, None

    def _fail(self) -> None:
        self._failures += 1
        if self._failures >= self._limits.failures:
            self._opened_at = self._clock.time()


def is_outage(error: HftxError) -> bool:
    """Whether the venue, or the line to it, has failed: no answer, or HTTP 5xx."""
    if isinstance(error, ConnectionLost | RequestTimeoutError | VenueUnavailableError):
        return True
    return isinstance(error, VenueError) and error.status >= 500
