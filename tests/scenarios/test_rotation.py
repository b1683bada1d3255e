"""A connection is replaced before the venue's lifetime limit: the new one first, then the old; nothing is lost."""

from __future__ import annotations

import time

import pytest

from hftx.symbols import Symbol

from .rig import SETUPS, Rig, Setup, assert_trades_complete, running, until

LONGEST_BLIND_SECONDS = 0.3


class Watch:
    """The longest time that some book was not LIVE."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._since: dict[Symbol, float] = {}
        self.longest = 0.0

    def look(self) -> None:
        """Take note of every book."""
        now = time.monotonic()
        for symbol, book in self._rig.exchange.orderbooks.items():
            if book.is_live:
                self._since.pop(symbol, None)
            else:
                self.longest = max(self.longest, now - self._since.setdefault(symbol, now))


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_planned_rotation_loses_no_trade_and_keeps_the_books(setup: Setup) -> None:
    async with running(setup, rate=1000.0, lifetime_seconds=0.5, backoff_max_seconds=1.0) as rig:
        watch = Watch(rig)

        def rotated() -> bool:
            watch.look()
            return bool(rig.metrics["rotations"] >= 3)

        await until(rotated, "three rotations")
        assert watch.longest < LONGEST_BLIND_SECONDS
        assert rig.metrics["reconnections"] == 0
        assert rig.metrics["gaps"] == rig.metrics["resyncs"] == rig.metrics["trade_gaps"] == 0
        await rig.ends_equal()
        assert_trades_complete(rig, at_least=20)


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_the_old_connection_goes_when_the_new_one_carries_the_streams(setup: Setup) -> None:
    async with running(setup, rate=300.0, lifetime_seconds=0.7) as rig:
        await until(lambda: rig.metrics["rotations"] == 1, "a rotation")
        await until(lambda: rig.twin.stats()["closed"] == {"client": 1}, "the old connection is closed")
        assert rig.twin.stats()["connections"] == 1
        assert rig.twin.stats()["subscriptions"] == 9
        assert rig.exchange.websocket.is_connected()
        await rig.ends_equal()


@pytest.mark.parametrize("setup", SETUPS, ids=str)
async def test_a_rotation_that_cannot_be_done_leaves_the_old_connection_alone(setup: Setup) -> None:
    async with running(setup, rate=300.0, lifetime_seconds=0.6, backoff_max_seconds=0.2) as rig:
        rig.twin.inject("refuse_connection", count=2)
        await until(lambda: rig.hits("refuse_connection") == 2, "the venue refuses twice")
        assert rig.metrics["rotations"] == 0
        await until(lambda: rig.metrics["rotations"] >= 1, "then it does not")
        assert rig.metrics["gaps"] == rig.metrics["reconnections"] == 0
        await rig.ends_equal()
