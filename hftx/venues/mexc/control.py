"""MEXC's control frames: acknowledgements, refusals, pongs (Spot v3 docs, "Websocket Market Streams"). Keeps no state.

An acknowledgement has `code` 0 even when the venue refuses: what counts is that `msg` repeats the request.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from hftx.websocket.streams import Answer, Control, Pong, Request, Stray, Stream

PING = b'{"method":"PING"}'   # JSON, since the venue does not reliably answer control frames
REFUSAL = "Not Subscribed successfully!"


def subscription(id: int, streams: Sequence[Stream], subscribe: bool) -> Request:
    """SUBSCRIPTION or UNSUBSCRIPTION of channel names."""
    method = "SUBSCRIPTION" if subscribe else "UNSUBSCRIPTION"
    message = {"method": method, "params": [s.name for s in streams], "id": id}
    return Request(id, tuple(streams), json.dumps(message, separators=(",", ":")).encode())


def read_control(text: bytes) -> Control:
    """Acknowledgement, refusal or pong; never raises."""
    try:
        frame = json.loads(text)
        id, message = int(frame["id"]), str(frame["msg"])
    except (ValueError, KeyError, TypeError):
        return Stray(text.decode("utf-8", "replace"))
    if message == "PONG":
        return Pong()
    if not message.startswith(REFUSAL):
        return Answer(id, accepted=tuple(message.split(",")))
    names, _, reason = message[len(REFUSAL) :].partition("]")
    refused = tuple(name.strip() for name in names.strip().lstrip("[").split(",") if name.strip())
    return Answer(id, refused=refused, reason=_reason(reason), whole=not refused)


def _reason(text: str) -> str:
    # ".  Reason：Blocked! " with a full-width colon
    return text.rpartition("\uff1a")[2].strip(" .!") or "refused"
