"""The rules of a symbol and of a venue, held against an order before it is encoded. Knows no wire and no account.

Each refusal is a `RuleError` that names the rule, the value and, where there is one, the nearest value that the rule
allows (with everything else unchanged).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from hftx.enums import ExchangeEnum, OrderType, PositionSide, SelfTradePrevention, Side, TimeInForce
from hftx.errors import RuleError, UsageError
from hftx.orders import FuturesOrderParams, OrderParams
from hftx.symbols import INT64_MAX, MAX_DIGITS, Number, SymbolInfo
from hftx.venue_rules import VENUE_RULES, ClientIdRule, Kind, VenueRules

_EXACT = Context(prec=150)
_MOST_PLACES = 40   # digits before or behind the point; with it, products of two numbers stay exact in 150 digits


@dataclass(frozen=True, slots=True)
class CheckedOrder:
    """The numbers of an order that broke no rule, as counts: `price` of 10^-price_digits, `quantity` of
    10^-qty_digits as `iceberg` is, `quote_quantity` of 10^-quote_digits. None where the order has no such number."""

    price: int | None
    quantity: int | None
    quote_quantity: int | None
    quote_digits: int = 0
    iceberg: int | None = None


def check_order(params: OrderParams, info: SymbolInfo, venue: ExchangeEnum) -> CheckedOrder:
    """The numbers of `params`, exact. Raises `RuleError` for the first rule of `info` or `venue` that it breaks."""
    rules = VENUE_RULES[venue]
    _check_words(params, rules)
    _check_symbol(params, info)
    _check_kind(params, info, rules)
    _check_client_id(params.client_order_id, rules.client_ids)
    _check_shape(params, rules)
    price = _price(params.price, info)
    quantity = _quantity(params.quantity, info, *_largest(params, info))
    quote, digits = _quote_quantity(params.quote_quantity, info)
    if price is not None and quantity is not None:
        _check_notional(price, quantity, info)
    return CheckedOrder(price, quantity, quote, digits, _iceberg(params, info))


def refuse_contract_words(params: OrderParams) -> None:
    """Raises `UsageError` for an order that only a futures venue can carry out."""
    if isinstance(params, FuturesOrderParams):
        raise UsageError("a FuturesOrderParams is for contracts; a spot venue takes an OrderParams")


def allowed_kinds(info: SymbolInfo, venue: ExchangeEnum) -> frozenset[Kind]:
    """Order types, each with a time in force, that the symbol takes. An empty `order_types` states no limit."""
    rules = VENUE_RULES[venue]
    listed = rules.unlisted.union(info.order_types or rules.words.values())
    return frozenset(kind for kind, word in rules.words.items() if word in listed)


def side_allowed(info: SymbolInfo, side: Side) -> bool:
    """Whether the symbol may be bought, or sold, at all."""
    return info.tradable and (info.buy_allowed if side is Side.BUY else info.sell_allowed)


_WORDS = (("side", Side), ("order_type", OrderType), ("time_in_force", TimeInForce), ("stp", SelfTradePrevention))


def _check_words(params: OrderParams, rules: VenueRules) -> None:
    if not rules.contracts:
        refuse_contract_words(params)
    for name, kind in _WORDS:
        value = getattr(params, name)
        if not isinstance(value, kind):
            words = ", ".join(f"{kind.__name__}.{one.name}" for one in kind)
            raise RuleError(name, value, None, f"{name} must be one of {words}, not {value!r}")


def _check_symbol(params: OrderParams, info: SymbolInfo) -> None:
    if params.symbol != info.symbol:
        raise UsageError(f"the rules of {info.symbol} do not speak of {params.symbol}")
    if not info.tradable and info.reduce_only and _reduces(params):
        return
    if not info.tradable:
        more = "; it takes orders that reduce a position" if info.reduce_only else ""
        raise RuleError("tradable", params.symbol, None, f"{params.symbol} is not traded now{more}")
    if not side_allowed(info, params.side):
        raise RuleError("side", params.side, None, f"{params.symbol} may not be {_PAST[params.side]} now")


_PAST = {Side.BUY: "bought", Side.SELL: "sold"}
_CLOSING = {PositionSide.LONG: Side.SELL, PositionSide.SHORT: Side.BUY}


def _reduces(params: OrderParams) -> bool:
    return isinstance(params, FuturesOrderParams) and (params.reduce_only or params.close is not None)


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
    order = f"a {params.order_type.name} {params.side.name}"
    if isinstance(params, FuturesOrderParams):
        _check_position_words(params)
    if isinstance(params, FuturesOrderParams) and params.close is not None:
        _check_close(params)
    else:
        _check_amounts(params, order, rules)
    if params.order_type is OrderType.LIMIT and params.price is None:
        raise RuleError("price", None, None, f"{order} needs a price")
    if params.order_type is OrderType.MARKET and params.price is not None:
        raise RuleError("price", params.price, None, f"{order} has no price; leave it None")


def _check_position_words(params: FuturesOrderParams) -> None:
    if not isinstance(params.reduce_only, bool):
        raise RuleError("reduce_only", params.reduce_only, None, f"reduce_only is a bool, not {params.reduce_only!r}")
    if params.close is not None and not isinstance(params.close, PositionSide):
        raise RuleError("close", params.close, None, f"close must be a PositionSide or None, not {params.close!r}")


def _check_close(params: FuturesOrderParams) -> None:
    given = [name for name in ("quantity", "quote_quantity", "iceberg") if getattr(params, name) is not None]
    if given:
        raise RuleError("close", tuple(given), None, f"an order that closes a position has no {_listed(given)}")
    side = _CLOSING.get(params.close or PositionSide.BOTH, params.side)
    if side is not params.side:
        raise RuleError("close", params.side, None, f"a {params.close} position is closed by {side.name}")


def _check_amounts(params: OrderParams, order: str, rules: VenueRules) -> None:
    amounts = ("quantity",) if params.order_type is OrderType.LIMIT else rules.amounts[params.side]
    given = [name for name in ("quantity", "quote_quantity") if getattr(params, name) is not None]
    if len(given) != 1 or given[0] not in amounts:
        wanted = " or ".join(amounts)
        raise RuleError("amount", tuple(given), None, f"{order} is given by {wanted}, not by {_listed(given)}")


def _listed(names: list[str]) -> str:
    return " and ".join(names) or "nothing"


def _price(value: Number | None, info: SymbolInfo) -> int | None:
    if value is None:
        return None
    exact = _positive("price", value, _decimal("price", value))
    tick = info.tick_size   # of futures not always a power of ten
    steps = _EXACT.divide(exact, tick).to_integral_value(ROUND_HALF_EVEN, _EXACT)
    nearest = max(_EXACT.multiply(steps, tick), tick)
    if info.price_step is not None and nearest != exact:
        raise _broken("tick_size", "price", value, f"not a multiple of {tick:f}", nearest)
    return _count("price", "tick_size", value, exact, info.price_digits, nearest)


def _largest(params: OrderParams, info: SymbolInfo) -> tuple[str, Decimal | None]:
    # The largest quantity of an order of this type, and the name of that rule.
    most, at_market = info.max_qty, info.max_market_qty
    if params.order_type is OrderType.MARKET and at_market is not None and (most is None or at_market < most):
        return "max_market_qty", at_market
    return "max_qty", most


def _quantity(value: Number | None, info: SymbolInfo, rule: str, most: Decimal | None) -> int | None:
    if value is None:
        return None
    exact = _positive("quantity", value, _decimal("quantity", value))
    within = _within(exact, info, most)
    if info.min_qty is not None and exact < info.min_qty:
        raise _broken("min_qty", "quantity", value, f"below the minimum {info.min_qty:f}", within)
    if most is not None and exact > most:
        raise _broken(rule, "quantity", value, f"above the maximum {most:f}", within)
    return _count("quantity", "lot_size", value, exact, info.qty_digits, within)


def _iceberg(params: OrderParams, info: SymbolInfo) -> int | None:
    # Checked behind the quantity, of which it is the part that shows.
    if not isinstance(params, FuturesOrderParams) or params.iceberg is None:
        return None
    value, whole = params.iceberg, _decimal("quantity", params.quantity)
    exact = _positive("iceberg", value, _decimal("iceberg", value))
    nearest = max(_on_grid(exact, info.qty_digits, ROUND_HALF_EVEN), info.lot_size)
    if exact > whole:
        raise _broken("iceberg", "iceberg", value, f"above the quantity {whole:f}", whole)
    return _count("iceberg", "lot_size", value, exact, info.qty_digits, min(nearest, whole))


def _within(quantity: Decimal, info: SymbolInfo, most: Decimal | None) -> Decimal:
    # The nearest quantity on the grid that is neither too small nor too large.
    nearest = max(_on_grid(quantity, info.qty_digits, ROUND_HALF_EVEN), info.lot_size)
    if info.min_qty is not None:
        nearest = max(nearest, _on_grid(info.min_qty, info.qty_digits, ROUND_CEILING))
    if most is not None:
        nearest = min(nearest, _on_grid(most, info.qty_digits, ROUND_FLOOR))
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
