"""An order as checked text: complete in itself, its numbers exact. Knows no venue's words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Protocol

from hftx.enums import OrderType, PositionSide, SelfTradePrevention, Side, TimeInForce
from hftx.errors import UsageError
from hftx.orders import FuturesOrderParams, OrderParams
from hftx.rest.reply import plain
from hftx.rules import refuse_contract_words
from hftx.symbols import Number, Symbol, SymbolInfo

_ID = re.compile(r"[0-9A-Za-z_.\-]{1,64}", re.ASCII)
_MAX_EXPONENT = 100  # beyond any price or amount; keeps plain text short


@dataclass(frozen=True, slots=True)
class PlainOrder:
    """The parts of an order as text; exactly one of `quantity` and `quote_quantity` is given, but none with `close`."""

    symbol: Symbol
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    price: str | None
    quantity: str | None
    quote_quantity: str | None
    client_order_id: str | None
    stp: SelfTradePrevention
    reduce_only: bool = False
    close: PositionSide | None = None
    iceberg: str | None = None


class OrderEncoder(Protocol):
    """What checks and writes orders of symbols whose rules are known. Raises `RuleError` as `check_order`."""

    def set_symbol(self, info: SymbolInfo, name: str) -> None:
        """Orders of `info.symbol` follow `info` from now on; `name` is the venue's name of it."""

    def check(self, params: OrderParams) -> None:
        """Raises unless the order keeps every rule."""

    def written(self, params: OrderParams) -> bytes | None:
        """What the request of the order says of it, where it is seen at once to keep every rule."""

    def rewritten(self, params: OrderParams) -> bytes:
        """As `written`, of every order that keeps the rules. Raises `RuleError`."""


@dataclass(frozen=True, slots=True)
class OrderRef:
    """Which order is meant: the venue's id or the client's, exactly one of them."""

    symbol: Symbol
    order_id: str | None
    client_order_id: str | None

    def __str__(self) -> str:
        return f"{self.symbol} {self.order_id or self.client_order_id}"


def plain_order(params: OrderParams, contracts: bool = False) -> PlainOrder:
    """`params` checked for what every venue needs; with `contracts` it may be a `FuturesOrderParams`.

    Raises `UsageError` that names the field.
    """
    if not isinstance(params, OrderParams):
        raise UsageError(f"an order is an OrderParams, not {type(params).__name__}")
    if not isinstance(params.symbol, Symbol) or not isinstance(params.side, Side):
        raise UsageError(f"an order needs a Symbol and a Side, not {params.symbol!r} and {params.side!r}")
    if not contracts:
        refuse_contract_words(params)
    closes = isinstance(params, FuturesOrderParams) and params.close is not None
    if params.order_type is OrderType.LIMIT:
        _check_limit(params, closes)
    elif params.order_type is OrderType.MARKET:
        _check_market(params, closes)
    else:
        raise UsageError(f"order_type must be an OrderType, not {params.order_type!r}")
    if params.client_order_id is not None:
        wire_id("client_order_id", params.client_order_id)
    order = PlainOrder(
        params.symbol,
        params.side,
        params.order_type,
        params.time_in_force,
        _text_or_none("price", params.price),
        _text_or_none("quantity", params.quantity),
        _text_or_none("quote_quantity", params.quote_quantity),
        params.client_order_id,
        params.stp,
    )
    return _for_contracts(order, params) if isinstance(params, FuturesOrderParams) else order


def order_ref(symbol: Symbol, order_id: str | None, client_order_id: str | None) -> OrderRef:
    """The order that a caller means. Raises `UsageError` unless exactly one id is given."""
    if (order_id is None) == (client_order_id is None):
        raise UsageError("name the order by order_id or by client_order_id, one of the two")
    if order_id is not None:
        wire_id("order_id", order_id)
    if client_order_id is not None:
        wire_id("client_order_id", client_order_id)
    return OrderRef(symbol, order_id, client_order_id)


def wire_id(name: str, value: object) -> str:
    """`value` when it can stand in a path or a query as it is."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise UsageError(f"{name} must be 1 to 64 letters, digits, '_', '.' or '-', not {value!r}")
    return value


def positive(name: str, value: Number) -> Decimal:
    """`value` exactly; a float means its shortest text. Raises `UsageError` unless it is above zero."""
    try:
        exact = Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError, ValueError):
        raise UsageError(f"{name} must be a number, not {value!r}") from None
    if (
        isinstance(value, bool)
        or not exact.is_finite()
        or exact <= 0
        or abs(exact.adjusted()) > _MAX_EXPONENT
    ):
        raise UsageError(f"{name} must be a number above zero, not {value!r}")
    return exact


def _for_contracts(order: PlainOrder, params: FuturesOrderParams) -> PlainOrder:
    if params.close is not None and not isinstance(params.close, PositionSide):
        raise UsageError(f"close must be a PositionSide or None, not {params.close!r}")
    if params.close is not None and (params.quantity is not None or params.iceberg is not None):
        raise UsageError("an order that closes a position has no quantity and no iceberg")
    if not isinstance(params.reduce_only, bool):
        raise UsageError(f"reduce_only must be a bool, not {params.reduce_only!r}")
    iceberg = _text_or_none("iceberg", params.iceberg)
    return replace(order, reduce_only=params.reduce_only, close=params.close, iceberg=iceberg)


def _check_limit(params: OrderParams, closes: bool) -> None:
    if params.price is None or (params.quantity is None and not closes):
        raise UsageError("a limit order needs price and quantity")
    if params.quote_quantity is not None:
        raise UsageError("a limit order is given by quantity; quote_quantity is for market orders")


def _check_market(params: OrderParams, closes: bool) -> None:
    if params.price is not None:
        raise UsageError("a market order has no price; use a limit order with IOC for a bound")
    if not closes and (params.quantity is None) == (params.quote_quantity is None):
        raise UsageError("a market order needs quantity or quote_quantity, one of the two")
    if params.time_in_force is TimeInForce.POST_ONLY:
        raise UsageError("a market order always takes; POST_ONLY is for limit orders")


def _text_or_none(name: str, value: Number | None) -> str | None:
    return None if value is None else plain(positive(name, value))
