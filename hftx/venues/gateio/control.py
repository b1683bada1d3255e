"""Gate's control frames: acknowledgements, refusals, pongs, notices (WebSocket v4 docs). Keeps no state."""

from __future__ import annotations

import json
import time
from typing import Any

from hftx.websocket.streams import Answer, Control, Notice, Pong, Stray


def ping(market: str = "spot") -> bytes:
    """`spot.ping` resets the venue's idle timer; `market` is "spot" or "futures"."""
    return json.dumps({"time": int(time.time()), "channel": f"{market}.ping"}, separators=(",", ":")).encode()


def read_control(text: bytes, with_code: bool = False) -> Control:
    """A frame that is no push; never raises. `with_code` puts the venue's error code behind the reason."""
    try:
        frame = json.loads(text)
        channel = frame.get("channel")
    except (ValueError, AttributeError):
        return Stray(text.decode("utf-8", "replace"))
    if channel in ("spot.pong", "futures.pong"):
        return Pong()
    if channel in ("spot.system", "futures.system"):
        return _notice(frame)
    if frame.get("event") in ("subscribe", "unsubscribe") and isinstance(frame.get("id"), int):
        return _answer(frame, with_code)
    return Stray(text.decode("utf-8", "replace"))


def _answer(frame: dict[str, Any], with_code: bool) -> Answer:
    # A request succeeds or fails as a whole; `error` may be null or absent on success.
    error = frame.get("error")
    if error is None:
        return Answer(frame["id"], whole=True)
    message = str(error.get("message") if isinstance(error, dict) else error)
    if message.startswith("Alert sub"):   # subscribed already: what was asked for is there
        return Answer(frame["id"], whole=True)
    code = error.get("code") if isinstance(error, dict) and with_code else None
    return Answer(frame["id"], reason=(message or "refused") + ("" if code is None else f" (code {code})"), whole=True)


def _notice(frame: dict[str, Any]) -> Control:
    result = frame.get("result")
    if isinstance(result, dict) and result.get("type") == "upgrade":
        return Notice(str(result.get("msg") or "upgrade"))
    return Stray(json.dumps(frame))
