"""`python -m benchmarks.path.entry_server`: Gate's order entry that takes every order, and REST beside it.

A process of its own: prints the port of the WebSocket and that of REST, serves until its input ends. As `order_server`:
an order is answered with a receipt and then with a result, fixed bytes in the venue's own shape but for the id. Never
checks what it is sent.
"""

from __future__ import annotations

import asyncio
import json
import sys

import picows
import uvloop

from .order_server import GATE_ORDER, OrderServer

_Cut = tuple[bytes, bytes]   # what stands before and behind the id of the request

_HEADER = {
    "response_time": "1767225600150", "status": "200", "channel": "spot.order_place", "event": "api",
    "client_id": "127.0.0.1-0x0000000001", "x_in_time": 1767225600150000, "x_out_time": 1767225600151000,
    "conn_id": "4c0de5a100000001", "conn_trace_id": "4c0de5a1000000014c0de5a100000001",
    "trace_id": "0123456789abcdef0123456789abcdef", "x_gate_ratelimit_requests_remain": 1_000_000_000,
    "x_gate_ratelimit_limit": 1_000_000_000, "x_gat_ratelimit_reset_timestamp": 1767225600151,
}  # fmt: skip
_PARAM = {name: GATE_ORDER[name] for name in ("text", "currency_pair", "type", "account", "side", "amount", "price")}
_ASKED = {"req_id": "?", "req_header": {"x-gate-exptime": "1767225605150"}, "req_param": _PARAM}


def _frame(id: str, data: object, **more: object) -> bytes:
    body = {"request_id": id, **more, "header": _HEADER, "data": data}
    return json.dumps(body, separators=(",", ":")).encode()


def answers(id: str, order: dict[str, object]) -> list[bytes]:
    """The receipt and the result of the request `id`, which placed `order`."""
    return [_frame(id, {"result": _ASKED}, ack=True), _frame(id, {"result": order}, ack=False)]


def _cut(frame: bytes) -> _Cut:
    before, _, behind = frame.partition(b"*")
    return before, behind


_LOGIN = [_cut(_frame("*", {"result": {"api_key": "a-key", "uid": "1"}}))]
_ANSWERS = [_cut(frame) for frame in answers("*", GATE_ORDER)]


class EntryServer(picows.WSListener):
    """One connection."""

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        """picows: a request."""
        if frame.msg_type != picows.WSMsgType.TEXT:
            return
        id = frame.get_payload_as_bytes().split(b'"req_id":"', 1)[1].split(b'"', 1)[0]
        for before, behind in _LOGIN if id.startswith(b"login") else _ANSWERS:
            transport.send(picows.WSMsgType.TEXT, before + id + behind)


async def _serve() -> None:
    entry = await picows.ws_create_server(lambda request: EntryServer(), "127.0.0.1", 0)
    rest = await asyncio.get_running_loop().create_server(OrderServer, "127.0.0.1", 0)
    print(*(server.sockets[0].getsockname()[1] for server in (entry, rest)), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    entry.close()
    rest.close()


if __name__ == "__main__":
    uvloop.run(_serve())
