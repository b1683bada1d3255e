"""The circuit: closed, open, half-open with one trial; refusals are answers."""

from __future__ import annotations

import asyncio

import pytest

from hftx.errors import CircuitOpenError, ConnectionLost, HftxError, OrderRejectedError, VenueError
from hftx.rest.breaker import BreakerLimits, CircuitBreaker, is_outage

from .fake_clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def breaker(clock: FakeClock) -> CircuitBreaker:
    return CircuitBreaker("venue", "place", BreakerLimits(failures=3, open_seconds=5.0), clock)


def call(breaker: CircuitBreaker, error: BaseException | None = None) -> None:
    with breaker.attempt("POST /x"):
        if error is not None:
            raise error


def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(ConnectionLost):
            call(breaker, ConnectionLost("gone"))


def test_it_opens_after_failures_in_a_row_only(breaker: CircuitBreaker) -> None:
    fail(breaker, 2)
    call(breaker)
    fail(breaker, 2)
    with pytest.raises(OrderRejectedError):
        call(breaker, OrderRejectedError("venue", "POST /x", 400, "1", "no"))
    fail(breaker, 3)
    assert breaker.is_open()
    with pytest.raises(
        CircuitOpenError, match=r"3 times in a row; none is sent for another 5\.0 s"
    ) as caught:
        call(breaker)
    assert caught.value.retry_after == 5.0


async def test_one_trial_at_a_time_decides(breaker: CircuitBreaker, clock: FakeClock) -> None:
    fail(breaker, 3)
    await clock.advance(5.0)
    with breaker.attempt("trial"), pytest.raises(CircuitOpenError, match="until the trial"):
        breaker.check("another")
    breaker.check("now it is closed")
    fail(breaker, 3)
    await clock.advance(5.0)
    fail(breaker, 1)
    with pytest.raises(CircuitOpenError):
        breaker.check("the trial failed")


async def test_a_trial_that_is_called_off_leaves_room_for_the_next(
    breaker: CircuitBreaker, clock: FakeClock
) -> None:
    fail(breaker, 3)
    await clock.advance(6.0)
    with pytest.raises(asyncio.CancelledError):
        call(breaker, asyncio.CancelledError())
    call(breaker)
    assert not breaker.is_open()


def test_what_counts_as_an_outage() -> None:
    assert is_outage(VenueError("v", "r", 502, "", ""))
    assert is_outage(ConnectionLost("x"))
    assert not is_outage(VenueError("v", "r", 400, "1", ""))
    assert not is_outage(HftxError("x"))
