"""Gate spot over WebSocket: requests, acks, refusals and close rules (Gate API v4 docs, "Spot WebSocket").

Must never know: how a push is written, what REST answers.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from aiohttp import web

from hftx.sim.dialect import Dialect
from hftx.sim.faults import Fault
from hftx.sim.gateio.channels import Channels, Refusal, Request
from hftx.sim.gateio.desk import Desk
from hftx.sim.gateio.order_entry import OrderEntry
from hftx.sim.gateio.private_channels import CHANNELS, GateioFeed, PrivateChannels
from hftx.sim.gateio.private_rest import Gate, Trading
from hftx.sim.gateio.rest import GateioRest
from hftx.sim.gateio.signing import Doorkeeper
from hftx.sim.gateio.streams import update
from hftx.sim.gateio.wallet_rest import WalletCalls
from hftx.sim.hub import Connection
from hftx.sim.market import Snapshot
from hftx.sim.orders import Terms
from hftx.sim.text import TEXT, Spelling, server_frame, trimmed
from hftx.sim.venue import Venue, wall_ms
from hftx.sim.wallet import Wallet

_NOTICE_S = 0.5
BAD_BODY, BAD_ARGUMENT, SERVER_SIDE = 1, 2, 3


class GateioSpot(Dialect):
    """The Gate spot dialect."""

    name = "gateio_spot"
    rest_path = "/api/v4"
    ws_path = "/ws/v4/"
    opcode = TEXT
    terms = Terms(
        Decimal("0.001"), Decimal("0.001"), fee_in_quote=False, refuses_unfillable=True, order_id=str
    )

    def __init__(self, venue: Venue) -> None:
        super().__init__(venue)
        self.heartbeat_s = venue.options.gate_ping_s or None
        self.spelling = {
            name: Spelling(market.listing.price_digits, market.listing.qty_digits, trimmed)
            for name, market in venue.markets.items()
        }
        self._channels = Channels(venue, self.spelling)
        desk, door = Desk(venue), Doorkeeper(venue)
        assets = (name for market in venue.markets.values() for name in market.symbol.split("_"))
        wallet = WalletCalls(venue, Wallet(assets, venue.options.withdrawal_s))
        self._gate = Gate(venue, door, desk)
        self._endpoints = [*Trading(venue, desk).endpoints(), *wallet.endpoints()]
        self._rest = GateioRest(venue, self.spelling, wallet.chains)
        self._private = PrivateChannels(venue, door)
        self._entry = OrderEntry(venue, door, desk)
        venue.exchange.tell(GateioFeed(venue))

    def routes(self) -> list[web.RouteDef]:
        return [*map(self._gate.route, self._endpoints), *self._rest.routes()]

    def ended(self, connection: Connection) -> None:
        super().ended(connection)
        self._entry.ended(connection)

    async def refuse(self, request: web.Request) -> web.StreamResponse | None:
        if len(self.venue.hub.connections) >= self.venue.options.gate_max_connections:
            return web.Response(status=429, text="too many connections")
        return None

    def receive(self, connection: Connection, text: str) -> None:
        try:
            message = json.loads(text)
        except json.JSONDecodeError:
            message = None
        if not isinstance(message, dict):
            self._fail(connection, {}, BAD_BODY, "request message need json scheme")
            return
        at_s, now_ms = message.get("time"), self.venue.clock_ms()
        if not isinstance(at_s, int) or abs(at_s - now_ms / 1000) > self.venue.options.gate_time_window_s:
            self._fail(connection, message, BAD_ARGUMENT, f"invalid time: {at_s}")
        elif message.get("channel") == "spot.ping":
            self._pong(connection, now_ms)
        elif message.get("event") in ("subscribe", "unsubscribe"):
            self._change(connection, message)
        elif message.get("event") == "api":
            self._entry.receive(connection, message, text)
        else:
            self._fail(connection, message, BAD_ARGUMENT, f"unknown event {message.get('event')}")

    def watch(self, connection: Connection, now_s: float) -> None:
        idle_s = now_s - connection.heard_s
        if not connection.streams and idle_s > self.venue.options.gate_idle_s:
            connection.abort("idle")

    def close_by_fault(self, connection: Connection, fault: Fault) -> None:
        if fault.kind == "close":
            connection.abort("fault close")
            return
        now_ms = wall_ms()
        notice = '{"type":"upgrade","msg":"the service will be upgraded, please reconnect","data":{}}'
        connection.send(server_frame(TEXT, update("spot.system", now_ms, notice)))
        wait_s = _NOTICE_S if fault.seconds is None else fault.seconds
        asyncio.get_running_loop().call_later(wait_s, connection.close, "fault close_notice", 1001)

    def book(self, symbol: str, snapshot: Snapshot) -> dict[str, Any]:
        spell = self.spelling[symbol]
        sides = (
            [[spell.px(px), spell.qty(qty)] for px, qty in side] for side in (snapshot.bids, snapshot.asks)
        )
        return dict(zip(("id", "bids", "asks"), (snapshot.id, *sides), strict=True))

    def stats(self) -> dict[str, Any]:
        return self.venue.stats() | {"requests_left": self._rest.requests_left()}

    def _change(self, connection: Connection, message: dict[str, Any]) -> None:
        """Subscribe or unsubscribe; a list is taken whole or not at all."""
        wants = message["event"] == "subscribe"
        try:
            requests = self._requests(message)
            if wants:
                self._channels.check(connection, requests)
        except Refusal as refusal:
            self._fail(connection, message, refusal.code, str(refusal))
            return
        if not wants:
            for request in requests:
                self.venue.hub.unsubscribe(connection, request.name)
            self._ack(connection, message)
            return
        early = self.venue.options.obu_snapshot_before_ack
        if not early:
            self._ack(connection, message)
        self._subscribe(connection, requests, early)
        if early:
            self._ack(connection, message)

    def _requests(self, message: dict[str, Any]) -> list[Request]:
        if message.get("channel") in CHANNELS:
            return self._private.parse(message)
        return self._channels.parse(message.get("channel"), message.get("payload"))

    def _subscribe(self, connection: Connection, requests: Sequence[Request], at_once: bool) -> None:
        hub = self.venue.hub
        for request in requests:
            if request.name not in connection.streams:
                stream = hub.subscribe(connection, request.make, request.name)
                if at_once and stream.has_opening:
                    hub.open_now(stream)

    def _pong(self, connection: Connection, now_ms: int) -> None:
        connection.send_text(
            f'{{"time":{now_ms // 1000},"time_ms":{now_ms},"conn_id":"{_conn_id(connection)}",'
            '"channel":"spot.pong","event":"","result":null}'
        )

    def _ack(self, connection: Connection, message: dict[str, Any]) -> None:
        self._reply(connection, message, {"result": {"status": "success"}})

    def _fail(self, connection: Connection, message: dict[str, Any], code: int, text: str) -> None:
        self.venue.refused["subscription"] += 1
        failure = {"error": {"code": code, "message": text}, "result": {"status": "fail"}}
        self._reply(connection, message, failure)

    def _reply(self, connection: Connection, message: dict[str, Any], outcome: dict[str, Any]) -> None:
        now_ms = wall_ms()
        trace = secrets.token_hex(16)
        reply: dict[str, Any] = {"time": now_ms // 1000, "time_ms": now_ms}
        if isinstance(message.get("id"), int):
            reply["id"] = message["id"]
        reply |= {"conn_id": _conn_id(connection), "trace_id": trace}
        reply |= {"channel": str(message.get("channel", "")), "event": str(message.get("event", ""))}
        reply |= {"payload": message.get("payload"), **outcome, "requestId": trace}
        connection.send_text(json.dumps(reply, separators=(",", ":")))


def _conn_id(connection: Connection) -> str:
    return f"{0x4C0DE5A100000000 + connection.number:016x}"
