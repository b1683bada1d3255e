"""Twins and client sessions that end with the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from hftx.sim import Twin, TwinOptions, start_twin

from .clients import GateSocket, MexcSocket

DEFAULTS: dict[str, Any] = {"symbols": ("BTC_USDT", "ADA_USDT"), "rate": 0.0}

StartTwin = Callable[..., Awaitable[Twin]]
Connect = Callable[..., Awaitable[Any]]


@pytest.fixture
async def start() -> AsyncIterator[StartTwin]:
    """Starts twins; keywords that are not start_twin's go to TwinOptions."""
    running: list[Twin] = []

    async def begin(venue: str, **given: Any) -> Twin:
        own = {
            name: given.pop(name)
            for name in ("symbols", "seed", "rate", "faults", "accounts")
            if name in given
        }
        twin = await start_twin(venue, **DEFAULTS | own, options=TwinOptions(**given))
        running.append(twin)
        return twin

    yield begin
    for twin in running:
        await twin.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def connect(http: aiohttp.ClientSession) -> Connect:
    async def open_socket(twin: Twin, **headers: str) -> GateSocket | MexcSocket:
        ws = await http.ws_connect(twin.ws_url, headers=headers)
        return MexcSocket(ws) if twin.name == "mexc_spot" else GateSocket(ws, twin.name.partition("_")[2])

    return open_socket
