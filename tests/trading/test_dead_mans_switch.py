"""The dead man's switch: refreshed while the strategy is busy, not when it hangs or dies, called off in good order."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hftx.errors import ConnectionLost, HftxError, InitializationError, OrderRejectedError, UsageError
from hftx.rest.trading import CancelOutcome
from hftx.sim import Account, start_twin
from hftx.symbols import Symbol
from hftx.trading.dead_mans_switch import DeadMansSwitch

BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
PROGRAM = Path(__file__).with_name("switch_program.py")


class Venue:
    """Hears the calls of the switch; fails with `error` while there is one."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any, Any]] = []
        self.at: list[float] = []
        self.threads: set[str] = set()
        self.error: Exception | None = None
        self.outcomes: list[CancelOutcome] = []
        self.closed = 0

    def make(self) -> Venue:
        self.threads.add(threading.current_thread().name)
        return self

    def hear(self, *call: Any) -> None:
        self.threads.add(threading.current_thread().name)
        if self.error is not None:
            raise self.error
        self.calls.append(call)

    async def countdown_cancel(self, seconds: int, symbol: Any = None) -> int:
        self.hear("countdown", seconds, symbol)
        self.at.append(time.monotonic())
        return 17

    async def cancel_all_orders(self, symbol: Any = None) -> list[CancelOutcome]:
        self.hear("cancel", symbol, None)
        return self.outcomes

    async def close(self) -> None:
        self.closed += 1

    def longest_gap(self) -> float:
        return max(b - a for a, b in zip(self.at, self.at[1:], strict=False))


async def until(condition: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.002)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {what}") from None


@contextlib.asynccontextmanager
async def armed(seconds: int = 1, **given: Any) -> AsyncIterator[tuple[Venue, DeadMansSwitch, list[str]]]:
    venue, told = Venue(), list[str]()
    home = threading.get_ident()

    def hear(text: str) -> None:
        assert threading.get_ident() == home
        told.append(text)

    switch = DeadMansSwitch(venue.make, seconds, on_trouble=hear, **given)
    await switch.start()
    try:
        yield venue, switch, told
    finally:
        venue.error = None
        await switch.stop(False)


async def test_it_is_armed_at_once_and_refreshed_three_times_in_a_countdown() -> None:
    async with armed() as (venue, switch, told):
        assert venue.calls == [("countdown", 1, None)] and switch.is_armed and switch.fires_ms == 17
        await until(lambda: switch.refreshes >= 4, "three refreshes")
        assert 0.25 < venue.longest_gap() < 0.9 and told == []
        assert venue.threads == {"hftx dead man's switch"}


async def test_a_strategy_that_blocks_its_loop_keeps_its_orders() -> None:
    async with armed() as (venue, switch, told):
        end, count = time.monotonic() + 2.0, 0
        while time.monotonic() < end:   # longer than the countdown, and never awaits
            count += 1
        assert switch.refreshes >= 5 and venue.longest_gap() < 0.9 and told == []


async def test_an_orderly_stop_cancels_first_and_then_calls_the_countdown_off() -> None:
    async with armed(symbols=[BTC, ETH]) as (venue, switch, _):
        venue.calls.clear()
        await switch.stop()
        assert venue.calls[-4:] == [
            ("cancel", BTC, None), ("cancel", ETH, None), ("countdown", 0, BTC), ("countdown", 0, ETH),
        ]  # fmt: skip
        assert not switch.is_armed and venue.closed == 1


async def test_a_stop_may_leave_the_orders_where_they_are() -> None:
    async with armed() as (venue, switch, _):
        await switch.stop(cancel_orders=False)
        assert venue.calls[-1] == ("countdown", 0, None) and "cancel" not in [call[0] for call in venue.calls]


@pytest.mark.parametrize("how", ["call", "outcome"])
async def test_when_the_cancel_fails_the_countdown_is_left_to_run(how: str) -> None:
    venue = Venue()
    switch = DeadMansSwitch(venue.make, 1)
    await switch.start()
    refusal = OrderRejectedError("v", "r", 400, "L", "no")
    if how == "call":
        venue.error = refusal
    else:
        venue.outcomes = [CancelOutcome(BTC, "1"), CancelOutcome(BTC, "2", refusal)]
    with pytest.raises(OrderRejectedError):
        await switch.stop()
    assert ("countdown", 0, None) not in venue.calls and venue.closed == 1


async def test_a_strategy_that_hangs_counts_as_dead_until_it_is_back() -> None:
    async with armed(strategy_seconds=0.2) as (_venue, switch, told):
        await until(lambda: len(told) == 1, "it is told")
        assert "silent" in told[0]
        count = switch.refreshes
        await until(lambda: not switch.is_armed, "the countdown has run out")
        assert switch.refreshes == count and len(told) == 1
        switch.alive()
        await until(lambda: switch.refreshes > count, "it goes on")
        assert switch.is_armed and switch.stats()["trouble"] == ""


async def test_a_refresh_that_fails_is_told_and_tried_again_soon() -> None:
    async with armed(2) as (venue, switch, told):
        venue.error = ConnectionLost("no way")
        await until(lambda: len(told) >= 2, "it is told twice")
        assert "no way" in told[0] and "runs out in" in told[0] and switch.failures >= 2
        venue.error = None
        await until(lambda: switch.stats()["trouble"] == "", "it recovers")
        assert switch.is_armed


async def test_what_stops_the_switch_is_told() -> None:
    venue, told = Venue(), list[str]()
    switch = DeadMansSwitch(venue.make, 1, on_trouble=told.append)
    await switch.start()
    venue.error = ZeroDivisionError("a defect")
    await until(lambda: len(told) == 1, "it is told")
    assert "a defect" in told[0] and venue.closed == 1
    with pytest.raises(ZeroDivisionError):
        await switch.stop()


async def test_a_switch_that_cannot_be_armed_says_so_at_the_start() -> None:
    venue = Venue()
    venue.error = ConnectionLost("no way")
    switch = DeadMansSwitch(venue.make, 1)
    with pytest.raises(HftxError, match="no way"):
        await switch.start()
    assert venue.closed == 1 and not switch.is_armed
    with pytest.raises(InitializationError):
        await switch.start()
    await switch.stop()


@pytest.mark.parametrize("given", [{"seconds": 0}, {"seconds": 2.5}, {"seconds": True}, {"strategy_seconds": 0}])
def test_wrong_times_are_told(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        DeadMansSwitch(Venue, **given)  # type: ignore[arg-type]


async def test_at_the_twin_a_busy_trader_keeps_its_orders_and_a_killed_one_loses_them() -> None:
    owner = Account("switch-key", "switch-secret", balances={"USDT": "100000"})
    twin = await start_twin("gateio_spot", symbols=["BTC_USDT"], rate=0.0, accounts=[owner])
    price = str(int(float(twin.book("BTC_USDT")["bids"][0][0]) * 0.9))
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), twin.rest_url, owner.key, owner.secret, "6.5", price,
        stdout=asyncio.subprocess.PIPE, cwd=PROGRAM.parents[2],
        env={"PYTHONPATH": str(PROGRAM.parents[2])},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"armed\n"
        assert await process.stdout.readline() == b"computed\n"   # 1.5 s longer than the countdown
        assert len(twin.account(owner.key)["open_orders"]) == 1
        process.kill()
        await process.wait()
        killed_at = time.monotonic()
        await until(lambda: twin.account(owner.key)["open_orders"] == [], "the venue cancels", 8.0)
        assert 2.0 < time.monotonic() - killed_at < 7.0
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await twin.stop()
