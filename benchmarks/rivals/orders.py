"""Orders checked, written and signed in straightforward Python: Decimal, urlencode or json, hmac.

Never uses hftx's core.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from decimal import Decimal
from urllib.parse import urlencode

from hftx.enums import OrderType, Side, TimeInForce
from hftx.orders import OrderParams
from hftx.symbols import SymbolInfo

_GATE_TIF = {TimeInForce.GTC: "gtc", TimeInForce.IOC: "ioc", TimeInForce.FOK: "fok", TimeInForce.POST_ONLY: "poc"}
_MEXC_TYPES = {
    TimeInForce.GTC: "LIMIT",
    TimeInForce.IOC: "IMMEDIATE_OR_CANCEL",
    TimeInForce.FOK: "FILL_OR_KILL",
    TimeInForce.POST_ONLY: "LIMIT_MAKER",
}


class Rules:
    """The rules of a symbol, made once for many orders."""

    def __init__(self, info: SymbolInfo) -> None:
        self.tick, self.lot = info.tick_size, info.lot_size
        self.sides = {Side.BUY: info.buy_allowed, Side.SELL: info.sell_allowed}
        self.tradable, self.min_qty, self.max_qty = info.tradable, info.min_qty, info.max_qty
        self.min_notional, self.max_notional = info.min_notional, info.max_notional

    def check(self, params: OrderParams) -> tuple[Decimal, Decimal]:
        """Price and quantity of a limit order that breaks no rule; ValueError otherwise."""
        if params.order_type is not OrderType.LIMIT or params.price is None or params.quantity is None:
            raise ValueError("not a limit order")
        price, quantity = Decimal(params.price), Decimal(params.quantity)
        if not self.tradable or not self.sides[params.side]:
            raise ValueError("not traded")
        if price <= 0 or price % self.tick or quantity <= 0 or quantity % self.lot:
            raise ValueError("not on the grid")
        self._check_limits(quantity, price * quantity)
        return price, quantity

    def _check_limits(self, quantity: Decimal, notional: Decimal) -> None:
        least, most = self.min_qty, self.max_qty
        if (least is not None and quantity < least) or (most is not None and quantity > most):
            raise ValueError("quantity")
        low, high = self.min_notional, self.max_notional
        if (low is not None and notional < low) or (high is not None and notional > high):
            raise ValueError("notional")


def mexc_order(params: OrderParams, rules: Rules, name: str, secret: bytes, window: int, now_ms: int) -> bytes:
    """The signed query of POST /api/v3/order."""
    price, quantity = rules.check(params)
    query = urlencode({
        "symbol": name, "side": params.side.name, "type": _MEXC_TYPES[params.time_in_force],
        "quantity": f"{quantity.normalize():f}", "price": f"{price.normalize():f}",
        "newClientOrderId": params.client_order_id, "recvWindow": window, "timestamp": now_ms,
    })  # fmt: skip
    signature = hmac.new(secret, query.encode(), hashlib.sha256).hexdigest()
    return f"{query}&signature={signature}".encode()


def gate_order(params: OrderParams, rules: Rules, name: str, secret: bytes, now: int) -> tuple[bytes, str]:
    """Body and signature of POST /api/v4/spot/orders."""
    price, quantity = rules.check(params)
    body = json.dumps({
        "text": params.client_order_id, "currency_pair": name, "type": "limit", "account": "spot",
        "side": params.side.name.lower(), "amount": f"{quantity.normalize():f}", "price": f"{price.normalize():f}",
        "time_in_force": _GATE_TIF[params.time_in_force],
    }, separators=(",", ":")).encode()  # fmt: skip
    text = f"POST\n/api/v4/spot/orders\n\n{hashlib.sha512(body).hexdigest()}\n{now}"
    return body, hmac.new(secret, text.encode(), hashlib.sha512).hexdigest()


def futures_order(params: OrderParams, rules: Rules, name: str, secret: bytes, now: int) -> tuple[bytes, str]:
    """Body and signature of POST /api/v4/futures/usdt/orders; sold contracts are below zero."""
    price, quantity = rules.check(params)
    size = quantity if params.side is Side.BUY else -quantity
    body = json.dumps({
        "contract": name, "size": int(size), "price": f"{price.normalize():f}",
        "tif": _GATE_TIF[params.time_in_force], "text": params.client_order_id,
    }, separators=(",", ":")).encode()  # fmt: skip
    text = f"POST\n/api/v4/futures/usdt/orders\n\n{hashlib.sha512(body).hexdigest()}\n{now}"
    return body, hmac.new(secret, text.encode(), hashlib.sha512).hexdigest()
