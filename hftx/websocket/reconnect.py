"""Brings lost connections back: at once after a long life, with growing pauses after short ones.

Knows time and order; which streams there are and where they live is the manager's.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from typing import Protocol

from hftx.config import StreamLimits
from hftx.errors import HftxError, SubscriptionError
from hftx.logs import HFTLoggerInterface
from hftx.websocket.connection import Connection
from hftx.websocket.streams import Stream

SHORT_LIFE_SECONDS = 5.0  # a connection that ends sooner makes the next attempt wait


class ConnectionSet(Protocol):
    """What a reconnect needs of the manager."""

    def wants(self, connection: Connection) -> bool: ...
    def swap(self, old: Connection, fresh: Connection) -> None: ...
    def new_connection(self) -> Connection: ...
    def reconnected(self) -> None: ...
    def log_refused(self, refused: dict[str, str]) -> None: ...
    def check_refused(self, refused: dict[str, str]) -> None: ...
    async def subscribe_on(self, connection: Connection, streams: Sequence[Stream]) -> dict[str, str]: ...


class Reconnect:
    """Of the connections of one manager."""

    def __init__(self, manager: ConnectionSet, limits: StreamLimits, logger: HFTLoggerInterface) -> None:
        self._manager, self._limits, self._logger = manager, limits, logger
        self.count = 0

    async def bring_back(self, old: Connection) -> None:
        """Open a successor of `old`, however often that takes, and subscribe there what `old` had.

        Returns when that is done, and the streams that are refused now are accepted at last.
        """
        short = time.monotonic() - old.opened_at < SHORT_LIFE_SECONDS
        failures = old.failures + 1 if short else 0
        while self._manager.wants(old):
            await asyncio.sleep(self.pause(failures))
            fresh = self._manager.new_connection()
            try:
                await fresh.open()
            except HftxError as error:
                self._logger.warning("reconnect: %s", error)
                failures += 1
                continue
            if not self._manager.wants(old):
                fresh.close()
                return
            fresh.failures = failures
            await self._resume(old, fresh)

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row."""
        if failures == 0:
            return 0.0
        pause = min(self._limits.backoff_seconds * 2.0 ** min(failures, 20), self._limits.backoff_max_seconds)
        return pause * random.uniform(0.5, 1.0)

    async def _resume(self, old: Connection, fresh: Connection) -> None:
        self._manager.swap(old, fresh)
        try:
            refused = await self._manager.subscribe_on(fresh, list(fresh.streams.values()))
            self._manager.check_refused(refused)   # what is worth nothing without all begins anew, listen key included
        except HftxError as error:
            if isinstance(error, SubscriptionError):   # unlike a lost line, this needs somebody to look at it
                self._logger.error("resubscription: %s", error)
            fresh.fail(f"resubscription failed: {error}")
            return
        self.count += 1
        self._manager.reconnected()
        while refused:
            refused = await self._ask_again(fresh, refused)

    async def _ask_again(self, fresh: Connection, refused: dict[str, str]) -> dict[str, str]:
        # What was accepted before a reconnect and refused after it: its receiver knows until the venue relents.
        await asyncio.sleep(self._limits.backoff_max_seconds)
        wanted = [fresh.streams[name] for name in refused if name in fresh.streams]
        if not wanted or not fresh.is_open:
            return {}
        refused = await self._manager.subscribe_on(fresh, wanted)
        self._manager.log_refused(refused)
        return refused
