"""How Gate futures writes orders and fills, on REST and in pushes ("API v4", "Futures WebSocket v4").

REST has prices as text, the pushes of orders as numbers; neither ever passes through a float.
Must never know: requests, sockets.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hftx.sim.exact import ZERO, plain
from hftx.sim.gateio.order_rows import STP_ACTS
from hftx.sim.gateio_futures.positions import ratio
from hftx.sim.gateio_futures.records import FuturesFill, FuturesOrder
from hftx.sim.gateio_futures.spelling import size_value

_ACTS = {mode: act for act, mode in STP_ACTS.items()}
_BRIEF = ("id", "text", "amend_text")
_FEES = ("mkfr", "tkfr", "refu", "refr")


def text_of(order: FuturesOrder) -> str:
    """The client's text, or where the order came from."""
    return order.client_id or str(order.ticket.tags.get("text", ""))


def fill_price(order: FuturesOrder) -> Decimal:
    """The average price of an order's fills, 0 before the first."""
    return ratio(order.traded, order.contract.size(order.filled)) if order.filled else ZERO


def price_of(order: FuturesOrder) -> Decimal:
    """The price that the client gave, 0 for a market order."""
    return ZERO if order.terms.at_market else order.limit()


def sizes(order: FuturesOrder, as_text: bool, zero_close: bool) -> dict[str, Any]:
    """Size, what is left of it and what an iceberg shows; ``zero_close``: a close order has size 0."""
    digits, size = order.contract.qty_digits, order.sign * (order.qty or 0)
    return {
        "size": size_value(0 if zero_close and order.terms.closes else size, digits, as_text),
        "left": size_value(order.sign * order.left, digits, as_text),
        "iceberg": size_value(order.ticket.shown, digits, as_text),
    }


def order_row(order: FuturesOrder, as_text: bool, zero_close: bool) -> dict[str, Any]:
    """One order as REST and the WebSocket API give it."""
    ticket = order.terms
    row: dict[str, Any] = {
        "id": int(order.id),
        "id_string": order.id,
        "user": order.ledger.uid,
        "contract": order.symbol,
        "create_time": order.created_ms / 1000,
        "update_time": order.updated_ms / 1000,
    }
    if not order.is_open:
        row |= {"finish_time": order.updated_ms / 1000, "finish_as": order.reason}
    row |= {"status": "open" if order.is_open else "finished"}
    row |= sizes(order, as_text, zero_close)
    return row | {
        "price": plain(price_of(order)),
        "fill_price": plain(fill_price(order)),
        "mkfr": plain(order.maker_rate),
        "tkfr": plain(order.taker_rate),
        "tif": ticket.tif,
        "refu": 0,
        "refr": "0",
        "is_reduce_only": ticket.reduces,
        "is_close": ticket.closes,
        "is_liq": ticket.is_liquidation,
        "text": text_of(order),
        "stp_id": order.ledger.account.stp_group,
        "stp_act": _ACTS.get(ticket.stp, "-"),
        "amend_text": order.amend_text,
        "biz_info": "-",
        "pnl": plain(order.pnl),
        "pnl_margin": "0",
        "update_id": order.update_id,
        "market_order_slip_ratio": str(ticket.tags.get("slip") or "0"),
    }


def reply_row(order: FuturesOrder, mode: str, as_text: bool, zero_close: bool) -> dict[str, Any]:
    """The order as its ``action_mode`` asks for: ACK, RESULT or FULL."""
    row = order_row(order, as_text, zero_close)
    if mode == "ACK":
        return {name: row[name] for name in _BRIEF}
    if mode == "RESULT":
        return {name: value for name, value in row.items() if name not in _FEES}
    return row


def order_push(order: FuturesOrder, event: str, as_text: bool, zero_close: bool) -> dict[str, Any]:
    """The order as futures.orders pushes it; a new one has finish_as _new and the time of its creation as its end."""
    ticket = order.terms
    ended_ms = order.created_ms if order.is_open else order.updated_ms
    told = {"put": "_new", "update": "_update"}.get(event, order.reason)
    row: dict[str, Any] = {
        "id": int(order.id),
        "id_string": order.id,
        "user": str(order.ledger.uid),
        "contract": order.symbol,
        "create_time": order.created_ms // 1000,
        "create_time_ms": order.created_ms,
        "finish_time": ended_ms // 1000,
        "finish_time_ms": ended_ms,
        "finish_as": told if order.is_open else order.reason,
        "status": "open" if order.is_open else "finished",
    }
    row |= sizes(order, as_text, zero_close)
    return row | {
        "price": price_of(order),
        "fill_price": fill_price(order),
        "tif": ticket.tif,
        "mkfr": order.maker_rate,
        "tkfr": order.taker_rate,
        "refu": 0,
        "refr": 0,
        "is_close": ticket.closes,
        "is_liq": ticket.is_liquidation,
        "is_reduce_only": ticket.reduces,
        "text": text_of(order),
        "stp_id": str(order.ledger.account.stp_group),
        "stp_act": _ACTS.get(ticket.stp, "-"),
        "amend_text": order.amend_text,
        "biz_info": "-",
        "update_id": order.update_id,
        "update_time": order.updated_ms,
        "stop_loss_price": "",
        "stop_profit_price": "",
        "market_order_slip_ratio": str(ticket.tags.get("slip") or "0"),
    }


def _close_size(fill: FuturesFill) -> int:
    """How much of a fill closed, with its sign."""
    return fill.order.sign * fill.closed


def fill_push(fill: FuturesFill, as_text: bool) -> dict[str, Any]:
    """One fill as futures.usertrades pushes it; close_size is text even where size is a number."""
    order = fill.order
    digits = order.contract.qty_digits
    return {
        "id": str(fill.trade_id),
        "create_time": fill.ts_ms // 1000,
        "create_time_ms": fill.ts_ms,
        "contract": order.symbol,
        "order_id": order.id,
        "size": size_value(order.sign * fill.lots, digits, as_text),
        "price": plain(fill.price),
        "role": "maker" if fill.is_maker else "taker",
        "text": text_of(order),
        "fee": fill.fee,
        "point_fee": 0,
        "close_size": str(size_value(_close_size(fill), digits, as_text)),
        "amend_text": order.amend_text,
        "biz_info": "-",
    }


def trade_row(fill: FuturesFill, as_text: bool) -> dict[str, Any]:
    """One row of GET /futures/usdt/my_trades."""
    order = fill.order
    digits = order.contract.qty_digits
    return {
        "id": fill.trade_id,
        "create_time": fill.ts_ms / 1000,
        "contract": order.symbol,
        "order_id": order.id,
        "size": size_value(order.sign * fill.lots, digits, as_text),
        "close_size": size_value(_close_size(fill), digits, as_text),
        "price": plain(fill.price),
        "role": "maker" if fill.is_maker else "taker",
        "text": text_of(order),
        "fee": plain(fill.fee),
        "point_fee": "0",
        "trade_value": plain(fill.notional),
        "amend_text": order.amend_text,
        "biz_info": "-",
    }


def timerange_row(fill: FuturesFill, as_text: bool) -> dict[str, Any]:
    """One row of GET /futures/usdt/my_trades_timerange, which spells the id otherwise."""
    row = {"trade_id": str(fill.trade_id)} | trade_row(fill, as_text)
    del row["id"]
    row["close_size"] = size_value(_close_size(fill), fill.order.contract.qty_digits, False)
    return row
