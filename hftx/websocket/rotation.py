"""Replaces connections before the venue does: the new one is open and subscribed before the old one goes.

Knows time and order; which streams there are and where they live is the manager's.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Protocol

from hftx.config import StreamLimits
from hftx.errors import HftxError
from hftx.logs import HFTLoggerInterface
from hftx.websocket.connection import Connection
from hftx.websocket.streams import Stream

ROTATE_AT = 0.95       # of the venue's lifetime limit, with jitter, so that a set does not rotate at once
GRACE_SECONDS = 0.5    # both connections deliver for so long before the old one goes


class ConnectionSet(Protocol):
    """What a rotation needs of the manager."""

    def holds(self, connection: Connection) -> bool: ...
    def swap(self, old: Connection, fresh: Connection) -> None: ...
    def retire(self, connection: Connection) -> None: ...
    def new_connection(self) -> Connection: ...
    def hand_over(self, streams: Sequence[Stream], source: int, *, done: bool) -> None: ...
    def log_refused(self, refused: dict[str, str]) -> None: ...
    def check_refused(self, refused: dict[str, str]) -> None: ...
    async def subscribe_on(self, connection: Connection, streams: Sequence[Stream]) -> dict[str, str]: ...


class Rotation:
    """Of the connections of one manager."""

    def __init__(self, manager: ConnectionSet, limits: StreamLimits, logger: HFTLoggerInterface) -> None:
        self._manager, self._limits, self._logger = manager, limits, logger
        self.count = 0
        self._under_way: set[Connection] = set()
        self._taking_over: dict[Connection, asyncio.Event] = {}   # set when the predecessor is gone

    async def in_time(self, connection: Connection) -> None:
        """Replace `connection` shortly before the end of its life, however often that takes."""
        await asyncio.sleep(self._limits.lifetime_seconds * ROTATE_AT * random.uniform(0.9, 1.0))
        while self._manager.holds(connection):
            await self.replace(connection)
            if self._manager.holds(connection):
                await asyncio.sleep(self._limits.backoff_max_seconds)

    async def replace(self, old: Connection) -> None:
        """Replace `old` now, or once it has itself taken over; it stays when its successor cannot be had."""
        if old in self._taking_over:
            await self._taking_over[old].wait()
        if not self._manager.holds(old) or old in self._under_way:
            return
        self._under_way.add(old)
        try:
            await self._replace(old)
        finally:
            self._under_way.discard(old)

    async def _replace(self, old: Connection) -> None:
        streams = list(old.streams.values())
        fresh = await self._successor(old, streams)
        if fresh is None:
            return
        if not self._manager.holds(old):   # it ended meanwhile; the reconnect brings its streams
            fresh.close()
            return
        self._manager.swap(old, fresh)
        self._taking_over[fresh] = asyncio.Event()
        self.count += 1
        try:
            await self._catch_up(fresh, streams)
            await asyncio.sleep(GRACE_SECONDS)
            if self._manager.holds(fresh):
                self._manager.hand_over(list(fresh.streams.values()), fresh.source, done=True)
        finally:
            self._manager.retire(old)
            self._taking_over.pop(fresh).set()

    async def _successor(self, old: Connection, streams: Sequence[Stream]) -> Connection | None:
        fresh = self._manager.new_connection()
        try:
            await fresh.open()
            self._manager.hand_over(streams, fresh.source, done=False)
            self._manager.check_refused(await fresh.ask(streams, True))
        except BaseException as error:
            fresh.close()
            if not isinstance(error, HftxError):
                raise
            self._logger.warning("rotation: %s", error)
            if old.is_open:
                self._manager.hand_over(list(old.streams.values()), old.source, done=True)
            return None
        return fresh

    async def _catch_up(self, fresh: Connection, asked: Sequence[Stream]) -> None:
        # What was subscribed or unsubscribed while the new connection was being made.
        late = [s for s in fresh.streams.values() if s not in asked]
        gone = [s for s in asked if s.name not in fresh.streams]
        try:
            self._manager.log_refused(await fresh.ask(gone, False))
            if late:
                self._manager.log_refused(await self._manager.subscribe_on(fresh, late))
        except HftxError as error:
            fresh.fail(f"rotation failed: {error}")
