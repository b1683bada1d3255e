"""Account events by msgspec's typed decoder (Gate) and the official protobuf runtime (MEXC). Never knows hftx."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from .account import (
    CANCELLED,
    FILLED,
    NEW,
    PARTLY,
    PARTLY_CANCELLED,
    Fill,
    InForce,
    Kind,
    Order,
    Orders,
    Side,
)
from .account_schema import AccountWrapper


class OrderRow(msgspec.Struct, gc=False):
    """A row of `spot.orders`."""

    id: str
    text: str
    currency_pair: str
    type: Kind
    side: Side
    amount: Decimal
    price: Decimal
    time_in_force: InForce
    left: Decimal
    filled_total: Decimal
    filled_amount: Decimal
    create_time_ms: int
    update_time_ms: int
    event: str
    finish_as: str


class FillRow(msgspec.Struct, gc=False):
    """A row of `spot.usertrades`."""

    id: int
    order_id: str
    currency_pair: str
    create_time_ms: float
    side: Side
    amount: Decimal
    role: str
    price: Decimal
    fee: Decimal
    fee_currency: str
    text: str
    point_fee: Decimal
    gt_fee: Decimal


class OrderFrame(msgspec.Struct, gc=False, tag_field="channel", tag="spot.orders"):
    """The envelope of orders."""

    result: list[OrderRow]


class FillFrame(msgspec.Struct, gc=False, tag_field="channel", tag="spot.usertrades"):
    """The envelope of fills."""

    result: list[FillRow]


def gate_receiver(orders: Orders) -> Callable[[bytes], None]:
    """Frames of Gate, in one pass by `channel`."""
    decode = msgspec.json.Decoder(OrderFrame | FillFrame, strict=False).decode
    symbols: dict[str, tuple[str, str]] = {}

    def symbol_of(name: str) -> tuple[str, str]:
        base, _, quote = name.partition("_")
        symbol = symbols[name] = base, quote
        return symbol

    def receive(data: bytes) -> None:
        frame = decode(data)
        if type(frame) is OrderFrame:
            for row in frame.result:
                name = row.currency_pair
                orders.order(_gate_order(row, symbols.get(name) or symbol_of(name)))
        else:
            for fill in frame.result:
                name = fill.currency_pair
                orders.fill(_gate_fill(fill, symbols.get(name) or symbol_of(name)))

    return receive


def _gate_order(row: OrderRow, symbol: tuple[str, str]) -> Order:
    filled, end = row.filled_amount, row.finish_as
    if row.event != "finish":
        status = PARTLY if filled else NEW
    elif end == "filled" or (filled and not row.left):
        status = FILLED
    else:
        status = PARTLY_CANCELLED if filled else CANCELLED
    text = row.text
    return Order(
        symbol, row.id, text if text.startswith("t-") else None, row.side, row.type, row.time_in_force, status,
        row.price, row.amount, filled, row.filled_total, row.create_time_ms, row.update_time_ms, end,
    )  # fmt: skip


def _gate_fill(row: FillRow, symbol: tuple[str, str]) -> Fill:
    fee, asset, text = row.fee, row.fee_currency, row.text
    if not fee:
        if row.gt_fee:
            fee, asset = row.gt_fee, "GT"
        elif row.point_fee:
            fee, asset = row.point_fee, "POINT"
    return Fill(
        symbol, str(row.id), row.order_id, text if text.startswith("t-") else None, row.side, row.price,
        row.amount, fee, asset, row.role == "maker", int(row.create_time_ms),
    )  # fmt: skip


_MEXC_SIDES: Any = (None, Side.BUY, Side.SELL)
_MEXC_STATUSES: Any = (None, NEW, FILLED, PARTLY, CANCELLED, PARTLY_CANCELLED)
_MEXC_KINDS: Any = (
    None, (Kind.LIMIT, InForce.GTC), (Kind.LIMIT, InForce.POC), (Kind.LIMIT, InForce.IOC), (Kind.LIMIT, InForce.FOK),
    (Kind.MARKET, InForce.IOC),
)  # fmt: skip


def mexc_receiver(orders: Orders, symbols: dict[str, tuple[str, str]]) -> Callable[[bytes], None]:
    """Frames of MEXC; `symbols` by wire name."""
    decode = AccountWrapper.FromString

    def receive(data: bytes) -> None:
        push = decode(data)
        body = push.WhichOneof("body")
        symbol = symbols[push.symbol]
        if body == "privateOrders":
            row = push.privateOrders
            kind, in_force = _MEXC_KINDS[row.orderType]
            orders.order(Order(
                symbol, row.id, row.clientId or None, _MEXC_SIDES[row.tradeType], kind, in_force,
                _MEXC_STATUSES[row.status], Decimal(row.price), Decimal(row.quantity), Decimal(row.cumulativeQuantity),
                Decimal(row.cumulativeAmount), row.createTime, push.sendTime, "",
            ))  # fmt: skip
        else:
            deal = push.privateDeals
            orders.fill(Fill(
                symbol, deal.tradeId, deal.orderId, deal.clientOrderId or None, _MEXC_SIDES[deal.tradeType],
                Decimal(deal.price), Decimal(deal.quantity), Decimal(deal.feeAmount), deal.feeCurrency,
                deal.isMaker, deal.time,
            ))  # fmt: skip

    return receive
