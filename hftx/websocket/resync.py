"""Brings books back: one background task a symbol fetches snapshots, or asks for the stream anew, until it is LIVE.

Knows when and how often, not how: the venue's ids are judged by the session, streams are moved by the manager.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from hftx._core.latency import monotonic_ns
from hftx.enums import BookStatus
from hftx.errors import HftxError
from hftx.logs import HFTLoggerInterface
from hftx.symbols import Symbol

if TYPE_CHECKING:
    from hftx._core.session import DrivenSession

FIRST_DIFF_SECONDS = 0.05     # a snapshot is asked for when a diff is buffered, or after this time in a quiet market
STREAM_SECONDS = 3.0          # a stream that begins with a full book must have sent it by then
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0)
CALM_SECONDS = 10.0           # without a new loss for so long, a symbol starts with the shortest pause again
POLL_SECONDS = 0.01


class SnapshotSource(Protocol):
    """What a REST client must offer to feed books."""

    async def get_orderbook_raw(self, symbol: Symbol, limit: int | None = None) -> bytes:
        """The body of the venue's REST order book."""

    async def close(self) -> None:
        """Close the client."""


class BookKeeper:
    """Synchronises the books of one session. `resubscribe(symbol)` asks the manager for the book stream anew."""

    def __init__(
        self,
        session: DrivenSession,
        snapshots: SnapshotSource | None,
        limit: int,
        resubscribe: Callable[[Symbol], Awaitable[None]],
        logger: HFTLoggerInterface,
    ) -> None:
        self._session, self._snapshots, self._limit = session, snapshots, limit
        self._resubscribe, self._logger = resubscribe, logger
        self._tasks: dict[Symbol, asyncio.Task[None]] = {}
        self._losses: dict[Symbol, tuple[int, int]] = {}
        self.resyncs = 0

    def lose(self, symbol: Symbol, reason: str) -> None:
        """The book of `symbol` is STALE for `reason`; bring it back."""
        count, last_ns = self._losses.get(symbol, (0, 0))
        now_ns = monotonic_ns()
        calm = now_ns - last_ns > CALM_SECONDS * 1e9
        self._losses[symbol] = (1 if calm else count + 1, now_ns)
        task = self._tasks.get(symbol)
        if task is not None and not task.done():   # one that is done may have made the book that is lost now
            return
        self.resyncs += 1
        self._logger.info("resync of %s: %s", symbol, reason)
        pause = 0.0 if calm else PAUSES[min(count, len(PAUSES) - 1)]
        self._start(symbol, self._restore(symbol, pause))

    def follow(self, symbol: Symbol) -> None:
        """The book stream of `symbol` has begun; make the book LIVE."""
        self.forget(symbol)
        self._start(symbol, self._restore(symbol, 0.0, fresh=True))

    def forget(self, symbol: Symbol) -> None:
        """Stop working on `symbol`."""
        task = self._tasks.pop(symbol, None)
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        """Stop all work."""
        tasks = list(self._tasks.values())
        for symbol in list(self._tasks):
            self.forget(symbol)
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, symbol: Symbol, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks[symbol] = task
        task.add_done_callback(lambda done: self._ended(symbol, done))

    def _ended(self, symbol: Symbol, task: asyncio.Task[None]) -> None:
        if self._tasks.get(symbol) is task:
            del self._tasks[symbol]
        if not task.cancelled() and task.exception() is not None:
            self._logger.error("resync of %s ended: %r", symbol, task.exception())

    async def _restore(self, symbol: Symbol, pause: float, fresh: bool = False) -> None:
        attempt = 0
        while symbol in self._session.books:
            if pause:
                await asyncio.sleep(pause * random.uniform(0.75, 1.25))
            try:
                if await self._try_once(symbol, fresh):
                    return
            except HftxError as error:
                self._logger.warning("resync of %s: %s", symbol, error)
            fresh = False
            pause = PAUSES[min(attempt, len(PAUSES) - 1)]
            attempt += 1

    async def _try_once(self, symbol: Symbol, fresh: bool) -> bool:
        book = self._session.books[symbol]
        if self._snapshots is None:
            if not fresh:
                await self._resubscribe(symbol)
            return await self._until(lambda: book.status is BookStatus.LIVE, STREAM_SECONDS)
        self._session.resync(symbol)
        listing = self._session.listing(symbol)
        await self._until(lambda: listing.buffered_count > 0, FIRST_DIFF_SECONDS)
        reply = await self._snapshots.get_orderbook_raw(symbol, self._limit)
        return symbol in self._session.books and self._session.snapshot(symbol, reply, monotonic_ns())

    async def _until(self, condition: Callable[[], bool], seconds: float) -> bool:
        deadline = monotonic_ns() + int(seconds * 1e9)
        while not condition():
            if monotonic_ns() > deadline:
                return False
            await asyncio.sleep(POLL_SECONDS)
        return True
