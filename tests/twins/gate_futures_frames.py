"""Gate USDT futures frames as the venue sends them.

Source: Gate API v4 docs, futures websocket channels and "Futures order book". Knows no decoder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeAlias

Level: TypeAlias = tuple[Decimal, Decimal]
TIME_MS = 1767225600400


def size(number: Decimal, decimal: bool = False) -> int | str:
    """A size: a whole number, or text when the client asked for decimal sizes."""
    return format(number, "f") if decimal or number % 1 else int(number)


def named(levels: Sequence[Level], decimal: bool = False) -> list[dict[str, Any]]:
    """Levels as `{"p": price, "s": size}`."""
    return [{"p": format(px, "f"), "s": size(qty, decimal)} for px, qty in levels]


def write(value: Any) -> bytes:
    """JSON as the venue writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def push(channel: str, result: Any, event: str = "update") -> bytes:
    """A pushed frame of any channel but `futures.obu`."""
    head = {"time": TIME_MS // 1000, "time_ms": TIME_MS + 3, "channel": channel, "event": event}
    return write(head | {"result": result})


def obu(name: str, bids: Sequence[Level], asks: Sequence[Level], last_id: int, first_id: int | None = None,
        empty: bool = False) -> bytes:  # fmt: skip
    """A `futures.obu` frame: full without `first_id`; `empty` leaves out the sides."""
    head = {"t": TIME_MS, "full": True} if first_id is None else {"t": TIME_MS}
    ids = {"u": last_id} if first_id is None else {"U": first_id, "u": last_id}
    sides = {side: [[format(px, "f"), format(qty, "f")] for px, qty in levels]
             for side, levels in (("b", bids), ("a", asks))}  # fmt: skip
    result = {**head, "s": f"ob.{name}.50", **ids, **({} if empty else sides)}
    return write({"channel": "futures.obu", "result": result, "time_ms": TIME_MS + 4})


def order_book_update(name: str, bids: Sequence[Level], asks: Sequence[Level], last_id: int, first_id: int,
                      decimal: bool = False, **more: Any) -> bytes:  # fmt: skip
    """A `futures.order_book_update` frame."""
    result = {"t": TIME_MS, "s": name, "U": first_id, "u": last_id, "b": named(bids, decimal),
              "a": named(asks, decimal), "l": "100"}  # fmt: skip
    return push("futures.order_book_update", result | more)


def rest_order_book(book_id: int, bids: Sequence[Level], asks: Sequence[Level]) -> bytes:
    """The reply of `GET /futures/usdt/order_book?with_id=true`; its times are seconds."""
    times = {"current": 1767225600.411, "update": 1767225600.409}
    return write({"id": book_id, **times, "asks": named(asks), "bids": named(bids)})


def trade_row(name: str, trade_id: int, amount: Any, price: Any, **more: Any) -> dict[str, Any]:
    """One row of `futures.trades`; a negative size was sold."""
    times = {"create_time": TIME_MS // 1000, "create_time_ms": TIME_MS}
    return {"size": amount, "id": trade_id, **times, "price": price, "contract": name, **more}


def book_ticker(name: str, bid: tuple[str, Any], ask: tuple[str, Any], update_id: int) -> bytes:
    """A `futures.book_ticker` frame; an empty side is `("", 0)`."""
    result = {"t": TIME_MS, "u": update_id, "s": name, "b": bid[0], "B": bid[1], "a": ask[0], "A": ask[1]}
    return push("futures.book_ticker", result)


def ticker_row(name: str, **changes: Any) -> dict[str, Any]:
    """One row of `futures.tickers`."""
    row = {
        "contract": name, "last": "100.75", "change_percentage": "-1.25", "funding_rate": "-0.000125",
        "funding_rate_indicative": "0.0001", "mark_price": "100.74", "index_price": "100.7", "total_size": "73648",
        "volume_24h": "100", "volume_24h_btc": "0", "volume_24h_usd": "10075", "volume_24h_base": "12.5",
        "volume_24h_quote": "1250.125", "volume_24h_settle": "1250.125", "quanto_base_rate": "", "low_24h": "90.5",
        "high_24h": "110", "funding_interval": 28800, "t": TIME_MS,
    }  # fmt: skip
    return row | changes


def liquidation_row(name: str, amount: Any, price: Any, **more: Any) -> dict[str, Any]:
    """One row of `futures.public_liquidates`, as since August 2026; a negative size was sold."""
    return {"price": price, "size": amount, "time": TIME_MS, "contract": name, **more}


def kline_row(name: str, **changes: Any) -> dict[str, Any]:
    """One row of `futures.candlesticks`."""
    row = {"t": 1767225600, "v": 27525555, "c": "100.75", "h": "110", "l": "90.5", "o": "99", "n": f"1m_{name}",
           "a": "314732.87412", "w": False}  # fmt: skip
    return row | changes
