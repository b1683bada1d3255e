"""What MEXC's REST answers look like: bodies, errors, excess.

Must never know: endpoints, accounts.
"""

from __future__ import annotations

import json
import math
from typing import Any

from aiohttp import web


class MexcError(Exception):
    """An error reply: HTTP status, code (text for a bad key) and message."""

    def __init__(self, code: int | str, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.code = code
        self.status = status


def reply(status: int, body: Any) -> web.Response:
    text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
    return web.Response(status=status, text=text, content_type="application/json")


def refusal(error: MexcError) -> web.Response:
    if error.status >= 500:  # a failure on the venue's side promises no JSON
        return web.Response(status=error.status, text=str(error))
    return reply(error.status, {"code": error.code, "msg": str(error)})


def too_many(wait_s: float, status: int = 429) -> web.Response:
    """The refusal of a request past a limit."""
    response = reply(status, {"code": 429, "msg": "Too Many Requests"})
    response.headers["Retry-After"] = str(max(1, math.ceil(wait_s)))
    return response
