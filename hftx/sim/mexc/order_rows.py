"""How MEXC writes orders, fills and balances, on REST and as protobuf bodies.

Must never know: requests, sockets.
"""

from __future__ import annotations

import hashlib
from typing import Any

from hftx.sim.accounts import BalanceChange, Ledger
from hftx.sim.exact import ZERO, minus, plain, scaled
from hftx.sim.mexc.tickets import TIFS
from hftx.sim.orders import Fill, Order

_TYPES = {tif: name for name, tif in TIFS.items()}
_TYPE_NUMBERS = {"gtc": 1, "poc": 2, "ioc": 3, "fok": 4}
_MARKET_NUMBER = 5
_STATUS_NUMBERS = {"NEW": 1, "FILLED": 2, "PARTIALLY_FILLED": 3, "CANCELED": 4, "PARTIALLY_CANCELED": 5}
_CHANGE_TYPES = {
    "place": "ENTRUST_PLACE",
    "match": "ENTRUST",
    "fee": "TRADE_FEE",
    "unfreeze": "ENTRUST_UNFROZEN",
    "cancel": "ENTRUST_CANCEL",
    "withdraw": "WITHDRAW",
    "transfer": "CONTRACT_TRANSFER",
}


def order_id(number: int) -> str:
    return f"C02__{number * 1_000_000}{number % 1000:03d}"


def trade_id(fill: Fill) -> str:
    return f"{fill.number * 1_000_000}X1"


def wire_symbol(order: Order) -> str:
    return order.symbol.replace("_", "")


def order_type(order: Order) -> str:
    return "MARKET" if order.ticket.kind == "market" else _TYPES[order.ticket.tif]


def status(order: Order) -> str:
    """NEW, PARTIALLY_FILLED, FILLED, CANCELED or PARTIALLY_CANCELED."""
    if order.state == "filled":
        return "FILLED"
    partly = "PARTIALLY_" if order.filled else ""
    return f"{partly}CANCELED" if order.state == "cancelled" else f"{partly}FILLED" if partly else "NEW"


def quantity(order: Order) -> str:
    """Base quantity; of an order given in quote what the venue made of it."""
    return plain(order.base(order.filled if order.qty is None else order.qty))


def placed_row(order: Order) -> dict[str, Any]:
    """The answer to a placing call: neither status nor fills."""
    return {
        "symbol": wire_symbol(order),
        "orderId": order.id,
        "orderListId": -1,
        "price": plain(order.price()),
        "origQty": quantity(order),
        "type": order_type(order),
        "side": "BUY" if order.is_buy else "SELL",
        "stpMode": order.ticket.tags["stpMode"],
        "transactTime": order.created_ms,
    }


def order_row(order: Order) -> dict[str, Any]:
    """One order as queries give it."""
    return {
        "symbol": wire_symbol(order),
        "orderId": order.id,
        "orderListId": -1,
        "clientOrderId": order.client_id or None,
        "price": plain(order.price()),
        "origQty": quantity(order),
        "executedQty": plain(order.base(order.filled)),
        "cummulativeQuoteQty": plain(order.spent),
        "status": status(order),
        "timeInForce": None,
        "type": order_type(order),
        "side": "BUY" if order.is_buy else "SELL",
        "stopPrice": None,
        "icebergQty": None,
        "time": order.created_ms,
        "updateTime": order.updated_ms,
        "stpMode": order.ticket.tags["stpMode"],
        "cancelReason": "stp_cancel" if order.reason == "stp" else None,
        "isWorking": order.is_open,
        "origQuoteOrderQty": plain(order.ticket.quote if order.ticket.quote is not None else _amount(order)),
    }


def cancelled_row(order: Order, client_id: str | None) -> dict[str, Any]:
    """The answer to a cancellation."""
    row = order_row(order)
    names = ("symbol", "orderId", "price", "origQty", "executedQty", "cummulativeQuoteQty", "status")
    ids = {"origClientOrderId": order.client_id or None, "clientOrderId": client_id}
    return {name: row[name] for name in names} | ids | {"type": row["type"], "side": row["side"]}


def fill_row(fill: Fill) -> dict[str, Any]:
    """One row of myTrades."""
    order = fill.order
    return {
        "symbol": wire_symbol(order),
        "id": trade_id(fill),
        "orderId": order.id,
        "orderListId": -1,
        "price": _price(fill),
        "qty": plain(order.base(fill.qty)),
        "quoteQty": plain(fill.quote),
        "commission": plain(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": fill.ts_ms,
        "isBuyer": order.is_buy,
        "isMaker": fill.is_maker,
        "isBestMatch": True,
        "isSelfTrade": fill.is_self,
        "clientOrderId": order.client_id or None,
    }


def balance_rows(ledger: Ledger) -> list[dict[str, str]]:
    """The balances of GET account, assets that are held only."""
    return [
        {"asset": asset, "free": plain(free), "locked": plain(ledger.locked[asset]), "available": plain(free)}
        for asset, free in ledger.available.items()
        if free or ledger.locked[asset]
    ]


def fill_order_body(body: Any, order: Order) -> None:
    """Fill one PrivateOrdersV3Api."""
    is_market = order.ticket.kind == "market"
    left = order.base(order.left)
    budget = order.ticket.quote if order.ticket.quote is not None else _amount(order)
    remain = minus(budget, order.spent) if is_market else order.quote((order.px or 0) * order.left)
    body.id, body.clientId = order.id, order.client_id
    body.price, body.quantity = plain(order.price()), quantity(order)
    body.amount = "0" if is_market else plain(_amount(order))
    body.avgPrice = order.average()
    body.orderType = _MARKET_NUMBER if is_market else _TYPE_NUMBERS[order.ticket.tif]
    body.tradeType = 1 if order.is_buy else 2
    body.isMaker = order.is_maker
    body.remainAmount, body.remainQuantity = plain(remain), plain(left)
    if order.last_fill:
        body.lastDealQuantity = plain(order.base(order.last_fill))
    body.cumulativeQuantity, body.cumulativeAmount = plain(order.base(order.filled)), plain(order.spent)
    body.status = _STATUS_NUMBERS[status(order)]
    body.createTime = order.created_ms


def fill_deal_body(body: Any, fill: Fill) -> None:
    """Fill one PrivateDealsV3Api."""
    order = fill.order
    body.price, body.quantity, body.amount = _price(fill), plain(order.base(fill.qty)), plain(fill.quote)
    body.tradeType = 1 if order.is_buy else 2
    body.isMaker, body.isSelfTrade = fill.is_maker, fill.is_self
    body.tradeId, body.clientOrderId, body.orderId = trade_id(fill), order.client_id, order.id
    body.feeAmount, body.feeCurrency, body.time = plain(fill.fee), fill.fee_asset, fill.ts_ms


def fill_account_body(body: Any, change: BalanceChange) -> None:
    """Fill one PrivateAccountV3Api."""
    body.vcoinName = change.asset
    body.coinId = hashlib.md5(change.asset.encode(), usedforsecurity=False).hexdigest()
    body.balanceAmount, body.balanceAmountChange = plain(change.available), plain(change.available_change)
    body.frozenAmount, body.frozenAmountChange = plain(change.locked), plain(change.locked_change)
    body.type = _CHANGE_TYPES[change.why]
    body.time = change.ts_ms


def _amount(order: Order) -> Any:
    return order.quote((order.px or 0) * order.qty) if order.qty else ZERO


def _price(fill: Fill) -> str:
    return plain(scaled(fill.px, fill.order.market.listing.price_digits))
