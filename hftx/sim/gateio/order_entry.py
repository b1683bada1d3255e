"""Orders over Gate's WebSocket: login, requests, acks and results ("Spot WebSocket v4", trade API).

Must never know: HTTP, public channels.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from hftx.sim.accounts import Ledger
from hftx.sim.faults import Fault
from hftx.sim.gateio.desk import Desk
from hftx.sim.gateio.order_rows import order_row, reply_row
from hftx.sim.gateio.replies import GateioError, too_many
from hftx.sim.gateio.signing import Doorkeeper, permit
from hftx.sim.hub import Connection
from hftx.sim.limits import Window
from hftx.sim.orders import Order
from hftx.sim.venue import Venue

_SOURCE = "apiv4-ws"
_POLL_S = 0.002
_WRITES = frozenset({"spot.order_place", "spot.order_amend"})
_TRADES = _WRITES | {"spot.order_cancel", "spot.order_cancel_ids", "spot.order_cancel_cp"}


class OrderEntry:
    """Answers requests with ``event: api`` on every connection."""

    def __init__(self, venue: Venue, door: Doorkeeper, desk: Desk) -> None:
        self._venue = venue
        self._door = door
        self._desk = desk
        self._logins: dict[int, Ledger] = {}
        self._channels: dict[str, tuple[str, Callable[[Ledger, Any], Any]]] = {
            "spot.order_place": ("trade", self._place),
            "spot.order_amend": ("trade", self._amend),
            "spot.order_cancel": ("trade", self._cancel),
            "spot.order_cancel_ids": ("trade", self._cancel_ids),
            "spot.order_cancel_cp": ("trade", self._cancel_pair),
            "spot.order_status": ("read", self._status),
            "spot.order_list": ("read", self._list),
        }

    def ended(self, connection: Connection) -> None:
        """Forget the login of a connection."""
        self._logins.pop(connection.number, None)

    def receive(self, connection: Connection, message: dict[str, Any], text: str) -> None:
        """Answer one request; ``text`` is the frame as it came, for its signature."""
        frame = _Frame(self._venue, connection, message)
        try:
            if not frame.request_id:
                raise GateioError(400, "INVALID_ARGUMENT", "payload.req_id is required")
            if frame.channel == "spot.login":
                ledger = self._door.api(frame.channel, frame.payload, "")
                self._logins[connection.number] = ledger
                frame.send({"result": {"api_key": ledger.account.key, "uid": str(ledger.uid)}})
                return
            self._request(connection, frame, text)
        except GateioError as error:
            frame.fail(error)

    def _request(self, connection: Connection, frame: _Frame, text: str) -> None:
        if frame.channel not in self._channels:
            raise GateioError(400, "INVALID_ARGUMENT", f"Unknown channel {frame.channel}")
        permission, act = self._channels[frame.channel]
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
        if frame.channel in _WRITES:
            rows = param if isinstance(param, list) else [param]
            pairs = {str(row.get("currency_pair")) for row in rows if isinstance(row, dict)}
            frame.window = self._desk.spend(ledger, pairs)
        self._act(ledger, frame, act, param)

    def _act(self, ledger: Ledger, frame: _Frame, act: Callable[[Ledger, Any], Any], param: Any) -> None:
        """Send the ack, do it, and send the result, as far as the faults let them through."""
        trades, places = frame.channel in _TRADES, frame.channel == "spot.order_place"
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
        return (
            faults.take({kind}, self._venue.now_s(), _pair(param), frame.channel) if faults.active else None
        )

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

    def _place(self, ledger: Ledger, param: Any) -> Any:
        if isinstance(param, list):
            return self._desk.place_batch(ledger, param, _SOURCE)
        order = self._desk.place(ledger, param, _SOURCE)
        return order, reply_row(order, str(param.get("action_mode", "FULL")))

    def _amend(self, ledger: Ledger, param: Any) -> Any:
        return reply_row(self._desk.amend(ledger, str(_object(param).get("order_id")), param), "FULL")

    def _cancel(self, ledger: Ledger, param: Any) -> Any:
        fields = _object(param)
        return order_row(self._desk.cancel(ledger, str(fields.get("order_id")), fields.get("currency_pair")))

    def _cancel_ids(self, ledger: Ledger, param: Any) -> Any:
        rows = self._desk.cancel_batch(ledger, param if isinstance(param, list) else [])
        return [_brief(row) for row in rows]

    def _cancel_pair(self, ledger: Ledger, param: Any) -> Any:
        fields = _object(param)
        if not fields.get("currency_pair"):
            raise GateioError(400, "MISSING_REQUIRED_PARAM", "Missing required parameter: currency_pair")
        orders = self._desk.cancel_all(ledger, fields["currency_pair"], fields.get("side"))
        return [order_row(order) for order in orders]

    def _status(self, ledger: Ledger, param: Any) -> Any:
        fields = _object(param)
        return order_row(self._desk.find(ledger, str(fields.get("order_id")), fields.get("currency_pair")))

    def _list(self, ledger: Ledger, param: Any) -> Any:
        return [order_row(order) for order in self._desk.list(ledger, _object(param))]


class _Frame:
    """The answers to one request: the same header on each."""

    def __init__(self, venue: Venue, connection: Connection, message: dict[str, Any]) -> None:
        payload = message.get("payload")
        self.payload: dict[str, Any] = payload if isinstance(payload, dict) else {}
        self.channel = str(message.get("channel", ""))
        self.request_id = str(self.payload.get("req_id") or "")
        self.window: Window | None = None
        self._venue = venue
        self._connection = connection
        self._in_us = venue.clock_ms() * 1000
        self._trace = secrets.token_hex(16)

    def ack(self) -> None:
        """Say that the request was read and forwarded, which is no acceptance."""
        header = {"trace_id": self._trace}
        echo = {
            "req_id": self.request_id,
            "req_header": header,
            "req_param": self.payload.get("req_param"),
            "api_key": "",
            "timestamp": "",
            "signature": "",
            "trace_id": self._trace,
        }
        self.send({"result": echo}, {"ack": True})

    def fail(self, error: GateioError) -> None:
        self._venue.refused["api"] += 1
        self.send({"errs": {"label": error.label, "message": str(error)}}, status=error.status)

    def send(self, data: dict[str, Any], extra: dict[str, Any] | None = None, status: int = 200) -> None:
        now_ms = self._venue.clock_ms()
        conn_id = f"{0x4C0DE5A100000000 + self._connection.number:016x}"
        header = {
            "response_time": str(now_ms),
            "status": str(status),
            "channel": self.channel,
            "event": "api",
            "client_id": f"127.0.0.1-0x{self._connection.number:010x}",
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
        body = {"request_id": self.request_id} | (extra or {}) | {"header": header, "data": data}
        self._connection.send_text(json.dumps(body, separators=(",", ":")))


def _object(param: Any) -> dict[str, Any]:
    if not isinstance(param, dict):
        raise GateioError(400, "INVALID_ARGUMENT", "payload.req_param must be an object")
    return param


def _pair(param: Any) -> str | None:
    row = param[0] if isinstance(param, list) and param else param
    return str(row["currency_pair"]) if isinstance(row, dict) and row.get("currency_pair") else None


def _brief(row: dict[str, Any]) -> dict[str, Any]:
    if row["succeeded"]:
        return {"currency_pair": row["currency_pair"], "id": row["id"], "succeeded": True}
    return {name: row[name] for name in ("currency_pair", "id", "label", "message")}


def _raw_param(text: str) -> str:
    """The text of req_param as the client wrote it."""
    start = text.find('"req_param"')
    if start < 0:
        return ""
    start = text.index(":", start) + 1
    start += len(text[start:]) - len(text[start:].lstrip())
    _, end = json.JSONDecoder().raw_decode(text, start)
    return text[start:end]
