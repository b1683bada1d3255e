"""What demo and watch share: start venues, show them until the end, compare with the twins, report.

Never knows where the venues are.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

from hftx.cli.basis import basis_of
from hftx.cli.loop import Stopped, pause, run, unless_stopped
from hftx.cli.observed import ObservedVenue
from hftx.cli.screen import screen_for, summary

Report = dict[str, Any]
Venues = Callable[[AsyncExitStack], Coroutine[Any, Any, list[ObservedVenue]]]


def show(venues: Venues, seconds: float | None, as_json: bool) -> int:
    """Run what `venues(stack)` gives and print it; the exit code is 1 when book or account differ from the twin's.

    `venues` enters on `stack` what must live as long as the venues do.
    """
    report = run(lambda stop: _report(venues, seconds, as_json, stop))
    print(json.dumps(report) if as_json else summary(report), flush=True)
    return int(any(_differs(venue) for venue in report["venues"].values()))


def _differs(venue: Report) -> bool:
    trading = venue.get("trading")
    is_wrong = trading is not None and not trading["reconciliation"]["equal"]
    return is_wrong or any(book["equal_to_twin"] is False for book in venue["books"].values())


async def _report(venues: Venues, seconds: float | None, as_json: bool, stop: asyncio.Event) -> Report:
    async with AsyncExitStack() as stack:
        try:
            observed = await unless_stopped(stop, _started(venues, stack))
        except Stopped:
            return {"seconds": 0.0, "venues": {}}
        elapsed = await _watch(observed, seconds, as_json, stop)
        await asyncio.gather(*(venue.compare() for venue in observed))
        report: Report = {"seconds": round(elapsed, 3), "venues": {venue.name: venue.report() for venue in observed}}
        basis = basis_of(observed)
        return report if basis is None else report | {"basis": basis.report()}


async def _started(venues: Venues, stack: AsyncExitStack) -> list[ObservedVenue]:
    observed = await venues(stack)
    for venue in observed:
        await stack.enter_async_context(venue.exchange)
    await asyncio.gather(*(venue.start() for venue in observed))
    return observed


async def _watch(
    observed: Sequence[ObservedVenue], seconds: float | None, as_json: bool, stop: asyncio.Event
) -> float:
    screen = screen_for(as_json)
    started = time.monotonic()
    with screen.running():
        while not stop.is_set():
            left = None if seconds is None else started + seconds - time.monotonic()
            if left is not None and left <= 0:
                break
            await pause(stop, screen.seconds if left is None else min(screen.seconds, left))
            for venue in observed:
                venue.measure()
            screen.show(observed)
    return time.monotonic() - started
