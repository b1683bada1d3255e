"""Account events of Gate futures by msgspec's typed decoder. Never knows hftx."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from .account import CANCELLED, FILLED, NEW, PARTLY, PARTLY_CANCELLED, Fill, InForce, Kind, Order, Orders, Side


class OrderRow(msgspec.Struct, gc=False):
    """A row of `futures.orders`."""

    id: int
    text: str
    contract: str
    size: Decimal
    left: Decimal
    price: Decimal
    fill_price: Decimal
    tif: InForce
    status: str
    finish_as: str
    create_time_ms: int
    update_time: int


class FillRow(msgspec.Struct, gc=False):
    """A row of `futures.usertrades`."""

    id: str
    order_id: str
    contract: str
    create_time_ms: int
    size: Decimal
    price: Decimal
    role: str
    text: str
    fee: Decimal


class OrderFrame(msgspec.Struct, gc=False, tag_field="channel", tag="futures.orders"):
    """The envelope of orders."""

    result: list[OrderRow]


class FillFrame(msgspec.Struct, gc=False, tag_field="channel", tag="futures.usertrades"):
    """The envelope of fills."""

    result: list[FillRow]


def futures_receiver(orders: Orders) -> Callable[[bytes], None]:
    """Frames of Gate futures, in one pass by `channel`."""
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
                name = row.contract
                orders.order(_order(row, symbols.get(name) or symbol_of(name)))
        else:
            for fill in frame.result:
                name = fill.contract
                orders.fill(_fill(fill, symbols.get(name) or symbol_of(name)))

    return receive


def _order(row: OrderRow, symbol: tuple[str, str]) -> Order:
    size, left, text = row.size, row.left, row.text
    side = Side.BUY
    if size < 0:
        size, left, side = -size, -left, Side.SELL
    filled = size - left
    if row.status == "open":
        status, end = PARTLY if filled else NEW, ""
    else:
        end = row.finish_as
        status = FILLED if end == "filled" else PARTLY_CANCELLED if filled else CANCELLED
    return Order(
        symbol, str(row.id), text if text.startswith("t-") else None, side, Kind.LIMIT if row.price else Kind.MARKET,
        row.tif, status, row.price, size, filled, filled * row.fill_price, row.create_time_ms, row.update_time, end,
    )  # fmt: skip


def _fill(row: FillRow, symbol: tuple[str, str]) -> Fill:
    size, text = row.size, row.text
    side = Side.BUY
    if size < 0:
        size, side = -size, Side.SELL
    return Fill(
        symbol, row.id, row.order_id, text if text.startswith("t-") else None, side, row.price, size, row.fee, "USDT",
        row.role == "maker", row.create_time_ms,
    )  # fmt: skip
