"""The comparison with the twin: equal when it is so, and never by default."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from hftx.cli import observed as module
from hftx.cli.observed import ObservedVenue
from hftx.cli.twin_process import TwinBook, TwinControl
from hftx.factory import venue_config
from hftx.sim import start_twin
from hftx.symbols import Symbol

BTC = Symbol("BTC/USDT")


class BentControl(TwinControl):
    """A control whose answers are bent by `change`."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        super().__init__(url, http)
        self.change: dict[str, Any] = {}

    async def book(self, symbol: Symbol) -> TwinBook:
        return replace(await super().book(symbol), **self.change)


@pytest.fixture
async def watched() -> AsyncIterator[tuple[ObservedVenue, BentControl]]:
    """A live venue with its twin's control."""
    twin = await start_twin("gateio_spot", ["BTC_USDT"], rate=500.0)
    async with aiohttp.ClientSession() as http:
        control = BentControl(twin.control_url, http)
        venue = ObservedVenue(venue_config("gateio_spot", twin.rest_url, twin.ws_url), [BTC], control)
        async with venue.exchange:
            await venue.start()
            await venue.exchange.wait_live()
            yield venue, control
    await twin.stop()


def equal(venue: ObservedVenue) -> bool | None:
    verdict: bool | None = venue.report()["books"]["BTC_USDT"]["equal_to_twin"]
    return verdict


async def test_equal_is_said_only_after_a_comparison(watched: tuple[ObservedVenue, BentControl]) -> None:
    venue, _ = watched
    assert equal(venue) is None
    await venue.compare()
    assert equal(venue) is True


@pytest.mark.parametrize("change", [{"id": 1}, {"bids": []}, {"asks": []}], ids=str)
async def test_any_difference_is_told(watched: tuple[ObservedVenue, BentControl], change: dict[str, Any]) -> None:
    venue, control = watched
    control.change = change
    await venue.compare()
    assert equal(venue) is False


async def test_a_twin_that_does_not_answer_proves_nothing(
    watched: tuple[ObservedVenue, BentControl], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, control = watched
    monkeypatch.setattr(control, "_url", "http://127.0.0.1:1")
    await venue.compare()
    assert equal(venue) is False


async def test_a_book_that_never_reaches_the_twins_id_is_not_waited_for_long(
    watched: tuple[ObservedVenue, BentControl], monkeypatch: pytest.MonkeyPatch
) -> None:
    venue, control = watched
    monkeypatch.setattr(module, "AGREE_SECONDS", 0.05)

    async def ahead() -> dict[str, int]:
        return {"BTC_USDT": 2**62}

    monkeypatch.setattr(control, "pause", ahead)
    control.change = {"id": 2**62}
    await venue.compare()
    assert equal(venue) is False
