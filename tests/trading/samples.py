"""Orders, fills and intents for the tests, short to write. Knows no store."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from hftx.enums import OrderStatus, OrderType, Side, TimeInForce
from hftx.orders import Execution, Order, OrderParams
from hftx.symbols import Symbol
from hftx.trading.journal_records import Intent, replay

BTC = Symbol("BTC", "USDT")
ETH = Symbol("ETH", "USDT")


def an_order(status: OrderStatus = OrderStatus.NEW, filled: str = "0", **fields: Any) -> Order:
    """A limit order to buy 10 at 100, with `filled` base units for 100 each."""
    values: dict[str, Any] = {
        "symbol": BTC, "order_id": "7", "client_order_id": "t-a", "side": Side.BUY,
        "order_type": OrderType.LIMIT, "time_in_force": TimeInForce.GTC, "status": status,
        "price": Decimal(100), "quantity": Decimal(10), "quote_quantity": None,
        "filled_quantity": Decimal(filled), "filled_quote": Decimal(filled) * 100,
        "created_ns": 1_000, "updated_ns": 1_000,
    }  # fmt: skip
    return Order(**{**values, **fields})


def a_fill(trade_id: str, quantity: str = "1", **fields: Any) -> Execution:
    """A fill of `an_order` at 100."""
    values: dict[str, Any] = {
        "symbol": BTC, "trade_id": trade_id, "order_id": "7", "client_order_id": None, "side": Side.BUY,
        "price": Decimal(100), "quantity": Decimal(quantity), "fee": Decimal("0.001"), "fee_asset": "BTC",
        "is_maker": True, "venue_ns": 2_000,
    }  # fmt: skip
    return Execution(**{**values, **fields})


def an_intent(**fields: Any) -> OrderParams:
    """A limit order to buy, as a strategy wants it."""
    values: dict[str, Any] = {
        "symbol": BTC, "side": Side.BUY, "order_type": OrderType.LIMIT,
        "quantity": Decimal("0.10"), "price": Decimal("91250.40"),
    }  # fmt: skip
    return OrderParams(**{**values, **fields})


def on_file(path: Path) -> dict[str, Intent]:
    """Unfinished intents as the next start would read them."""
    return replay(str(path), path.read_bytes())[0]
