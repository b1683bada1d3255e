"""Brings trades back that a stream skipped, from the venue's REST list; where the venue numbers its trades.

Knows ids only; what a trade means is the receiver's. Trades that nobody can tell any more are logged and counted.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from hftx._core.latency import monotonic_ns
from hftx.errors import HftxError
from hftx.logs import HFTLoggerInterface
from hftx.records import Trade
from hftx.symbols import Symbol

if TYPE_CHECKING:
    from hftx._core.session import DrivenSession

PAUSES = (0.0, 0.2, 1.0, 3.0)   # REST can lag the stream
MOST_TRADES = 1000              # of one reply; what lies further back stays lost


class TradeSource(Protocol):
    """What a REST client must offer to bring trades back."""

    async def get_recent_trades(self, symbol: Symbol, limit: int | None = None) -> list[Trade]:
        """The last trades, newest last."""


class TradeKeeper:
    """Fetches the missing trades of one session, one task a symbol."""

    def __init__(self, session: DrivenSession, source: TradeSource, logger: HFTLoggerInterface) -> None:
        self._session, self._source, self._logger = session, source, logger
        self._tasks: dict[Symbol, asyncio.Task[None]] = {}
        self.lost = 0

    def fetch(self, symbol: Symbol) -> None:
        """The stream of `symbol` skipped trades."""
        if symbol not in self._tasks:
            task = asyncio.ensure_future(self._fetch(symbol))
            self._tasks[symbol] = task
            task.add_done_callback(lambda _: self._tasks.pop(symbol, None))

    async def close(self) -> None:
        """Stop all work."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch(self, symbol: Symbol) -> None:
        while symbol in self._session.books:
            missing = self._session.listing(symbol).take_missing()
            if not missing:
                return
            for before, behind, count in missing:
                await self._bring(symbol, before, behind, count)

    async def _bring(self, symbol: Symbol, before: int, behind: int, count: int) -> None:
        found: list[Trade] = []
        for pause in PAUSES:
            await asyncio.sleep(pause)
            try:
                recent = await self._source.get_recent_trades(symbol, MOST_TRADES)
            except HftxError as error:
                self._logger.warning("missing trades of %s: %s", symbol, error)
                continue
            found = [t for t in recent if t.trade_id is not None and before < int(t.trade_id) < behind]
            if len(found) >= count:
                break
        if symbol in self._session.books:
            self._session.backfill(symbol, found, monotonic_ns())
        if len(found) < count:
            self.lost += count - len(found)
            self._logger.error("%d trades of %s are lost: the venue does not tell them", count - len(found), symbol)
