"""Signed clients of the twin, with signatures of their own making.

Must never know: how the twin checks what it is sent.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from hftx.sim import Account, Twin

from .clients import GateSocket

Reply = tuple[int, Any]
RICH = {"USDT": "1000000", "BTC": "20", "ADA": "500000"}


def account(name: str = "alice", **given: Any) -> Account:
    """An account with more than enough of everything."""
    return Account(f"mx0v{name}key", f"{name}-secret", **{"balances": RICH} | given)


class GateTrader:
    """Signs as Gate wants it: five lines, SHA-512."""

    def __init__(self, http: aiohttp.ClientSession, twin: Twin, owner: Account) -> None:
        self.http, self.twin, self.owner = http, twin, owner

    def sign(self, text: str) -> str:
        return hmac.new(self.owner.secret.encode(), text.encode(), hashlib.sha512).hexdigest()

    def headers(self, method: str, path: str, query: str, body: str) -> dict[str, str]:
        now = str(int(time.time()))
        hashed = hashlib.sha512(body.encode()).hexdigest()
        sign = self.sign("\n".join((method, f"/api/v4{path}", query, hashed, now)))
        return {"KEY": self.owner.key, "Timestamp": now, "SIGN": sign, "Content-Type": "application/json"}

    async def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        raw = "&".join(f"{name}={value}" for name, value in (query or {}).items())
        text = "" if body is None else json.dumps(body)
        signed = self.headers(method, path, raw, text) | dict(headers or {})
        sent = urlencode(query or {}, quote_via=quote)
        url = f"{self.twin.rest_url}{path}{'?' + sent if sent else ''}"
        async with self.http.request(method, url, data=text or None, headers=signed) as response:
            if response.content_type != "application/json":
                return response.status, await response.text()
            return response.status, await response.json()

    async def place(self, side: str, amount: Any, price: Any = None, **extra: Any) -> Reply:
        fields = {"currency_pair": "BTC_USDT", "side": side, "amount": str(amount)}
        if price is not None:
            fields["price"] = str(price)
        return await self.call("POST", "/spot/orders", body=fields | extra)

    def auth(self, channel: str, event: str, at_s: int) -> dict[str, str]:
        sign = self.sign(f"channel={channel}&event={event}&time={at_s}")
        return {"method": "api_key", "KEY": self.owner.key, "SIGN": sign}

    def truth(self) -> dict[str, Any]:
        return self.twin.account(self.owner.key)


class MexcTrader:
    """Signs as MEXC wants it: everything in the query, SHA-256."""

    def __init__(self, http: aiohttp.ClientSession, twin: Twin, owner: Account) -> None:
        self.http, self.twin, self.owner = http, twin, owner

    def sign(self, text: str) -> str:
        return hmac.new(self.owner.secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    async def call(self, method: str, path: str, /, **params: Any) -> Reply:
        query = urlencode(params | {"timestamp": int(time.time() * 1000)}, quote_via=quote)
        return await self.raw(method, path, f"{query}&signature={self.sign(query)}")

    async def raw(
        self,
        method: str,
        path: str,
        query: str,
        body: str = "",
        headers: Mapping[str, str | None] | None = None,
    ) -> Reply:
        given = {"X-MEXC-APIKEY": self.owner.key, "Content-Type": "application/json"} | dict(headers or {})
        sent = {name: value for name, value in given.items() if value is not None}
        url = URL(f"{self.twin.rest_url}/api/v3{path}?{query}", encoded=True)
        async with self.http.request(method, url, data=body or None, headers=sent) as response:
            if response.content_type != "application/json":
                return response.status, await response.text()
            return response.status, await response.json()

    async def place(
        self, side: str, quantity: Any, price: Any = None, kind: str = "LIMIT", **extra: Any
    ) -> Reply:
        params = {"symbol": "BTCUSDT", "side": side, "type": kind}
        if quantity is not None:
            params["quantity"] = str(quantity)
        if price is not None:
            params["price"] = str(price)
        return await self.call("POST", "/order", **params | extra)

    async def order(self, order_id: str) -> dict[str, Any]:
        status, row = await self.call("GET", "/order", symbol="BTCUSDT", orderId=order_id)
        assert status == 200, row
        found: dict[str, Any] = row
        return found

    def truth(self) -> dict[str, Any]:
        return self.twin.account(self.owner.key)


async def ask_for(
    socket: GateSocket, alice: GateTrader, channel: str, payload: Any, event: str = "subscribe", **change: Any
) -> dict[str, Any]:
    now = int(time.time())
    auth = alice.auth(channel, event, now) | change
    return await socket.reply(channel, event, payload, auth=auth, time=now)


class Entry:
    """Requests with ``event: api``."""

    def __init__(self, socket: GateSocket, alice: GateTrader) -> None:
        self.socket, self.alice = socket, alice
        self.count = 0

    async def login(self, **change: str) -> dict[str, Any]:
        now = str(int(time.time()))
        sign = self.alice.sign(f"api\nspot.login\n\n{now}")
        given = {"api_key": self.alice.owner.key, "signature": sign, "timestamp": now} | change
        return await self.send("spot.login", **given)

    async def send(self, channel: str, **payload: Any) -> dict[str, Any]:
        self.count += 1
        await self.socket.request(channel, "api", {"req_id": f"R{self.count}"} | payload)
        return await self.answer()

    async def answer(self) -> dict[str, Any]:
        while True:
            message = await self.socket.message()
            if "request_id" in message and "event" not in message:
                return message

    async def place(self, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        ack = await self.send("spot.order_place", req_param={"currency_pair": "BTC_USDT"} | fields)
        return ack, await self.answer() if ack.get("ack") else ack


def best(twin: Twin) -> tuple[Decimal, Decimal]:
    """Best bid and ask of BTC_USDT."""
    book = twin.book("BTC_USDT")
    return Decimal(book["bids"][0][0]), Decimal(book["asks"][0][0])
