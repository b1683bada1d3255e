"""Whose fault a late message is: when this process was kept waiting for its core. Never knows a message.

Linux counts the time that a thread was ready and did not run (`schedstat`). Where it does not, nothing is excused.
"""

from __future__ import annotations

import asyncio
from array import array
from pathlib import Path
from time import monotonic_ns

import numpy as np
from numpy.typing import NDArray

STEP_S = 0.02
CALM_NS = 500_000    # of waiting in a step: waking up as often as messages come takes up to 300 us of it
LATE_NS = 500_000    # a write done later than that brings its messages in a heap
SCHEDSTAT = Path("/proc/thread-self/schedstat")


class CoreWatch:
    """Looks every 20 ms; a step is calm when nothing kept this process waiting, in it and in the one before."""

    def __init__(self) -> None:
        self._times, self._waits = array("q"), array("q")
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """From now on, in the running loop."""
        self._look()

    def stop(self) -> None:
        """The last look."""
        assert self._timer is not None
        self._timer.cancel()
        self._note()

    def calm(self, stamps: NDArray[np.int64], late: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Of messages that were handled at these times, those in a calm step in which none was late either."""
        steps = np.searchsorted(np.frombuffer(self._times, np.int64), stamps)
        rough = np.zeros(len(self._times) + 1, np.bool_)
        rough[1:-1] = np.diff(np.frombuffer(self._waits, np.int64)) > CALM_NS
        rough[steps[late > LATE_NS]] = True
        rough[1:] |= rough[:-1].copy()   # what a stall has left is worked off in the next step
        return np.asarray(~rough[steps])

    def _look(self) -> None:
        self._note()
        self._timer = asyncio.get_running_loop().call_later(STEP_S, self._look)

    def _note(self) -> None:
        self._times.append(monotonic_ns())
        self._waits.append(int(SCHEDSTAT.read_text().split()[1]) if SCHEDSTAT.exists() else 0)
