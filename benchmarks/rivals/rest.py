"""An order over REST as a bot's author writes it by hand on aiohttp: checked, signed, posted, and read into an object.

Never uses hftx's core or its connections.
"""

from __future__ import annotations

import json
import ssl
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import aiohttp

from hftx.orders import OrderParams

from .orders import Rules, gate_order, mexc_order

_WINDOW_MS = 5000
_HEADERS = {"Accept": "application/json", "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """What a bot keeps of the answer."""

    order_id: str
    client_order_id: str | None
    price: Decimal
    quantity: Decimal
    filled: Decimal
    venue_ms: int


class AiohttpOrders:
    """Orders of one symbol over a kept session."""

    def __init__(
        self, base: str, key: str, secret: str, rules: Rules, name: str, tls: ssl.SSLContext | None = None
    ) -> None:
        self._base, self._key, self._secret = base, key, secret.encode()
        self._rules, self._name = rules, name
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls or True))

    async def gate(self, params: OrderParams) -> PlacedOrder:
        """POST /api/v4/spot/orders."""
        now = int(time.time())
        body, signature = gate_order(params, self._rules, self._name, self._secret, now)
        headers = {"KEY": self._key, "Timestamp": str(now), "SIGN": signature, **_HEADERS}
        row = await self._post(f"{self._base}/api/v4/spot/orders", headers, body)
        price, amount, filled = Decimal(row["price"]), Decimal(row["amount"]), Decimal(row["filled_amount"])
        return PlacedOrder(row["id"], row["text"], price, amount, filled, row["create_time_ms"])

    async def mexc(self, params: OrderParams) -> PlacedOrder:
        """POST /api/v3/order."""
        now_ms = time.time_ns() // 1_000_000
        query = mexc_order(params, self._rules, self._name, self._secret, _WINDOW_MS, now_ms).decode()
        row = await self._post(f"{self._base}/api/v3/order?{query}", {"X-MEXC-APIKEY": self._key, **_HEADERS}, None)
        price, amount = Decimal(row["price"]), Decimal(row["origQty"])
        return PlacedOrder(row["orderId"], params.client_order_id, price, amount, Decimal(0), row["transactTime"])

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    async def _post(self, url: str, headers: dict[str, str], body: bytes | None) -> dict[str, Any]:
        async with self._session.post(url, headers=headers, data=body) as response:
            if response.status not in (200, 201):
                raise ValueError(f"refused with {response.status}")
            return dict(json.loads(await response.read()))
