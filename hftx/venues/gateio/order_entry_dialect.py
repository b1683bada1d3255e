"""Frames of Gate's order entry: login, requests, receipts and results. Makes no connection, knows no order.

Source: Gate Spot WebSocket v4 docs, "WebSocket API": "Client Api Request", "Api response", "Login".
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol

from hftx._core.receiver import Receiver
from hftx._core.venues.gateio_entry import (
    EntryReply,
    GateioEntryReader,
    GateioEntryReceiver,
    GateioEntryWriter,
)
from hftx.config import Credentials
from hftx.errors import AuthenticationError, RateLimitError, VenueError, VenueUnavailableError
from hftx.rest.error_map import Answer as HttpAnswer
from hftx.rest.error_map import ErrorMap, error_of
from hftx.rest.reply import parse_json
from hftx.rest.server_clock import ServerClock
from hftx.venues.gateio.private_endpoints import RULES
from hftx.venues.gateio.private_errors import PRIVATE_ERRORS
from hftx.websocket.order_entry_line import EntryDialect, EntryRow
from hftx.websocket.streams import Answer, Control, Notice, Pong, Reply, Request, Stray, Stream

_VENUE = "gateio_spot"
_LOGIN_ID = "login-"
# The first is how the venue writes it (Gate Spot WebSocket v4 docs, "Api response").
_RESETS = ("x_gat_ratelimit_reset_timestamp", "x_gate_ratelimit_reset_timestamp")


class LoginSigner(Protocol):
    """HMAC-SHA512 of a request of the WebSocket API, as lower-case hex."""

    def login(self, channel: str, req_param: str, timestamp: str) -> str:
        """The signature of one request; `req_param` is empty for a login."""


class GateioEntryDialect(EntryDialect):
    """Logs in by the subscription of its only stream; the signature is never in a text that is logged.

    Other markets of Gate say the same with channels of their own: `market` begins their names.
    """

    market: ClassVar[str] = "spot"
    venue: ClassVar[str] = _VENUE
    errors: ClassVar[ErrorMap] = PRIVATE_ERRORS
    window_seconds: ClassVar[float] = RULES["orders"].window_seconds

    def __init__(self, credentials: Credentials, signer: LoginSigner, clock: ServerClock) -> None:
        self._credentials, self._signer, self._clock = credentials, signer, clock
        self._signature = ""
        self._writer = GateioEntryWriter()
        self.login_channel = f"{self.market}.login"
        self._login_error: VenueError = AuthenticationError(
            self.venue, self.login_channel, 0, "", "no login was answered"
        )

    def receiver(self, answered: Callable[[str, Any, bool], None]) -> Receiver:
        """Receipts and results that hold one order are read compiled."""
        return GateioEntryReceiver(GateioEntryReader({}), answered)

    def batches(self, streams: Sequence[Stream]) -> list[tuple[Stream, ...]]:
        """One login, if any."""
        return [tuple(streams)] if streams else []

    def request(self, id: int, streams: Sequence[Stream], subscribe: bool) -> Request:
        """The login, signed anew."""
        timestamp = str(self._clock.now_ms() // 1000)
        self._signature = self._signer.login(self.login_channel, "", timestamp)
        payload = {
            "req_id": f"{_LOGIN_ID}{id}",
            "api_key": self._credentials.key,
            "signature": self._signature,
            "timestamp": timestamp,
        }
        message = {"time": int(timestamp), "channel": self.login_channel, "event": "api", "payload": payload}
        return Request(id, tuple(streams), json.dumps(message, separators=(",", ":")).encode())

    def ping(self) -> bytes:
        """`spot.ping`, or that of another market, resets the venue's idle timer."""
        return b'{"time":%d,"channel":"%b.ping"}' % (int(time.time()), self.market.encode())

    def frame(self, row: EntryRow, id: str, param: bytes, now_ms: int, valid_ms: int) -> bytes:
        """The request; what changes anything carries the time after which the venue must not take it."""
        return self._writer.frame(row.channel, id, param, now_ms, valid_ms if row.changes else 0)

    def read(self, text: bytes) -> Control:
        """Login, pong, notice, and the receipts and results that the receiver has left."""
        try:
            frame = parse_json(text, ValueError)
        except ValueError:
            return self._stray(text)
        if not isinstance(frame, dict):
            return self._stray(text)
        id = frame.get("request_id")
        if not isinstance(id, str):
            return self._notice(frame, text)
        if id.startswith(_LOGIN_ID):
            return self._login(id.removeprefix(_LOGIN_ID), frame, text)
        return Reply(id, text if frame.get("ack") is True and _errs(frame) is None else frame)

    def result(self, row: EntryRow, body: Any) -> Any:
        """`data.result` of a frame without `data.errs`. Raises the error that the frame tells of."""
        if type(body) is EntryReply:
            return body.order
        header, errs = _header(body), _errs(body)
        status = _status(header)
        if errs is None and 200 <= status < 300:
            data = body.get("data")
            return data.get("result") if isinstance(data, dict) else None
        if errs is None:
            raise VenueUnavailableError(self.venue, row.channel, status, "", "neither a result nor an error")
        return self._raise(row.channel, status, header, errs)

    def limits(self, body: Any, receipt: Any) -> tuple[int | None, int | None]:
        """The header's count of requests that remain, which the venue leaves out when it is 0, and the limit."""
        if type(body) is EntryReply and body.limit >= 0:
            return (body.remaining if body.remaining > 0 else 0), body.limit
        remaining, limit = _limits(body)
        if limit is None and receipt is not None:
            remaining, limit = _limits(receipt)
        return (0 if remaining is None and limit is not None else remaining), limit

    def stamps_ns(self, body: Any) -> tuple[int, int] | None:
        """`x_in_time` and `x_out_time`, unix microseconds."""
        if type(body) is EntryReply:
            return (body.in_us * 1000, body.out_us * 1000) if body.in_us > 0 < body.out_us else None
        header = _header(body)
        received, sent = _whole(header.get("x_in_time")), _whole(header.get("x_out_time"))
        return None if received is None or sent is None else (received * 1000, sent * 1000)

    def login_error(self) -> VenueError:
        """Why the venue has refused the last login."""
        return self._login_error

    def _login(self, id: str, frame: dict[str, Any], text: bytes) -> Control:
        if not id.isdigit():
            return self._stray(text)
        try:
            self.result(EntryRow(self.login_channel), frame)
        except VenueError as error:
            known = type(error) is not VenueError
            refusal = (type(error) if known else AuthenticationError)(
                self.venue, self.login_channel, error.status, error.code, error.text
            )
            self._login_error = refusal
            return Answer(int(id), reason=str(refusal), whole=True)
        return Answer(int(id), whole=True)

    def _raise(self, channel: str, status: int, header: dict[str, Any], errs: Any) -> Any:
        body = self._redacted(json.dumps(errs if isinstance(errs, dict) else {"message": str(errs)}, default=str))
        answer = HttpAnswer(status if status >= 300 else 400, {}, body.encode())
        error = error_of(self.venue, channel, answer, self.errors, self.window_seconds)
        if isinstance(error, RateLimitError):
            error.retry_after = _wait_seconds(header, self.window_seconds) or error.retry_after
        raise error

    def _notice(self, frame: dict[str, Any], text: bytes) -> Control:
        channel, result = frame.get("channel"), frame.get("result")
        if channel == f"{self.market}.pong":
            return Pong()
        if channel == f"{self.market}.system" and isinstance(result, dict) and result.get("type") == "upgrade":
            return Notice(str(result.get("msg") or "upgrade"))
        return self._stray(text)

    def _stray(self, text: bytes) -> Stray:
        return Stray(self._redacted(text.decode("utf-8", "replace")))

    def _redacted(self, text: str) -> str:
        for secret in (self._credentials.key, self._signature):
            text = text.replace(secret, "***") if secret else text
        return text


