"""The WebSocket client by itself: what it refuses, its metrics, its tap."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hftx.enums import DEFAULT_PUBLIC_CHANNELS, BookStatus
from hftx.enums import PublicWebsocketChannelType as Channel
from hftx.errors import ConnectionLost, InitializationError, SubscriptionError, UsageError
from hftx.factory import venue_config
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger
from hftx.symbols import Symbol, SymbolInfo
from hftx.venues.gateio.websocket import GateioPublicSpotWebsocket
from hftx.venues.mexc.websocket import MexcPublicSpotWebsocket
from hftx.websocket.base import BasePublicWebsocket
from hftx.websocket.public import PublicSpotWebsocket

from .fake_venue import FakeVenue, Line, Message, fake_venue, gate_accepts, gate_ack, gate_book, until

BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
LOGGER = get_exchange_logger("fake", "test")
BOOK = [Channel.ORDERBOOK]
CLIENTS: list[tuple[type[PublicSpotWebsocket], str]] = [
    (MexcPublicSpotWebsocket, "mexc_spot"), (GateioPublicSpotWebsocket, "gateio_spot"),
]  # fmt: skip


def gate(venue: FakeVenue, **given: Any) -> GateioPublicSpotWebsocket:
    config = venue_config("gateio_spot", websocket_url=venue.url)
    config = replace(config, stream_limits=replace(config.stream_limits, ack_seconds=0.5))
    handlers = given.pop("handlers", PublicWebsocketHandlers())
    return GateioPublicSpotWebsocket(config, handlers, LOGGER, **given)


def with_book(line: Line, message: Message) -> None:
    """Accepts, and sends the full book of what was asked."""
    gate_accepts(line, message)
    for name in message.get("payload", ()):
        if message["event"] == "subscribe" and name.startswith("ob."):
            line.send(gate_book(name.split(".")[1], None, 5, [["10.00", "1"]], [["10.50", "2"]]))


@pytest.mark.parametrize(("kind", "name"), CLIENTS)
def test_wrong_parts_are_refused(kind: type[PublicSpotWebsocket], name: str) -> None:
    with pytest.raises(UsageError, match="config must be an ExchangeConfig, not dict"):
        kind({}, PublicWebsocketHandlers(), LOGGER)   # type: ignore[arg-type]
    with pytest.raises(UsageError, match="handlers must be PublicWebsocketHandlers, not function"):
        kind(venue_config(name), lambda: None, LOGGER)   # type: ignore[arg-type]
    assert issubclass(kind, BasePublicWebsocket)


@pytest.mark.parametrize(("kind", "name"), CLIENTS)
async def test_before_the_start_there_is_nothing(kind: type[PublicSpotWebsocket], name: str) -> None:
    client = kind(venue_config(name), PublicWebsocketHandlers(), LOGGER)
    for call in (client.subscribe, client.unsubscribe):
        with pytest.raises(InitializationError, match="call initialize first"):
            await call([BTC])
    assert client.get_active_symbols() == set() and not client.is_connected()
    metrics = client.get_performance_metrics()
    assert (metrics["messages_processed"], metrics["messages_per_second"], metrics["uptime_seconds"]) == (0, 0.0, 0.0)
    await client.close()


async def test_a_life_from_start_to_end() -> None:
    async with fake_venue(with_book) as venue:
        frames: list[tuple[int, bool, bytes]] = []
        client = gate(venue)
        client.tap = lambda *frame: frames.append(frame)
        await client.initialize([BTC, ETH], BOOK)
        await until(lambda: all(book.is_live for book in client.books.values()), "books are LIVE")
        assert client.is_connected() and client.get_active_symbols() == {BTC, ETH}
        metrics = client.get_performance_metrics()
        assert metrics["books"] == {"EMPTY": 0, "SYNCING": 0, "LIVE": 2, "STALE": 0}
        assert metrics["messages_processed"] == len(frames) == 3
        assert metrics["bytes_received"] == sum(len(data) for _, _, data in frames)
        assert all(is_text and at_ns > 0 for at_ns, is_text, _ in frames)
        assert (metrics["active_symbols"], metrics["connections"]) == (2, 1)
        book = client.books[BTC]
        await client.close()
        assert (book.status, client.is_connected(), client.books) == (BookStatus.STALE, False, {})
        await until(lambda: venue.line.ended, "the line is closed")


async def test_a_failed_start_can_be_tried_again() -> None:
    async with fake_venue(with_book) as venue:
        venue.greeting = b"HTTP/1.1 503 Busy\r\n\r\n"
        client = gate(venue)
        with pytest.raises(ConnectionLost):
            await client.initialize([BTC], BOOK)
        assert client.get_active_symbols() == set()
        venue.greeting = None
        await client.initialize([BTC], BOOK)
        await until(lambda: client.books[BTC].is_live, "the book is LIVE")
        await client.close()


async def test_a_symbol_whose_every_stream_is_refused_leaves_no_trace() -> None:
    def refuse(line: Line, message: Message) -> None:
        line.send(gate_ack(message, {"code": 2, "message": "unknown currency pair: BTC_USDT"}))

    async with fake_venue(refuse) as venue:
        client = gate(venue)
        with pytest.raises(SubscriptionError, match="BTC/USDT: unknown currency pair") as caught:
            await client.initialize([BTC], list(DEFAULT_PUBLIC_CHANNELS))
        assert caught.value.refused == {BTC: "unknown currency pair: BTC_USDT"}
        assert client.get_active_symbols() == set()
        venue.answer = with_book
        await client.subscribe([BTC])
        await until(lambda: client.books[BTC].is_live, "the book is LIVE")
        await client.close()


async def test_numbers_finer_than_declared_are_refused() -> None:
    async with fake_venue(with_book) as venue:
        client = gate(venue, symbols_info={BTC: SymbolInfo(BTC, 1, 0)})
        await client.initialize([BTC], BOOK)
        await until(lambda: client.books[BTC].is_live, "trailing zeros are no digits")
        venue.line.send(gate_book("BTC_USDT", 6, 6, [["10.05", "1"]]))
        await until(lambda: client.session.faults.get("precision") == 1, "the finer price is counted")
        assert client.books[BTC].price_digits == 1
        await client.close()


async def test_states_are_told() -> None:
    async with fake_venue(with_book) as venue:
        states: list[str] = []
        client = gate(venue, connection_handler=lambda state: states.append(state.name))
        await client.initialize([BTC], BOOK)
        venue.line.close(1001, "restart")
        await until(lambda: "RECONNECTED" in states, "the line is back")
        await client.close()
        assert states == ["CONNECTING", "CONNECTED", "RECONNECTING", "RECONNECTED", "CLOSED"]
