"""The budget: exact in every window, in order, and honest about pauses, bans and cancellation."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx.config import RestLimits
from hftx.errors import BannedError, RateLimitError, UsageError
from hftx.rest.limits import Lane, RateBudget

from .fake_clock import FakeClock, settle

MEXC = RestLimits(weight=300, window_seconds=10.0, per_endpoint=False)
GATE = RestLimits(weight=200, window_seconds=10.0, per_endpoint=True)


async def test_the_whole_limit_goes_out_at_once_and_the_next_call_exactly_a_window_later() -> None:
    clock = FakeClock()
    budget = RateBudget("mexc_spot", MEXC, clock)
    for _ in range(100):
        await asyncio.wait_for(budget.acquire(3), 1)
    assert budget.remaining() == 0
    late = asyncio.create_task(budget.acquire(3))
    await clock.advance(9.999)
    assert not late.done() and budget.remaining() == 0
    await clock.advance(0.001)
    assert late.done() and clock.now == 1010.0
    assert budget.remaining() == 297


async def test_weight_ages_from_the_answer_because_the_venue_may_count_it_so_late() -> None:
    clock = FakeClock()
    budget = RateBudget("mexc_spot", RestLimits(1, 10.0, False), clock)
    async with budget.spend(1, "", Lane.URGENT):
        waiting = asyncio.create_task(budget.acquire(1))
        await clock.advance(12.0)
        assert not waiting.done()
    await clock.advance(9.99)
    assert not waiting.done()
    await clock.advance(0.02)
    assert waiting.done()


async def test_endpoints_have_their_own_budget_only_where_the_venue_says_so() -> None:
    gate, mexc = RateBudget("gateio_spot", GATE, FakeClock()), RateBudget("mexc_spot", MEXC, FakeClock())
    for budget in (gate, mexc):
        await budget.acquire(100, "/spot/time")
    assert (gate.remaining("/spot/time"), gate.remaining("/spot/tickers")) == (100, 200)
    assert (mexc.remaining("/spot/time"), mexc.remaining("/spot/tickers")) == (200, 200)


async def test_urgent_goes_first_and_each_lane_keeps_its_order() -> None:
    clock, order = FakeClock(), list[str]()
    budget = RateBudget("v", RestLimits(10, 10.0, False), clock)
    await budget.acquire(10)

    async def call(name: str, weight: int, lane: Lane) -> None:
        await budget.acquire(weight, "", lane)
        order.append(name)

    plan = [
        ("b1", 6, Lane.BACKGROUND),
        ("b2", 1, Lane.BACKGROUND),
        ("u1", 8, Lane.URGENT),
        ("u2", 1, Lane.URGENT),
    ]
    tasks = [asyncio.create_task(call(*item)) for item in plan]
    await settle()
    await clock.advance(10)
    assert order == ["u1", "u2"]  # b1 does not fit, and b2 must not overtake it
    await clock.advance(10)
    assert order == ["u1", "u2", "b1", "b2"]
    await asyncio.gather(*tasks)


async def test_a_cancelled_waiter_gives_way_and_takes_nothing() -> None:
    clock = FakeClock()
    budget = RateBudget("v", RestLimits(10, 10.0, False), clock)
    await budget.acquire(8)
    big, small = asyncio.create_task(budget.acquire(5)), asyncio.create_task(budget.acquire(2))
    await settle()
    assert not small.done()
    big.cancel()
    await asyncio.wait_for(small, 1)
    assert big.cancelled() and budget.remaining() == 0


async def test_a_grant_that_is_cancelled_before_it_is_used_is_free_again() -> None:
    clock = FakeClock()
    budget = RateBudget("v", RestLimits(1, 10.0, False), clock)
    first = asyncio.create_task(budget.acquire(1))
    await settle()
    second, third = asyncio.create_task(budget.acquire(1)), asyncio.create_task(budget.acquire(1))
    await settle()
    assert first.done()
    clock.now += 10
    budget.window("").pump()  # grants the second, whose task has not run yet
    second.cancel()
    await settle()
    assert second.cancelled() and third.done() and budget.remaining() == 0


async def test_a_ban_tells_those_who_wait_and_stops_those_who_come() -> None:
    clock = FakeClock()
    budget = RateBudget("mexc_spot", RestLimits(1, 10.0, False), clock)
    await budget.acquire(1)
    waiting = asyncio.create_task(budget.acquire(1, "/depth"))
    await settle()
    budget.ban(120.0)
    with pytest.raises(BannedError, match=r"mexc_spot /depth: .*another 120.0 s; nothing was sent"):
        await waiting
    with pytest.raises(BannedError) as late:
        await budget.acquire(1)
    assert late.value.retry_after == 120.0 and budget.remaining() == 0 and budget.banned_seconds() == 120.0
    await clock.advance(120.0)
    await asyncio.wait_for(budget.acquire(1), 1)


async def test_a_ban_between_grant_and_use_stops_the_call() -> None:
    clock = FakeClock()
    budget = RateBudget("v", RestLimits(1, 10.0, False), clock)
    await budget.acquire(1)
    task = asyncio.create_task(budget.acquire(1))
    await settle()
    clock.now += 10
    budget.window("").pump()  # grants it, but its task has not run yet
    budget.ban(5.0)
    with pytest.raises(BannedError):
        await task
    await clock.advance(5.0)
    assert budget.remaining() == 1


async def test_a_short_pause_is_waited_for_and_a_long_one_is_an_error() -> None:
    clock = FakeClock()
    budget = RateBudget("gateio_spot", GATE, clock)
    budget.pause("/a", 4.0)
    waiting = asyncio.create_task(budget.acquire(1, "/a"))
    await asyncio.wait_for(budget.acquire(1, "/b"), 1)
    await clock.advance(3.9)
    assert not waiting.done() and budget.remaining("/a") == 0
    await clock.advance(0.2)
    assert waiting.done()
    budget.pause("/a", 5.0)
    waiting = asyncio.create_task(budget.acquire(1, "/a"))
    await settle()
    budget.pause("/a", 600.0)
    with pytest.raises(RateLimitError):
        await waiting
    with pytest.raises(RateLimitError) as refused:
        await budget.acquire(1, "/a")
    assert refused.value.retry_after == pytest.approx(600.0) and not isinstance(refused.value, BannedError)


async def test_the_venues_own_count_can_only_make_the_budget_smaller() -> None:
    clock = FakeClock()
    budget = RateBudget("gateio_spot", GATE, clock)
    await budget.acquire(10, "/a")
    budget.observe("/a", 195)
    assert budget.remaining("/a") == 190
    budget.observe("/a", 50)
    assert budget.remaining("/a") == 50
    budget.observe("/a", 30, limit=100)
    assert budget.remaining("/a") == 0  # 150 of the smaller limit of 100 are gone
    await clock.advance(10)
    assert budget.remaining("/a") == 100
    budget.observe("/a", None, limit=1000)
    assert budget.remaining("/a") == 200


@pytest.mark.parametrize("weight", [0, -1, 301])
async def test_a_weight_that_never_fits_is_refused(weight: int) -> None:
    with pytest.raises(UsageError, match=r"weight must be 1 to 300"):
        await RateBudget("mexc_spot", MEXC, FakeClock()).acquire(weight)


async def test_real_time_lets_the_next_call_go_when_the_window_is_over() -> None:
    budget = RateBudget("v", RestLimits(2, 0.2, False))
    started = time.monotonic()
    for _ in range(4):
        await budget.acquire(1)
    assert 0.2 <= time.monotonic() - started < 2.0


Call = tuple[float, int, int, float, bool]
CALLS = st.lists(
    st.tuples(
        st.floats(0, 30),
        st.integers(1, 10),
        st.sampled_from([0, 1]),
        st.floats(0, 15),
        st.booleans(),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(CALLS)
def test_no_window_of_the_venue_ever_sees_more_than_the_limit(calls: list[Call]) -> None:
    asyncio.run(_play(calls))


async def _play(calls: list[Call]) -> None:
    # Each call reaches the venue somewhere between its grant and its answer; some give up while they wait.
    clock, arrivals, granted = FakeClock(0.0), list[tuple[float, int]](), list[int]()
    budget = RateBudget("v", RestLimits(10, 10.0, False), clock)

    async def call(number: int, weight: int, lane: int, latency: float) -> None:
        async with budget.spend(weight, "", Lane(lane)):
            granted.append(number)
            answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            clock.call_later(latency * (number % 3) / 2, lambda: arrivals.append((clock.now, weight)))
            clock.call_later(latency, lambda: answered.set_result(None))
            await answered

    tasks = []
    for number, (at, weight, lane, latency, gives_up) in enumerate(sorted(calls)):
        await clock.advance(max(0.0, at - clock.now))
        task = asyncio.create_task(call(number, weight, lane, latency))
        tasks.append((task, lane))
        await settle()
        if gives_up and number not in granted:
            task.cancel()
    await clock.advance(2000.0)
    assert all(task.done() for task, _ in tasks), "somebody was forgotten"
    for start, _ in arrivals:
        assert sum(weight for at, weight in arrivals if start <= at < start + 10.0) <= 10
    for lane in Lane:
        numbers = [number for number in granted if tasks[number][1] == lane]
        assert numbers == sorted(numbers)
    assert len(arrivals) == len(granted) == sum(not task.cancelled() for task, _ in tasks)
    assert budget.remaining() == 10
