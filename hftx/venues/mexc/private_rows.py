"""Rows of MEXC spot's private answers and the spelling of orders. Makes no call.

Source: MEXC Spot v3 docs, "Spot Account/Trade", "Wallet Endpoints", "ENUM definitions".
"""

from __future__ import annotations

from decimal import Decimal

from hftx.enums import ExchangeEnum, OrderStatus, OrderType, SelfTradePrevention, Side, TimeInForce
from hftx.errors import UsageError
from hftx.orders import AssetBalance, Execution, Order
from hftx.rest.order_text import OrderRef, PlainOrder
from hftx.rest.reply import Reply
from hftx.rest.withdrawal import Deposit, DepositAddress, NetworkInfo, WithdrawalResponse, WithdrawalStatus
from hftx.symbols import Symbol
from hftx.venue_rules import VENUE_RULES

_NS = 1_000_000
_CLIENT_IDS = VENUE_RULES[ExchangeEnum.MEXC].client_ids
_SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
_SIDE_WORDS = {side: word for word, side in _SIDES.items()}
_TYPES = {
    "LIMIT": (OrderType.LIMIT, TimeInForce.GTC),
    "LIMIT_MAKER": (OrderType.LIMIT, TimeInForce.POST_ONLY),
    "IMMEDIATE_OR_CANCEL": (OrderType.LIMIT, TimeInForce.IOC),
    "FILL_OR_KILL": (OrderType.LIMIT, TimeInForce.FOK),
    "MARKET": (OrderType.MARKET, TimeInForce.IOC),
    "STOP_MARKET_ORDER": (OrderType.MARKET, TimeInForce.IOC),
}
# There is no timeInForce parameter: it would be ignored, and the order would rest.
_TYPE_WORDS = {
    TimeInForce.GTC: "LIMIT",
    TimeInForce.POST_ONLY: "LIMIT_MAKER",
    TimeInForce.IOC: "IMMEDIATE_OR_CANCEL",
    TimeInForce.FOK: "FILL_OR_KILL",
}
_STATUSES = {
    "NEW": OrderStatus.NEW,
    "PARTIALLY_FILLED": OrderStatus.PARTIALLY_FILLED,
    "FILLED": OrderStatus.FILLED,
    "CANCELED": OrderStatus.CANCELLED,
    "PARTIALLY_CANCELED": OrderStatus.PARTIALLY_CANCELLED,
}
_STP_WORDS = {
    SelfTradePrevention.CANCEL_MAKER: "cancel_maker",
    SelfTradePrevention.CANCEL_TAKER: "cancel_taker",
    SelfTradePrevention.CANCEL_BOTH: "cancel_both",
}
_WITHDRAWAL_STATUSES = {
    1: WithdrawalStatus.PENDING,
    2: WithdrawalStatus.PENDING,
    3: WithdrawalStatus.PENDING,
    4: WithdrawalStatus.PROCESSING,
    5: WithdrawalStatus.PROCESSING,
    6: WithdrawalStatus.PROCESSING,
    7: WithdrawalStatus.COMPLETED,
    8: WithdrawalStatus.FAILED,
    9: WithdrawalStatus.CANCELLED,
    10: WithdrawalStatus.PENDING,
}
_CREDITED = ("5", "12")  # SUCCESS, COMPLETED


def order_fields(order: PlainOrder, wire: str) -> dict[str, str]:
    """The parameters of a new order. Raises `UsageError` for what the venue has no word for."""
    if order.order_type is OrderType.MARKET and order.time_in_force is TimeInForce.FOK:
        raise UsageError(
            "MEXC has no market order that fills in full or not at all; use a limit order with FOK"
        )
    if order.client_order_id is not None and not _CLIENT_IDS.fits(order.client_order_id):
        raise UsageError(f"on MEXC a client order id is {_CLIENT_IDS}, not {order.client_order_id!r}")
    market = order.order_type is OrderType.MARKET
    fields = {
        "symbol": wire,
        "side": _SIDE_WORDS[order.side],
        "type": "MARKET" if market else _TYPE_WORDS[order.time_in_force],
        "quantity": order.quantity,
        "quoteOrderQty": order.quote_quantity,
        "price": order.price,
        "newClientOrderId": order.client_order_id,
        "stpMode": _STP_WORDS.get(order.stp),
    }
    return {name: value for name, value in fields.items() if value is not None}


