"""A scripted venue of Gate futures and its client, for tests of either."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hftx.venues.gateio_futures.private_rest import GateioPrivateFuturesRest
from rest.futures_rows import ACCOUNT
from rest.signing_venue import SigningVenue, futures_client_of, signing_venue


@pytest.fixture
async def futures_venue() -> AsyncIterator[SigningVenue]:
    async with signing_venue("gateio_futures") as made:
        made.on("GET /futures/usdt/accounts", ACCOUNT)
        yield made
        assert made.refused == []
        assert {call.headers.get("X-Gate-Size-Decimal") for call in made.calls} <= {"1"}


@pytest.fixture
async def futures_rest(futures_venue: SigningVenue) -> AsyncIterator[GateioPrivateFuturesRest]:
    async with futures_client_of(futures_venue) as made:
        yield made
