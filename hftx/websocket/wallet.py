"""Asks what a wallet has available, after pushes that do not say it. One question at a time; knows no venue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class WalletQuestions:
    """`ask` is awaited `pause` seconds after the wallet has moved, and once more when it moved meanwhile.

    `ask` must not raise; a defect in it ends in the log of the loop, and the next move asks again.
    """

    def __init__(self, ask: Callable[[], Awaitable[None]], pause: float) -> None:
        self._ask, self._pause = ask, pause
        self._task: asyncio.Task[None] | None = None
        self._has_moved = self._is_closed = False
        self.asked = 0

    def moved(self) -> None:
        """The wallet is another than it was."""
        self._has_moved = True
        if not self._is_closed and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Ask no more."""
        self._is_closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while self._has_moved:
            await asyncio.sleep(self._pause)
            self._has_moved = False
            self.asked += 1
            await self._ask()
