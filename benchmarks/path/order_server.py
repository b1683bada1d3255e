"""`python -m benchmarks.path.order_server [certificate]`: a venue that takes every order, in a process of its own.

Speaks TLS when it is given a certificate with its key. Prints its port, serves until its input ends. Answers are fixed
bytes in the venues' own shape: so little work that the client is what is measured. Never checks what it is sent.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from typing import cast

import uvloop

GATE_ORDER: dict[str, object] = {
    "id": "700100200300", "text": "t-mm-000001", "amend_text": "-", "create_time": "1767225600",
    "update_time": "1767225600", "create_time_ms": 1767225600150, "update_time_ms": 1767225600150, "status": "open",
    "currency_pair": "BTC_USDT", "type": "limit", "account": "spot", "side": "buy", "amount": "0.012345",
    "price": "89000.12", "time_in_force": "gtc", "iceberg": "0", "left": "0.012345", "filled_amount": "0",
    "fill_price": "0", "filled_total": "0", "fee": "0", "fee_currency": "BTC", "point_fee": "0", "gt_fee": "0",
    "gt_maker_fee": "0", "gt_taker_fee": "0", "gt_discount": False, "rebated_fee": "0",
    "rebated_fee_currency": "USDT", "finish_as": "open",
}  # fmt: skip
_MEXC_ORDER = {
    "symbol": "BTCUSDT", "orderId": "C02__700000000000000017001", "orderListId": -1, "price": "89000.12",
    "origQty": "0.012345", "type": "LIMIT", "side": "BUY", "stpMode": "", "transactTime": 1767225600150,
}  # fmt: skip


def _answer(value: object, status: str, more: str = "") -> bytes:
    body = json.dumps(value, separators=(",", ":"))
    head = (
        f"HTTP/1.1 {status}\r\nServer: loopback\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: keep-alive\r\n{more}\r\n"
    )
    return (head + body).encode()


def _gate_stamps() -> str:
    now = time.time_ns() // 1000
    limits = "X-Gate-RateLimit-Requests-Remain: 1000000000\r\nX-Gate-RateLimit-Limit: 1000000000\r\n"
    return f"X-In-Time: {now}\r\nX-Out-Time: {now}\r\nX-Gate-Trace-ID: 7f3a\r\n{limits}"


_MEXC_ANSWER = _answer(_MEXC_ORDER, "200 OK")


class OrderServer(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._kept = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: a client is there."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass

    def data_received(self, data: bytes) -> None:
        """asyncio: answer every request that is complete."""
        self._kept += data
        assert self._transport is not None
        while (size := _request_size(self._kept)) is not None:
            request, self._kept = self._kept[:size], self._kept[size:]
            self._transport.write(_answer_to(request))


def _request_size(kept: bytes) -> int | None:
    end = kept.find(b"\r\n\r\n")
    if end < 0:
        return None
    name = b"\r\ncontent-length:"
    at = kept[:end].lower().find(name)
    body = 0 if at < 0 else int(kept[at + len(name) : end].split(b"\r\n", 1)[0])
    return end + 4 + body if len(kept) >= end + 4 + body else None


def _answer_to(request: bytes) -> bytes:
    path = request.split(b" ", 2)[1]
    if b"/time" in path:
        now = time.time_ns() // 1_000_000
        return _answer({"serverTime": now, "server_time": now}, "200 OK")
    if path.startswith(b"/api/v4/"):
        return _answer(GATE_ORDER, "201 Created", _gate_stamps())
    return _MEXC_ANSWER


async def serve(certificate: str | None) -> None:
    """Until the input ends."""
    tls = None
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
    server = await asyncio.get_running_loop().create_server(OrderServer, "127.0.0.1", 0, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1] if len(sys.argv) > 1 else None))
