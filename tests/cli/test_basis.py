"""The basis line: exact between proven books, and a reason where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from decimal import Decimal

import pytest

from hftx.cli.basis import Basis, NoBasis, basis_of
from hftx.cli.observed import ObservedVenue
from hftx.enums import DEFAULT_PUBLIC_CHANNELS
from hftx.factory import venue_config
from hftx.sim import Twin, start_twin
from hftx.symbols import Symbol

BTC = Symbol("BTC/USDT")
DEADLINE_SECONDS = 10.0
D = Decimal


async def until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(int(DEADLINE_SECONDS / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"not within {DEADLINE_SECONDS} s: {what}")


def told(venues: list[ObservedVenue]) -> Basis:
    found = basis_of(venues)
    assert isinstance(found, Basis), found
    return found


def why_not(venues: list[ObservedVenue]) -> str:
    found = basis_of(venues)
    return found.why_not if isinstance(found, NoBasis) else ""


@pytest.fixture
async def markets() -> AsyncIterator[tuple[list[ObservedVenue], list[Twin]]]:
    """Gate spot and futures, live, whose markets stand still."""
    async with AsyncExitStack() as stack:
        twins, venues = [], []
        for name in ("gateio_spot", "gateio_futures"):
            twin = await start_twin(name, ["BTC_USDT"], rate=0.0)
            stack.push_async_callback(twin.stop)
            venue = ObservedVenue(venue_config(name, twin.rest_url, twin.ws_url), [BTC], None)
            await stack.enter_async_context(venue.exchange)
            twins.append(twin)
            venues.append(venue)
        yield venues, twins


def mid(twin: Twin) -> Decimal:
    book = twin.book("BTC_USDT")
    return (D(book["bids"][0][0]) + D(book["asks"][0][0])) / 2


async def test_the_basis_is_that_of_the_twins(markets: tuple[list[ObservedVenue], list[Twin]]) -> None:
    venues, (spot, futures) = markets
    for venue in venues:
        await venue.start()
        await venue.exchange.wait_live()
    futures.act("mark", contract="BTC_USDT", price="91300.5")
    await until(lambda: isinstance(basis_of(venues), Basis) and told(venues).mark.price == D("91300.5"), "the mark")
    found = told(venues)
    assert (found.spot_mid, found.mid.price) == (mid(spot), mid(futures))
    assert found.mid.absolute == mid(futures) - mid(spot) and found.mark.absolute == D("91300.5") - mid(spot)
    assert abs(found.mid.bps - found.mid.absolute * 10_000 / mid(spot)) <= D("0.00005")
    assert found.report()["mark"]["price"] == "91300.5" and found.report()["why_not"] is None
    assert found.line().startswith(f"basis BTC_USDT: spot mid {mid(spot)}, futures mid {mid(futures)} (")


async def test_only_proven_books_have_a_basis(markets: tuple[list[ObservedVenue], list[Twin]]) -> None:
    venues, (spot, futures) = markets
    assert basis_of(venues) is None   # nothing is subscribed yet
    for venue in venues:
        await venue.start()
        await venue.exchange.wait_live()
    futures.act("mark", contract="BTC_USDT", price="91300.5")   # a contract on which nothing happens has no ticker
    await until(lambda: isinstance(basis_of(venues), Basis), "a basis")
    await spot.stop()
    await until(lambda: "gateio_spot" in why_not(venues), "a reason")
    assert "the book of gateio_spot is STALE" in why_not(venues)
    found = basis_of(venues)
    assert found is not None and found.line() == f"basis BTC_USDT: none, {why_not(venues)}"
    assert set(found.report()) == {"symbol", "line", "why_not"}


async def test_without_a_mark_price_there_is_none(markets: tuple[list[ObservedVenue], list[Twin]]) -> None:
    (spot, futures), _ = markets
    await spot.start()
    await futures.exchange.initialize([BTC], DEFAULT_PUBLIC_CHANNELS)   # without tickers
    for venue in (spot, futures):
        await venue.exchange.wait_live()
    assert "neither mark price nor funding rate" in why_not([spot, futures])
    assert basis_of([spot]) is None and basis_of([futures]) is None
