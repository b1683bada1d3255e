"""One side of a limit book: levels, and who stands in line on those that hold orders of accounts.

A side keeps its levels under *keys*: the ask's price, or the bid's price negated. So on both sides the best
level has the smallest key, and the book is crossed exactly when the two best keys add up to zero or less.
What the seeded market has on a level stands in line with the accounts' orders, in order of arrival.
Must never know: venues, what an order is, when anything happens.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator


class Slot:
    """A place in the line of a level; ``owner`` None is the seeded market."""

    __slots__ = ("owner", "qty")

    def __init__(self, owner: object | None, qty: int) -> None:
        self.owner = owner
        self.qty = qty


class Side:
    """The levels of one side, best first. ``lines`` has only levels with orders of accounts."""

    __slots__ = ("keys", "lines", "qty")

    def __init__(self) -> None:
        self.keys: list[int] = []
        self.qty: dict[int, int] = {}
        self.lines: dict[int, list[Slot]] = {}

    def set(self, key: int, qty: int) -> int:
        """Put a level's whole quantity, zero to remove it; returns what it was."""
        old = self.qty.get(key, 0)
        if qty:
            if not old:
                insort(self.keys, key)
            self.qty[key] = qty
        elif old:
            del self.qty[key]
            del self.keys[bisect_left(self.keys, key)]
        return old

    def levels(self, limit: int | None = None) -> list[tuple[int, int]]:
        return [(abs(key), self.qty[key]) for key in self.keys[:limit]]

    def line(self, key: int) -> list[Slot]:
        """Who stands on a level, the seeded market alone where no account does."""
        line = self.lines.get(key)
        return line if line is not None else [Slot(None, self.qty[key])] if key in self.qty else []

    def lined_up(self) -> Iterator[tuple[int, object | None, int]]:
        """Key, owner and quantity of everything that rests, in the order in which it would be hit."""
        for key in self.keys:
            for slot in self.line(key):
                yield key, slot.owner, slot.qty

    def front(self, key: int) -> tuple[object | None, int]:
        """Who is first on a level, and with how much."""
        line = self.lines.get(key)
        return (None, self.qty[key]) if line is None else (line[0].owner, line[0].qty)

    def join(self, key: int, owner: object, qty: int) -> int:
        """Put an order at the end of the line; the level's quantity then, not yet set."""
        line = self.line(key)
        line.append(Slot(owner, qty))
        self.lines[key] = line
        return self.qty.get(key, 0) + qty

    def leave(self, key: int, owner: object, qty: int) -> int:
        """Take this much of an order out of the line; the level's quantity then, not yet set."""
        slot = next(slot for slot in self.lines[key] if slot.owner is owner)
        slot.qty -= qty
        self._tidy(key)
        return self.qty[key] - qty

    def consume(self, key: int, qty: int) -> int:
        """Take this much, at most all, from the first in line; the level's quantity then, not yet set."""
        line = self.lines.get(key)
        if line is not None:
            line[0].qty -= qty
            self._tidy(key)
        return self.qty[key] - qty

    def seeded(self, key: int) -> int:
        """What the seeded market has on a level."""
        line = self.lines.get(key)
        return self.qty.get(key, 0) if line is None else sum(slot.qty for slot in line if slot.owner is None)

    def seed(self, key: int, qty: int) -> int:
        """Let the seeded market have this much on a level; the level's quantity then, not yet set.

        More goes to the end of the line, less is taken from there.
        """
        line = self.lines.get(key)
        if line is None:
            return qty
        change = qty - self.seeded(key)
        if change > 0:
            line.append(Slot(None, change))
        for slot in reversed(line):
            if change < 0 and slot.owner is None:
                cut = min(slot.qty, -change)
                slot.qty -= cut
                change += cut
        self._tidy(key)
        return sum(slot.qty for slot in line)

    def seeded_levels(self) -> int:
        """How many levels the seeded market has."""
        if not self.lines:
            return len(self.keys)
        alone = sum(1 for line in self.lines.values() if all(slot.owner is not None for slot in line))
        return len(self.keys) - alone

    def deepest(self) -> int:
        """The last level of the seeded market."""
        return next((key for key in reversed(self.keys) if self.seeded(key)), self.keys[-1])

    def seeded_from(self, index: int) -> int:
        """The level at this place, or the nearest one of the seeded market behind it, else before it."""
        key = self.keys[index]
        if key not in self.lines or self.seeded(key):
            return key
        behind = (key for key in self.keys[index + 1 :] if self.seeded(key))
        before = (key for key in reversed(self.keys[:index]) if self.seeded(key))
        return next(behind, None) or next(before)

    def _tidy(self, key: int) -> None:
        line = [slot for slot in self.lines[key] if slot.qty]
        if any(slot.owner is not None for slot in line):
            self.lines[key][:] = line
        else:
            del self.lines[key]
