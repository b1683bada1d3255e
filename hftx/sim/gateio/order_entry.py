"""Orders over Gate's WebSocket on every market: login, requests, acks and results ("WebSocket API").

Must never know: HTTP, public channels, what a request asks for.
"""

from __future__ import annotations

import json
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from hftx.sim.accounts import Ledger
from hftx.sim.faults import Fault
from hftx.sim.gateio.replies import GateioError, too_many
from hftx.sim.gateio.signing import Doorkeeper, permit
from hftx.sim.hub import Connection
from hftx.sim.limits import Window
from hftx.sim.orders import Order
from hftx.sim.venue import Venue

_POLL_S = 0.002
Act = Callable[[Ledger, Any], Any]


class EntryCalls(ABC):
    """What may be asked for on one market; ``symbol_key`` names in a request what is traded.

    ``acked`` channels are acknowledged before their result, and every other answer carries ``final``.
    """

    prefix: str
    symbol_key: str
    acked: frozenset[str]
    final: Mapping[str, Any]
    login_client_key = "client_id"

    @abstractmethod
    def find(self, channel: str, connection: Connection) -> tuple[str, Act] | None:
        """Permission and action of a channel; the action returns its result, or the order it placed and the result."""

    @abstractmethod
    def spend(self, ledger: Ledger, channel: str, param: Any) -> Window | None:
        """Take the request from its budget if it has one. Raises GateioError."""

    def echo(self, payload: dict[str, Any], trace: str) -> dict[str, Any]:
        """The result of an acknowledgement."""
        empty = {"api_key": "", "timestamp": "", "signature": ""}
        about = {"req_id": str(payload.get("req_id") or ""), "req_header": {"trace_id": trace}}
        return about | {"req_param": payload.get("req_param")} | empty | {"trace_id": trace}

    def says(self, error: GateioError, was_acked: bool) -> str:
        """The message of a failure."""
        return str(error)


class OrderEntry:
    """Answers requests with ``event: api`` on every connection."""

    def __init__(self, venue: Venue, door: Doorkeeper, calls: EntryCalls) -> None:
        self._venue = venue
        self._door = door
        self._calls = calls
        self._logins: dict[int, Ledger] = {}

    def ended(self, connection: Connection) -> None:
        """Forget the login of a connection."""
        self._logins.pop(connection.number, None)

    def receive(self, connection: Connection, message: dict[str, Any], text: str) -> None:
        """Answer one request; ``text`` is the frame as it came, for its signature."""
        frame = _Frame(self._venue, self._calls, connection, message)
        try:
            if not frame.request_id:
                raise GateioError(400, "INVALID_ARGUMENT", "payload.req_id is required")
            if frame.channel == f"{self._calls.prefix}.login":
                ledger = self._door.api(frame.channel, frame.payload, "")
                self._logins[connection.number] = ledger
                frame.send({"result": {"api_key": ledger.account.key, "uid": str(ledger.uid)}})
                return
            self._request(connection, frame, text)
        except GateioError as error:
            frame.fail(error)

    def _request(self, connection: Connection, frame: _Frame, text: str) -> None:
        found = self._calls.find(frame.channel, connection)
        if found is None:
            raise GateioError(400, "INVALID_ARGUMENT", f"Unknown channel {frame.channel}")
        permission, act = found
        ledger = self._logins.get(connection.number)
        if ledger is None and frame.payload.get("api_key"):
            ledger = self._door.api(frame.channel, frame.payload, _raw_param(text))
        if ledger is None:
            raise GateioError(401, "INVALID_CREDENTIALS", "login first")
        permit(ledger, permission)
        self._check_expiry(frame)
        param = frame.payload.get("req_param")
        if not isinstance(param, dict | list):
            raise GateioError(400, "INVALID_ARGUMENT", "payload.req_param must be an object or an array")
        if self._fault("rate_storm", frame, param) is not None:
            raise too_many()
        frame.window = self._calls.spend(ledger, frame.channel, param)
        self._act(ledger, frame, act, param, permission == "trade")

    def _act(self, ledger: Ledger, frame: _Frame, act: Act, param: Any, trades: bool) -> None:
        """Send the ack, do it, and send the result, as far as the faults let them through."""
        places = frame.channel in self._calls.acked
        lost = self._fault("lost_ack", frame, param) if trades else None
        waits = self._fault("ack_after_fill", frame, param) if places else None
        if places and lost is None and waits is None:
            frame.ack()
        order: Order | None = None
        try:
            outcome = act(ledger, param)
            order, body = outcome if isinstance(outcome, tuple) else (None, outcome)
            failed = self._fault("error_after_accept", frame, param) if trades else None
            if failed is not None:
                raise GateioError(failed.status, "INTERNAL", "internal error")
            send = partial(frame.send, {"result": body})
        except GateioError as error:
            send = partial(frame.fail, error)
        if lost is not None:
            return
        if waits is not None and order is not None:
            self._after_fill(order, self._venue.now_s() + waits.delay_ms / 1000, frame, send)
            return
        slow = self._fault("slow_answer", frame, param)
        if slow is None:
            send()
        else:
            self._venue.later(slow.delay_ms / 1000, send)

    def _fault(self, kind: str, frame: _Frame, param: Any) -> Fault | None:
        faults = self._venue.faults
        symbol = _symbol(param, self._calls.symbol_key)
        return faults.take({kind}, self._venue.now_s(), symbol, frame.channel) if faults.active else None

    def _after_fill(self, order: Order, end_s: float, frame: _Frame, send: Callable[[], None]) -> None:
        if order.filled or self._venue.now_s() >= end_s:
            frame.ack()
            send()
        else:
            self._venue.later(_POLL_S, lambda: self._after_fill(order, end_s, frame, send))

    def _check_expiry(self, frame: _Frame) -> None:
        header = frame.payload.get("req_header")
        expires = str(header.get("x-gate-exptime", "")) if isinstance(header, dict) else ""
        if expires and (not expires.isdigit() or int(expires) < self._venue.clock_ms()):
            raise GateioError(403, "REQUEST_EXPIRED", "the request came after its x-gate-exptime")


