"""Everybody's liquidations on the futures twin, as a bot hears them; and what venues without them say."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import aiohttp
import pytest

from hftx.composite.public import CompositePublicExchange
from hftx.enums import ConnectionState, Side
from hftx.enums import PublicWebsocketChannelType as Channel
from hftx.errors import UsageError
from hftx.factory import create_exchange, venue_config
from hftx.handlers import PublicWebsocketHandlers
from hftx.records import PublicLiquidation
from hftx.sim import Twin, TwinOptions, start_twin
from hftx.symbols import Symbol

from .exchange_rig import exchange_rig
from .private_rig import AMPLE, BTC
from .rig import until

VENUE = "gateio_futures"
ADA = Symbol("ADA/USDT")
CHANNELS = [Channel.ORDERBOOK, Channel.LIQUIDATIONS]


@asynccontextmanager
async def listening(
    twin: Twin, heard: list[PublicLiquidation], *symbols: Symbol
) -> AsyncIterator[CompositePublicExchange]:
    """An exchange without an account that hears the liquidations of `symbols`."""
    config = venue_config(VENUE, twin.rest_url, twin.ws_url)
    async with create_exchange(VENUE, config, PublicWebsocketHandlers(liquidation_handler=heard.append)) as made:
        await made.initialize(symbols, CHANNELS)
        await made.wait_live()
        yield made


@pytest.mark.parametrize(("side", "closing"), [(Side.BUY, Side.SELL), (Side.SELL, Side.BUY)])
async def test_a_liquidation_reaches_whoever_listens(side: Side, closing: Side) -> None:
    heard: list[PublicLiquidation] = []
    options = TwinOptions(**AMPLE, futures_liquidation_every=0)
    async with exchange_rig(VENUE, twin_options=options) as at, listening(at.twin, heard, BTC):
        await at.exchange.place_market_order(BTC, side, 30)
        await until(lambda: bool(at.heard.positions), "the position")
        at.twin.act("liquidate", key=at.owner.key, contract="BTC_USDT")
        await until(lambda: bool(heard), "the liquidation")
        (one,) = heard
        (own,) = [row for row in at.truth["orders"] if row["is_liquidation"]]
        assert (one.symbol, one.side, one.quantity) == (BTC, closing, Decimal(30))
        assert one.price == Decimal(own["price"]) and one.venue_ns > 0


async def totals(twin: Twin) -> Counter[tuple[Symbol, Side]]:
    """Contracts by symbol and side of all that the twin has published, as its REST list says."""
    found: Counter[tuple[Symbol, Side]] = Counter()
    url, headers = f"{twin.rest_url}/futures/usdt/liq_orders?limit=1000", {"X-Gate-Size-Decimal": "1"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(url) as reply:
        rows = await reply.json()
    assert len(rows) < 1000, "the list may be cut"
    for row in rows:
        size = Decimal(row["order_size"])
        found[Symbol(row["contract"]), Side.BUY if size > 0 else Side.SELL] += abs(size)   # type: ignore[assignment]
    return found


def added(heard: list[PublicLiquidation]) -> Counter[tuple[Symbol, Side]]:
    """The same of what was heard."""
    found: Counter[tuple[Symbol, Side]] = Counter()
    for one in heard:
        found[one.symbol, one.side] += one.quantity   # type: ignore[assignment]
    return found


async def hear_all(twin: Twin, heard: list[PublicLiquidation]) -> None:
    """Play a part of the market, and wait until its liquidations were heard, each once."""
    before = await totals(twin)
    heard.clear()
    twin.play(300)
    new = await totals(twin) - before
    assert {symbol for symbol, _ in new} == {BTC, ADA}
    await until(lambda: added(heard) == new, "all of them")


@pytest.mark.parametrize("as_text", [True, False])
async def test_none_of_the_market_is_lost_also_behind_a_reconnect(as_text: bool) -> None:
    heard: list[PublicLiquidation] = []
    options = TwinOptions(futures_liquidation_every=3, futures_liquidation_text=as_text, push_interval_ms=20)
    twin = await start_twin(VENUE, ["BTC_USDT", "ADA_USDT"], rate=0.0, options=options)
    try:
        async with listening(twin, heard, BTC, ADA) as exchange:
            await hear_all(twin, heard)
            twin.inject("close")
            await until(lambda: exchange.state is ConnectionState.RECONNECTED, "a reconnect")
            await hear_all(twin, heard)
            assert exchange.websocket.session.faults == {}
    finally:
        await twin.stop()


@pytest.mark.parametrize("venue", ["gateio_spot", "mexc_spot"])
async def test_a_venue_without_liquidations_says_so(venue: str) -> None:
    twin = await start_twin(venue, ["BTC_USDT"], rate=100.0)
    try:
        config = venue_config(venue, twin.rest_url, twin.ws_url)
        async with create_exchange(venue, config) as exchange:
            with pytest.raises(UsageError, match=f"{venue} has no channel LIQUIDATIONS; use one of .*, KLINES$"):
                await exchange.initialize([BTC], CHANNELS)
            await exchange.initialize([BTC], [Channel.ORDERBOOK])
            await exchange.wait_live()
    finally:
        await twin.stop()
