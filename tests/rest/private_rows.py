"""Rows of both venues as the documents show them, with invented values, for scripted answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hftx.enums import OrderType, Side
from hftx.orders import OrderParams
from hftx.symbols import Symbol

from . import futures_rows as futures

ETH = Symbol("ETH/USDT")
ORDER_ID = {"mexc": "C02__700000000000000017001", "gateio": "700100200300", "gateio_futures": futures.ID}
SELL = OrderParams(ETH, Side.SELL, OrderType.LIMIT, "0.25", "3125.4", client_order_id="t-acme-17")


@dataclass(frozen=True)
class Names:
    """Endpoints of one venue by what they do."""

    place: str
    cancel: str
    order: str
    balance: str
    time: str
    withdraw: str
    gone: Any
    unknown_order: Any


NAMES = {
    "mexc": Names(
        "POST /api/v3/order",
        "DELETE /api/v3/order",
        "GET /api/v3/order",
        "GET /api/v3/account",
        "GET /api/v3/time",
        "POST /api/v3/capital/withdraw",
        {"code": -2011, "msg": "Unknown order sent."},
        {"code": -2013, "msg": "Order does not exist."},
    ),
    "gateio": Names(
        "POST /spot/orders",
        f"DELETE /spot/orders/{ORDER_ID['gateio']}",
        f"GET /spot/orders/{ORDER_ID['gateio']}",
        "GET /spot/accounts",
        "GET /spot/time",
        "POST /withdrawals",
        {"label": "ORDER_CLOSED", "message": "Order closed"},
        {"label": "ORDER_NOT_FOUND", "message": "Order not found"},
    ),
    "gateio_futures": Names(
        "POST /futures/usdt/orders",
        f"DELETE /futures/usdt/orders/{futures.ID}",
        f"GET /futures/usdt/orders/{futures.ID}",
        "GET /futures/usdt/accounts",
        "GET /spot/time",
        "POST /withdrawals",
        {"label": "ORDER_FINISHED", "message": "Order finished"},
        {"label": "ORDER_NOT_FOUND", "message": "Order not found"},
    ),
}

MEXC_PLACED = {
    "symbol": "ETHUSDT", "orderId": ORDER_ID["mexc"], "orderListId": -1, "price": "3125.4", "origQty": "0.25",
    "type": "LIMIT", "side": "SELL", "stpMode": "", "transactTime": 1767225600150,
}  # fmt: skip
MEXC_ORDER = {
    "symbol": "ETHUSDT", "orderId": ORDER_ID["mexc"], "orderListId": -1, "clientOrderId": "t-acme-17",
    "price": "3125.4", "origQty": "0.25", "executedQty": "0.10", "cummulativeQuoteQty": "312.54",
    "status": "PARTIALLY_FILLED", "timeInForce": None, "type": "LIMIT", "side": "SELL", "stopPrice": None,
    "icebergQty": None, "time": 1767225600150, "updateTime": 1767225601000, "stpMode": "",
    "cancelReason": None,
    "isWorking": True, "origQuoteOrderQty": "781.35",
}  # fmt: skip
MEXC_CANCELLED = {
    "symbol": "ETHUSDT", "orderId": ORDER_ID["mexc"], "price": "3125.4", "origQty": "0.25", "type": "LIMIT",
    "side": "SELL",
}  # fmt: skip
MEXC_TRADE = {
    "symbol": "ETHUSDT", "id": "700000000000000017X1", "orderId": ORDER_ID["mexc"], "orderListId": -1,
    "price": "3125.4", "qty": "0.10", "quoteQty": "312.54", "commission": "0.15627",
    "commissionAsset": "USDT",
    "time": 1767225601000, "isBuyer": False, "isMaker": True, "isBestMatch": True, "isSelfTrade": False,
    "clientOrderId": "t-acme-17",
}  # fmt: skip
GATE_ORDER = {
    "id": ORDER_ID["gateio"], "text": "t-acme-17", "amend_text": "-", "create_time": "1767225600",
    "update_time": "1767225601", "create_time_ms": 1767225600150, "update_time_ms": 1767225601000,
    "status": "open", "currency_pair": "ETH_USDT", "type": "limit", "account": "spot", "side": "sell",
    "amount": "0.25", "price": "3125.4", "time_in_force": "gtc", "iceberg": "0", "left": "0.25",
    "filled_amount": "0", "fill_price": "0", "filled_total": "0", "fee": "0", "fee_currency": "USDT",
    "point_fee": "0", "gt_fee": "0", "gt_discount": False, "stp_id": 0, "stp_act": "-", "finish_as": "open",
}  # fmt: skip
GATE_TRADE = {
    "id": "9100200300", "create_time": "1767225601", "create_time_ms": "1767225601018.402",
    "currency_pair": "ETH_USDT", "side": "sell", "role": "maker", "amount": "0.10", "price": "3125.4",
    "order_id": ORDER_ID["gateio"], "fee": "0.31254", "fee_currency": "USDT", "point_fee": "0", "gt_fee": "0",
    "amend_text": "-", "sequence_id": "24010555", "text": "t-acme-17", "deal": "312.54",
}  # fmt: skip
FUTURES_ORDER = futures.ORDER | {
    "contract": "ETH_USDT", "size": "-0.25", "left": "-0.25", "price": "3125.4", "text": "t-acme-17",
}  # fmt: skip
FUTURES_FILLED = FUTURES_ORDER | {
    "left": "0", "fill_price": "3125.4", "status": "finished", "finish_as": "filled", "finish_time": 1767225601,
}  # fmt: skip
PLACED: dict[str, Any] = {"mexc": MEXC_PLACED, "gateio": GATE_ORDER, "gateio_futures": FUTURES_ORDER}
FILLED: dict[str, Any] = {
    "mexc": MEXC_ORDER | {"status": "FILLED", "executedQty": "0.25", "cummulativeQuoteQty": "781.35"},
    "gateio": GATE_ORDER
    | {
        "status": "closed",
        "left": "0",
        "filled_amount": "0.25",
        "filled_total": "781.35",
        "finish_as": "filled",
    },
    "gateio_futures": FUTURES_FILLED,
}
BALANCES: dict[str, Any] = {
    "mexc": {"balances": [{"asset": "USDT", "free": "1000.5", "locked": "20", "available": "1000.5"}]},
    "gateio": [{"currency": "USDT", "available": "1000.5", "locked": "20", "update_id": 7}],
    "gateio_futures": futures.ACCOUNT | {"available": "1000.5", "position_margin": "15", "order_margin": "5"},
}
