"""Starting, pacing and stopping a twin."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from hftx.sim import DEFAULT_SYMBOLS, TwinOptions, UnknownSymbolError, UnknownVenueError, start_twin

from .clients import MEXC, until
from .conftest import Connect, StartTwin


async def test_wrong_arguments_are_refused_saying_what_is_allowed() -> None:
    with pytest.raises(UnknownVenueError, match="mexc_spot, gateio_spot"):
        await start_twin("kraken")
    with pytest.raises(UnknownSymbolError, match="BASE_QUOTE"):
        await start_twin("mexc_spot", ["BTCUSDT"])
    with pytest.raises(UnknownSymbolError, match="symbol_digits names 'XX_USDT'"):
        await start_twin("mexc_spot", options=TwinOptions(symbol_digits={"XX_USDT": (2, 2)}))
    with pytest.raises(ValueError, match="rate"):
        await start_twin("mexc_spot", rate=-1)


@pytest.mark.parametrize(
    "options",
    [{"levels": 4}, {"history": -1}, {"push_interval_ms": -0.5}, {"symbol_digits": {"A_B": (1, 13)}}],
)
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"TwinOptions\."):
        TwinOptions(**options)


async def test_the_default_set_and_the_urls(http: aiohttp.ClientSession) -> None:
    gate, mexc = await start_twin("gateio_spot", rate=0), await start_twin("mexc_spot", rate=0)
    try:
        assert tuple(gate.state()["symbols"]) == DEFAULT_SYMBOLS
        assert gate.rest_url.endswith("/api/v4") and gate.ws_url.endswith("/ws/v4/")
        assert mexc.rest_url.count("/") == 2 and mexc.ws_url.endswith("/ws")
        assert gate.control_url.startswith("http://127.0.0.1:")
    finally:
        await gate.stop()
        await mexc.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await http.get(f"{gate.control_url}/state")


async def test_rate_pause_and_resume(start: StartTwin) -> None:
    twin = await start("mexc_spot", rate=2000)
    await until(lambda: twin.state()["events"] > 200)
    twin.pause()
    stood = twin.state()["events"]
    await asyncio.sleep(0.05)
    assert twin.state()["events"] == stood
    twin.resume()
    await until(lambda: twin.state()["events"] > stood)


async def test_rate_zero_moves_only_on_demand(start: StartTwin) -> None:
    twin = await start("gateio_spot", rate=0)
    await asyncio.sleep(0.05)
    assert twin.state()["events"] == 0
    twin.play(3)
    assert twin.state()["events"] == 3


async def test_pause_pushes_everything_pending(start: StartTwin, connect: Connect) -> None:
    twin = await start("mexc_spot", symbols=["BTC_USDT"])
    socket = await connect(twin)
    names = ["aggre.depth.v3.api.pb@100ms@BTCUSDT", "aggre.bookTicker.v3.api.pb@100ms@BTCUSDT"]
    names += ["limit.depth.v3.api.pb@BTCUSDT@20", "kline.v3.api.pb@BTCUSDT@Min1"]
    await socket.reply("SUBSCRIPTION", [MEXC + name for name in names])
    twin.play(1)
    await socket.push("aggre.depth")
    twin.play(60)
    twin.pause()
    final = str(twin.book("BTC_USDT")["id"])
    reached: set[str] = set()
    while len(reached) < 3:
        wrapper = await socket.push()
        body = getattr(wrapper, wrapper.WhichOneof("body"))
        version = getattr(body, "toVersion", "") or getattr(body, "version", "")
        if version == final:
            reached.add(wrapper.WhichOneof("body"))
    assert reached == {"publicAggreDepths", "publicAggreBookTicker", "publicLimitDepths"}


async def test_stop_says_goodbye(start: StartTwin, connect: Connect) -> None:
    twin = await start_twin("mexc_spot", ["BTC_USDT"], rate=0)
    socket = await connect(twin)
    end = asyncio.create_task(socket.closed())
    await asyncio.sleep(0)
    await twin.stop()
    assert await end == aiohttp.WSCloseCode.GOING_AWAY


async def test_a_clock_that_breaks_is_reported(start: StartTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    twin = await start_twin("mexc_spot", ["BTC_USDT"], rate=0)
    reports: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reports.append(context["message"]))
    monkeypatch.setattr("hftx.sim.venue.Venue.tick", lambda _: 1 // 0)
    await until(lambda: bool(reports))
    loop.set_exception_handler(None)
    assert reports == ["twin mexc_spot stopped"]
    with pytest.raises(ZeroDivisionError):
        await twin.stop()
