"""No Python object is made per message in decode, sync and apply when nobody listens, and a book stays small."""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hftx._core.venues.gateio_market import GateioMarketSession
from hftx._core.venues.mexc_market import MexcMarketSession
from hftx.handlers import PublicWebsocketHandlers
from trials import NOW, START_ID, TARGET, gate_rig, logger, mexc_rig, mexc_snapshot
from twins import gate_frames, mexc_frames

from .samples import GATE, MEXC

D = Decimal
WARM, MEASURED = 1_000, 10_000
BIDS = [(D(100) - D(n) / 4, D(5)) for n in range(100)]
ASKS = [(D(101) + D(n) / 4, D(5)) for n in range(100)]


def silent(venue: str) -> Any:
    """A session with a LIVE book of 100 levels a side and no handlers."""
    make: Any = GateioMarketSession if venue == "gate" else MexcMarketSession
    session = make(PublicWebsocketHandlers(), 100, lambda *_: None, logger())
    session.add_symbol(TARGET, "BTC_USDT" if venue == "gate" else "BTCUSDT", 8, 8)
    session.begin_sync(TARGET, 0)
    if venue == "gate":
        assert session.receive(gate_frames.obu("BTC_USDT", BIDS, ASKS, START_ID)[0], True, NOW) == 1
    else:
        assert session.snapshot(TARGET, mexc_snapshot(START_ID, BIDS, ASKS), NOW)
    return session


def diff(venue: str, last: int) -> bytes:
    """A diff that sets, inserts and deletes a level of each side, near and far."""
    on, at = last % 2, D(last % 89) / 4
    bids = [(D("99.9"), D(on)), (D(100) - at, D(1 + last % 7))]
    asks = [(D("101.1"), D(on)), (D(101) + at, D(1 + last % 7))]
    if venue == "gate":
        return gate_frames.obu("BTC_USDT", bids, asks, last, first_id=last)[0]
    return mexc_frames.depth("BTCUSDT", bids, asks, last, last)[0]


def measure(session: Any, frames: list[bytes], is_text: bool) -> tuple[int, int]:
    """(blocks left behind, most bytes in use meanwhile) of receiving `MEASURED` frames."""
    tracer_warm, measured = frames[:MEASURED], frames[MEASURED:]
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        count(session.receive, tracer_warm, is_text)
        return count(session.receive, measured, is_text)
    finally:
        tracemalloc.stop()
        gc.enable()


def count(receive: Any, frames: list[bytes], is_text: bool) -> tuple[int, int]:
    now = NOW
    before = sys.getallocatedblocks()
    tracemalloc.reset_peak()
    in_use = tracemalloc.get_traced_memory()[0]
    for frame in frames:
        receive(frame, is_text, now)
    peak = tracemalloc.get_traced_memory()[1]
    return sys.getallocatedblocks() - before, peak - in_use


@pytest.mark.parametrize("venue", ["gate", "mexc"])
def test_diffs_are_decoded_checked_and_applied_without_allocation(venue: str) -> None:
    session = silent(venue)
    frames = [diff(venue, START_ID + 1 + n) for n in range(WARM + 2 * MEASURED)]
    for frame in frames[:WARM]:
        session.receive(frame, venue == "gate", NOW)
    left, most = measure(session, frames[WARM:], venue == "gate")
    assert session.counters["applied"] >= WARM + MEASURED and session.counters["gaps"] == 0
    assert session.books[TARGET].is_live and session.faults == {}
    assert left < 20 and most < 1_000, (left, most)  # the measuring itself, not one a message


OTHERS = [
    sample
    for sample in [*GATE, *MEXC]
    if sample.name not in ("obu delta", "aggre depth") and sample.make in (gate_rig, mexc_rig)
]


@pytest.mark.parametrize("sample", OTHERS, ids=str)
def test_other_messages_are_decoded_without_allocation(sample: Any) -> None:
    session = silent("gate" if sample.make is gate_rig else "mexc")
    frames = [sample.frame] * (2 * MEASURED)
    for frame in frames[:WARM]:
        assert session.receive(frame, sample.make is gate_rig, NOW) == 1
    left, most = measure(session, frames, sample.make is gate_rig)
    assert left < 20 and most < 1_000, (left, most)


MEMORY = """
import sys
from core.test_allocation import BIDS, ASKS, GateioMarketSession, PublicWebsocketHandlers, gate_frames, logger
from hftx.symbols import Symbol
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
session = GateioMarketSession(PublicWebsocketHandlers(), 100, lambda *_: None, logger())
def grow(first, last):
    for n in range(first, last):
        symbol = Symbol(f"C{n}_USDT")
        session.add_symbol(symbol, f"C{n}_USDT", 8, 8)
        session.begin_sync(symbol, 0)
        for step in range(3):
            ids = {} if step == 0 else {"first_id": step + 1}
            session.receive(gate_frames.obu(f"C{n}_USDT", BIDS, ASKS, step + 1, **ids)[0], True, 1)
grow(0, 200)
before = resident()
grow(200, 700)
assert all(len(book) == 200 and book.is_live for book in session.books.values())
print((resident() - before) // 500)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc")
def test_a_symbol_of_a_hundred_levels_a_side_takes_less_than_30_kilobytes() -> None:
    path = [str(Path(__file__).parents[1]), *sys.path]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{MEMORY}"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert 3_000 < int(done.stdout) < 30_000
