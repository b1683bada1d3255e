"""How Gate futures writes accounts, positions and what happens to them, on REST and in pushes.

Must never know: requests, sockets.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hftx.sim.exact import ZERO, plain, plus
from hftx.sim.gateio_futures.accounts import SETTLE, FuturesAccount
from hftx.sim.gateio_futures.positions import Closing, Position
from hftx.sim.gateio_futures.records import Deleverage, Entry, Liquidation, RiskCut
from hftx.sim.gateio_futures.spelling import size_value

_RANK = 5  # of the queue of deleveraging: last


def account_row(account: FuturesAccount) -> dict[str, Any]:
    """GET /futures/usdt/accounts."""
    margins = account.margins()
    amounts = {
        "total": margins.total,
        "unrealised_pnl": margins.unrealised,
        "position_margin": plus(margins.isolated, margins.cross),
        "order_margin": margins.orders,
        "available": max(ZERO, margins.available),
        "point": ZERO,
        "bonus": ZERO,
        "position_initial_margin": plus(margins.isolated, margins.cross),
        "maintenance_margin": margins.maintenance,
        "cross_order_margin": ZERO,
        "cross_initial_margin": margins.cross,
        "cross_maintenance_margin": margins.cross_maintenance,
        "cross_unrealised_pnl": margins.cross_unrealised,
        "cross_available": max(ZERO, margins.available),
        "cross_margin_balance": margins.cross_equity,
        "cross_mmr": ZERO,
        "cross_imr": ZERO,
        "isolated_position_margin": margins.isolated,
        "position_voucher_total": ZERO,
    }
    history = dict.fromkeys(("point_dnw", "point_fee", "point_refr", "bonus_dnw", "bonus_offset"), ZERO)
    return {
        "user": account.ledger.uid,
        "currency": SETTLE,
        **{name: plain(amount) for name, amount in amounts.items()},
        "in_dual_mode": account.is_dual,
        "position_mode": "dual" if account.is_dual else "single",
        "enable_credit": False,
        "enable_evolved_classic": False,
        "enable_new_dual_mode": True,
        "enable_tiered_mm": True,
        "enable_dual_plus": False,
        "margin_mode": 0,
        "history": {name: plain(amount) for name, amount in (account.history | history).items()},
    }


def entry_row(entry: Entry) -> dict[str, Any]:
    """One row of GET /futures/usdt/account_book."""
    return {
        "time": entry.ts_ms / 1000,
        "change": plain(entry.change),
        "balance": plain(entry.balance),
        "type": entry.kind,
        "text": entry.text,
        "contract": entry.contract,
        "trade_id": entry.trade_id,
        "id": str(entry.number),
    }


def entry_push(account: FuturesAccount, entry: Entry) -> dict[str, Any]:
    """One change as futures.balances pushes it."""
    return {
        "balance": entry.balance,
        "change": entry.change,
        "text": entry.text,
        "time": entry.ts_ms // 1000,
        "time_ms": entry.ts_ms,
        "type": entry.kind,
        "user": str(account.ledger.uid),
        "currency": SETTLE.lower(),
    }


def position_row(account: FuturesAccount, position: Position, as_text: bool) -> dict[str, Any]:
    """One position as REST gives it."""
    contract = position.contract
    mark = account.mark(contract.symbol)
    value = position.value(mark)
    tier, liquidated_at = position.tier(value), position.liquidated_at(account.backing(position), mark)
    pending = sum(order.terms.mode == position.mode for order in account.open_orders(contract))
    amounts = _figures(position) | {
        "value": value,
        "margin": position.margin,
        "initial_margin": position.initial(position.cost),
        "maintenance_margin": position.maintenance(mark),
        "mark_price": mark,
        "liq_price": liquidated_at,
        "unrealised_pnl": position.unrealised(mark),
        "pnl_pnl": position.pnl_pnl,
        "pnl_fund": position.pnl_fund,
        "pnl_fee": position.pnl_fee,
        "average_maintenance_rate": tier.maintenance_rate,
    }
    return {
        "user": account.ledger.uid,
        "contract": contract.symbol,
        "size": size_value(position.lots, contract.qty_digits, as_text),
        **{name: plain(amount) for name, amount in amounts.items()},
        "pos_margin_mode": "cross" if position.is_cross else "isolated",
        "lever": plain(position.lever),
        "adl_ranking": _RANK,
        "pending_orders": pending,
        "close_order": _close_order(account, position),
        "mode": position.mode,
        "update_time": position.updated_ms // 1000,
        "open_time": position.opened_ms // 1000 if position.lots else 0,
        "update_id": position.update_id,
        "risk_limit_table": "",
        "pid": 0,
    }


def position_push(account: FuturesAccount, position: Position, as_text: bool) -> dict[str, Any]:
    """One position as futures.positions pushes it: prices and amounts are numbers."""
    mark = account.mark(position.contract.symbol)
    return {
        "contract": position.contract.symbol,
        "size": size_value(position.lots, position.contract.qty_digits, as_text),
        **_figures(position),
        "margin": position.margin,
        "liq_price": position.liquidated_at(account.backing(position), mark),
        "mode": position.mode,
        "pos_margin_mode": "cross" if position.is_cross else "isolated",
        "lever": plain(position.lever),
        "time": position.updated_ms // 1000,
        "time_ms": position.updated_ms,
        "user": str(account.ledger.uid),
        "update_id": position.update_id,
    }


def _figures(position: Position) -> dict[str, Decimal]:
    """What REST and pushes have in common."""
    tier = position.tier(position.risk_limit)
    return {
        "leverage": position.leverage,
        "cross_leverage_limit": position.cross_leverage if position.is_cross else ZERO,
        "leverage_max": Decimal(tier.leverage_max),
        "risk_limit": position.risk_limit,
        "maintenance_rate": tier.maintenance_rate,
        "entry_price": position.entry,
        "realised_pnl": position.realised,
        "realised_point": ZERO,
        "history_pnl": position.history_pnl,
        "history_point": ZERO,
        "last_close_pnl": position.last_close_pnl,
    }


def _close_order(account: FuturesAccount, position: Position) -> dict[str, Any] | None:
    for order in account.open_orders(position.contract):
        if order.terms.closes and order.terms.mode == position.mode:
            return {"id": int(order.id), "price": plain(order.limit()), "is_liq": False}
    return None


def closing_row(closing: Closing) -> dict[str, Any]:
    """One row of GET /futures/usdt/position_close."""
    long_price, short_price = (
        (closing.entry, closing.exit) if closing.was_long else (closing.exit, closing.entry)
    )
    digits = closing.contract.qty_digits
    return {
        "time": closing.closed_ms / 1000,
        "contract": closing.contract.symbol,
        "side": "long" if closing.was_long else "short",
        "pnl": plain(closing.pnl),
        "pnl_pnl": plain(closing.pnl_pnl),
        "pnl_fund": plain(closing.pnl_fund),
        "pnl_fee": plain(closing.pnl_fee),
        "text": closing.text,
        "max_size": str(size_value(closing.most_lots, digits, True)),
        "accum_size": str(size_value(closing.closed_lots, digits, True)),
        "first_open_time": closing.opened_ms // 1000,
        "long_price": plain(long_price),
        "short_price": plain(short_price),
    }


def closing_push(closing: Closing, account: FuturesAccount) -> dict[str, Any]:
    """The same as futures.position_closes pushes it."""
    return {
        "contract": closing.contract.symbol,
        "pnl": closing.pnl,
        "side": "long" if closing.was_long else "short",
        "text": closing.text,
        "time": closing.closed_ms // 1000,
        "time_ms": closing.closed_ms,
        "user": str(account.ledger.uid),
    }


def liquidation_push(event: Liquidation, account: FuturesAccount, as_text: bool) -> dict[str, Any]:
    """A liquidation as futures.liquidates pushes it; its size is that of the position."""
    digits = event.contract.qty_digits
    return {
        "entry_price": event.entry,
        "fill_price": event.price,
        "leverage": event.leverage,
        "liq_price": event.liquidated_at,
        "margin": event.margin,
        "mark_price": event.mark,
        "order_id": int(event.order_id),
        "order_price": event.price,
        "left": size_value(0, digits, as_text),
        "size": size_value(-event.lots, digits, as_text),
        "time": event.ts_ms // 1000,
        "time_ms": event.ts_ms,
        "user": str(account.ledger.uid),
        "contract": event.contract.symbol,
    }


def liquidation_row(event: Liquidation, as_text: bool) -> dict[str, Any]:
    """One row of GET /futures/usdt/liquidates."""
    digits = event.contract.qty_digits
    prices = {
        "leverage": event.leverage, "margin": event.margin, "entry_price": event.entry,
        "liq_price": event.liquidated_at, "mark_price": event.mark, "order_price": event.price,
        "fill_price": event.price,
    }  # fmt: skip
    return {
        "time": event.ts_ms // 1000,
        "contract": event.contract.symbol,
        "size": size_value(-event.lots, digits, as_text),
        "order_id": int(event.order_id),
        "left": size_value(0, digits, as_text),
        **{name: plain(amount) for name, amount in prices.items()},
    }


def risk_cut_push(cut: RiskCut, account: FuturesAccount) -> dict[str, Any]:
    """A lowered risk limit as futures.reduce_risk_limits pushes it."""
    tier = cut.position.tier(cut.position.risk_limit)
    return {
        "cancel_orders": cut.cancelled,
        "contract": cut.position.contract.symbol,
        "leverage_max": tier.leverage_max,
        "liq_price": cut.liquidated_at,
        "maintenance_rate": tier.maintenance_rate,
        "risk_limit": int(cut.position.risk_limit),
        "time": cut.ts_ms // 1000,
        "time_ms": cut.ts_ms,
        "user": str(account.ledger.uid),
    }


def deleverage_row(event: Deleverage, as_text: bool, exact: bool) -> dict[str, Any]:
    """One row of GET /futures/usdt/auto_deleverages; ``exact``: prices are numbers, as in pushes."""
    digits = event.contract.qty_digits
    prices: dict[str, Any] = {"entry_price": event.entry, "fill_price": event.price}
    return {
        "time": event.ts_ms // 1000,
        "contract": event.contract.symbol,
        **(prices if exact else {name: plain(price) for name, price in prices.items()}),
        "position_size": size_value(event.left, digits, as_text),
        "trade_size": size_value(event.lots, digits, as_text),
    }


def deleverage_push(event: Deleverage, account: FuturesAccount, as_text: bool) -> dict[str, Any]:
    """A deleveraging as futures.auto_deleverages pushes it."""
    row = deleverage_row(event, as_text, True)
    return row | {"time_ms": event.ts_ms, "user": str(account.ledger.uid)}
