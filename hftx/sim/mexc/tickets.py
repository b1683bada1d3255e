"""Reading an order that a client of MEXC asks for, by the rules of its symbol (Spot v3 docs, "New Order").

The venue does not say what it does with excess decimals; here they are refused as parameter errors.
Must never know: requests, balances.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hftx.sim.accounts import Ledger
from hftx.sim.exact import decimal, plain, scaled, times, whole
from hftx.sim.market import Market
from hftx.sim.mexc.replies import MexcError
from hftx.sim.mexc.rows import BAND, LEAST_QUOTE, MOST_MARKET_QUOTE, MOST_QUOTE, least_lots
from hftx.sim.mexc.signing import missing
from hftx.sim.orders import Ticket
from hftx.sim.venue import Venue

TIFS = {"LIMIT": "gtc", "LIMIT_MAKER": "poc", "IMMEDIATE_OR_CANCEL": "ioc", "FILL_OR_KILL": "fok"}
_BANDED = ("gtc", "ioc", "fok")
_STP = {"": "", "cancel_maker": "maker", "cancel_taker": "taker", "cancel_both": "both"}
_CLIENT_ID = re.compile(r"[0-9A-Za-z_-]{0,32}", re.ASCII)
_ONE = Decimal(1)


def market_of(venue: Venue, ledger: Ledger, symbol: str | None) -> Market:
    """The market of a symbol that this key may trade. Raises MexcError."""
    if not symbol:
        raise missing("symbol")
    market = next((market for name, market in venue.markets.items() if name.replace("_", "") == symbol), None)
    pairs = ledger.account.pairs
    if market is None or (pairs is not None and market.symbol not in pairs):
        raise MexcError(10007, "bad symbol")
    return market


def read_ticket(venue: Venue, ledger: Ledger, params: Mapping[str, Any]) -> Ticket:
    """The order that these parameters ask for. Raises MexcError."""
    market = market_of(venue, ledger, params.get("symbol"))
    side, kind = params.get("side"), str(params.get("type") or "").removesuffix("_ORDER")
    if not side or not kind:
        raise missing("type" if side else "side")
    client_id, stp = str(params.get("newClientOrderId") or ""), str(params.get("stpMode") or "")
    if not _CLIENT_ID.fullmatch(client_id):
        raise MexcError(700008, "Illegal characters found in parameter 'newClientOrderId'")
    if side not in ("BUY", "SELL") or stp not in _STP or (kind != "MARKET" and kind not in TIFS):
        raise MexcError(33333, "Parameter error: side, type or stpMode")
    if len(ledger.open) >= venue.options.mexc_max_open_orders:
        raise MexcError(30029, "Cannot exceed the maximum order limit")
    tags = {"stpMode": stp}
    if kind == "MARKET":
        return _market_ticket(venue, market, side == "BUY", params, client_id, tags)
    return _limit_ticket(market, side == "BUY", TIFS[kind], params, client_id, tags)


def _limit_ticket(
    market: Market, is_buy: bool, tif: str, params: Mapping[str, Any], client_id: str, tags: dict[str, Any]
) -> Ticket:
    listing = market.listing
    px = _count(params, "price", listing.price_digits)
    lots = _quantity(params, market)
    value = scaled(px * lots, listing.price_digits + listing.qty_digits)
    _check_value(value, listing.quote, MOST_QUOTE)
    bound = times(Decimal(market.last_px), _ONE + Decimal(BAND) if is_buy else _ONE - Decimal(BAND))
    if tif in _BANDED and (px > bound if is_buy else px < bound):
        limit = plain(scaled(int(bound), listing.price_digits))
        word = "higher" if is_buy else "lower"
        raise MexcError(30087, f"Order price cannot be {word} than {limit}")
    return Ticket(market, is_buy, "limit", tif, px, lots, None, client_id, _STP[tags["stpMode"]], tags)


def _market_ticket(
    venue: Venue,
    market: Market,
    is_buy: bool,
    params: Mapping[str, Any],
    client_id: str,
    tags: dict[str, Any],
) -> Ticket:
    listing = market.listing
    protection = Decimal(str(venue.options.mexc_protection))
    guard = int(times(Decimal(market.last_px), _ONE + protection if is_buy else _ONE - protection))
    stp = _STP[tags["stpMode"]]
    if is_buy and params.get("quoteOrderQty") and not params.get("quantity"):
        quote = decimal(params["quoteOrderQty"])
        if quote is None or quote <= 0:
            raise MexcError(33333, "Parameter error: quoteOrderQty")
        _check_value(quote, listing.quote, MOST_MARKET_QUOTE)
        return Ticket(market, True, "market", "ioc", guard, None, quote, client_id, stp, tags)
    lots = _quantity(params, market)
    value = scaled(market.last_px * lots, listing.price_digits + listing.qty_digits)
    _check_value(value, listing.quote, MOST_MARKET_QUOTE)
    return Ticket(market, is_buy, "market", "ioc", guard, lots, None, client_id, stp, tags)


def _quantity(params: Mapping[str, Any], market: Market) -> int:
    listing = market.listing
    lots = _count(params, "quantity", listing.qty_digits)
    if lots < least_lots(listing):
        least = plain(scaled(least_lots(listing), listing.qty_digits))
        text = f"The minimum transaction volume cannot be less than:{least}{listing.base}"
        raise MexcError(30002, text)
    return lots


def _count(params: Mapping[str, Any], name: str, digits: int) -> int:
    text = params.get(name)
    if text in (None, ""):
        raise missing(name)
    value = decimal(text)
    count = None if value is None or value <= 0 else whole(value, digits)
    if count is None:
        raise MexcError(33333, f"Parameter error: {name}")
    return count


def _check_value(value: Decimal, asset: str, most: str) -> None:
    if value < Decimal(LEAST_QUOTE):
        text = f"The minimum transaction volume cannot be less than:{LEAST_QUOTE}{asset}"
        raise MexcError(30002, text)
    if value > Decimal(most):
        raise MexcError(30003, f"The maximum transaction volume cannot be greater than:{most}{asset}")
