"""What the venue itself holds to be true of an account, in plain words, for tests and reconciliations.

Must never know: requests, how a venue spells anything but its order ids.
"""

from __future__ import annotations

from typing import Any

from hftx.sim.accounts import Ledger
from hftx.sim.exact import plain, plus, scaled
from hftx.sim.orders import Fill, Order


def account_view(ledger: Ledger) -> dict[str, Any]:
    """Balances, open orders, all orders and all fills of an account; money is exact decimal text."""
    return {
        "key": ledger.account.key,
        "uid": ledger.uid,
        "maker_fee": plain(ledger.maker_fee),
        "taker_fee": plain(ledger.taker_fee),
        "balances": {
            asset: {
                "available": plain(free),
                "locked": plain(ledger.locked[asset]),
                "total": plain(plus(free, ledger.locked[asset])),
            }
            for asset, free in ledger.available.items()
        },
        "open_orders": [order_view(order) for order in ledger.open.values()],
        "orders": [order_view(order) for order in ledger.orders.values()],
        "fills": [fill_view(fill) for fill in ledger.fills],
    }


def order_view(order: Order) -> dict[str, Any]:
    """One order. ``status`` is open, filled or cancelled, ``reason`` how it ended."""
    quote = order.ticket.quote
    return {
        "order_id": order.id,
        "client_order_id": order.client_id or None,
        "symbol": order.symbol,
        "side": "buy" if order.is_buy else "sell",
        "type": order.ticket.kind,
        "time_in_force": order.ticket.tif,
        "status": order.state,
        "reason": order.reason,
        "price": plain(order.price()),
        "quantity": None if order.qty is None else plain(order.base(order.qty)),
        "quote_quantity": None if quote is None else plain(quote),
        "filled_quantity": plain(order.base(order.filled)),
        "filled_quote": plain(order.spent),
        "frozen": plain(order.frozen),
        "fee": plain(order.fee),
        "fee_asset": order.fee_asset,
        "created_ms": order.created_ms,
        "updated_ms": order.updated_ms,
    }


def fill_view(fill: Fill) -> dict[str, Any]:
    """One fill; ``trade`` is unique at the venue, a self-trade has two fills with one number."""
    order = fill.order
    digits = order.market.listing.price_digits
    return {
        "trade": fill.number,
        "book_id": fill.book_id,
        "order_id": order.id,
        "client_order_id": order.client_id or None,
        "symbol": order.symbol,
        "side": "buy" if order.is_buy else "sell",
        "price": plain(scaled(fill.px, digits)),
        "quantity": plain(order.base(fill.qty)),
        "quote": plain(fill.quote),
        "fee": plain(fill.fee),
        "fee_asset": fill.fee_asset,
        "is_maker": fill.is_maker,
        "ts_ms": fill.ts_ms,
    }
