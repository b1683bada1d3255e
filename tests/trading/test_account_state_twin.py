"""Balances of an account against a plain model: pushes in order, twice or lost, answers of REST in between, reconnects.

On the way an asset never shows what the venue never had, and never goes back behind a push of the current connection.
Once a connection loses nothing and one question asked on it was answered, every asset is the venue's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hftx.orders import AssetBalance
from tests.core.account_rig import NOW, Rig, gate_balance, gate_rig, mexc_balance, mexc_rig

ASSETS = ("BTC", "USDT", "ETH")
FIRST_MS = 1_767_225_600_000
VERBS = (*("change",) * 3, *("deliver",) * 3, "repeat", "lose", "ask", "answer", "reconnect", "outage")
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 2), st.integers(0, 5)), max_size=60)
Amounts = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Change:
    """One asset after one change; `number` counts the changes of the venue."""

    number: int
    asset: str
    amounts: Amounts
    ms: int


@dataclass
class Venue:
    """What the venue has and sends; every change has its push, on the connection that is open."""

    balances: dict[str, Change] = field(default_factory=dict)
    history: dict[str, list[Amounts]] = field(default_factory=lambda: {asset: [] for asset in ASSETS})
    wire: list[Change] = field(default_factory=list)
    made: int = 0
    ms: int = FIRST_MS

    def change(self, asset: str, amount: int) -> None:
        """Set an asset; several changes may share a millisecond."""
        self.made += 1
        self.ms += amount % 2
        change = Change(self.made, asset, (Decimal(amount), Decimal(self.made)), self.ms)
        self.balances[asset] = change
        self.history[asset].append(change.amounts)
        self.wire.append(change)


class Client:
    """A session under the venue's events, and what it must hold."""

    def __init__(self, rig: Rig, push: Callable[[Change], bytes]) -> None:
        self.rig, self.push, self.venue = rig, push, Venue()
        self.source = 0
        self.last: Change | None = None
        self.asked: list[tuple[int, dict[str, Change]]] = []
        self.pushed: dict[str, Change] = {}   # on the current connection
        self.heard: dict[str, AssetBalance] = {}
        self.looked_at = 0                    # of what the handler was told
        self.is_lossless = True

    def step(self, verb: str, which: int, size: int) -> None:
        """One thing that happens, and what holds at every moment."""
        getattr(self, f"_{verb}")(which, size)
        self.check()

    def check(self) -> None:
        """Nobody sees what never was, nor anything older than the last push; handlers see what readers see."""
        held = self.rig.session.balances
        told = self.rig.balances
        for changed in told[self.looked_at :]:
            for asset, balance in changed.items():
                known = self.heard.get(asset)
                assert known is None or amounts(known) != amounts(balance), "told what was known"
                self.heard[asset] = balance
        self.looked_at = len(told)
        assert {asset: amounts(balance) for asset, balance in self.heard.items()} == {
            asset: amounts(balance) for asset, balance in held.items()
        }
        for asset, balance in held.items():
            assert amounts(balance) in self.venue.history[asset]
        for asset, change in self.pushed.items():
            assert amounts(held[asset]) == change.amounts

    def settle(self) -> None:
        """The rest of the pushes and an answer: the venue's truth, unless this connection has lost some."""
        while self.venue.wire:
            self.step("deliver", 0, 0)
        if not self.is_lossless:   # a reconnect brings lost pushes back
            self._reconnect(0, 0)
        self._ask(0, 0)
        self._answer(-1, 0)
        self.check()
        self.check_truth()

    def check_truth(self) -> None:
        """Readers see what the venue has."""
        held = {asset: amounts(balance) for asset, balance in self.rig.session.balances.items()}
        assert held == {asset: change.amounts for asset, change in self.venue.balances.items()}

    def _change(self, which: int, size: int) -> None:
        self.venue.change(ASSETS[which], size)

    def _deliver(self, which: int, size: int) -> None:
        if self.venue.wire:
            self._receive(self.venue.wire.pop(0))

    def _repeat(self, which: int, size: int) -> None:
        if self.last is not None:
            self._receive(self.last)

    def _lose(self, which: int, size: int) -> None:
        if self.venue.wire:
            self.venue.wire.pop(0)
            self.is_lossless = False

    def _receive(self, change: Change) -> None:
        assert self.rig.receive(self.push(change), self.source) == 1
        self.last = self.pushed[change.asset] = change
        # A connection that is gone says nothing that counts.
        before = self.rig.session.balances[change.asset]
        assert self.rig.receive(self.push(Change(0, change.asset, (Decimal(77), Decimal(0)), FIRST_MS * 2)), 99) == 1
        assert self.rig.session.balances[change.asset] is before

    def _ask(self, which: int, size: int) -> None:
        self.asked.append((self.source, dict(self.venue.balances)))

    def _answer(self, which: int, size: int) -> None:
        """An answer of this connection's time comes in, whatever was pushed since it was given."""
        current = [answer for source, answer in self.asked if source == self.source]
        if current:
            rows = current[which % len(current)].values()
            told = [AssetBalance(c.asset, *c.amounts, self.venue.ms * 1_000_000) for c in rows]
            self.rig.session.balance(told, NOW)

    def _outage(self, which: int, size: int) -> None:
        """While no connection is open, an answer is all there is."""
        self.rig.session.lost(self.source, "gone", NOW)
        self.pushed.clear()
        self._ask(which, size)
        self._answer(-1, size)
        self.check_truth()
        self._reconnect(which, size)

    def _reconnect(self, which: int, size: int) -> None:
        self.rig.session.lost(self.source, "gone", NOW)
        self.source += 1
        self.rig.session.opened(self.source, NOW)
        self.venue.wire.clear()
        self.pushed.clear()
        self.last, self.is_lossless = None, True


def amounts(balance: AssetBalance) -> Amounts:
    """What an asset comes to."""
    return balance.available, balance.locked


def gate_push(change: Change) -> bytes:
    """As Gate writes it: the total beside what is available."""
    available, locked = change.amounts
    return gate_balance(
        currency=change.asset, available=str(available), freeze=str(locked), total=str(available + locked),
        timestamp_ms=str(change.ms),
    )  # fmt: skip


def mexc_push(change: Change) -> bytes:
    """As MEXC writes it."""
    available, locked = change.amounts
    row: dict[int, Any] = {1: change.asset, 3: str(available), 5: str(locked), 8: change.ms}
    return mexc_balance(row)


@pytest.mark.parametrize(("rig", "push"), [(gate_rig, gate_push), (mexc_rig, mexc_push)], ids=["gate", "mexc"])
@settings(max_examples=400, deadline=None)
@given(steps=STEPS)
def test_balances_follow_the_venue_whatever_crosses(
    rig: Callable[[], Rig], push: Callable[[Change], bytes], steps: list[tuple[str, int, int]]
) -> None:
    client = Client(rig(), push)
    for step in steps:
        client.step(*step)
    client.settle()
