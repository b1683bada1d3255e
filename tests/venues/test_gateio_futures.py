"""Gate futures as a client meets it: REST rows, subscriptions, one exchange against a small server of both kinds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from hftx.config import Credentials
from hftx.enums import KlineInterval, Side
from hftx.enums import PublicWebsocketChannelType as Channel
from hftx.errors import UnlistedSymbolError, UsageError, VenueUnavailableError
from hftx.factory import create_exchange, create_exchange_component, create_private_exchange, venue_config
from hftx.handlers import PublicWebsocketHandlers
from hftx.symbols import Symbol
from hftx.venues.gateio_futures.defaults import config
from hftx.venues.gateio_futures.dialect import GateioFuturesPublicDialect
from hftx.venues.gateio_futures.exchange import GateioPrivateFuturesExchange, GateioPublicFuturesExchange
from hftx.venues.gateio_futures.rest import GateioPublicFuturesRest
from hftx.websocket.streams import Notice, Pong
from rest.faulty_venue import faulty_venue, reply
from twins import gate_futures_frames as gate

D = Decimal
BTC = Symbol("BTC/USDT")
CONTRACT = {
    "name": "BTC_USDT", "type": "direct", "quanto_multiplier": "0.0001", "status": "trading", "in_delisting": False,
    "order_price_round": "0.05", "order_size_min": 1, "order_size_max": 1000000, "enable_decimal": False,
    "maker_fee_rate": "-0.00005", "taker_fee_rate": "0.0005", "funding_rate": "0.000125",
    "funding_next_apply": 1767254400, "funding_interval": 28800,
}  # fmt: skip
BOOK = json.loads(gate.rest_order_book(2203300110, [(D("91300"), D(140))], [(D("91300.1"), D("2.5"))]))


async def asked(call: str, body: Any, *given: Any, **named: Any) -> tuple[Any, list[str], list[dict[str, str]]]:
    """What a call of the client makes of one answer, and what it asked."""
    async with faulty_venue(reply(body)) as venue, GateioPublicFuturesRest(config(venue.url)) as rest:
        found = await getattr(rest, call)(*given, **named)
        return found, venue.calls, venue.queries


async def test_rules_of_a_contract() -> None:
    found, calls, _ = await asked("get_symbols_info", CONTRACT, [BTC])
    assert calls == ["GET /futures/usdt/contracts/BTC_USDT"]
    info = found[BTC]
    assert (info.price_digits, info.tick_size, info.qty_digits, info.lot_size) == (2, D("0.05"), 0, 1)
    assert (info.quanto_multiplier, info.min_qty, info.max_qty) == (D("0.0001"), 1, 1000000)
    assert (info.tradable, info.maker_fee, info.taker_fee) == (True, D("-0.00005"), D("0.0005"))
    assert not info.learns_digits


@pytest.mark.parametrize(
    ("changes", "tradable"),
    [({"status": "delisting"}, False), ({"in_delisting": True}, False), ({"status": "something new"}, False)],
)
async def test_who_may_trade(changes: dict[str, Any], tradable: bool) -> None:
    found, _, _ = await asked("get_symbols_info", CONTRACT | changes, [BTC])
    assert found[BTC].tradable is tradable
    assert found[BTC].reduce_only is (changes != {"status": "something new"})


async def test_a_contract_of_fractions() -> None:
    found, _, _ = await asked("get_symbols_info", [CONTRACT | {"enable_decimal": True, "order_size_min": "0.1"}])
    info = found[BTC]
    assert (info.lot_size, info.min_qty, info.learns_digits) == (D("0.1"), D("0.1"), True)


@pytest.mark.parametrize("wrong", [{"quanto_multiplier": "0"}, {"order_price_round": "0"}, {"quanto_multiplier": None}])
async def test_a_contract_that_cannot_be_counted_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(VenueUnavailableError):
        await asked("get_symbols_info", CONTRACT | wrong, [BTC])


async def test_the_book_is_in_contracts_and_its_time_in_seconds() -> None:
    book, _, queries = await asked("get_orderbook", BOOK, BTC, 50)
    assert queries == [{"contract": "BTC_USDT", "interval": "0", "limit": "50", "with_id": "true"}]
    assert (book.id, book.best_bid, book.best_ask) == (2203300110, (91300, 140), (D("91300.1"), D("2.5")))
    assert book.venue_ns == 1767225600409_000_000
    with pytest.raises(UsageError, match="300"):
        await asked("get_orderbook", BOOK, BTC, 301)


async def test_trades_have_the_side_of_their_sign() -> None:
    rows = [
        {"id": 2**53 + 3, "create_time": 1767225602, "create_time_ms": 1767225601.018, "size": -7, "price": "91300.1"},
        {"id": 2, "create_time": 1767225601, "size": "1.5", "price": "91300", "is_internal": False},
        {"id": 1, "create_time": 1767225601, "size": 9, "price": "50000", "is_internal": True},
    ]
    trades, _, _ = await asked("get_recent_trades", rows, BTC)
    assert [(t.trade_id, t.side, t.quantity, t.price) for t in trades] == [
        ("2", Side.BUY, D("1.5"), 91300), (str(2**53 + 3), Side.SELL, 7, D("91300.1")),
    ]  # fmt: skip
    assert trades[1].venue_ns == 1767225601018_000_000


async def test_trades_of_a_range_are_paged_by_offset() -> None:
    rows = [{"id": n, "create_time": 1767225600 + n, "size": 1, "price": "1"} for n in range(4, 0, -1)]
    steps = [reply(rows[:2]), reply([rows[2] | {"is_internal": True}, rows[3]]), reply([])]
    async with faulty_venue(*steps) as venue, GateioPublicFuturesRest(config(venue.url)) as rest:
        trades = await rest.get_historical_trades(BTC, 2, before=1767225602_500)
        assert [query["offset"] for query in venue.queries] == ["0", "2", "4"]
    assert [trade.trade_id for trade in trades] == ["1"]


async def test_bars_and_tickers() -> None:
    row = {"t": 1767225600, "v": 97151, "c": "1.032", "h": "1.04", "l": "1", "o": "1.01", "sum": "3580"}
    (bar,), _, queries = await asked("get_klines", [row], BTC, KlineInterval.WEEK_1)
    assert queries == [{"contract": "BTC_USDT", "interval": "7d"}]
    assert (bar.contracts, bar.quote_volume, bar.base_volume, bar.close) == (97151, 3580, None, D("1.032"))
    with pytest.raises(UsageError):
        await asked("get_klines", [row], BTC, KlineInterval.MONTH_1)
    found, _, _ = await asked("get_ticker_info", [gate.ticker_row("BTC_USDT", lowest_ask="2")], [BTC])
    ticker = found[BTC]
    assert (ticker.mark_price, ticker.index_price, ticker.funding_rate) == (D("100.74"), D("100.7"), D("-0.000125"))
    assert (ticker.ask_price, ticker.open_interest) == (2, 73648)


async def test_funding_rates() -> None:
    rate, _, _ = await asked("get_funding_rate", CONTRACT, BTC)
    assert (rate.rate, rate.time_ns, rate.interval_seconds) == (D("0.000125"), 1767254400 * 10**9, 28800)
    rows = [{"t": 1767254400, "r": "0.0001"}, {"t": 1767225600, "r": "-0.0002"}]
    rates, calls, queries = await asked("get_funding_rate_history", rows, BTC, 2, start_ms=1767225600_000)
    assert calls == ["GET /futures/usdt/funding_rate"]
    assert queries == [{"contract": "BTC_USDT", "limit": "2", "from": "1767225600"}]
    assert [(rate.rate, rate.time_ns) for rate in rates] == [
        (D("-0.0002"), 1767225600 * 10**9), (D("0.0001"), 1767254400 * 10**9)]  # fmt: skip


async def test_an_unknown_contract() -> None:
    step = reply({"label": "CONTRACT_NOT_FOUND"}, 400)
    async with faulty_venue(step) as venue, GateioPublicFuturesRest(config(venue.url)) as rest:
        with pytest.raises(UnlistedSymbolError):
            await rest.get_orderbook(BTC)


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        (Channel.ORDERBOOK, "futures.obu ob.BTC_USDT.50"),
        (Channel.TRADES, "futures.trades BTC_USDT"),
        (Channel.TICKER, "futures.tickers BTC_USDT"),
        (Channel.BOOK_TICKER, "futures.book_ticker BTC_USDT"),
        (Channel.KLINES, "futures.candlesticks 1m BTC_USDT"),
        (Channel.LIQUIDATIONS, "futures.public_liquidates BTC_USDT"),
    ],
)
def test_streams(channel: Channel, name: str) -> None:
    assert GateioFuturesPublicDialect(config()).stream(BTC, channel).name == name


def test_diffs_are_asked_for_with_their_depth() -> None:
    for speed, depth in (("20ms", "20"), ("100ms", "100")):
        dialect = GateioFuturesPublicDialect(replace(config(), orderbook_channel=f"update.{speed}"))
        streams = [dialect.stream(symbol, Channel.ORDERBOOK) for symbol in (BTC, Symbol("ETH/USDT"))]
        assert len(dialect.batches(streams)) == 2
        message = json.loads(dialect.request(1, streams[:1], True).text)
        assert message["payload"] == ["BTC_USDT", speed, depth]
    with pytest.raises(UsageError, match="kline_interval"):
        GateioFuturesPublicDialect(replace(config(), kline_interval="1M"))


def test_control_frames() -> None:
    dialect = GateioFuturesPublicDialect(config())
    assert json.loads(dialect.ping())["channel"] == "futures.ping"
    assert dialect.read(b'{"channel":"futures.pong","event":"","result":null}') == Pong()
    notice = {"channel": "futures.system", "event": "update", "result": {"type": "upgrade", "msg": "soon"}}
    assert dialect.read(json.dumps(notice).encode()) == Notice("soon")


class SmallVenue:
    """Books, one trade and REST of one contract; writes down what was sent."""

    def __init__(self) -> None:
        self.headers: list[str | None] = []
        self.subscribed: list[str] = []

    async def rest(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(request.headers.get("X-Gate-Size-Decimal"))
        return web.json_response(BOOK if request.path.endswith("order_book") else CONTRACT)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(request.headers.get("X-Gate-Size-Decimal"))
        line = web.WebSocketResponse()
        await line.prepare(request)
        async for message in line:
            if message.type is WSMsgType.TEXT:
                await self._answer(line, json.loads(message.data))
        return line

    async def _answer(self, line: web.WebSocketResponse, message: dict[str, Any]) -> None:
        self.subscribed.append(message["channel"])
        await line.send_json({key: message[key] for key in ("time", "id", "channel", "event", "payload")}
                             | {"result": {"status": "success"}})  # fmt: skip
        if message["channel"] == "futures.obu":
            await line.send_str(gate.obu("BTC_USDT", [(D(9), D(1))], [(D(10), D("2.5"))], 5).decode())
        elif message["channel"] == "futures.order_book_update":
            first = BOOK["id"] - 1
            frame = gate.order_book_update("BTC_USDT", [(D("91299.95"), D(3))], [], BOOK["id"] + 2, first, True)
            await line.send_str(frame.decode())
        elif message["channel"] == "futures.trades":
            row = gate.trade_row("BTC_USDT", 1, "-0.5", "91300")
            await line.send_str(gate.push("futures.trades", [row]).decode())


@asynccontextmanager
async def small_venue() -> AsyncIterator[tuple[SmallVenue, str]]:
    venue, app = SmallVenue(), web.Application()
    app.router.add_get("/ws", venue.socket)
    app.router.add_get("/{path:.*}", venue.rest)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield venue, f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("channel", ["obu.50", "update.100ms"])
async def test_an_exchange_follows_a_book_and_hears_trades(channel: str) -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()
    handlers = PublicWebsocketHandlers(trades_handler=heard.put_nowait)
    async with small_venue() as (venue, host):
        made = replace(venue_config("gateio_futures", f"http://{host}", f"ws://{host}/ws"), orderbook_channel=channel)
        async with create_exchange("gateio_futures", made, handlers) as exchange:
            assert isinstance(exchange, GateioPublicFuturesExchange)
            await exchange.initialize([BTC], [Channel.ORDERBOOK, Channel.TRADES])
            await exchange.wait_live(5)
            trade = await asyncio.wait_for(heard.get(), 5)
            assert (trade.side, trade.quantity) == (Side.SELL, D("0.5"))
            best = exchange.get_best_bid_ask(BTC)
            assert best.ask_quantity == D("2.5")
            assert (best.bid_price, best.update_id) == ((9, 5) if channel == "obu.50" else (91300, BOOK["id"] + 2))
            assert (await exchange.get_funding_rate("BTC/USDT")).rate == D("0.000125")
        assert set(venue.headers) == {"1"} and len(venue.headers) >= 2


def test_every_part_of_the_venue_can_be_made() -> None:
    made = replace(config(), credentials=Credentials("key", "secret"))
    assert isinstance(create_private_exchange("gateio_futures", made), GateioPrivateFuturesExchange)
    with pytest.raises(UsageError, match="needs credentials"):
        create_private_exchange("gateio_futures", config())
    for part in ("websocket", "rest", "composite"):
        for is_private, world in ((False, "Public"), (True, "Private")):
            component = create_exchange_component("gateio_futures", made, part, is_private=is_private)
            assert type(component).__name__.startswith(f"Gateio{world}Futures")
