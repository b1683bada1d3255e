"""Cancel on stop: whatever ends the program in good order or by a signal, its open orders are gone first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from hftx.errors import ConnectionLost, InitializationError, OrderRejectedError, UsageError
from hftx.rest.trading import CancelOutcome
from hftx.sim import Account, start_twin
from hftx.symbols import Symbol
from hftx.trading.cancel_on_stop import CancelOnStop, Leftover

BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
PROGRAM = Path(__file__).with_name("stop_program.py")


class Resting:
    """An open order; only its id matters here."""

    def __init__(self, order_id: str) -> None:
        self.order_id = order_id


class Venue:
    """Open orders by symbol; some cannot be cancelled, some only at the second attempt."""

    def __init__(self, open_orders: dict[Symbol, list[str]], stuck: tuple[str, ...] = (), slow: float = 0.0) -> None:
        self.open, self.stuck, self.slow = open_orders, stuck, slow
        self.failures = 0
        self.asked: list[Symbol] = []
        self.threads: set[str] = set()
        self.closed = 0

    async def cancel_all_orders(self, symbol: Any = None) -> list[CancelOutcome]:
        self.asked.append(symbol)
        self.threads.add(threading.current_thread().name)
        await asyncio.sleep(self.slow)
        if self.failures > 0:
            self.failures -= 1
            raise ConnectionLost("no way")
        refusal = OrderRejectedError("v", "r", 400, "L", "stuck")
        outcomes = [CancelOutcome(symbol, name, refusal if name in self.stuck else None) for name in self.open[symbol]]
        self.open[symbol] = [name for name in self.open[symbol] if name in self.stuck]
        return outcomes

    async def get_open_orders(self, symbol: Any = None) -> list[Any]:
        return [Resting(name) for name in self.open[symbol]]

    async def close(self) -> None:
        self.closed += 1


def guard(venue: Venue, seconds: float = 5.0, **given: Any) -> CancelOnStop:
    made = CancelOnStop(lambda: venue, lambda: [BTC, ETH, BTC], seconds, **given)
    made.start()
    return made


async def test_an_orderly_stop_cancels_every_symbol_that_was_traded() -> None:
    venue = Venue({BTC: ["1", "2"], ETH: []})
    stop = guard(venue)
    assert venue.asked == []   # nothing happens before
    assert await stop.stop() == [] and venue.open == {BTC: [], ETH: []}
    assert sorted(venue.asked) == [BTC, ETH] and venue.threads == {"hftx cancel on stop"} and venue.closed == 1
    assert await stop.stop() == [] and len(venue.asked) == 2


async def test_a_failed_attempt_is_made_again() -> None:
    venue = Venue({BTC: ["1"], ETH: []})
    venue.failures = 3
    assert await guard(venue).stop() == [] and venue.open[BTC] == []


async def test_what_could_not_be_cancelled_is_told_in_time(caplog: pytest.LogCaptureFixture) -> None:
    venue, told = Venue({BTC: ["1", "2"], ETH: ["3"]}, stuck=("2",)), list[Leftover]()
    begun = time.monotonic()
    left = await guard(venue, 0.5, on_left=told.extend).stop()
    assert time.monotonic() - begun < 2.0
    [leftover] = left
    assert (leftover.symbol, leftover.order_ids) == (BTC, ("2",)) and "stuck" in leftover.reason
    assert told == left and "2 may be open still" in caplog.text and venue.open[ETH] == []


async def test_a_venue_that_does_not_answer_costs_the_given_time_only() -> None:
    venue = Venue({BTC: ["1"], ETH: []}, slow=60.0)
    begun = time.monotonic()
    left = await guard(venue, 0.2).stop()
    assert time.monotonic() - begun < 2.0 and {leftover.symbol for leftover in left} == {BTC, ETH}


def test_a_signal_cancels_first_and_then_does_what_it_did_before() -> None:
    venue, seen = Venue({BTC: ["1"], ETH: []}), list[list[str]]()
    before = signal.signal(signal.SIGTERM, lambda number, frame: seen.append(list(venue.open[BTC])))
    try:
        stop = guard(venue, signals=[signal.SIGTERM])
        os.kill(os.getpid(), signal.SIGTERM)
        assert seen == [[]]
        assert asyncio.run(stop.stop()) == []
        os.kill(os.getpid(), signal.SIGTERM)
        assert len(seen) == 2 and venue.asked.count(BTC) == 1
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_a_signal_that_is_ignored_stays_so_and_handlers_are_put_back() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        interrupt = signal.getsignal(signal.SIGINT)
        stop = guard(Venue({BTC: [], ETH: []}))
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGINT) != interrupt
        await stop.stop()
        assert signal.getsignal(signal.SIGINT) == interrupt
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_wrong_use_is_told() -> None:
    with pytest.raises(UsageError, match="seconds"):
        CancelOnStop(lambda: Venue({}), list, 0)
    stop = guard(Venue({BTC: [], ETH: []}))
    with pytest.raises(InitializationError):
        stop.start()
    await stop.stop()
    unstarted = CancelOnStop(lambda: Venue({}), list)
    with pytest.raises(UsageError, match="main thread"):
        await asyncio.to_thread(unstarted.start)
    assert await unstarted.stop() == []


@pytest.mark.parametrize("how", ["exit", "raise", "SIGTERM", "SIGINT"])
async def test_at_the_twin_a_program_that_ends_leaves_nothing_open(how: str) -> None:
    owner = Account("mx0vSTOPKEY0001", "stop-secret", balances={"USDT": "100000"})
    twin = await start_twin("mexc_spot", symbols=["BTC_USDT"], rate=0.0, accounts=[owner])
    price = str(int(float(twin.book("BTC_USDT")["bids"][0][0]) * 0.95))
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), how if how in ("exit", "raise") else "wait", twin.rest_url, owner.key,
        owner.secret, price, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(PROGRAM.parents[2])},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"placed\n"
        if how.startswith("SIG"):
            process.send_signal(signal.Signals[how])
        _, errors = await asyncio.wait_for(process.communicate(), 10.0)
        view = twin.account(owner.key)
        assert view["open_orders"] == [] and [order["status"] for order in view["orders"]] == ["cancelled"], errors
        assert process.returncode == {"exit": 0, "raise": 1, "SIGTERM": -15}.get(how, process.returncode)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await twin.stop()
