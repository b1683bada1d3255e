"""Reading an order that a client asks for, by the rules of its contract ("API v4", POST /futures/usdt/orders).

Must never know: whether it came by REST or WebSocket, what the account has.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal
from typing import Any

from hftx.sim.exact import ZERO, decimal, minus, plain, times
from hftx.sim.gateio.order_rows import STP_ACTS
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio.tickets import ACTION_MODES, bad_value, one_of
from hftx.sim.gateio_futures.accounts import FuturesAccount
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.positions import DUAL_LONG, DUAL_SHORT, SINGLE, ratio
from hftx.sim.gateio_futures.records import FuturesTicket
from hftx.sim.market import Market

_TEXT = re.compile(r"t-[0-9A-Za-z_.-]{1,28}", re.ASCII)
_ONE = Decimal(1)
_LONGEST = 40  # digits before or behind the point
_TIFS = ("gtc", "ioc", "poc", "fok")
_AUTO_SIZES = {"close_long": DUAL_LONG, "close_short": DUAL_SHORT}


def amount(value: object) -> Decimal | None:
    """A number as JSON or as text, None for anything else and for one of absurd length."""
    if isinstance(value, Decimal):
        return value if value.is_finite() and -_LONGEST < value.adjusted() < _LONGEST else None
    return decimal(value)


def flag(fields: dict[str, Any], name: str) -> bool:
    """A field that is true or false; absent is false. Raises GateioError."""
    value = fields.get(name)
    if value not in (None, True, False):
        raise bad_value(name, value)
    return bool(value)


def size_lots(contract: Contract, name: str, value: object, decimals: bool) -> int:
    """A size in lots, with its sign. Raises GateioError.

    Without the decimal header a fraction is cut toward zero where the contract has fractions, else refused.
    """
    size = amount(value)
    if size is None:
        raise bad_value(name, value)
    if not decimals and contract.takes_decimals:
        size = size.to_integral_value(ROUND_DOWN)
    lots = contract.lots(size)
    if lots is None:
        raise bad_value(name, value)
    return lots


def price_ticks(contract: Contract, value: object) -> int:
    """A price in ticks, 0 for none. Raises GateioError."""
    price = amount(value)
    if price is None or price < 0:
        raise bad_value("price", value)
    px = contract.ticks(price)
    if px is None:
        raise GateioError(400, "INVALID_PARAM_VALUE", f"price {plain(price)} is no multiple of {plain(contract.tick)}")
    return px


def check_price(contract: Contract, px: int, mark: Decimal) -> None:
    """Raise GateioError when a price is too far from mark."""
    most = times(mark, contract.deviation)
    if minus(contract.price(px), mark).copy_abs() > most:
        text = f"price {plain(contract.price(px))} is further from mark price {plain(mark)} than {plain(most)}"
        raise GateioError(400, "PRICE_TOO_DEVIATED", text)


def check_size(contract: Contract, lots: int) -> None:
    """Raise GateioError when a size, without sign, is too small or too large."""
    if lots < contract.least_lots:
        raise GateioError(400, "SIZE_TOO_SMALL", f"size must be at least {plain(contract.size(contract.least_lots))}")
    if lots > contract.most_lots:
        raise GateioError(400, "SIZE_TOO_LARGE", f"size must be at most {plain(contract.size(contract.most_lots))}")


def read_ticket(
    account: FuturesAccount, market: Market, contract: Contract, fields: dict[str, Any], decimals: bool, source: str
) -> FuturesTicket:
    """The order that these fields ask for; ``source`` marks orders without a text. Raises GateioError."""
    one_of(fields, "action_mode", ACTION_MODES, "FULL")
    lots, mode, closes = _what(account, contract, fields, decimals)
    reduces = flag(fields, "reduce_only") or closes
    if contract.status != "trading" and not reduces:
        raise GateioError(400, "CONTRACT_IN_DELISTING", "positions may only be reduced")
    if mode is None:
        mode = SINGLE
        if account.is_dual:
            mode = DUAL_LONG if (lots > 0) != reduces else DUAL_SHORT
    text = fields.get("text") or ""
    if text and not (isinstance(text, str) and _TEXT.fullmatch(text)):
        raise bad_value("text", text)
    tif = fields.get("tif") or "gtc"
    if tif not in _TIFS:
        raise GateioError(400, "INVALID_ARGUMENT", "invalid TIF")
    if fields.get("price") in (None, ""):
        raise GateioError(400, "INVALID_ARGUMENT", "invalid argument: #4")
    px = price_ticks(contract, fields["price"])
    at_market = px == 0
    if at_market:
        px = _worst_price(market, contract, fields, lots > 0, tif)
    else:
        check_price(contract, px, account.mark(contract.symbol))
    check_size(contract, abs(lots))
    shown = size_lots(contract, "iceberg", fields.get("iceberg") or 0, decimals)
    if not 0 <= abs(shown) <= abs(lots) or (shown and tif in ("ioc", "fok")):
        raise bad_value("iceberg", fields["iceberg"])
    tags = {"text": source, "slip": fields.get("market_order_slip_ratio")}
    return FuturesTicket(
        market, lots > 0, "limit", tif, px, abs(lots), None, text, _stp(account, fields), tags, abs(shown),
        mode=mode, reduces=reduces, closes=closes, at_market=at_market,
    )  # fmt: skip


def _what(
    account: FuturesAccount, contract: Contract, fields: dict[str, Any], decimals: bool
) -> tuple[int, str | None, bool]:
    """Signed lots, the position if the order names it, and whether it closes all of it."""
    if fields.get("size") in (None, ""):
        raise GateioError(400, "MISSING_REQUIRED_PARAM", "Missing required parameter: size")
    lots = size_lots(contract, "size", fields["size"], decimals)
    side, closes = fields.get("auto_size") or "", flag(fields, "close")
    if not side and not closes:
        if lots == 0:
            raise bad_value("size", fields["size"])
        return lots, None, False
    if lots or (side and (side not in _AUTO_SIZES or not flag(fields, "reduce_only"))):
        raise bad_value("size" if lots else "auto_size", fields["size"] if lots else side)
    if account.is_dual != bool(side):
        text = "dual mode closes by auto_size, single mode by close"
        raise GateioError(400, "POSITION_DUAL_MODE" if account.is_dual else "INVALID_PARAM_VALUE", text)
    mode = _AUTO_SIZES[side] if side else SINGLE
    held = account.position(contract, mode).lots
    if not held:
        raise GateioError(400, "POSITION_EMPTY", "there is no position to close")
    return -held, mode, True


def _worst_price(market: Market, contract: Contract, fields: dict[str, Any], is_buy: bool, tif: str) -> int:
    """The last price that a market order may reach, in ticks."""
    if tif not in ("ioc", "fok"):
        raise GateioError(400, "INVALID_PARAM_VALUE", "a market order (price 0) must be ioc or fok")
    given = fields.get("market_order_slip_ratio")
    slip = contract.slip if given in (None, "") else amount(given)
    if slip is None or not ZERO < slip <= contract.slip:
        raise bad_value("market_order_slip_ratio", given)
    worst = times(Decimal(market.last_px), _ONE + slip if is_buy else _ONE - slip)
    return max(1, int(ratio(worst, _ONE, _ONE, ROUND_FLOOR if is_buy else ROUND_CEILING)))


def _stp(account: FuturesAccount, fields: dict[str, Any]) -> str:
    group, act = account.ledger.account.stp_group, fields.get("stp_act") or "-"
    if act == "-":
        return "taker" if group else ""
    if not group:
        raise GateioError(400, "INVALID_PARAM_VALUE", "set stp_act without stp_id")
    if act not in STP_ACTS:
        raise bad_value("stp_act", act)
    return STP_ACTS[str(act)]
