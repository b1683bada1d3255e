"""The rules of a symbol and of a venue, held against an order before it is encoded. Knows no wire and no account.

Each refusal is a `RuleError` that names the rule, the value and, where there is one, the nearest value that the rule
allows (with everything else unchanged).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from hftx.enums import ExchangeEnum, OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.errors import RuleError, UsageError
from hftx.orders import OrderParams
from hftx.symbols import INT64_MAX, MAX_DIGITS, Number, SymbolInfo

_EXACT = Context(prec=150)
_MOST_PLACES = 40   # digits before or behind the point; with it, products of two numbers stay exact in 150 digits

Kind = tuple[OrderType, TimeInForce]


@dataclass(frozen=True, slots=True)
class ClientIdRule:
    """What a venue takes as a client order id: `prefix`, then 1 to `most` of `letters` (a class of `re`)."""

    prefix: str
    letters: str
    most: int

    def fits(self, text: object) -> bool:
        """True when `text` is a client order id of this kind."""
        pattern = f"{re.escape(self.prefix)}[{self.letters}]{{1,{self.most}}}"
        return isinstance(text, str) and re.fullmatch(pattern, text) is not None

    def __str__(self) -> str:
        before = f"{self.prefix!r} and " if self.prefix else ""
        return f"{before}1 to {self.most} characters of [{self.letters}]"


@dataclass(frozen=True, slots=True)
class VenueRules:
    """What a venue takes, whatever the symbol.

    `words` maps each order type with its time in force to the word that `SymbolInfo.order_types` may list it by;
    `unlisted` are words that the venue takes without ever listing them. `amounts` says which amounts a market order
    of a side may be given in, "quantity" or "quote_quantity".
    """

    words: Mapping[Kind, str]
    unlisted: frozenset[str]
    client_ids: ClientIdRule
    amounts: Mapping[Side, tuple[str, ...]]


_LIMIT = {tif: (OrderType.LIMIT, tif) for tif in TimeInForce}
_MARKET = {tif: (OrderType.MARKET, tif) for tif in TimeInForce}
VENUE_RULES: Mapping[ExchangeEnum, VenueRules] = {
    # MEXC Spot v3 docs, "New Order" and "Exchange Information"; a market order has no time in force there, and is IOC
    ExchangeEnum.MEXC: VenueRules(
        words={
            _LIMIT[TimeInForce.GTC]: "LIMIT",
            _LIMIT[TimeInForce.POST_ONLY]: "LIMIT_MAKER",
            _LIMIT[TimeInForce.IOC]: "IMMEDIATE_OR_CANCEL",
            _LIMIT[TimeInForce.FOK]: "FILL_OR_KILL",
            _MARKET[TimeInForce.GTC]: "MARKET",
            _MARKET[TimeInForce.IOC]: "MARKET",
        },
        unlisted=frozenset({"IMMEDIATE_OR_CANCEL", "FILL_OR_KILL"}),
        client_ids=ClientIdRule("", "A-Za-z0-9_-", 32),
        amounts={Side.BUY: ("quantity", "quote_quantity"), Side.SELL: ("quantity",)},
    ),
    # Gate API v4 docs, "Create an order"; market orders must be ioc or fok, so the default GTC is sent as ioc
    ExchangeEnum.GATEIO: VenueRules(
        words={
            **{kind: "limit" for kind in _LIMIT.values()},
            **{_MARKET[tif]: "market" for tif in (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK)},
        },
        unlisted=frozenset(),
        client_ids=ClientIdRule("t-", "0-9A-Za-z_.-", 28),
        amounts={Side.BUY: ("quote_quantity",), Side.SELL: ("quantity",)},
    ),
}


@dataclass(frozen=True, slots=True)
class CheckedOrder:
    """The numbers of an order that broke no rule, as counts: `price` of 10^-price_digits, `quantity` of
    10^-qty_digits, `quote_quantity` of 10^-quote_digits. None where the order has no such number."""

    price: int | None
    quantity: int | None
    quote_quantity: int | None
    quote_digits: int = 0


def check_order(params: OrderParams, info: SymbolInfo, venue: ExchangeEnum) -> CheckedOrder:
    """The numbers of `params`, exact. Raises `RuleError` for the first rule of `info` or `venue` that it breaks."""
    rules = VENUE_RULES[venue]
    _check_words(params)
    _check_symbol(params, info)
    _check_kind(params, info, rules)
    _check_client_id(params.client_order_id, rules.client_ids)
    _check_shape(params, rules)
    price = _price(params.price, info)
    quantity = _quantity(params.quantity, info)
    quote, digits = _quote_quantity(params.quote_quantity, info)
    if price is not None and quantity is not None:
        _check_notional(price, quantity, info)
    return CheckedOrder(price, quantity, quote, digits)


def allowed_kinds(info: SymbolInfo, venue: ExchangeEnum) -> frozenset[Kind]:
    """Order types, each with a time in force, that the symbol takes. An empty `order_types` states no limit."""
    rules = VENUE_RULES[venue]
    listed = rules.unlisted.union(info.order_types or rules.words.values())
    return frozenset(kind for kind, word in rules.words.items() if word in listed)


def side_allowed(info: SymbolInfo, side: Side) -> bool:
    """Whether the symbol may be bought, or sold, at all."""
    return info.tradable and (info.buy_allowed if side is Side.BUY else info.sell_allowed)


def _check_words(params: OrderParams) -> None:
    for name, kind in (
        ("side", Side),
        ("order_type", OrderType),
        ("time_in_force", TimeInForce),
        ("stp", SelfTradePrevention),
    ):
        value = getattr(params, name)
        if not isinstance(value, kind):
            words = ", ".join(f"{kind.__name__}.{one.name}" for one in kind)
            raise RuleError(name, value, None, f"{name} must be one of {words}, not {value!r}")


def _check_symbol(params: OrderParams, info: SymbolInfo) -> None:
    if params.symbol != info.symbol:
        raise UsageError(f"the rules of {info.symbol} do not speak of {params.symbol}")
    if not info.tradable:
        raise RuleError("tradable", params.symbol, None, f"{params.symbol} is not traded now")
    if not side_allowed(info, params.side):
        raise RuleError("side", params.side, None, f"{params.symbol} may not be {_PAST[params.side]} now")


_PAST = {Side.BUY: "bought", Side.SELL: "sold"}


def _check_kind(params: OrderParams, info: SymbolInfo, rules: VenueRules) -> None:
    kind = params.order_type, params.time_in_force
    spelled = f"{kind[0].name} with {kind[1].name}"
    word = rules.words.get(kind)
    if word is None:
        raise RuleError("time_in_force", kind[1], None, f"the venue takes no {spelled}")
    if info.order_types and word not in info.order_types and word not in rules.unlisted:
        taken = ", ".join(info.order_types)
        raise RuleError("order_types", kind[0], None, f"{params.symbol} takes no {spelled}; it takes {taken}")


def _check_client_id(text: str | None, rule: ClientIdRule) -> None:
    if text is not None and not rule.fits(text):
        raise RuleError("client_order_id", text, None, f"client_order_id must be {rule}, not {text!r}")


def _check_shape(params: OrderParams, rules: VenueRules) -> None:
    # Which numbers an order of this type has, before any of them is looked at.
    amounts = ("quantity",) if params.order_type is OrderType.LIMIT else rules.amounts[params.side]
    given = [name for name in ("quantity", "quote_quantity") if getattr(params, name) is not None]
    order = f"a {params.order_type.name} {params.side.name}"
    if len(given) != 1 or given[0] not in amounts:
        wanted = " or ".join(amounts)
        raise RuleError("amount", tuple(given), None, f"{order} is given by {wanted}, not by {_listed(given)}")
    if params.order_type is OrderType.LIMIT and params.price is None:
        raise RuleError("price", None, None, f"{order} needs a price")
    if params.order_type is OrderType.MARKET and params.price is not None:
        raise RuleError("price", params.price, None, f"{order} has no price; leave it None")


def _listed(names: list[str]) -> str:
    return " and ".join(names) or "nothing"


def _price(value: Number | None, info: SymbolInfo) -> int | None:
    if value is None:
        return None
    exact = _positive("price", value, _decimal("price", value))
    nearest = max(_on_grid(exact, info.price_digits, ROUND_HALF_EVEN), info.tick_size)
    return _count("price", "tick_size", value, exact, info.price_digits, nearest)


def _quantity(value: Number | None, info: SymbolInfo) -> int | None:
    if value is None:
        return None
    exact = _positive("quantity", value, _decimal("quantity", value))
    within = _within(exact, info)
    if info.min_qty is not None and exact < info.min_qty:
        raise _broken("min_qty", "quantity", value, f"below the minimum {info.min_qty:f}", within)
    if info.max_qty is not None and exact > info.max_qty:
        raise _broken("max_qty", "quantity", value, f"above the maximum {info.max_qty:f}", within)
    return _count("quantity", "lot_size", value, exact, info.qty_digits, within)


def _within(quantity: Decimal, info: SymbolInfo) -> Decimal:
    # The nearest quantity on the grid that is neither too small nor too large.
    nearest = max(_on_grid(quantity, info.qty_digits, ROUND_HALF_EVEN), info.lot_size)
    if info.min_qty is not None:
        nearest = max(nearest, _on_grid(info.min_qty, info.qty_digits, ROUND_CEILING))
    if info.max_qty is not None:
        nearest = min(nearest, _on_grid(info.max_qty, info.qty_digits, ROUND_FLOOR))
    return nearest


def _quote_quantity(value: Number | None, info: SymbolInfo) -> tuple[int | None, int]:
    # A venue states no step for amounts in quote units, so they are sent as given.
    if value is None:
        return None, 0
    exact = _positive("quote_quantity", value, _decimal("quote_quantity", value))
    low, high = info.min_notional, info.max_notional
    if low is not None and exact < low:
        raise _broken("min_notional", "quote_quantity", value, f"below the minimum {low:f}", low)
    if high is not None and exact > high:
        raise _broken("max_notional", "quote_quantity", value, f"above the maximum {high:f}", high)
    digits = min(max(0, -_exponent(exact)), MAX_DIGITS)
    nearest = _on_grid(exact, digits, ROUND_HALF_EVEN)
    return _count("quote_quantity", "quote_digits", value, exact, digits, nearest), digits


def _check_notional(price: int, quantity: int, info: SymbolInfo) -> None:
    # The refusal names the nearest quantity at the same price.
    digits = info.price_digits + info.qty_digits
    notional = Decimal(price * quantity).scaleb(-digits, _EXACT)
    low, high = info.min_notional, info.max_notional
    if low is not None and notional < low:
        raise _notional_error("min_notional", notional, f"below the minimum {low:f}", low, ROUND_CEILING, price, info)
    if high is not None and notional > high:
        raise _notional_error("max_notional", notional, f"above the maximum {high:f}", high, ROUND_FLOOR, price, info)


def _notional_error(
    rule: str, notional: Decimal, why: str, limit: Decimal, rounding: str, price: int, info: SymbolInfo
) -> RuleError:
    at_price = Decimal(price).scaleb(-info.price_digits, _EXACT)
    nearest = _on_grid(_EXACT.divide(limit, at_price), info.qty_digits, rounding)
    text = f"price * quantity is {notional:f}, {why}"
    if not nearest:
        return RuleError(rule, notional, None, f"{text}; at this price every quantity is")
    return RuleError(rule, notional, nearest, f"{text}; at this price the nearest quantity is {nearest:f}")


def _count(name: str, rule: str, value: Number, exact: Decimal, digits: int, nearest: Decimal) -> int:
    # `exact` as a count of 10^-digits; `value` is what the caller wrote.
    rounded = _on_grid(exact, digits, ROUND_HALF_EVEN)
    if rounded != exact:
        step = Decimal(1).scaleb(-digits)
        raise _broken(rule, name, value, f"not a multiple of {step:f}", nearest)
    count = int(rounded.scaleb(digits, _EXACT))
    if count > INT64_MAX:
        largest = Decimal(INT64_MAX).scaleb(-digits, _EXACT)
        raise _broken("int64", name, value, f"too large to be counted in steps of 10^-{digits}", largest)
    return count


def _decimal(name: str, value: object) -> Decimal:
    # The exact value; a float means its shortest decimal text.
    exact: Decimal | None = None
    if isinstance(value, Decimal | str | int | float) and not isinstance(value, bool):
        try:
            exact = Decimal(repr(float(value)) if isinstance(value, float) else value)
        except (ArithmeticError, ValueError):
            exact = None
    if exact is None or not exact.is_finite():
        raise RuleError(name, value, None, f"{name} must be a finite Decimal, str, int or float, not {value!r}")
    if exact and (exact.adjusted() >= _MOST_PLACES or _exponent(exact) < -_MOST_PLACES):
        raise RuleError(name, value, None, f"{name} has more than {_MOST_PLACES} digits before or behind the point")
    return exact


def _exponent(exact: Decimal) -> int:
    # Of the last digit that is not zero.
    _, digits, exponent = exact.as_tuple()
    assert isinstance(exponent, int)   # only infinities and NaN have none
    trailing = len(digits) - len(bytes(digits).rstrip(b"\0"))
    return exponent + trailing


def _positive(name: str, value: Number, exact: Decimal) -> Decimal:
    if exact <= 0:
        raise RuleError("positive", value, None, f"{name} must be more than zero, not {value}")
    return exact


def _on_grid(value: Decimal, digits: int, rounding: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding, _EXACT)


def _broken(rule: str, name: str, value: Number, why: str, nearest: Decimal) -> RuleError:
    return RuleError(rule, value, nearest, f"{name} {value} is {why}; the nearest is {nearest:f}")
