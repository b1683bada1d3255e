"""Sequences of diffs, snapshots and full books, lawful and not, for a session and its oracle. Knows no venue."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from hypothesis import strategies as st

Levels: TypeAlias = list[tuple[Decimal, Decimal]]
DIFF, SNAPSHOT, FULL = "diff", "snapshot", "full"


@dataclass(frozen=True)
class Step:
    """One input. Ids count from the newest one that was ever sent: `shift` 1 continues, 0 repeats, 3 leaves a gap."""

    kind: str
    shift: int
    length: int
    bids: Levels
    asks: Levels


def levels(low: int, high: int, most: int, least_qty: int) -> st.SearchStrategy[Levels]:
    """Levels of different prices on a coarse grid, so that they meet again."""
    one = st.tuples(st.integers(low, high).map(lambda n: Decimal(n) / 4), st.integers(least_qty, 3).map(Decimal))
    return st.lists(one, max_size=most, unique_by=lambda level: level[0])


def steps(kind: str, shifts: st.SearchStrategy[int], crossing: bool) -> st.SearchStrategy[Step]:
    """Steps of a kind; `crossing` ones may have bids above asks. Complete books have no level of quantity 0."""
    least = 0 if kind == DIFF else 1
    most = 5 if kind == DIFF else 9
    bids = levels(1, 44 if crossing else 40, most, least)
    asks = levels(37 if crossing else 41, 80, most, least)
    return st.builds(Step, st.just(kind), shifts, st.integers(0, 4), bids, asks)


lawful = st.just(1)
usual = st.sampled_from([1, 1, 1, 1, 1, 1, 0, -1, -3, 2, 3])
behind = st.integers(-8, 2)


def sequences(with_full: bool) -> st.SearchStrategy[list[Step]]:
    """Mostly lawful, with gaps, duplicates, overlaps, old snapshots and crossed books."""
    kinds = [
        steps(DIFF, lawful, False),
        steps(DIFF, lawful, False),
        steps(DIFF, usual, False),
        steps(DIFF, usual, True),
        steps(SNAPSHOT, behind, False),
    ]
    if with_full:
        kinds.append(steps(FULL, usual, True))
    return st.lists(st.one_of(kinds), min_size=1, max_size=40)


@dataclass
class Ids:
    """The venue's counter: turns shifts into id ranges."""

    newest: int = 1000

    def take(self, step: Step) -> tuple[int, int]:
        """(first, last) of the step's message."""
        first = max(1, self.newest + step.shift)
        last = first + step.length
        self.newest = max(self.newest, last)
        return first, last
