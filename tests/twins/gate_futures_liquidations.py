"""A plain reader of Gate futures' public liquidations, to hold the compiled one against. Slow and obvious.

Source: Gate API v4 docs, futures.public_liquidates. Knows no decoder of ours.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from hftx.enums import Side
from hftx.symbols import Symbol

from .json_walk import walk_json


class Closing(NamedTuple):
    """What one row says; the quantity in contracts."""

    symbol: Symbol
    side: Side
    price: Decimal
    quantity: Decimal
    venue_ns: int


def closings(frame: bytes) -> list[Closing]:
    """The rows of a frame that is sound."""
    said = walk_json(frame)
    assert (said["channel"], said["event"]) == ("futures.public_liquidates", "update")
    return [_closing(row) for row in said["result"]]


def _closing(row: dict[str, Any]) -> Closing:
    base, _, quote = row["contract"].partition("_")
    size, millis = Decimal(row["size"]), row["time_ms"] if "time_ms" in row else row["time"]
    side = Side.BUY if size > 0 else Side.SELL
    return Closing(Symbol(base, quote), side, Decimal(row["price"]), abs(size), millis * 1_000_000)
