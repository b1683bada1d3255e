"""Bans and pauses that outlive the process: a small file for an address or an account of one venue.

Holds no secret: an account is named by a short salted hash of its key. What cannot be read is unknown, and said so; it
never stops a start. Never knows what was asked, and makes no call.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from hftx.logs import HFTLoggerInterface

LEAST_SECONDS = 1.0  # shorter pauses are over before a process has started anew
_MOST_SECONDS = 7 * 86_400.0  # longer than any ban that the venues document: what says more is damaged
_SALT = b"hftx bans"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_LOCK_TRIES, _LOCK_SECONDS = 20, 0.002

Place: TypeAlias = tuple[str, str | None]
"""The budget, and the window of it; None is a ban of all its windows."""


def account_scope(key: str) -> str:
    """The name of an account in a file's name."""
    return hashlib.blake2b(key.encode(), digest_size=6, salt=_SALT).hexdigest()


def boot_id() -> str:
    """What tells one start of the machine from another; empty where the system does not say."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class SystemClocks:
    """The clocks that a memory compares, in seconds, and the start of the machine that `monotonic` belongs to."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    boot: Callable[[], str] = boot_id


@dataclass(frozen=True, slots=True)
class _Entry:
    until_wall: float
    until_monotonic: float
    seconds: float
    boot: str

    def left(self, clocks: SystemClocks) -> float:
        # The wall clock may have been set: within one start of the machine it is not asked, and no ban grows by it.
        same = self.boot and self.boot == clocks.boot()
        left = self.until_monotonic - clocks.monotonic() if same else self.until_wall - clocks.wall()
        return min(max(0.0, left), self.seconds)


class BanMemory:
    """The file of one venue and scope ("address", or `account_scope`) in `folder`, which is made when it is missing."""

    def __init__(
        self, folder: Path, venue: str, scope: str, logger: HFTLoggerInterface, clocks: SystemClocks | None = None
    ) -> None:
        self.path = folder / f"bans-{venue}-{scope}.json"
        self._logger, self._clocks = logger, clocks or SystemClocks()
        self._known = self._read()

    def recall(self, budget: str) -> list[tuple[str | None, float]]:
        """The windows of a budget that are closed, None for a ban of all, each with the seconds that are left."""
        found = [(place[1], entry.left(self._clocks)) for place, entry in self._known.items() if place[0] == budget]
        return [(window, left) for window, left in found if left > 0]

    def remember(self, budget: str, window: str | None, seconds: float) -> None:
        """Keep that a window, or with None all of a budget, is closed for `seconds` from now on."""
        clocks, known = self._clocks, self._known.get((budget, window))
        seconds = min(seconds, _MOST_SECONDS)
        if seconds <= LEAST_SECONDS or (known is not None and seconds <= known.left(clocks) + LEAST_SECONDS):
            return
        self._known[budget, window] = _Entry(
            clocks.wall() + seconds, clocks.monotonic() + seconds, seconds, clocks.boot()
        )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked():
                self._merge(self._read())
                self._write()
        except OSError as error:
            self._logger.warning("a ban of %.0f s could not be kept in %s: %s", seconds, self.path, error)

    def _merge(self, others: dict[Place, _Entry]) -> None:
        # Another process may have learnt something since; what has ended is forgotten.
        for place, entry in others.items():
            known = self._known.get(place)
            if known is None or known.left(self._clocks) < entry.left(self._clocks):
                self._known[place] = entry
        self._known = {place: entry for place, entry in self._known.items() if entry.left(self._clocks) > 0}

    def _read(self) -> dict[Place, _Entry]:
        try:
            rows = json.loads(self.path.read_bytes())["closed"]
            return dict(_entry(row) for row in rows)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            reason = f"{type(error).__name__}: {error}"[:200]
            self._logger.warning("bans in %s cannot be read and count as unknown: %s", self.path, reason)
            return {}

    def _write(self) -> None:
        # Whole or not at all. Not forced to the disk, which may take long: a loss of power leaves it unknown.
        rows = [
            [budget, window, entry.until_wall, entry.until_monotonic, entry.seconds, entry.boot]
            for (budget, window), entry in self._known.items()
        ]
        draft = self.path.with_suffix(f".{os.getpid()}.draft")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump({"closed": rows}, file)
        os.replace(draft, self.path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # One writer at a time. A process that hangs with the lock must not hold up another: it writes then anyway.
        handle = os.open(self.path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            for _ in range(_LOCK_TRIES):
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    time.sleep(_LOCK_SECONDS)
            yield
        finally:
            os.close(handle)


def _entry(row: Any) -> tuple[Place, _Entry]:
    budget, window, until_wall, until_monotonic, seconds, boot = row
    numbers = (until_wall, until_monotonic, seconds)
    good = isinstance(budget, str) and (window is None or isinstance(window, str)) and isinstance(boot, str)
    if not good or not all(type(number) in (int, float) and math.isfinite(number) for number in numbers):
        raise ValueError("a row of another kind")
    if not 0 < seconds <= _MOST_SECONDS:
        raise ValueError(f"a ban of {seconds:g} s")
    return (budget, window), _Entry(*numbers, boot)
