"""What the futures venue itself holds to be true of an account, in plain words, for tests and reconciliations.

Must never know: requests, how the venue spells anything but its order ids.
"""

from __future__ import annotations

from typing import Any

from hftx.sim.exact import plain, plus
from hftx.sim.gateio_futures.accounts import SETTLE, FuturesAccount
from hftx.sim.gateio_futures.order_rows import fill_price, price_of
from hftx.sim.gateio_futures.positions import Position
from hftx.sim.gateio_futures.records import FuturesFill, FuturesOrder


def account_view(account: FuturesAccount) -> dict[str, Any]:
    """Money, positions, open orders, all orders and all fills; numbers are exact decimal text, sizes contracts."""
    ledger, margins = account.ledger, account.margins()
    orders = [order for order in ledger.orders.values() if isinstance(order, FuturesOrder)]
    return {
        "key": ledger.account.key,
        "uid": ledger.uid,
        "is_open": account.is_open,
        "position_mode": "dual" if account.is_dual else "single",
        "spot": {asset: plain(free) for asset, free in ledger.available.items()},
        "balances": {
            SETTLE: {
                "total": plain(margins.total),
                "available": plain(margins.available),
                "locked": plain(plus(margins.orders, plus(margins.isolated, margins.cross))),
                "order_margin": plain(margins.orders),
                "position_margin": plain(plus(margins.isolated, margins.cross)),
                "unrealised_pnl": plain(margins.unrealised),
                **{kind: plain(amount) for kind, amount in account.history.items()},
            }
        },
        "positions": [position_view(account, position) for position in account.positions.values()],
        "open_orders": [order_view(order) for order in account.open_orders()],
        "orders": [order_view(order) for order in orders],
        "fills": [fill_view(fill) for fill in account.fills],
    }


def position_view(account: FuturesAccount, position: Position) -> dict[str, Any]:
    """One position; ``size`` is signed, ``leverage`` 0 is cross."""
    mark = account.mark(position.contract.symbol)
    return {
        "contract": position.contract.symbol,
        "mode": position.mode,
        "size": plain(position.size),
        "entry_price": plain(position.entry),
        "leverage": plain(position.leverage),
        "margin": plain(position.margin),
        "unrealised_pnl": plain(position.unrealised(mark)),
        "realised_pnl": plain(position.realised),
        "history_pnl": plain(position.history_pnl),
        "liquidation_price": plain(position.liquidated_at(account.backing(position), mark)),
        "update_id": position.update_id,
    }


def order_view(order: FuturesOrder) -> dict[str, Any]:
    """One order. ``status`` is open, filled or cancelled, ``reason`` how it ended; sizes are without sign."""
    contract = order.contract
    return {
        "order_id": order.id,
        "client_order_id": order.client_id or None,
        "symbol": order.symbol,
        "side": "buy" if order.is_buy else "sell",
        "time_in_force": order.terms.tif,
        "mode": order.terms.mode,
        "reduce_only": order.terms.reduces,
        "is_close": order.terms.closes,
        "is_liquidation": order.terms.is_liquidation,
        "status": order.state,
        "reason": order.reason,
        "price": plain(price_of(order)),
        "quantity": plain(contract.size(order.qty or 0)),
        "filled_quantity": plain(contract.size(order.filled)),
        "filled_quote": plain(order.traded),
        "notional": plain(order.spent),
        "fill_price": plain(fill_price(order)),
        "fee": plain(order.fee),
        "pnl": plain(order.pnl),
        "created_ms": order.created_ms,
        "updated_ms": order.updated_ms,
    }


def fill_view(fill: FuturesFill) -> dict[str, Any]:
    """One fill; ``close_quantity`` is how much of it closed a position."""
    order = fill.order
    return {
        "trade": fill.trade_id,
        "order_id": order.id,
        "client_order_id": order.client_id or None,
        "symbol": order.symbol,
        "side": "buy" if order.is_buy else "sell",
        "price": plain(fill.price),
        "quantity": plain(order.contract.size(fill.lots)),
        "close_quantity": plain(order.contract.size(fill.closed)),
        "notional": plain(fill.notional),
        "fee": plain(fill.fee),
        "is_maker": fill.is_maker,
        "ts_ms": fill.ts_ms,
    }