def ref_fields(ref: OrderRef, wire: str) -> dict[str, str]:
    """The parameters that name an existing order."""
    if ref.order_id is not None:
        return {"symbol": wire, "orderId": ref.order_id}
    return {"symbol": wire, "origClientOrderId": ref.client_order_id or ""}


def placed(order: PlainOrder, row: Reply, now_ns: int) -> Order:
    """The order that the venue has taken on. Its answer tells nothing of fills: NEW, none filled so far."""
    market = order.order_type is OrderType.MARKET
    venue_ms = row.integer_or_none("transactTime")
    venue_ns = now_ns if venue_ms is None else venue_ms * _NS
    return Order(
        symbol=order.symbol,
        order_id=row.text("orderId"),
        client_order_id=order.client_order_id,
        side=order.side,
        order_type=order.order_type,
        time_in_force=TimeInForce.IOC if market else order.time_in_force,
        status=OrderStatus.NEW,
        price=None if order.price is None else Decimal(order.price),
        quantity=None if order.quantity is None else Decimal(order.quantity),
        quote_quantity=None if order.quote_quantity is None else Decimal(order.quote_quantity),
        filled_quantity=Decimal(0),
        filled_quote=Decimal(0),
        created_ns=venue_ns,
        updated_ns=venue_ns,
    )


def order_of(symbol: Symbol, row: Reply) -> Order:
    """One order of a query. A status or type that is not in the documentation is told in `reason`."""
    kind, in_force = _TYPES.get(row.text("type"), (OrderType.LIMIT, TimeInForce.GTC))
    market = kind is OrderType.MARKET
    created = row.integer("time") * _NS
    quote_qty = _above_zero(row, "origQuoteOrderQty") if market else None
    return Order(
        symbol=symbol,
        order_id=row.text("orderId"),
        client_order_id=row.text("clientOrderId") if row.has("clientOrderId") else None,
        side=_side(row),
        order_type=kind,
        time_in_force=in_force,
        status=_STATUSES.get(row.text("status"), OrderStatus.UNKNOWN),
        price=None if market else Decimal(row.number("price")),  # of a market order: a protection price
        quantity=_quantity(row),
        quote_quantity=quote_qty,
        filled_quantity=Decimal(row.number("executedQty")),
        filled_quote=Decimal(row.number(_quote_key(row))),
        created_ns=created,
        updated_ns=row.integer("updateTime") * _NS if row.has("updateTime") else created,
        reason=_reason(row),
    )


def cancelling(symbol: Symbol, row: Reply, now_ns: int) -> Order:
    """The order of a cancel's acknowledgement, which is not final and may lack everything but the order."""
    kind, in_force = _TYPES.get(row.text("type"), (OrderType.LIMIT, TimeInForce.GTC))
    return Order(
        symbol=symbol,
        order_id=row.text("orderId"),
        client_order_id=row.text("origClientOrderId") if row.has("origClientOrderId") else None,
        side=_side(row),
        order_type=kind,
        time_in_force=in_force,
        status=OrderStatus.UNKNOWN,
        price=None if kind is OrderType.MARKET else row.decimal_or_none("price"),
        quantity=_quantity(row),
        quote_quantity=None,
        filled_quantity=row.decimal_or_none("executedQty") or Decimal(0),
        filled_quote=row.decimal_or_none(_quote_key(row)) or Decimal(0),
        created_ns=0,
        updated_ns=now_ns,
    )


