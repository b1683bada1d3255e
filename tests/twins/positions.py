"""A plain model of what is known of an account's positions, to hold the compiled one against. Slow and obvious.

It keeps every push with the time of its receipt, and works out what is known from the beginning. Knows no code of ours
but the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeAlias

from hftx.enums import PositionSide
from hftx.positions import Position
from hftx.symbols import Symbol

Key: TypeAlias = tuple[Symbol, PositionSide]


def numbered(one: Position, other: Position) -> bool:
    return one.update_id is not None and other.update_id is not None


def younger(one: Position, other: Position) -> bool:
    """Whether `one` was made after `other`."""
    if one.update_id is not None and other.update_id is not None:
        return one.update_id > other.update_id
    return one.venue_ns > other.venue_ns or (one.venue_ns == other.venue_ns and differ(one, other))


def differ(one: Position, other: Position) -> bool:
    """In more than their stamps."""
    return replace(one, update_id=None, venue_ns=0) != replace(other, update_id=None, venue_ns=0)


@dataclass
class PlainPositions:
    """What is known, and what was heard when."""

    known: dict[Key, Position] = field(default_factory=dict)
    heard: dict[Key, int] = field(default_factory=dict)
    doubted: dict[Key, Position] = field(default_factory=dict)

    def push(self, position: Position, now_ns: int) -> bool:
        key = position.symbol, position.side
        self.heard[key] = now_ns
        news = key not in self.known or younger(position, self.known[key])
        if news:
            self.known[key] = position
        return news

    def listed(self, rows: list[Position], asked_ns: int) -> list[Position]:
        """The changed ones, in no order."""
        before = dict(self.known)
        for row in rows:
            self._row(row, asked_ns)
        for key, held in before.items():
            if key in {(row.symbol, row.side) for row in rows} or not held.size:
                continue
            if self.heard.get(key, -1) < asked_ns:
                self.doubted.pop(key, None)
                self.known[key] = replace(
                    held, size=Decimal(0), entry_price=None, margin=Decimal(0), liquidation_price=None
                )
        return [now for key, now in self.known.items() if key not in before or differ(before[key], now)]

    def _row(self, row: Position, asked_ns: int) -> None:
        key = row.symbol, row.side
        held = self.known.get(key)
        if held is None:
            if row.size:
                self.known[key] = row
            return
        behind = numbered(row, held) and (row.update_id or 0) < (held.update_id or 0)
        if self.heard.get(key, -1) >= asked_ns:
            if numbered(row, held) and younger(row, held):
                self.known[key] = row
                self.doubted.pop(key, None)
        elif behind and self.doubted.get(key) != held:
            self.doubted[key] = held
        else:
            self.known[key] = row
            self.doubted.pop(key, None)
