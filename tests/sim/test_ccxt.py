"""A client that no one here wrote reads the twin's books: ccxt's pro sockets. Needs the [rivals] extra."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hftx.sim import Twin

from .clients import true_levels
from .conftest import StartTwin

ccxt = pytest.importorskip("ccxt.pro", reason="the [rivals] extra is not installed")
pytestmark = pytest.mark.rivals

SYMBOL = "BTC/USDT"
# ccxt loads 100 levels of MEXC and 50 of Gate; without deeper ones, fewer stay known as the touch moves
COMPARED = 40


def point_at(twin: Twin) -> Any:
    """ccxt's exchange with the twin's URLs in place of the venue's."""
    exchange = ccxt.gate() if twin.name == "gateio_spot" else ccxt.mexc()
    api = exchange.urls["api"]
    if twin.name == "gateio_spot":
        api["public"] = dict.fromkeys(api["public"], twin.rest_url)
        api["ws"] = api["spot"] = twin.ws_url
    else:
        api["spot"] = dict.fromkeys(api["spot"], twin.rest_url)
        api["ws"]["spot"] = twin.ws_url
    exchange.has["fetchCurrencies"] = False
    exchange.fetch_markets = exchange.fetch_spot_markets  # the twin has no futures to ask for
    return exchange


def top(side: list[list[float]]) -> list[tuple[float, float]]:
    return [(row[0], row[1]) for row in side[:COMPARED]]


@pytest.mark.parametrize("venue", ["gateio_spot", "mexc_spot"])
async def test_ccxt_ends_with_the_twins_book(start: StartTwin, venue: str) -> None:
    twin = await start(venue, rate=400, push_interval_ms=10)
    exchange = point_at(twin)
    try:
        async with asyncio.timeout(30):
            await exchange.load_markets()
            for _ in range(120):
                book = await exchange.watch_order_book(SYMBOL)
            twin.pause()
            _, bids, asks = true_levels(twin, "BTC_USDT", COMPARED)
            truth = [[(float(px), float(qty)) for px, qty in side] for side in (bids, asks)]
            while [top(book["bids"]), top(book["asks"])] != truth:
                book = exchange.orderbooks[SYMBOL]
                await asyncio.sleep(0.01)
            twin.resume()
            trade = (await exchange.watch_trades(SYMBOL))[-1]
            assert trade["side"] in ("buy", "sell") and trade["price"] > 0
            assert (await exchange.fetch_ticker(SYMBOL))["last"] > 0
            assert len(await exchange.fetch_ohlcv(SYMBOL, "5m")) > 10
    finally:
        await exchange.close()