def execution_of(symbol: Symbol, row: Reply) -> Execution:
    """One fill of myTrades."""
    return Execution(
        symbol=symbol,
        trade_id=row.word("id"),
        order_id=row.word("orderId"),
        client_order_id=row.text("clientOrderId") if row.has("clientOrderId") else None,
        side=Side.BUY if row.flag("isBuyer") else Side.SELL,
        price=Decimal(row.number("price")),
        quantity=Decimal(row.number("qty")),
        fee=Decimal(row.number("commission")),
        fee_asset=row.text("commissionAsset"),
        is_maker=row.flag("isMaker"),
        venue_ns=row.integer("time") * _NS,
    )


def balance_of(row: Reply, venue_ns: int) -> AssetBalance:
    """One asset of the account."""
    return AssetBalance(
        row.text("asset"), Decimal(row.number("free")), Decimal(row.number("locked")), venue_ns
    )


def network_row(row: Reply) -> NetworkInfo:
    """One network of config/getall. The venue does not say which networks need a memo."""
    return NetworkInfo(
        asset=row.text("coin"),
        network=_network(row) or "",
        deposit_enabled=row.flag("depositEnable"),
        withdraw_enabled=row.flag("withdrawEnable"),
        fee=row.decimal_or_none("withdrawFee"),
        minimum=row.decimal_or_none("withdrawMin"),
        maximum=row.decimal_or_none("withdrawMax"),
        step=_above_zero(row, "withdrawIntegerMultiple"),
        contract=row.text("contract") if row.has("contract") else None,
    )


def withdrawal_of(row: Reply) -> WithdrawalResponse:
    """One withdrawal of the history."""
    status = row.integer("status")
    created = row.integer("applyTime") * _NS
    return WithdrawalResponse(
        withdrawal_id=row.text("id"),
        asset=row.text("coin").split("-")[0],
        network=_network(row),
        address=_text(row, "address"),
        memo=_text(row, "memo"),
        amount=Decimal(row.number("amount")),
        fee=row.decimal_or_none("transactionFee"),
        status=_WITHDRAWAL_STATUSES.get(status, WithdrawalStatus.UNKNOWN),
        venue_status=str(status),
        tx_id=_text(row, "transHash") or _text(row, "txId"),
        client_id=_text(row, "withdrawOrderId"),
        created_ns=created,
        updated_ns=row.integer("updateTime") * _NS if row.has("updateTime") else created,
        reason=_text(row, "remark") or "",
    )


def deposit_of(row: Reply) -> Deposit:
    """One deposit of the history."""
    status = row.word("status")
    return Deposit(
        asset=row.text("coin"),
        network=_network(row),
        address=_text(row, "address"),
        memo=_text(row, "memo"),
        amount=Decimal(row.number("amount")),
        tx_id=_text(row, "txId"),
        venue_status=status,
        is_credited=status in _CREDITED,
        venue_ns=row.integer("insertTime") * _NS,
    )


def deposit_address_of(row: Reply) -> DepositAddress:
    """One address of the account."""
    return DepositAddress(row.text("coin"), _network(row) or "", row.text("address"), _text(row, "memo"))


def _side(row: Reply) -> Side:
    side = _SIDES.get(row.text("side"))
    if side is None:
        raise row.wrong(f"side is {row.text('side')!r}, not BUY or SELL")
    return side


def _quantity(row: Reply) -> Decimal | None:
    return _above_zero(row, "origQty" if row.has("origQty") else "Qty")  # the documentation prints Qty


def _quote_key(row: Reply) -> str:
    return "cummulativeQuoteQty" if row.has("cummulativeQuoteQty") else "cumulativeQuoteQty"


def _above_zero(row: Reply, key: str) -> Decimal | None:
    value = row.decimal_or_none(key)
    return value if value else None


def _reason(row: Reply) -> str:
    odd = [
        row.text(key)
        for key, known in (("status", _STATUSES), ("type", _TYPES))
        if row.text(key) not in known
    ]
    told = [row.text("cancelReason")] if row.has("cancelReason") else []
    return ", ".join(told + odd)


def _network(row: Reply) -> str | None:
    return _text(row, "netWork") or _text(row, "network")  # the short name is the one to withdraw by


def _text(row: Reply, key: str) -> str | None:
    return row.text(key) if row.has(key) else None
