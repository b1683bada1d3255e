"""A signed client of the futures twin, with signatures and JSON reading of its own making.

Must never know: how the twin checks what it is sent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hftx.sim import Account

from .clients import GateSocket
from .traders import Entry, GateTrader, Reply

BTC, ETH, ADA, CJK = "BTC_USDT", "ETH_USDT", "ADA_USDT", "币安人生_USDT"
DECIMALS = {"X-Gate-Size-Decimal": "1"}


def owner(name: str = "alice", money: str = "100000", **given: Any) -> Account:
    """An account with money in its futures account."""
    return Account(f"fut-{name}-key", f"{name}-secret", **{"balances": {"USDT": money}} | given)


class FuturesTrader(GateTrader):
    """Calls under /futures/usdt; ``decimals`` sends the header for sizes as text."""

    decimals = False

    async def ask(
        self, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None, **headers: str
    ) -> Reply:
        sent = (DECIMALS if self.decimals else {}) | headers
        return await self.call(method, f"/futures/usdt{path}", query, body, sent)

    async def get(self, path: str, **query: Any) -> Any:
        status, body = await self.ask("GET", path, query)
        assert status == 200, body
        return body

    async def post(self, path: str, **query: Any) -> Any:
        """A position call: parameters in the query, empty body."""
        status, body = await self.ask("POST", path, query)
        assert status == 200, body
        return body

    async def order(self, size: Any, price: Any, contract: str = BTC, **more: Any) -> Reply:
        fields = {"contract": contract, "size": size, "price": str(price)}
        return await self.ask("POST", "/orders", body=fields | more)

    async def placed(self, size: Any, price: Any, contract: str = BTC, **more: Any) -> Any:
        status, body = await self.order(size, price, contract, **more)
        assert status == 201, body
        return body

    async def take(self, size: Any, contract: str = BTC, **more: Any) -> Any:
        """A market order."""
        return await self.placed(size, "0", contract, tif="ioc", **more)

    async def refused(self, size: Any, price: Any, contract: str = BTC, **more: Any) -> str:
        status, body = await self.order(size, price, contract, **more)
        assert status in (400, 404), body
        return str(body["label"])

    def touch(self, contract: str = BTC) -> tuple[Decimal, Decimal]:
        """Best bid and ask."""
        book = self.twin.book(contract)
        return Decimal(book["bids"][0][0]), Decimal(book["asks"][0][0])

    def position(self, contract: str = BTC, mode: str = "single") -> dict[str, Any]:
        """The venue's own truth of a position."""
        rows = self.truth()["positions"]
        found: dict[str, Any] = next(r for r in rows if (r["contract"], r["mode"]) == (contract, mode))
        return found

    @property
    def uid(self) -> str:
        return str(self.truth()["uid"])

    async def listen(self, socket: GateSocket, channel: str, payload: list[str] | None = None, **change: Any) -> Any:
        """Subscribe to a private channel."""
        now = int(time.time())
        auth = self.auth(channel, "subscribe", now) | change
        given = [self.uid, "!all"] if payload is None else payload
        return await socket.reply(channel, "subscribe", given, auth=auth, time=now)


class FuturesEntry(Entry):
    """Requests with ``event: api`` on the futures socket."""

    async def login(self, **change: str) -> dict[str, Any]:
        now = str(int(time.time()))
        sign = self.alice.sign(f"api\nfutures.login\n\n{now}")
        given = {"api_key": self.alice.owner.key, "signature": sign, "timestamp": now} | change
        return await self.send("futures.login", **given)

    async def ask(self, channel: str, param: Any, **payload: Any) -> dict[str, Any]:
        """One request and its final frame."""
        answer = await self.send(f"futures.{channel}", req_param=param, **payload)
        return await self.answer() if answer.get("ack") else answer


async def exact(socket: GateSocket, channel: str) -> tuple[str, list[dict[str, Any]]]:
    """The next push of a channel: its text, and its rows with every number as Decimal."""
    while True:
        frame = await socket.frame()
        message = json.loads(frame.data, parse_float=Decimal)
        if message.get("channel") == channel and message.get("event") == "update":
            return frame.data, message["result"]
