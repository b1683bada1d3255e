"""Rows of Gate futures' REST lists: contracts, trades, bars, liquidations, risk tiers.

Must never know: requests, limits, sockets.
"""

from __future__ import annotations

from typing import Any

from hftx.sim.candles import Bar
from hftx.sim.exact import plain, scaled
from hftx.sim.gateio_futures.contracts import Contract, RiskTier
from hftx.sim.gateio_futures.marks import Marks
from hftx.sim.gateio_futures.spelling import ContractSpelling, Series, bar_prices, size_value
from hftx.sim.gateio_futures.streams import Liquidation
from hftx.sim.gateio_futures.tickers import open_interest
from hftx.sim.market import Market, Trade
from hftx.sim.venue import wall_ms

_CREATED_S = 1_600_000_000


def contract_row(market: Market, contract: Contract, marks: Marks, as_text: bool) -> dict[str, Any]:
    """One row of GET /futures/usdt/contracts."""
    name, digits = contract.symbol, contract.qty_digits
    rate, day = plain(marks.funding_rate(name)), market.stats.day(wall_ms())
    last = market.trades[-1].seq if market.trades else 0
    return _terms(contract, as_text) | {
        "mark_price": plain(marks.mark_price(name)),
        "index_price": plain(marks.index_price(name)),
        "last_price": plain(contract.price(market.last_px)),
        "funding_rate": rate,
        "funding_rate_indicative": rate,
        "funding_interval": marks.interval_s,
        "funding_next_apply": marks.next_funding_s,
        "funding_offset": 0,
        "trade_size": size_value(day.base if day else 0, digits, as_text),
        "position_size": size_value(open_interest(market), digits, as_text),
        "orderbook_id": market.id,
        "trade_id": last,
        "long_users": 1200,
        "short_users": 1100,
    }


def _terms(contract: Contract, as_text: bool) -> dict[str, Any]:
    """What of a contract does not move."""
    digits, first = contract.qty_digits, contract.risk_tiers[0]
    return {
        "name": contract.symbol,
        "type": "direct",
        "contract_type": "",
        "quanto_multiplier": plain(contract.multiplier),
        "status": contract.status,
        "order_price_round": plain(contract.tick),
        "mark_price_round": plain(scaled(1, contract.mark_digits)),
        "order_size_min": size_value(contract.least_lots, digits, as_text),
        "order_size_max": size_value(contract.most_lots, digits, as_text),
        "enable_decimal": contract.takes_decimals,
        "market_order_size_max": size_value(0, digits, as_text),
        "market_order_slip_ratio": plain(contract.slip),
        "order_price_deviate": plain(contract.deviation),
        "orders_limit": contract.orders_limit,
        "leverage_min": "1",
        "leverage_max": str(contract.leverage_max),
        "cross_leverage_default": "10",
        "maintenance_rate": plain(contract.maintenance_rate),
        "risk_limit_base": plain(first.risk_limit),
        "risk_limit_step": plain(first.risk_limit),
        "risk_limit_max": plain(contract.risk_tiers[-1].risk_limit),
        "mark_type": "index",
        "maker_fee_rate": plain(contract.maker_fee),
        "taker_fee_rate": plain(contract.taker_fee),
        "funding_cap_ratio": "0.75",
        "funding_rate_limit": "0.0075",
        "funding_impact_value": "60000",
        "interest_rate": "0.0003",
        "ref_discount_rate": "0",
        "ref_rebate_rate": "0.2",
        "config_change_time": _CREATED_S,
        "create_time": _CREATED_S,
        "launch_time": _CREATED_S,
        "delisting_time": 0,
        "delisted_time": 0,
        "in_delisting": contract.status == "delisting",
        "enable_bonus": True,
        "enable_credit": True,
        "enable_circuit_breaker": False,
        "is_pre_market": False,
    }


def trade_row(trade: Trade, is_internal: bool, spell: ContractSpelling, as_text: bool) -> dict[str, Any]:
    """One row of GET /futures/usdt/trades; both times are seconds."""
    row = {
        "id": trade.seq,
        "create_time": trade.ts_ms // 1000,
        "create_time_ms": trade.ts_ms / 1000,
        "contract": spell.contract.symbol,
        "size": spell.size(trade.qty if trade.taker_buys else -trade.qty, as_text),
        "price": spell.px(trade.px),
    }
    return row | {"is_internal": True} if is_internal else row


def candle_row(bar: Bar, shown: Series, spell: ContractSpelling, as_text: bool) -> dict[str, Any]:
    """One row of GET /futures/usdt/candlesticks."""
    volume = {"v": spell.size(bar.base, as_text)} if shown.has_volume else {}
    return {
        "t": bar.start_s,
        **volume,
        **bar_prices(bar, shown.px),
        "sum": plain(spell.contract.value(bar.quote)),
    }


def liquidation_row(liquidation: Liquidation, spell: ContractSpelling, as_text: bool) -> dict[str, Any]:
    """One row of GET /futures/usdt/liq_orders."""
    size, px = spell.size(liquidation.lots, as_text), spell.px(liquidation.px)
    return {
        "time": liquidation.ts_ms // 1000,
        "contract": liquidation.contract,
        "size": spell.size(-liquidation.lots, as_text),
        "order_size": size,
        "order_price": px,
        "fill_price": px,
        "left": spell.size(0, as_text),
    }


def stats_row(market: Market, contract: Contract, marks: Marks, as_text: bool) -> dict[str, Any]:
    """The newest row of GET /futures/usdt/contract_stats."""
    open_lots = open_interest(market)
    none = size_value(0, contract.qty_digits, as_text)
    return {
        "time": wall_ms() // 60_000 * 60,
        "lsr_taker": 1.05,
        "lsr_account": 1.1,
        "long_liq_size": none,
        "short_liq_size": none,
        "long_liq_usd": 0,
        "short_liq_usd": 0,
        "open_interest": size_value(open_lots, contract.qty_digits, as_text),
        "open_interest_usd": int(contract.notional(marks.mark_price(contract.symbol), open_lots)),
        "top_lsr_account": 1.2,
        "top_lsr_size": 1.15,
        "mark_price": float(marks.mark_price(contract.symbol)),
    }


def info_row(contract: Contract) -> dict[str, Any]:
    """One item of futures.contract_info."""
    return {
        "contract": contract.symbol,
        "quanto_multiplier": plain(contract.multiplier),
        "order_price_round": plain(contract.tick),
        "mark_price_round": plain(scaled(1, contract.mark_digits)),
        "risk_limit_tiers": [tier_row(contract.symbol, tier) for tier in contract.risk_tiers],
    }


def tier_row(name: str, tier: RiskTier) -> dict[str, Any]:
    """One row of GET /futures/usdt/risk_limit_tiers."""
    return {
        "contract": name,
        "tier": tier.tier,
        "risk_limit": plain(tier.risk_limit),
        "initial_rate": plain(tier.initial_rate),
        "maintenance_rate": plain(tier.maintenance_rate),
        "leverage_max": str(tier.leverage_max),
        "deduction": plain(tier.deduction),
    }
