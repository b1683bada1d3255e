"""Reading an order that a client of Gate asks for, by the rules of its pair ("API v4", POST /spot/orders).

Must never know: whether it came by REST or WebSocket, balances.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from hftx.sim.accounts import Ledger
from hftx.sim.exact import decimal, plain, scaled, times, whole
from hftx.sim.gateio.order_rows import STP_ACTS
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio.rows import (
    DOWN_RATE,
    LEAST_QUOTE,
    MOST_MARKET_QUOTE,
    MOST_QUOTE,
    SLIPPAGE,
    UP_RATE,
    least_lots,
)
from hftx.sim.market import Market
from hftx.sim.orders import Ticket
from hftx.sim.venue import Venue

_TEXT = re.compile(r"t-[0-9A-Za-z_.-]{1,28}", re.ASCII)
_ONE = Decimal(1)
ACTION_MODES = ("ACK", "RESULT", "FULL")


def bad_value(name: str, value: object) -> GateioError:
    return GateioError(400, "INVALID_PARAM_VALUE", f"Invalid parameter `{name}` with value: {value}")


def one_of(fields: dict[str, Any], name: str, allowed: tuple[str, ...], default: str) -> str:
    """A field that has one of a few values. Raises GateioError."""
    value = fields.get(name, default)
    if value not in allowed:
        raise bad_value(name, value)
    return str(value)


def pair_of(venue: Venue, ledger: Ledger, name: object) -> Market:
    """The market of a pair that this key may trade. Raises GateioError."""
    if not name:
        raise GateioError(400, "MISSING_REQUIRED_PARAM", "Missing required parameter: currency_pair")
    market = venue.markets.get(str(name))
    if market is None:
        raise GateioError(400, "INVALID_CURRENCY_PAIR", f"Invalid currency pair {name}")
    if ledger.account.pairs is not None and market.symbol not in ledger.account.pairs:
        raise GateioError(403, "FORBIDDEN", f"the key may not trade {name}")
    return market


def price_ticks(market: Market, text: object) -> int:
    """A limit price in ticks, inside the pair's band. Raises GateioError."""
    price = decimal(text)
    if price is None or price <= 0:
        raise bad_value("price", text)
    listing = market.listing
    px = whole(price, listing.price_digits)
    if px is None:
        raise GateioError(400, "INVALID_PRECISION", f"Price precision must be at most {listing.price_digits}")
    last = scaled(market.last_px, listing.price_digits)
    low, high = times(last, _ONE - Decimal(DOWN_RATE)), times(last, _ONE + Decimal(UP_RATE))
    if not low <= price <= high:
        text = f"price {plain(price)} is outside the allowed range {plain(low)} to {plain(high)}"
        raise GateioError(400, "INVALID_PARAM_VALUE", text)
    return px


def amount_lots(market: Market, text: object) -> int:
    """A base amount in lots, not below the pair's minimum. Raises GateioError."""
    amount = decimal(text)
    if amount is None or amount <= 0:
        raise bad_value("amount", text)
    listing = market.listing
    lots = whole(amount, listing.qty_digits)
    if lots is None:
        raise GateioError(400, "INVALID_PRECISION", f"Amount precision must be at most {listing.qty_digits}")
    if lots < least_lots(listing):
        least = plain(scaled(least_lots(listing), listing.qty_digits))
        raise GateioError(
            400, "AMOUNT_TOO_LITTLE", f"Your order size {plain(amount)} is below the minimum {least}"
        )
    return lots


def check_value(market: Market, value: Decimal, most: str) -> None:
    """Raise GateioError when an order is worth too little or too much."""
    quote = market.listing.quote
    if value < Decimal(LEAST_QUOTE):
        text = f"Your order size {plain(value)} {quote} is too small. The minimum is {LEAST_QUOTE} {quote}"
        raise GateioError(400, "INVALID_PARAM_VALUE", text)
    if value > Decimal(most):
        raise GateioError(
            400, "AMOUNT_TOO_MUCH", f"Your order size {plain(value)} {quote} is above {most} {quote}"
        )


def read_ticket(venue: Venue, ledger: Ledger, fields: object, source: str) -> Ticket:
    """The order that these fields ask for; ``source`` marks orders without a text. Raises GateioError."""
    if not isinstance(fields, dict):
        raise GateioError(400, "INVALID_REQUEST_BODY", "the order must be a JSON object")
    market = pair_of(venue, ledger, fields.get("currency_pair"))
    is_buy = one_of(fields, "side", ("buy", "sell"), "") == "buy"
    kind = one_of(fields, "type", ("limit", "market"), "limit")
    one_of(fields, "account", ("spot",), "spot")
    one_of(fields, "action_mode", ACTION_MODES, "FULL")
    if decimal(fields.get("iceberg") or "0") != 0:
        raise bad_value("iceberg", fields["iceberg"])
    text = fields.get("text") or ""
    if text and not (isinstance(text, str) and _TEXT.fullmatch(text)):
        raise bad_value("text", text)
    stp = _stp(ledger, fields.get("stp_act") or "-")
    if kind == "market":
        return _market_ticket(market, is_buy, fields, text, stp, source)
    tif = one_of(fields, "time_in_force", ("gtc", "ioc", "poc", "fok"), "gtc")
    if fields.get("price") in (None, ""):
        raise GateioError(400, "MISSING_REQUIRED_PARAM", "Missing required parameter: price")
    px, lots = price_ticks(market, fields["price"]), amount_lots(market, fields.get("amount"))
    check_value(
        market, scaled(px * lots, market.listing.price_digits + market.listing.qty_digits), MOST_QUOTE
    )
    return Ticket(market, is_buy, "limit", tif, px, lots, None, text, stp, {"text": source})


def _market_ticket(
    market: Market, is_buy: bool, fields: dict[str, Any], text: str, stp: str, source: str
) -> Ticket:
    tif = one_of(fields, "time_in_force", ("ioc", "fok"), "ioc")
    slip = decimal(fields.get("slippage") or SLIPPAGE)
    if slip is None or not Decimal("0.0001") <= slip <= Decimal("0.05"):
        raise bad_value("slippage", fields.get("slippage"))
    tags = {"text": source, "slippage": fields.get("slippage") or "0"}
    key = (market.asks if is_buy else market.bids).keys[0]
    if is_buy:
        worst = int(times(Decimal(key), _ONE + slip))
        quote = decimal(fields.get("amount"))
        if quote is None or quote <= 0:
            raise bad_value("amount", fields.get("amount"))
        check_value(market, quote, MOST_MARKET_QUOTE)
        return Ticket(market, True, "market", tif, worst, None, quote, text, stp, tags)
    worst = -int(times(Decimal(key), _ONE - slip))
    lots = amount_lots(market, fields.get("amount"))
    value = scaled(-key * lots, market.listing.price_digits + market.listing.qty_digits)
    check_value(market, value, MOST_MARKET_QUOTE)
    return Ticket(market, False, "market", tif, worst, lots, None, text, stp, tags)


def _stp(ledger: Ledger, act: object) -> str:
    group = ledger.account.stp_group
    if act == "-":
        return "taker" if group else ""
    if not group or act not in STP_ACTS:
        raise bad_value("stp_act", act)
    return STP_ACTS[str(act)]
