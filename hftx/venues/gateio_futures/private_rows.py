"""Rows of Gate futures' private answers and the spelling of orders. Makes no call.

Source: Gate API v4 docs, "Futures" (FuturesOrder, MyFuturesTrade, Position, FuturesAccount, FuturesAccountBook).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal

from hftx.contracts import worth_of
from hftx.enums import MarginMode, OrderStatus, OrderType, PositionMode, PositionSide, Side, TimeInForce
from hftx.orders import AssetBalance, Execution, Order
from hftx.positions import Position
from hftx.rest.order_text import PlainOrder
from hftx.rest.private_futures import FundingPayment, RiskLimitTier
from hftx.rest.reply import Reply
from hftx.rest.signing_scheme import Fields
from hftx.symbols import Symbol
from hftx.venues.gateio.names import symbol_of, wire_name
from hftx.venues.gateio.private_rows import IN_FORCE, IN_FORCE_WORDS, STP_WORDS, client_id, is_maker, text_of

_PLAIN_ENDS = ("cancelled", "filled", "_new", "_update", "open", "-")
_SIDES = {"single": PositionSide.BOTH, "dual_long": PositionSide.LONG, "dual_short": PositionSide.SHORT}
SIDE_WORDS = {side: word for word, side in _SIDES.items()}
MODE_WORDS = {PositionMode.SINGLE: "single", PositionMode.DUAL: "dual"}
_CLOSING_WORDS = {PositionSide.LONG: "close_long", PositionSide.SHORT: "close_short"}
_EXACT = Context(prec=100)   # a price times a size may be longer than the usual 28 digits
_LATEST_SECONDS = 10**11   # a larger stamp is in milliseconds: the venue uses both for the same name


def order_fields(order: PlainOrder) -> Fields:
    """The body of a new order. Raises `UsageError` for a client order id that Gate does not take."""
    at_market = order.order_type is OrderType.MARKET and order.time_in_force is not TimeInForce.FOK
    fields = {
        "contract": wire_name(order.symbol),
        "size": _size_field(order.quantity, order.side),
        "price": order.price or "0",
        "tif": "ioc" if at_market else IN_FORCE_WORDS[order.time_in_force],
        "text": None if order.client_order_id is None else text_of(order.client_order_id),
        "stp_act": STP_WORDS.get(order.stp),
        "close": True if order.close is PositionSide.BOTH else None,
        "auto_size": _CLOSING_WORDS.get(order.close) if order.close else None,
        "reduce_only": True if order.reduce_only or order.close in _CLOSING_WORDS else None,
        "iceberg": None if order.iceberg is None else _whole_or_text(order.iceberg),
    }
    return {name: value for name, value in fields.items() if value is not None}


def size_of(quantity: str, side: Side) -> str | int:
    """A quantity as Gate's signed size: text where it has a fraction."""
    return _whole_or_text(quantity if side is Side.BUY else f"-{quantity}")


def order_of(row: Reply, fills: Sequence[Execution] = (), side: Side | None = None) -> Order:
    """One order of any answer that holds it in full.

    An order that closes a position has no size of its own: `fills`, or else `side`, then say which way it went.
    """
    size, left, price = (Decimal(row.number(key)) for key in ("size", "left", "price"))
    filled = abs(size - left)
    worth = worth_of(Decimal(row.number("fill_price")), filled)
    if not size and fills:
        filled, worth = sum_of(fills)
    end = row.text("finish_as") if row.has("finish_as") else "-"
    return Order(
        symbol=symbol_in(row),
        order_id=row.word("id"),
        client_order_id=client_id(row),
        side=_side(row, size or left, fills[0].side if fills else side),
        order_type=OrderType.LIMIT if price else OrderType.MARKET,
        time_in_force=IN_FORCE.get(row.text("tif"), TimeInForce.GTC),
        status=_status(row, end, filled, bool(left or not size)),
        price=price or None,
        quantity=abs(size) or None,
        quote_quantity=None,
        filled_quantity=filled,
        filled_quote=worth,
        created_ns=time_ns(row, "create_time"),
        updated_ns=next((time_ns(row, key) for key in ("update_time", "finish_time") if row.has(key)), 0)
        or time_ns(row, "create_time"),
        reason="" if end in _PLAIN_ENDS or row.text("status") == "open" else end,
    )


def has_size(row: Reply) -> bool:
    """Whether an order row tells which way it went; a finished one that closed a position may not."""
    return bool(Decimal(row.number("size")) or Decimal(row.number("left")))


def was_filled(row: Reply) -> bool:
    """Whether the venue says that an order has ended filled."""
    return row.has("finish_as") and row.text("finish_as") == "filled"


def sum_of(fills: Sequence[Execution]) -> tuple[Decimal, Decimal]:
    """Contracts, and the sum of price times contracts."""
    worths = (_EXACT.multiply(fill.price, fill.quantity) for fill in fills)
    return sum((fill.quantity for fill in fills), Decimal(0)), sum(worths, Decimal(0))


