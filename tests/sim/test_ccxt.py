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

SYMBOLS = {"gateio_spot": "BTC/USDT", "mexc_spot": "BTC/USDT", "gateio_futures": "ADA/USDT:USDT"}
# ccxt loads 100 levels of MEXC and 50 of Gate; without deeper ones, fewer stay known as the touch moves
COMPARED = 40


def point_at(twin: Twin) -> Any:
    """ccxt's exchange with the twin's URLs in place of the venue's."""
    exchange = ccxt.mexc() if twin.name == "mexc_spot" else ccxt.gate()
    api = exchange.urls["api"]
    if twin.name == "mexc_spot":
        api["spot"] = dict.fromkeys(api["spot"], twin.rest_url)
        api["ws"]["spot"] = twin.ws_url
    else:
        api["public"] = dict.fromkeys(api["public"], twin.rest_url)
        api["ws"] = api["spot"] = twin.ws_url
        api["swap"] = {"usdt": twin.ws_url}
    exchange.has["fetchCurrencies"] = False
    exchange.fetch_markets = exchange.fetch_spot_markets  # a twin has one market
    if twin.name == "gateio_futures":
        exchange.options["swap"]["fetchMarkets"]["settlementCurrencies"] = ["usdt"]
        exchange.fetch_markets = exchange.fetch_swap_markets
    return exchange


def top(side: list[list[float]]) -> list[tuple[float, float]]:
    return [(row[0], row[1]) for row in side[:COMPARED]]


@pytest.mark.parametrize("venue", SYMBOLS)
async def test_ccxt_ends_with_the_twins_book(start: StartTwin, venue: str) -> None:
    twin = await start(venue, rate=400, push_interval_ms=10)
    exchange, symbol = point_at(twin), SYMBOLS[venue]
    name = symbol.partition(":")[0].replace("/", "_")
    try:
        async with asyncio.timeout(30):
            await exchange.load_markets()
            for _ in range(120):
                book = await exchange.watch_order_book(symbol)
            twin.pause()
            _, bids, asks = true_levels(twin, name, COMPARED)
            truth = [[(float(px), float(qty)) for px, qty in side] for side in (bids, asks)]
            while [top(book["bids"]), top(book["asks"])] != truth:
                book = exchange.orderbooks[symbol]
                await asyncio.sleep(0.01)
            twin.resume()
            trade = (await exchange.watch_trades(symbol))[-1]
            assert trade["side"] in ("buy", "sell") and trade["price"] > 0
            assert (await exchange.fetch_ticker(symbol))["last"] > 0
            assert len(await exchange.fetch_ohlcv(symbol, "5m")) > 10
    finally:
        await exchange.close()


async def test_ccxt_knows_the_contracts_and_their_funding(start: StartTwin) -> None:
    twin = await start("gateio_futures", symbols=["ETH_USDT", "ADA_USDT", "币安人生_USDT"])
    exchange = point_at(twin)
    try:
        async with asyncio.timeout(30):
            markets = await exchange.load_markets()
            eth, ada = markets["ETH/USDT:USDT"], markets["ADA/USDT:USDT"]
            assert (eth["contractSize"], eth["precision"]["price"]) == (0.01, 0.05)
            assert (ada["contractSize"], ada["linear"], ada["swap"]) == (10, True, True)
            rate = await exchange.fetch_funding_rate("ADA/USDT:USDT")
            assert rate["markPrice"] > 0 and rate["indexPrice"] > 0 and abs(rate["fundingRate"]) < 0.01
            history = await exchange.fetch_funding_rate_history("ADA/USDT:USDT", limit=10)
            assert len(history) == 10
            marks = await exchange.fetch_ohlcv("ETH/USDT:USDT", "5m", limit=20, params={"price": "mark"})
            assert len(marks) == 20 and marks[-1][5] in (None, 0)
            assert (await exchange.fetch_ticker("币安人生/USDT:USDT"))["last"] > 0
    finally:
        await exchange.close()
