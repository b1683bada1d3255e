"""What Gate's WebSockets share on every market: requests, acks, refusals, pings and close rules (API v4 docs).

Must never know: which market it is, how a push is written, what REST answers.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from abc import abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from aiohttp import web

from hftx.sim.dialect import Dialect
from hftx.sim.faults import Fault
from hftx.sim.gateio.channels import Refusal, Request
from hftx.sim.gateio.streams import update
from hftx.sim.hub import Connection
from hftx.sim.market import Snapshot
from hftx.sim.text import TEXT, Spelling, server_frame
from hftx.sim.venue import Venue, wall_ms

_NOTICE_S = 0.5
BAD_BODY, BAD_ARGUMENT, SERVER_SIDE = 1, 2, 3


class GateioDialect(Dialect):
    """The Gate manner of speaking; ``prefix`` is the first word of the market's channels."""

    prefix: str
    opcode = TEXT

    def __init__(self, venue: Venue, spelling: dict[str, Spelling]) -> None:
        super().__init__(venue)
        self.heartbeat_s = venue.options.gate_ping_s or None
        self.spelling = spelling

    @abstractmethod
    def requests(self, connection: Connection, message: dict[str, Any], wants: bool) -> list[Request]:
        """The streams that a (un)subscription names; ``wants`` them or not. Raises Refusal."""

    @abstractmethod
    def order_entry(self, connection: Connection, message: dict[str, Any], text: str) -> None:
        """Answer a frame of the API on the socket."""

    async def refuse(self, request: web.Request) -> web.StreamResponse | None:
        if len(self.venue.hub.connections) >= self.venue.options.gate_max_connections:
            return web.Response(status=429, text="too many connections")
        return None

    def receive(self, connection: Connection, text: str) -> None:
        try:
            message = json.loads(text, parse_float=Decimal)
        except json.JSONDecodeError:
            message = None
        if not isinstance(message, dict):
            self.fail(connection, {}, BAD_BODY, "request message need json scheme")
            return
        at_s, now_ms = message.get("time"), self.venue.clock_ms()
        if not isinstance(at_s, int) or abs(at_s - now_ms / 1000) > self.venue.options.gate_time_window_s:
            self.fail(connection, message, BAD_ARGUMENT, f"invalid time: {at_s}")
        elif message.get("channel") == f"{self.prefix}.ping":
            self._pong(connection, now_ms)
        elif message.get("event") in ("subscribe", "unsubscribe"):
            self._change(connection, message)
        elif message.get("event") == "api":
            self.order_entry(connection, message, text)
        else:
            self.fail(connection, message, BAD_ARGUMENT, f"unknown event {message.get('event')}")

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
        connection.send(server_frame(TEXT, update(f"{self.prefix}.system", now_ms, notice)))
        wait_s = _NOTICE_S if fault.seconds is None else fault.seconds
        asyncio.get_running_loop().call_later(wait_s, connection.close, "fault close_notice", 1001)

    def book(self, symbol: str, snapshot: Snapshot) -> dict[str, Any]:
        spell = self.spelling[symbol]
        sides = (
            [[spell.px(px), spell.qty(qty)] for px, qty in side] for side in (snapshot.bids, snapshot.asks)
        )
        return dict(zip(("id", "bids", "asks"), (snapshot.id, *sides), strict=True))

    def _change(self, connection: Connection, message: dict[str, Any]) -> None:
        """Subscribe or unsubscribe; a list is taken whole or not at all."""
        wants = message["event"] == "subscribe"
        try:
            requests = self.requests(connection, message, wants)
        except Refusal as refusal:
            self.fail(connection, message, refusal.code, str(refusal))
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
            f'"channel":"{self.prefix}.pong","event":"","result":null}}'
        )

    def _ack(self, connection: Connection, message: dict[str, Any]) -> None:
        self._reply(connection, message, {"result": {"status": "success"}})

    def fail(self, connection: Connection, message: dict[str, Any], code: int, text: str) -> None:
        """Refuse a request."""
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
        connection.send_text(json.dumps(reply, separators=(",", ":"), default=float))


def _conn_id(connection: Connection) -> str:
    return f"{0x4C0DE5A100000000 + connection.number:016x}"
