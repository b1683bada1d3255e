"""A connection of a real session to a fake venue, and an owner that keeps what it is told.

Must never know: what a test proves with it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from hftx._core.venues.gateio_market import GateioMarketSession
from hftx._core.venues.mexc_market import MexcMarketSession
from hftx.enums import PublicWebsocketChannelType as Channel
from hftx.factory import venue_config
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import get_exchange_logger
from hftx.symbols import Symbol
from hftx.venues.gateio.dialect import GateioPublicDialect
from hftx.venues.mexc.dialect import MexcPublicDialect
from hftx.websocket.address import fixed
from hftx.websocket.connection import Connection

from .fake_venue import (
    Answer,
    FakeVenue,
    fake_venue,
    until,
)

BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
LOGGER = get_exchange_logger("fake", "test")
BIDS, ASKS = [["10.0", "1"]], [["10.5", "2"]]


@dataclass
class Owner:
    """Keeps what a connection tells."""

    ends: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def ended(self, connection: Connection, reason: str) -> None:
        """The connection is gone."""
        self.ends.append(reason)

    def expiring(self, connection: Connection, reason: str) -> None:
        """The connection will go."""
        self.notices.append(reason)


@dataclass
class Desk:
    """A connection, what it is connected to, and what it feeds."""

    venue: FakeVenue
    session: Any
    connection: Connection
    owner: Owner
    lost: list[tuple[Any, str]]

    def streams(self, *symbols: Symbol, channel: Channel = Channel.ORDERBOOK) -> list[Any]:
        """Streams of a channel."""
        return [self.connection._dialect.stream(symbol, channel) for symbol in symbols]


@asynccontextmanager
async def desk(
    answer: Answer, *, mexc: bool = False, greeting: bytes | None = None, opened: bool = True, **limits: Any
) -> AsyncIterator[Desk]:
    config = venue_config("mexc_spot" if mexc else "gateio_spot")
    lost: list[tuple[Any, str]] = []

    def request(symbol: Symbol | None, reason: str) -> None:
        lost.append((symbol, reason))

    session: Any
    if mexc:
        session = MexcMarketSession(PublicWebsocketHandlers(), 50, request, LOGGER)
    else:
        session = GateioMarketSession(PublicWebsocketHandlers(), 50, request, LOGGER, "obu")
    for symbol in (BTC, ETH):
        session.add_symbol(symbol, f"{symbol.base}{'' if mexc else '_'}{symbol.quote}")
        session.move(symbol, 1)
    dialect = (MexcPublicDialect if mexc else GateioPublicDialect)(config)
    async with fake_venue(answer, greeting) as venue:
        owner = Owner()
        stream_limits = replace(config.stream_limits, **{"connect_seconds": 1.0, "ack_seconds": 0.5, **limits})
        connection = Connection(session, 1, fixed(venue.url), stream_limits, dialect, LOGGER, owner)
        if opened:
            await connection.open()
            await until(lambda: bool(venue.lines), "the server has the line")
        try:
            yield Desk(venue, session, connection, owner, lost)
        finally:
            connection.close()
