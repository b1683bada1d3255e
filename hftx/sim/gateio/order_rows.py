"""How Gate writes orders, fills and balances, on REST and WebSocket.

Must never know: requests, sockets.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hftx.sim.accounts import BalanceChange, Ledger
from hftx.sim.exact import ZERO, minus, plain, plus, scaled
from hftx.sim.orders import Fill, Order

STP_ACTS = {"cn": "taker", "co": "maker", "cb": "both"}
_STATUS = {"open": "open", "filled": "closed", "cancelled": "cancelled"}
_FEE_FIELDS = (
    "fee", "fee_currency", "point_fee", "gt_fee", "gt_maker_fee", "gt_taker_fee", "gt_discount",
    "rebated_fee", "rebated_fee_currency",
)  # fmt: skip
_CHANGE_TYPES = {
    "place": "order-create",
    "match": "order-match",
    "fee": "trade-fee-deduct",
    "transfer": "spot-transfer",
    "withdraw": "withdraw",
}
_WIDE = 20


def order_row(order: Order) -> dict[str, Any]:
    """One order as REST gives it in full."""
    listing, ticket = order.market.listing, order.ticket
    amount = ticket.quote if ticket.quote is not None else order.base(order.qty or 0)
    left = minus(ticket.quote, order.spent) if ticket.quote is not None else order.base(order.left)
    text = ticket.client_id or str(ticket.tags.get("text", ""))
    acts = {mode: act for act, mode in STP_ACTS.items()}
    row: dict[str, Any] = {
        "id": order.id,
        "text": text,
        "amend_text": order.amend_text,
        "create_time": str(order.created_ms // 1000),
        "update_time": str(order.updated_ms // 1000),
        "create_time_ms": order.created_ms,
        "update_time_ms": order.updated_ms,
        "status": _STATUS[order.state],
        "currency_pair": order.symbol,
        "type": ticket.kind,
        "account": "spot",
        "side": "buy" if order.is_buy else "sell",
        "amount": plain(amount),
        "price": plain(order.price()) if ticket.kind == "limit" else "0",
        "time_in_force": ticket.tif,
        "iceberg": "0",
        "left": plain(left),
        "filled_amount": plain(order.base(order.filled)),
        "fill_price": plain(order.spent),
        "filled_total": plain(order.spent),
        "avg_deal_price": order.average(),
        "fee": plain(order.fee),
        "fee_currency": order.fee_asset,
        "point_fee": "0",
        "gt_fee": "0",
        "gt_maker_fee": "0",
        "gt_taker_fee": "0",
        "gt_discount": False,
        "rebated_fee": "0",
        "rebated_fee_currency": listing.quote if order.is_buy else listing.base,
        "stp_id": order.ledger.account.stp_group,
        "stp_act": acts.get(ticket.stp, "-"),
        "finish_as": "depth_not_enough" if order.reason == "depth" else order.reason,
    }
    if ticket.kind == "market":
        row["slippage"] = str(ticket.tags.get("slippage", "0"))
    return row


def reply_row(order: Order, mode: str) -> dict[str, Any]:
    """The order as its ``action_mode`` asks for: ACK, RESULT or FULL."""
    row = order_row(order)
    if mode == "ACK":
        return {name: row[name] for name in ("id", "text", "amend_text")}
    if mode == "RESULT":
        return {name: value for name, value in row.items() if name not in _FEE_FIELDS}
    return row


def order_push(order: Order, event: str) -> dict[str, Any]:
    """The order as spot.orders pushes it: no status, and times as text."""
    row = order_row(order)
    for name in ("status", "iceberg", "fill_price", "gt_maker_fee", "gt_taker_fee"):
        del row[name]
    for name in ("create_time_ms", "update_time_ms"):
        row[name] = str(row[name])
    return row | {"user": order.ledger.uid, "event": event, "biz_info": "-"}


def without_fees(row: dict[str, Any]) -> dict[str, Any]:
    """The same for the channels that end in _v2."""
    dropped = {"fee", "point_fee", "gt_fee", "rebated_fee"} | ({"fee_currency"} if "role" in row else set())
    return {name: value for name, value in row.items() if name not in dropped}


def _fill_fields(fill: Fill) -> dict[str, Any]:
    order = fill.order
    return {
        "currency_pair": order.symbol,
        "create_time_ms": f"{fill.ts_ms}.{fill.market_seq % 1000:03d}",
        "side": "buy" if order.is_buy else "sell",
        "amount": plain(order.base(fill.qty)),
        "role": "maker" if fill.is_maker else "taker",
        "price": plain(scaled(fill.px, order.market.listing.price_digits)),
        "order_id": order.id,
        "fee": plain(fill.fee),
        "fee_currency": fill.fee_asset,
        "point_fee": "0",
        "gt_fee": "0",
        "text": order.ticket.client_id or str(order.ticket.tags.get("text", "")),
        "amend_text": order.amend_text,
    }


def fill_push(fill: Fill) -> dict[str, Any]:
    """One fill as spot.usertrades pushes it."""
    fixed = {"id": fill.book_id, "id_market": fill.market_seq, "user_id": fill.order.ledger.uid}
    return fixed | {"create_time": fill.ts_ms // 1000} | _fill_fields(fill) | {"biz_info": "-"}


def fill_row(fill: Fill) -> dict[str, Any]:
    """One row of GET /spot/my_trades."""
    row = {"id": str(fill.book_id), "create_time": str(fill.ts_ms // 1000)} | _fill_fields(fill)
    return row | {"sequence_id": str(fill.market_seq), "deal": plain(fill.quote)}


def balance_push(ledger: Ledger, change: BalanceChange) -> dict[str, str]:
    """One change as spot.balances pushes it."""
    return {
        "timestamp": str(change.ts_ms // 1000),
        "timestamp_ms": str(change.ts_ms),
        "user": str(ledger.uid),
        "currency": change.asset,
        "change": _wide(plus(change.available_change, change.locked_change)),
        "total": _wide(plus(change.available, change.locked)),
        "available": _wide(change.available),
        "freeze": _wide(change.locked),
        "freeze_change": _wide(change.locked_change),
        "change_type": _CHANGE_TYPES.get(change.why, "order-update"),
    }


def account_row(ledger: Ledger, asset: str) -> dict[str, Any]:
    """One row of GET /spot/accounts."""
    return {
        "currency": asset,
        "available": plain(ledger.free(asset)),
        "locked": plain(ledger.locked.get(asset, ZERO)),
        "update_id": ledger.update_id(asset),
    }


def book_row(change: BalanceChange) -> dict[str, Any]:
    """One row of GET /spot/account_book."""
    return {
        "id": str(change.update_id),
        "time": change.ts_ms,
        "currency": change.asset,
        "change": plain(plus(change.available_change, change.locked_change)),
        "balance": plain(plus(change.available, change.locked)),
        "type": _CHANGE_TYPES.get(change.why, "order-update"),
        "code": "",
        "text": "",
    }


def _wide(value: Decimal) -> str:
    """With the decimals padded to 20 places, as the venue pushes balances."""
    whole, _, part = plain(value).partition(".")
    return f"{whole}.{part:0<{_WIDE}}"
