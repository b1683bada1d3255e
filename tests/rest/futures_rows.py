"""Rows of Gate futures as the documents show them, with invented values, for scripted answers."""

from __future__ import annotations

from hftx.enums import OrderType, Side
from hftx.orders import FuturesOrderParams
from hftx.symbols import Symbol

BTC = Symbol("BTC/USDT")
ID = str(2**53 + 88001)
SELL = FuturesOrderParams(BTC, Side.SELL, OrderType.LIMIT, 25, "91300.1", client_order_id="t-mm-f-1")
ORDER = {
    "id": int(ID), "user": 40012345, "contract": "BTC_USDT", "create_time": 1767225600.512, "size": -25, "iceberg": 0,
    "left": -25, "price": "91300.1", "fill_price": "0", "mkfr": "0.0002", "tkfr": "0.0005", "tif": "gtc", "refu": 0,
    "is_reduce_only": False, "is_close": False, "is_liq": False, "text": "t-mm-f-1", "status": "open", "stp_id": 0,
    "stp_act": "-", "amend_text": "-", "biz_info": "-",
}  # fmt: skip
DONE = ORDER | {
    "left": 0, "fill_price": "91300.2", "status": "finished", "finish_as": "filled", "finish_time": 1767225601.25,
    "update_time": 1767225601.25,
}  # fmt: skip
TRADE = {
    "id": 121234231, "create_time": 1767225601.1234, "contract": "BTC_USDT", "order_id": ID, "size": "-1.5",
    "close_size": "0", "price": "91300.2", "role": "taker", "text": "t-mm-f-1", "fee": "0.0136", "point_fee": "0",
    "trade_value": "13.69", "amend_text": "-", "biz_info": "-",
}  # fmt: skip
POSITION = {
    "user": 40012345, "contract": "BTC_USDT", "size": "-9440", "leverage": "0", "cross_leverage_limit": "7",
    "risk_limit": "100", "leverage_max": "100", "maintenance_rate": "0.005", "value": "2.497143098997",
    "margin": "4.431548146258", "entry_price": "3779.55", "liq_price": "99999999", "mark_price": "3780.32",
    "unrealised_pnl": "-0.000507486844", "realised_pnl": "0.045543982432", "pnl_pnl": "0.04", "pnl_fund": "0.005",
    "pnl_fee": "0.000543982432", "history_pnl": "0", "last_close_pnl": "0", "adl_ranking": 5, "pending_orders": 16,
    "close_order": None, "mode": "single", "update_time": 1767225602, "update_id": 17, "open_time": 1767225000,
}  # fmt: skip
ACCOUNT = {
    "user": 40012345, "currency": "USDT", "total": "9707.803", "unrealised_pnl": "3371.24", "position_margin": "712.3",
    "order_margin": "20.5", "available": "8975.003", "point": "0", "bonus": "0", "in_dual_mode": False,
    "position_mode": "single", "enable_credit": True, "margin_mode": 0,
}  # fmt: skip
