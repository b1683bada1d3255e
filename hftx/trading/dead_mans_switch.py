"""Lets the venue cancel all orders by itself when nobody says any more that it shall not. Knows no venue's words.

Shared with the strategy's thread: the configuration and its credentials, which never change, and plain numbers.
Not shared: the REST client with its connections, budgets and signer, which is made for the switch alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from hftx.errors import HftxError, InitializationError, UsageError
from hftx.logs import HFTLoggerInterface, get_exchange_logger
from hftx.rest.trading import CancelOutcome
from hftx.symbols import Symbol
from hftx.trading.guard_thread import GuardThread

REFRESH_PART = 3          # refreshed so often in the time of one countdown
RETRY_SECONDS = 0.5       # after a failed refresh


class CountdownClient(Protocol):
    """What the switch needs of a private REST client."""

    async def countdown_cancel(self, seconds: int, symbol: Symbol | str | None = None) -> int:
        """Let the venue cancel all orders in `seconds` unless called again; 0 calls it off."""

    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[CancelOutcome]:
        """Cancel every open order of a symbol, or of the account."""

    async def close(self) -> None:
        """Close the connections."""


class DeadMansSwitch:
    """The venue cancels all orders `seconds` after the last refresh: at the latest so long after this process died.

    A thread of its own refreshes three times in that time, however busy the strategy's loop is. `client` makes a
    private REST client, in that thread and for the switch alone. `symbols` are those whose orders are cancelled; all
    of the account without them. With `strategy_seconds`, a strategy that has not called `alive()` for so long counts as
    dead: the countdown is left to run out, until it calls again. `on_trouble(text)` is called in the loop that
    started the switch.
    """

    def __init__(
        self,
        client: Callable[[], CountdownClient],
        seconds: int = 30,
        symbols: Sequence[Symbol] = (),
        strategy_seconds: float | None = None,
        on_trouble: Callable[[str], None] | None = None,
        logger: HFTLoggerInterface | None = None,
    ) -> None:
        if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 1:
            raise UsageError(f"seconds must be a whole number above 0, not {seconds!r}")
        if strategy_seconds is not None and not strategy_seconds > 0:
            raise UsageError(f"strategy_seconds must be above 0, not {strategy_seconds!r}")
        self.seconds, self._strategy_seconds = seconds, strategy_seconds
        self._make, self._on_trouble = client, on_trouble
        self._scopes: tuple[Symbol | None, ...] = tuple(symbols) or (None,)
        self._logger = logger or get_exchange_logger("trading", "dead_mans_switch")
        self._thread: GuardThread[None] | None = None
        self._armed: Future[None] = Future()
        self._stop: asyncio.Event | None = None
        self._cancel_orders = self._orderly = False
        self._alive_at = self._refreshed_at = 0.0
        self._trouble = ""
        self.refreshes = self.failures = self.fires_ms = 0

    @property
    def is_armed(self) -> bool:
        """True while the venue will cancel the orders unless it is refreshed."""
        return self._refreshed_at > 0 and time.monotonic() - self._refreshed_at < self.seconds

    async def start(self) -> None:
        """Arm the switch; returns when the venue has taken it on. Raises what the first refresh met."""
        if self._thread is not None:
            raise InitializationError("the switch was started before; make a new one")
        self._loop = asyncio.get_running_loop()
        self.alive()
        self._thread = GuardThread("hftx dead man's switch", self._run)
        self._thread.start()
        await asyncio.wrap_future(self._armed)

    def alive(self) -> None:
        """The strategy works as it should. Cheap; any thread may call it."""
        self._alive_at = time.monotonic()

    async def stop(self, cancel_orders: bool = True) -> None:
        """End in good order: cancel the orders, unless told otherwise, and call the countdown off.

        Raises what the venue answered when one of the two failed; then the countdown is left to run out.
        """
        if self._thread is None or (self._armed.done() and self._armed.exception() is not None):
            return
        self._cancel_orders = cancel_orders
        self._thread.call(self._end)
        await asyncio.wrap_future(self._thread.result)

    def stats(self) -> dict[str, Any]:
        """Refreshes, failures, the venue's time of the cancel in ms, and the trouble there is, if any."""
        return {
            "is_armed": self.is_armed,
            "refreshes": self.refreshes,
            "failures": self.failures,
            "fires_ms": self.fires_ms,
            "trouble": self._trouble,
        }

    def _end(self) -> None:
        self._orderly = True
        if self._stop is not None:
            self._stop.set()

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        try:
            client = self._make()
            try:
                await self._refresh(client)
                self._armed.set_result(None)
                await self._keep(client, self._stop)
                await self._finish(client)
            finally:
                await client.close()
        except BaseException as error:
            if not self._armed.done():
                self._armed.set_exception(error)
            elif not self._orderly:
                self._tell(f"the switch has stopped, its countdown runs out: {error!r}")
            raise

    async def _keep(self, client: CountdownClient, stop: asyncio.Event) -> None:
        while not stop.is_set():
            pause = self.seconds / REFRESH_PART
            if self._trouble:
                pause = min(pause, RETRY_SECONDS)
            try:
                async with asyncio.timeout(pause):
                    await stop.wait()
            except TimeoutError:
                await self._turn(client)

    async def _turn(self, client: CountdownClient) -> None:
        silent = time.monotonic() - self._alive_at
        if self._strategy_seconds is not None and silent > self._strategy_seconds:
            if not self._trouble.startswith("the strategy"):
                self._tell(f"the strategy has been silent for {silent:.1f} s: the countdown is left to run out")
            return
        try:
            async with asyncio.timeout(self.seconds / REFRESH_PART):
                await self._refresh(client)
        except (HftxError, TimeoutError) as error:
            self.failures += 1
            left = max(0.0, self._refreshed_at + self.seconds - time.monotonic())
            self._tell(f"the countdown could not be refreshed, it runs out in {left:.1f} s: {error or 'no answer'}")
            return
        if self._trouble:
            self._logger.info("the countdown is refreshed again after: %s", self._trouble)
            self._trouble = ""

    async def _refresh(self, client: CountdownClient) -> None:
        asked_at = time.monotonic()
        for symbol in self._scopes:
            self.fires_ms = await client.countdown_cancel(self.seconds, symbol)
        self._refreshed_at = asked_at
        self.refreshes += 1

    async def _finish(self, client: CountdownClient) -> None:
        # In this order: when the cancel fails, the countdown still does it.
        for symbol in self._scopes if self._cancel_orders else ():
            failed = [outcome for outcome in await client.cancel_all_orders(symbol) if outcome.error is not None]
            if failed and failed[0].error is not None:
                raise failed[0].error
        for symbol in self._scopes:
            await client.countdown_cancel(0, symbol)
        self._refreshed_at = 0.0

    def _tell(self, text: str) -> None:
        self._trouble = text
        self._logger.error("%s", text)
        if self._on_trouble is None:
            return
        try:
            self._loop.call_soon_threadsafe(self._on_trouble, text)
        except RuntimeError:
            self._logger.error("the strategy's loop is closed; nobody is left to be told")