def execution_of(row: Reply, fee_asset: str) -> Execution:
    """One own fill, of either list of them. The fee is the one that was taken: of the fill, or in points."""
    size, fee = Decimal(row.number("size")), Decimal(row.number("fee"))
    points = row.decimal_or_none("point_fee")
    if not fee and points:
        fee, fee_asset = points, "POINT"
    return Execution(
        symbol=symbol_in(row),
        trade_id=row.word("trade_id" if row.has("trade_id") else "id"),
        order_id=row.word("order_id"),
        client_order_id=client_id(row),
        side=_side(row, size, None),
        price=Decimal(row.number("price")),
        quantity=abs(size),
        fee=fee,
        fee_asset=fee_asset,
        is_maker=is_maker(row),
        venue_ns=time_ns(row, "create_time"),
    )


def balance_of(row: Reply, venue_ns: int) -> AssetBalance:
    """What the purse holds: free, and bound as margin of positions and orders."""
    bound = Decimal(row.number("position_margin")) + Decimal(row.number("order_margin"))
    return AssetBalance(row.text("currency").upper(), Decimal(row.number("available")), bound, venue_ns)


def position_of(row: Reply, answered_ns: int) -> Position:
    """One position; it is dated by its last change, or by the answer where the venue does not say."""
    side = _SIDES.get(row.text("mode"))
    if side is None:
        raise row.wrong(f"mode is {row.text('mode')!r}, not one of {', '.join(_SIDES)}")
    leverage = Decimal(row.number("leverage"))
    return Position(
        symbol=symbol_in(row),
        side=side,
        size=Decimal(row.number("size")),
        entry_price=row.decimal_or_none("entry_price") or None,
        leverage=leverage,
        margin_mode=_margin_mode(row, leverage),
        margin=Decimal(row.number("margin")),
        liquidation_price=row.decimal_or_none("liq_price") or None,
        realised_pnl=Decimal(row.number("realised_pnl")),
        update_id=row.integer_or_none("update_id"),
        venue_ns=(time_ns(row, "update_time") if row.has("update_time") else 0) or answered_ns,
    )


def leverage_of(row: Reply) -> Decimal:
    """Of an isolated position its leverage, which is 0 on cross margin, where a limit stands for it."""
    leverage = Decimal(row.number("leverage"))
    return leverage or Decimal(row.number("cross_leverage_limit"))


def funding_of(row: Reply) -> FundingPayment:
    """One row of the account book, of type fund."""
    change, balance = Decimal(row.number("change")), Decimal(row.number("balance"))
    return FundingPayment(symbol_in(row), change, balance, time_ns(row, "time"))


def tier_of(symbol: Symbol, row: Reply) -> RiskLimitTier:
    """One risk limit tier."""
    return RiskLimitTier(
        symbol=symbol,
        tier=row.integer("tier"),
        risk_limit=Decimal(row.number("risk_limit")),
        initial_rate=Decimal(row.number("initial_rate")),
        maintenance_rate=Decimal(row.number("maintenance_rate")),
        leverage_max=Decimal(row.number("leverage_max")),
        deduction=row.decimal_or_none("deduction"),
    )


def is_dual(account: Reply) -> bool:
    """Whether an account holds a long and a short position of a contract."""
    if account.has("position_mode"):
        return account.text("position_mode") != "single"
    return account.flag("in_dual_mode")


def symbol_in(row: Reply) -> Symbol:
    """The contract of a row."""
    symbol = symbol_of(row.text("contract"))
    if symbol is None:
        raise row.wrong(f"contract is {row.text('contract')!r}, not BASE_QUOTE")
    return symbol


def time_ns(row: Reply, key: str) -> int:
    """A time of a row in ns, exactly."""
    stamp = Decimal(row.number(key))
    return int(stamp * (1_000_000 if stamp > _LATEST_SECONDS else 1_000_000_000))


def _size_field(quantity: str | None, side: Side) -> str | int:
    return 0 if quantity is None else size_of(quantity, side)


def _whole_or_text(number: str) -> str | int:
    whole = Decimal(number)
    return int(whole) if whole == whole.to_integral_value() else number


def _side(row: Reply, size: Decimal, known: Side | None) -> Side:
    if size:
        return Side.BUY if size > 0 else Side.SELL
    if known is None:
        raise row.wrong("size is 0, and nothing else says whether it has bought or sold")
    return known


def _status(row: Reply, end: str, filled: Decimal, more: bool) -> OrderStatus:
    # `more`: some of it was not filled, or it does not say how much it was.
    word = row.text("status")
    if word == "open":
        return OrderStatus.PARTIALLY_FILLED if filled else OrderStatus.NEW
    if word != "finished":
        return OrderStatus.UNKNOWN
    if end == "filled" or (filled and not more):
        return OrderStatus.FILLED
    return OrderStatus.PARTIALLY_CANCELLED if filled else OrderStatus.CANCELLED


def _margin_mode(row: Reply, leverage: Decimal) -> MarginMode:
    # Older rows say it by the leverage alone: 0 is cross.
    if not row.has("pos_margin_mode"):
        return MarginMode.ISOLATED if leverage else MarginMode.CROSS
    try:
        return MarginMode(row.text("pos_margin_mode"))
    except ValueError:
        raise row.wrong(f"pos_margin_mode is {row.text('pos_margin_mode')!r}") from None
