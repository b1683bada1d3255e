"""A plain reader of Gate USDT futures' account frames, to hold the compiled one against. Slow and obvious.

Source: Gate API v4 docs, "Futures WebSocket v4", private channels. Knows no decoder of ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

from hftx.enums import MarginMode, OrderStatus, OrderType, PositionSide, Side, TimeInForce
from hftx.orders import Execution, Order
from hftx.positions import Deleverage, Liquidation, Position, WalletBalance
from hftx.symbols import Symbol

IN_FORCE = {"gtc": TimeInForce.GTC, "ioc": TimeInForce.IOC, "fok": TimeInForce.FOK, "poc": TimeInForce.POST_ONLY}
SIDES = {"single": PositionSide.BOTH, "dual_long": PositionSide.LONG, "dual_short": PositionSide.SHORT}


def records(frame: bytes) -> list[Any]:
    """The events of a frame that is sound."""
    said = json.loads(frame, parse_float=Decimal, parse_int=Decimal)
    assert said.get("event", "update") == "update"
    return [READERS[said["channel"]](row) for row in said["result"]]


def number(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value)


def worth(filled: Decimal, average: Decimal) -> Decimal:
    """The sum of price times size: an average of 8 decimals or more, and over 10 digits, is a rounded one."""
    with localcontext(prec=200):
        text = format(average.normalize(), "f")
        places = len(text.partition(".")[2])
        product = filled * average
        if places >= 8 and len(text.replace(".", "").lstrip("0")) > 10:
            for fewer in range(places):
                if abs(round(product, fewer) - product) <= filled * Decimal(10) ** -places:
                    return round(product, fewer)
        return product


def symbol(row: dict[str, Any]) -> Symbol:
    base, _, quote = row["contract"].partition("_")
    return Symbol(base, quote)


def millis(value: Any) -> int:
    return int(number(value)) * 1_000_000


def own(text: str | None) -> str | None:
    return text if text is not None and text.startswith("t-") and len(text) > 2 else None


def order(row: dict[str, Any]) -> Order:
    size, left, price = number(row["size"]), number(row["left"]), number(row["price"])
    filled = abs(size) - abs(left)
    if row["status"] == "open":
        status, reason = (OrderStatus.PARTIALLY_FILLED if filled else OrderStatus.NEW), ""
    else:
        end = row.get("finish_as") or ""
        reason = "" if end in ("filled", "cancelled", "_new", "_update", "open", "-") else end
        if end == "filled" or (filled and not left):
            status = OrderStatus.FILLED
        else:
            status = OrderStatus.PARTIALLY_CANCELLED if filled else OrderStatus.CANCELLED
    return Order(
        symbol=symbol(row),
        order_id=str(row["id"]),
        client_order_id=own(row.get("text")),
        side=Side.BUY if size > 0 else Side.SELL,
        order_type=OrderType.LIMIT if price else OrderType.MARKET,
        time_in_force=IN_FORCE.get(row["tif"], TimeInForce.GTC),
        status=status,
        price=price or None,
        quantity=abs(size),
        quote_quantity=None,
        filled_quantity=filled,
        filled_quote=worth(filled, number(row.get("fill_price", 0))),
        created_ns=millis(row["create_time_ms"]),
        updated_ns=millis(row.get("update_time") or row["finish_time_ms"]),
        reason=reason,
    )


def fill(row: dict[str, Any]) -> Execution:
    size, fee, points = number(row["size"]), number(row["fee"]), number(row.get("point_fee") or 0)
    return Execution(
        symbol=symbol(row),
        trade_id=str(row["id"]),
        order_id=str(row["order_id"]),
        client_order_id=own(row.get("text")),
        side=Side.BUY if size > 0 else Side.SELL,
        price=number(row["price"]),
        quantity=abs(size),
        fee=points if points and not fee else fee,
        fee_asset="POINT" if points and not fee else "USDT",
        is_maker=row["role"] == "maker",
        venue_ns=millis(row["create_time_ms"]),
    )


def position(row: dict[str, Any]) -> Position:
    leverage, update_id = number(row["leverage"]), row.get("update_id")
    word = row.get("pos_margin_mode") or ("isolated" if leverage else "cross")
    return Position(
        symbol=symbol(row),
        side=SIDES[row["mode"]],
        size=number(row["size"]),
        entry_price=number(row["entry_price"]) or None,
        leverage=leverage,
        margin_mode=MarginMode(word),
        margin=number(row["margin"]),
        liquidation_price=number(row.get("liq_price") or 0) or None,
        realised_pnl=number(row["realised_pnl"]),
        update_id=None if update_id is None else int(update_id),
        venue_ns=millis(row["time_ms"]),
    )


def wallet(row: dict[str, Any]) -> WalletBalance:
    asset = "POINT" if row["type"].startswith("point_") else (row.get("currency") or "usdt").upper()
    return WalletBalance(asset, number(row["balance"]), number(row["change"]), row["type"], millis(row["time_ms"]))


def liquidation(row: dict[str, Any]) -> Liquidation:
    return Liquidation(
        symbol=symbol(row),
        order_id=str(row["order_id"]),
        size=number(row["size"]),
        left=number(row["left"]),
        order_price=number(row["order_price"]),
        fill_price=number(row["fill_price"]),
        mark_price=number(row["mark_price"]),
        entry_price=number(row["entry_price"]),
        liquidation_price=number(row["liq_price"]),
        margin=number(row["margin"]),
        leverage=number(row["leverage"]),
        venue_ns=millis(row["time_ms"]),
    )


def deleverage(row: dict[str, Any]) -> Deleverage:
    return Deleverage(
        symbol=symbol(row),
        position_size=number(row["position_size"]),
        trade_size=number(row["trade_size"]),
        entry_price=number(row["entry_price"]),
        fill_price=number(row["fill_price"]),
        venue_ns=millis(row["time_ms"]),
    )


READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "futures.orders": order, "futures.usertrades": fill, "futures.positions": position, "futures.balances": wallet,
    "futures.liquidates": liquidation, "futures.auto_deleverages": deleverage,
}  # fmt: skip
