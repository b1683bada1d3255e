"""Connections are opened before the first order, and what lies idle is kept open: orders find them ready."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from hftx.rest.private import PrivateRestOptions
from hftx.rest.signed import CallLimits

from .faulty_venue import abort
from .private_rows import BALANCES, NAMES
from .signing_venue import KINDS, client_of, signing_venue


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)


def _options(seconds: float, connections: int = 1) -> PrivateRestOptions:
    return PrivateRestOptions(calls=CallLimits(warm_seconds=seconds, warm_connections=connections))


@pytest.mark.parametrize("kind", KINDS)
async def test_idle_connections_are_asked_for_the_time(kind: str) -> None:
    names = NAMES[kind]
    async with signing_venue(kind) as venue, client_of(venue, _options(0.02, 2)) as rest:
        venue.on(names.balance, BALANCES[kind])
        await rest.get_account_balance()
        await _until(lambda: len(venue.named(names.time)) >= 7)
        lines = list(rest.transport._pool._lines)
        assert 2 <= len(lines) <= 3 and all(line.idle_seconds() < 5 for line in lines)
    warmer = rest.transport._warmer
    assert warmer is None or warmer.cancelled()
    assert rest.transport._refresh is None


async def test_a_venue_that_fails_meanwhile_is_asked_again() -> None:
    names = NAMES["gateio"]
    async with signing_venue("gateio") as venue, client_of(venue, _options(0.02)) as rest:
        await rest.transport.measure_clock()
        venue.on(names.time, abort)
        await _until(lambda: len(venue.named(names.time)) >= 4)
        assert rest.transport.clock.is_measured()


async def test_nobody_has_to_keep_them_warm() -> None:
    async with signing_venue("gateio") as venue, client_of(venue, _options(0.0)) as rest:
        await rest.transport.measure_clock()
        assert rest.transport._warmer is None and len(venue.calls) == 1
