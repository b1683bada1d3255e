"""The resolver: no order stays unknown, and none is given up while it may still arrive."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from hftx.enums import OrderStatus, OrderType, Side
from hftx.errors import RequestTimeoutError, VenueUnavailableError
from hftx.logs import get_exchange_logger
from hftx.orders import Order, OrderParams
from hftx.symbols import Symbol
from hftx.trading.resolver import Doubt, ResolveLimits, Resolver

from .fake_rest import FakeRest

LOGGER = get_exchange_logger("fake", "test")
BTC = Symbol("BTC/USDT")
PARAMS = OrderParams(BTC, Side.BUY, OrderType.LIMIT, "1", "100", client_order_id="t-1")
QUICK = ResolveLimits(settle=0.2, lookup=3600.0, first_pause=0.001, longest_pause=0.01)


def doubt(age_seconds: float = 0.0, **changes: Any) -> Doubt:
    made = Doubt(PARAMS, "t-1", time.time_ns() - int(age_seconds * 1e9))
    return replace(made, **changes)


def live(status: OrderStatus = OrderStatus.NEW) -> Order:
    return replace(doubt().as_order(status, ""), order_id="77")


class Bench:
    """A resolver, its venue, and what it told."""

    def __init__(self, limits: ResolveLimits = QUICK) -> None:
        self.rest, self.told = FakeRest(), list[Order]()
        self.resolver = Resolver(self.rest, self.told.append, LOGGER, limits)  # type: ignore[arg-type]


async def test_an_order_that_the_venue_has_is_told_and_returned() -> None:
    at = Bench()
    at.rest.orders = [live()]
    order = await at.resolver.ask(doubt())
    assert order.order_id == "77" and at.told == [order] and at.resolver.open == []
    assert at.rest.asked == [("get_order", "t-1")]


async def test_two_questions_about_one_order_are_one() -> None:
    at = Bench()
    at.rest.orders = [live()]
    first, second = at.resolver.ask(doubt()), at.resolver.ask(doubt())
    assert first is second
    await first
    assert at.rest.count("get_order") == 1


async def test_an_order_that_arrives_late_is_not_given_up() -> None:
    at = Bench()
    task = at.resolver.ask(doubt())
    while at.rest.count("get_order") < 3:
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
    at.rest.orders = [live()]
    assert (await task).status is OrderStatus.NEW


async def test_what_the_venue_does_not_know_in_the_end_was_never_taken() -> None:
    at = Bench()
    started = time.monotonic()
    order = await at.resolver.ask(doubt())
    assert time.monotonic() - started >= QUICK.settle
    assert order.status is OrderStatus.REJECTED and order.order_id == "" and "never took" in order.reason


async def test_an_old_intent_needs_no_second_question() -> None:
    at = Bench()
    order = await at.resolver.ask(doubt(age_seconds=60))
    assert order.status is OrderStatus.REJECTED and at.rest.count("get_order") == 1


async def test_a_clock_that_was_set_back_makes_the_wait_longer_never_shorter() -> None:
    at = Bench()
    started = time.monotonic()
    await at.resolver.ask(doubt(age_seconds=-3600))
    assert time.monotonic() - started >= QUICK.settle


async def test_an_intent_older_than_the_lookup_is_searched_for_in_the_past() -> None:
    at = Bench(replace(QUICK, lookup=50.0))
    at.rest.past = [live(OrderStatus.FILLED)]
    intent = doubt(age_seconds=60)
    assert (await at.resolver.ask(intent)).status is OrderStatus.FILLED
    asked = dict(at.rest.asked)
    assert asked["get_order_history"] <= intent.intended_ns // 1_000_000 - 60_000


async def test_an_order_known_by_number_is_never_called_never_taken() -> None:
    at = Bench()
    task = at.resolver.ask(doubt(age_seconds=60, order_id="77"))
    while at.rest.count("get_order") < 5:
        await asyncio.sleep(0.001)
    assert not task.done()
    at.rest.orders = [live(OrderStatus.CANCELLED)]
    assert (await task).status is OrderStatus.CANCELLED


async def test_failures_and_unclear_answers_are_asked_again() -> None:
    at = Bench()
    at.rest.faults = {
        "get_order": [RequestTimeoutError("slow"), VenueUnavailableError("fake", "GET order", 503, "", "")]
    }
    at.rest.orders = [live(OrderStatus.UNKNOWN)]
    task = at.resolver.ask(doubt())
    while at.rest.count("get_order") < 5:
        await asyncio.sleep(0.001)
    at.rest.orders = [live(OrderStatus.FILLED)]
    assert (await task).status is OrderStatus.FILLED and len(at.told) == 1


async def test_waiting_ends_in_time_and_asking_goes_on() -> None:
    at = Bench(replace(QUICK, settle=60.0))
    at.resolver.ask(doubt())
    assert await at.resolver.settled("t-1", 0.01) is None
    assert await at.resolver.settled("t-2", 0.01) is None
    assert at.resolver.open == ["t-1"]
    await at.resolver.close()
    assert at.told == [] and at.resolver.open == []


async def test_not_more_than_a_few_at_once() -> None:
    at = Bench()
    running = most = 0

    async def slow(*_: Any, **__: Any) -> Order:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return live()

    at.rest.get_order = slow  # type: ignore[method-assign]
    tasks = [at.resolver.ask(doubt(client_order_id=f"t-{i}")) for i in range(20)]
    await asyncio.gather(*tasks)
    assert most == QUICK.at_once


@pytest.mark.parametrize(("failures", "most"), [(0, 0.001), (3, 0.008), (30, 0.01), (5000, 0.01)])
async def test_pauses_grow_to_a_bound(failures: int, most: float) -> None:
    pauses = {Bench().resolver._pause(failures) for _ in range(20)}
    assert len(pauses) > 1 and all(most / 2 <= pause <= most for pause in pauses)
