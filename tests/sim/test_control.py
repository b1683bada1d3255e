"""The control handle over HTTP does what the Python handle does, and refuses with a reason."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from .conftest import StartTwin

pytestmark = pytest.mark.parametrize("venue", ["gateio_spot", "gateio_futures", "mexc_spot"])


async def call(http: aiohttp.ClientSession, method: str, url: str, **body: Any) -> tuple[int, Any]:
    async with http.request(method, url, json=body or None) as response:
        return response.status, await response.json()


async def test_state_events_pause_and_books(
    start: StartTwin, http: aiohttp.ClientSession, venue: str
) -> None:
    twin = await start(venue, seed=9)
    base = twin.control_url
    _, state = await call(http, "GET", f"{base}/state")
    assert (state["venue"], state["seed"], state["paused"], state["events"]) == (venue, 9, False, 0)
    _, state = await call(http, "POST", f"{base}/event?n=40")
    assert state["events"] == 40
    assert (await call(http, "POST", f"{base}/event"))[1]["events"] == 41
    _, book = await call(http, "GET", f"{base}/book?symbol=ADA_USDT")
    assert book == twin.book("ADA_USDT") and book["id"] == twin.state()["symbols"]["ADA_USDT"]
    assert (await call(http, "POST", f"{base}/pause"))[1]["paused"] is True
    assert (await call(http, "POST", f"{base}/resume"))[1]["paused"] is False
    assert (await call(http, "GET", f"{base}/stats"))[1]["events"] == 41


async def test_faults(start: StartTwin, http: aiohttp.ClientSession, venue: str) -> None:
    twin = await start(venue)
    url = f"{twin.control_url}/fault"
    assert await call(http, "POST", url, kind="drop", symbol="BTC_USDT") == (200, {"id": 1})
    assert await call(http, "POST", url, kind="silence", seconds=1) == (200, {"id": 2})
    assert twin.stats()["faults"]["active"] == 2
    await call(http, "POST", f"{twin.control_url}/clear")
    assert twin.stats()["faults"]["active"] == 0


async def test_refusals_say_why(start: StartTwin, http: aiohttp.ClientSession, venue: str) -> None:
    base = (await start(venue)).control_url
    for method, path, body, text in (
        ("GET", "/book?symbol=XX_USDT", {}, "listed: BTC_USDT, ADA_USDT"),
        ("GET", "/book", {}, "unknown symbol ''"),
        ("POST", "/event?n=0", {}, "n must be a whole number"),
        ("POST", "/event?n=x", {}, "n must be a whole number"),
        ("POST", "/fault", {"kind": "explode"}, "unknown kind"),
        ("POST", "/fault", {"symbol": "BTC_USDT"}, "a 'kind'"),
        ("POST", "/fault", {"kind": "drop", "symbol": "XX_USDT"}, "unknown symbol"),
        ("POST", "/fault", {"kind": "drop", "self": 1}, "takes no 'self'"),
        ("POST", "/fault", {}, "must be a JSON object"),
    ):
        status, reply = await call(http, method, base + path, **body)
        assert status == 400 and text in reply["error"], (path, body)
