"""Key, secret and signatures appear in no log line, no exception, no repr, whatever goes wrong."""

from __future__ import annotations

import asyncio
import io
import logging
import re
import traceback
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from hftx.config import Credentials
from hftx.errors import HftxError, UsageError
from hftx.rest.private import PrivateSpotRest
from hftx.venues.gateio.defaults import config as gate_config
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.venues.mexc.defaults import config as mexc_config
from hftx.venues.mexc.private_rest import MexcPrivateRest

from .faulty_venue import abort, reply, silence
from .private_rows import BALANCES, ETH, NAMES, ORDER_ID, SELL
from .signing_venue import (
    KEY,
    KINDS,
    SECRET,
    GateStandIn,
    MexcStandIn,
    SigningVenue,
    client_of,
    signing_venue,
)

SIGNATURE = re.compile(r"[0-9a-f]{64}")


async def echo(request: web.Request) -> web.StreamResponse:
    """A venue that repeats everything it was told, in its error text."""
    text = f"{request.raw_path} {dict(request.headers)}"
    return web.json_response(
        {"code": 700002, "label": "INVALID_SIGNATURE", "msg": text, "message": text}, status=401
    )


async def echo_page(request: web.Request) -> web.StreamResponse:
    """The same as a web page."""
    return web.Response(status=502, text=f"<html>{request.raw_path} {dict(request.headers)}</html>")


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


async def exercise(venue: SigningVenue, rest: PrivateSpotRest) -> str:
    names, heard = NAMES[venue.kind], [repr(rest), repr(rest.transport), repr(rest.config), repr(vars(rest))]
    for step in (echo, echo_page, silence, abort, reply({"a": 1}), reply("[", 200)):
        for name in (names.place, names.cancel, names.order):
            venue.on(name, step)
        for call in (
            rest.place_order(SELL),
            rest.cancel_order(ETH, ORDER_ID[venue.kind]),
            rest.get_order(ETH, ORDER_ID[venue.kind]),
        ):
            with pytest.raises(HftxError) as caught:
                await call
            heard.append(told(caught.value))
    return "\n".join(heard)


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_secret_is_ever_told(kind: str) -> None:
    output, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(output), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    try:
        async with signing_venue(kind) as venue, client_of(venue, timeout=0.2) as rest:
            heard = await exercise(venue, rest)
            assert len(venue.calls) > 15 and venue.refused == []
    finally:
        asyncio.get_running_loop().set_debug(False)
        root.setLevel(level)
        root.removeHandler(handler)
    everything = heard + output.getvalue()
    assert "INVALID_SIGNATURE" in everything or "700002" in everything
    assert SECRET not in everything and KEY not in everything
    assert SIGNATURE.findall(everything) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_calls_side_by_side_share_one_measurement_of_the_clock(kind: str) -> None:
    async with signing_venue(kind) as venue, client_of(venue) as rest:
        venue.on(NAMES[kind].balance, BALANCES[kind])
        await asyncio.gather(*(rest.get_account_balance() for _ in range(2)))
        assert len(venue.named(NAMES[kind].time)) == 1


def test_a_client_wants_credentials_and_its_own_venue() -> None:
    secrets = Credentials(KEY, SECRET)
    wrong: list[Any] = [
        lambda: MexcPrivateRest(mexc_config(), signer=MexcStandIn()),
        lambda: GateioPrivateRest(gate_config(), signer=GateStandIn()),
        lambda: MexcPrivateRest(replace(gate_config(), credentials=secrets), signer=MexcStandIn()),
        lambda: GateioPrivateRest("https://api.gateio.ws", signer=GateStandIn()),  # type: ignore[arg-type]
    ]
    for make in wrong:
        with pytest.raises(UsageError, match="needs"):
            make()
