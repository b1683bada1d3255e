"""Who is asking: Gate's signatures of REST calls, channel subscriptions and WebSocket requests.

Strings to sign as in the Gate API v4 docs, "Authentication", "Spot WebSocket v4, authentication" and
"WebSocket API". Must never know: what is asked for.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from hftx.sim.accounts import Ledger
from hftx.sim.gateio.replies import GateioError
from hftx.sim.venue import Venue

_HEADERS = ("KEY", "Timestamp", "SIGN")
_SECONDS = re.compile(r"\d{1,12}(\.\d+)?", re.ASCII)  # the venue's own client sends fractions


def signature(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def rest_text(method: str, path: str, query: str, body: bytes, timestamp: str) -> str:
    """What a REST call signs; the query is not percent-encoded."""
    return "\n".join((method, path, query, hashlib.sha512(body).hexdigest(), timestamp))


def channel_text(channel: str, event: str, at_s: object) -> str:
    return f"channel={channel}&event={event}&time={at_s}"


def api_text(channel: str, param: str, timestamp: str) -> str:
    """What a WebSocket request signs; ``param`` is the text of req_param as sent, nothing for a login."""
    return f"api\n{channel}\n{param}\n{timestamp}"


class Doorkeeper:
    """Finds the account behind a signature, checking in the venue's order."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    def rest(self, request: web.Request, body: bytes) -> Ledger:
        """The account of a REST call. Raises GateioError."""
        for name in _HEADERS:
            if name not in request.headers:
                raise GateioError(400, "MISSING_REQUIRED_HEADER", f"Missing required header: {name}")
        key, timestamp, sign = (request.headers[name] for name in _HEADERS)
        path, _, query = request.raw_path.partition("?")
        text = rest_text(request.method, path, unquote(query), body, timestamp)
        ledger = self._known(key, sign, text, timestamp)
        ips = ledger.account.ips
        if ips is not None and request.remote not in ips:
            raise GateioError(
                403, "IP_FORBIDDEN", f"request IP {request.remote} is not in the whitelist of the key"
            )
        return ledger

    def channel(self, message: dict[str, Any]) -> Ledger:
        """The account of a private subscription. Raises GateioError."""
        auth = message.get("auth")
        if not isinstance(auth, dict) or auth.get("method") != "api_key":
            raise GateioError(401, "MISSING_REQUIRED_HEADER", "auth with method api_key is required")
        text = channel_text(message["channel"], message["event"], message["time"])
        return self._known(str(auth.get("KEY")), str(auth.get("SIGN")), text, str(message["time"]))

    def api(self, channel: str, payload: dict[str, Any], param: str) -> Ledger:
        """The account of a login or of a signed WebSocket request. Raises GateioError."""
        timestamp = str(payload.get("timestamp", ""))
        text = api_text(channel, param, timestamp)
        return self._known(str(payload.get("api_key")), str(payload.get("signature")), text, timestamp)

    def _known(self, key: str, sign: str, text: str, timestamp: str) -> Ledger:
        now_s = self._venue.clock_ms() / 1000
        window_s = self._venue.options.gate_time_window_s
        if not _SECONDS.fullmatch(timestamp) or abs(now_s - float(timestamp)) > window_s:
            gap = f"gap between request Timestamp and server time exceeds {window_s:g}"
            raise GateioError(403, "REQUEST_EXPIRED", gap)
        ledger = self._venue.exchange.ledgers.get(key)
        if ledger is None:
            raise GateioError(401, "INVALID_KEY", "Invalid key provided")
        if not hmac.compare_digest(signature(ledger.account.secret, text), sign):
            raise GateioError(401, "INVALID_SIGNATURE", "Signature mismatch")
        return ledger


def permit(ledger: Ledger, permission: str) -> None:
    """Raise GateioError when the key may not do this."""
    held = ledger.account.permissions
    if permission not in held:
        label = "READ_ONLY" if "read" in held else "FORBIDDEN"
        raise GateioError(403, label, f"the key has no {permission} permission")