def _header(body: Any) -> dict[str, Any]:
    header = body.get("header") if isinstance(body, dict) else None
    return header if isinstance(header, dict) else {}


def _limits(body: Any) -> tuple[int | None, int | None]:
    if type(body) is EntryReply:
        return (body.remaining if body.remaining >= 0 else None), (body.limit if body.limit >= 0 else None)
    header = _header(parse_json(body, ValueError) if type(body) is bytes else body)
    return _whole(header.get("x_gate_ratelimit_requests_remain")), _whole(header.get("x_gate_ratelimit_limit"))


def _errs(body: Any) -> Any:
    data = body.get("data")
    return data.get("errs") if isinstance(data, dict) else None


def _status(header: dict[str, Any]) -> int:
    # Text as documented; a bare number was seen too. Without one, only `errs` tells a failure.
    return _whole(header.get("status", 200)) or 0


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return value if type(value) is int else None


def _wait_seconds(header: dict[str, Any], most: float) -> float:
    # Until the window opens again; 0 when the venue does not say, or says a time that is past.
    reset_ms = next((found for key in _RESETS if (found := _whole(header.get(key))) is not None), None)
    now_us = _whole(header.get("x_out_time"))
    if reset_ms is None or now_us is None:
        return 0.0
    return min(max(0.0, reset_ms / 1e3 - now_us / 1e6), most)
