"""The shape of a dialect, and what all share: the WebSocket handler and the checks on a new connection.

Must never know: a venue's messages, paths or limits; each dialect adds its own.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from aiohttp import WSMsgType, web

from hftx.sim.accounts import Ledger
from hftx.sim.faults import Fault
from hftx.sim.hub import Connection
from hftx.sim.listing import Listing, listings
from hftx.sim.market import Snapshot
from hftx.sim.options import TwinOptions
from hftx.sim.orders import Terms
from hftx.sim.truth import account_view
from hftx.sim.venue import Venue

Verb = Callable[..., dict[str, Any]]

_MAX_REQUEST_BYTES = 1 << 20


class ControlError(ValueError):
    """Something that the twin's handle cannot do; the text says what is wrong or what there is."""


class Dialect(ABC):
    """One venue's manner of speaking. ``rest_path`` and ``ws_path`` follow the host in a client's URLs."""

    name: str
    rest_path: str
    ws_path: str
    opcode: int
    terms: Terms
    heartbeat_s: float | None = None
    has_listen_keys = False

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self._opened = 0
        venue.hub.on_close = self.close_by_fault

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """The REST routes, most special first."""

    @abstractmethod
    def receive(self, connection: Connection, text: str) -> None:
        """Answer one text frame."""

    @abstractmethod
    def watch(self, connection: Connection, now_s: float) -> None:
        """Close the connection if its idle or age rules say so; called a few times a second."""

    @abstractmethod
    def close_by_fault(self, connection: Connection, fault: Fault) -> None:
        """Act out a close or close_notice fault."""

    @abstractmethod
    def book(self, symbol: str, snapshot: Snapshot) -> dict[str, Any]:
        """A full book as this venue spells it."""

    @classmethod
    def listings(cls, symbols: Iterable[str] | None, options: TwinOptions) -> Mapping[str, Listing]:
        """What this venue lists of these symbols, its default set for None. Raises UnknownSymbolError."""
        return listings(symbols, options)

    def stats(self) -> dict[str, Any]:
        return self.venue.stats()

    def truth(self, ledger: Ledger) -> dict[str, Any]:
        """What the venue itself holds to be true of an account."""
        return account_view(ledger)

    def verbs(self) -> Mapping[str, Verb]:
        """What the twin's handle can make this venue do beyond faults and events, by name."""
        return {}

    def ended(self, connection: Connection) -> None:
        """Forget what was kept for this connection."""
        self.venue.hub.drop_connection(connection)

    async def refuse(self, request: web.Request) -> web.StreamResponse | None:
        """An answer for a connection that this venue does not accept, None to accept it."""
        return None

    def accepted(self, connection: Connection, request: web.Request) -> None:
        """Note what an accepted connection's address says about it."""
        return None

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One WebSocket connection from upgrade to end."""
        venue = self.venue
        if venue.faults.take({"refuse_connection"}, venue.now_s()) is not None:
            venue.refused["connection"] += 1
            return web.Response(status=503, text="Service Unavailable")
        refusal = await self.refuse(request)
        if refusal is not None:
            venue.refused["connection"] += 1
            return refusal
        ws = web.WebSocketResponse(
            heartbeat=self.heartbeat_s, compress=False, max_msg_size=_MAX_REQUEST_BYTES
        )
        self._opened += 1
        transport = cast(asyncio.Transport, request.transport)
        connection = Connection(self._opened, ws, transport, venue.options.slow_reader_bytes)
        venue.hub.connections[connection.number] = (
            connection  # before the client can know that it is connected
        )
        self.accepted(connection, request)
        try:
            await ws.prepare(request)
            await self._listen(connection)
        finally:
            self.ended(connection)
            venue.closed[connection.closing or "client"] += 1
        return ws

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.ws:
            connection.heard_s = self.venue.now_s()
            if message.type is WSMsgType.TEXT:
                self.receive(connection, message.data)