class _Frame:
    """The answers to one request: the same header on each."""

    def __init__(
        self, venue: Venue, calls: EntryCalls, connection: Connection, message: dict[str, Any]
    ) -> None:
        payload = message.get("payload")
        self.payload: dict[str, Any] = payload if isinstance(payload, dict) else {}
        self.channel = str(message.get("channel", ""))
        self.request_id = str(self.payload.get("req_id") or "")
        self.window: Window | None = None
        self._venue = venue
        self._calls = calls
        self._connection = connection
        self._was_acked = False
        self._in_us = venue.clock_ms() * 1000
        self._trace = secrets.token_hex(16)

    def ack(self) -> None:
        """Say that the request was read and forwarded, which is no acceptance."""
        self._was_acked = True
        self._send({"result": self._calls.echo(self.payload, self._trace)}, {"ack": True})

    def fail(self, error: GateioError) -> None:
        self._venue.refused["api"] += 1
        text = self._calls.says(error, self._was_acked)
        self._send({"errs": {"label": error.label, "message": text}}, self._calls.final, error.status)

    def send(self, data: dict[str, Any]) -> None:
        self._send(data, self._calls.final)

    def _send(self, data: dict[str, Any], extra: Mapping[str, Any], status: int = 200) -> None:
        now_ms = self._venue.clock_ms()
        is_login = self.channel == f"{self._calls.prefix}.login"
        client_key = self._calls.login_client_key if is_login else "client_id"
        conn_id = f"{0x4C0DE5A100000000 + self._connection.number:016x}"
        header = {
            "response_time": str(now_ms),
            "status": str(status),
            "channel": self.channel,
            "event": "api",
            client_key: f"127.0.0.1-0x{self._connection.number:010x}",
            "x_in_time": self._in_us,
            "x_out_time": now_ms * 1000,
            "conn_id": conn_id,
            "conn_trace_id": conn_id * 2,
            "trace_id": self._trace,
        }
        if self.window is not None:
            if self.window.left:
                header["x_gate_ratelimit_requests_remain"] = self.window.left
            header["x_gate_ratelimit_limit"] = self.window.limit
            header["x_gat_ratelimit_reset_timestamp"] = now_ms
        body = {"request_id": self.request_id, **extra, "header": header, "data": data}
        self._connection.send_text(json.dumps(body, separators=(",", ":"), default=float))


def as_object(param: Any) -> dict[str, Any]:
    """The parameters of a request that needs an object. Raises GateioError."""
    if not isinstance(param, dict):
        raise GateioError(400, "INVALID_ARGUMENT", "payload.req_param must be an object")
    return param


def _symbol(param: Any, key: str) -> str | None:
    row = param[0] if isinstance(param, list) and param else param
    return str(row[key]) if isinstance(row, dict) and row.get(key) else None


def _raw_param(text: str) -> str:
    """The text of req_param as the client wrote it."""
    start = text.find('"req_param"')
    if start < 0:
        return ""
    start = text.index(":", start) + 1
    start += len(text[start:]) - len(text[start:].lstrip())
    _, end = json.JSONDecoder().raw_decode(text, start)
    return text[start:end]
