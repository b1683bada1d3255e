"""What Gate's REST answers look like: bodies, errors, the headers on each of them.

Must never know: endpoints, accounts.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from aiohttp import web

from hftx.sim.limits import Window
from hftx.sim.venue import Venue

_BAD_GATEWAY = (
    "<html><head><title>502 Bad Gateway</title></head><body><center>openresty</center></body></html>"
)


class GateioError(Exception):
    """An error reply: HTTP status, label and message."""

    def __init__(self, status: int, label: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.label = label


class GatewayFailure(Exception):
    """A failure in front of the venue: an HTML page instead of an error body."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


def too_many(code: int = 211) -> GateioError:
    """The refusal of a request past its limit."""
    return GateioError(429, "TOO_MANY_REQUESTS", f"Request Rate limit Exceeded ({code})")


def reply(status: int, body: Any) -> web.Response:
    text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
    return web.Response(status=status, text=text, content_type="application/json")


def refusal(error: GateioError) -> web.Response:
    return reply(error.status, {"label": error.label, "message": str(error)})


def bad_gateway(status: int) -> web.Response:
    return web.Response(status=status, text=_BAD_GATEWAY, content_type="text/html")


def add_budget(response: web.Response, window: Window, limit: int, venue: Venue) -> None:
    """Say what is left of the endpoint's budget, and when it opens again."""
    reset_s = window.wait_s(venue.now_s()) if window.left == 0 else 0.0
    response.headers["X-Gate-RateLimit-Requests-Remain"] = str(window.left)
    response.headers["X-Gate-RateLimit-Limit"] = str(limit)
    response.headers["X-Gate-RateLimit-Reset-Timestamp"] = str(int(venue.clock_ms() / 1000 + reset_s))


def add_times(response: web.Response, in_us: int, venue: Venue) -> None:
    """Trace id, and when the request came and the answer left, in microseconds."""
    response.headers["X-Gate-Trace-Id"] = secrets.token_hex(16)
    response.headers["X-In-Time"] = str(in_us)
    response.headers["X-Out-Time"] = str(venue.clock_ms() * 1000)
