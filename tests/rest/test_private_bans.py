"""A ban or a pause that one client has learnt binds the next one, in another life. Both venues."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hftx.config import Credentials
from hftx.errors import BannedError, RateLimitError
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest

from .faulty_venue import reply
from .private_rows import ETH, FILLED, NAMES, ORDER_ID, PLACED, SELL
from .signing_venue import KEY, KINDS, SECRET, SigningVenue, client_of, signing_venue


@pytest.fixture(params=KINDS)
async def venue(request: pytest.FixtureRequest) -> AsyncIterator[SigningVenue]:
    async with signing_venue(request.param) as made:
        yield made
        assert made.refused == []


def client(venue: SigningVenue, folder: Path | None) -> PrivateSpotRest:
    return client_of(venue, PrivateRestOptions(state_dir=folder))


async def banned(venue: SigningVenue, folder: Path | None, status: int, seconds: int) -> None:
    kind = BannedError if status == 418 else RateLimitError
    venue.on(NAMES[venue.kind].place, reply({"code": status}, status, {"Retry-After": str(seconds)}))
    async with client(venue, folder) as rest:
        with pytest.raises(kind):
            await rest.place_order(SELL)
    venue.on(NAMES[venue.kind].place, PLACED[venue.kind])
    venue.calls.clear()


async def test_a_ban_binds_the_next_client(venue: SigningVenue, tmp_path: Path) -> None:
    await banned(venue, tmp_path / "state", 418, 130)
    async with client(venue, tmp_path / "state") as rest:
        for call in (rest.place_order(SELL), rest.get_account_balance(), rest.cancel_order(ETH, "1")):
            with pytest.raises(BannedError, match="nothing was sent"):
                await call
        assert 120 < rest.transport.account_budget.banned_seconds() <= 130
        assert 120 < rest.transport.budget.banned_seconds() <= 130
    assert venue.calls == []


async def test_a_ban_of_the_address_binds_another_account(venue: SigningVenue, tmp_path: Path) -> None:
    await banned(venue, tmp_path, 418, 130)
    first = client(venue, None)
    kind: Any = type(first)
    config = replace(first.config, credentials=Credentials("another-key", SECRET))
    async with kind(config, options=PrivateRestOptions(state_dir=tmp_path)) as rest:
        with pytest.raises(BannedError, match="nothing was sent"):
            await rest.place_order(SELL)
    assert venue.calls == []


async def test_a_pause_binds_what_it_was_about_and_nothing_else(venue: SigningVenue, tmp_path: Path) -> None:
    await banned(venue, tmp_path, 429, 60)
    names = NAMES[venue.kind]
    venue.on(names.order, FILLED[venue.kind])
    async with client(venue, tmp_path) as rest:
        with pytest.raises(RateLimitError, match="nothing was sent") as caught:
            await rest.place_order(SELL)
        assert not isinstance(caught.value, BannedError) and 50 < caught.value.retry_after <= 60
        if venue.kind == "gateio":  # MEXC's limits of placing hold for the whole account
            assert (await rest.get_order(ETH, ORDER_ID["gateio"])).is_done
    assert venue.writes() == []


async def test_without_a_folder_nothing_is_kept(venue: SigningVenue) -> None:
    await banned(venue, None, 418, 130)
    async with client(venue, None) as rest:
        await rest.place_order(SELL)
    assert len(venue.writes()) == 1


async def test_the_files_hold_no_key(venue: SigningVenue, tmp_path: Path) -> None:
    await banned(venue, tmp_path, 418, 130)
    files = list(tmp_path.iterdir())
    assert len([path for path in files if path.suffix == ".json"]) == 2
    for path in files:
        told = path.name + path.read_text()
        assert KEY not in told and SECRET not in told and path.stat().st_mode & 0o077 == 0
