"""Cancels the open orders when the program stops, for venues without a countdown of their own. Knows no venue.

It works on an orderly stop, on signals and at the end of the interpreter. A process that is killed outright (SIGKILL,
power, a crash of the interpreter) cannot cancel anything: its orders stay, and the next start finds them.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass
from types import FrameType
from typing import Any, Protocol

from hftx.errors import HftxError, InitializationError, UsageError
from hftx.logs import HFTLoggerInterface, get_exchange_logger
from hftx.orders import Order
from hftx.rest.trading import CancelOutcome
from hftx.symbols import Symbol
from hftx.trading.guard_thread import GuardThread

AGAIN_SECONDS = 0.2     # between two attempts on the orders of a symbol
GRACE_SECONDS = 1.0     # for the thread to end after its time is up
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class CancelClient(Protocol):
    """What is needed of a private REST client."""

    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[CancelOutcome]:
        """Cancel every open order of a symbol."""

    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """All resting orders of a symbol."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Orders of a symbol that could not be cancelled in time, as far as they are known, and why."""

    symbol: Symbol
    order_ids: tuple[str, ...]
    reason: str


class CancelOnStop:
    """Cancels all orders of the symbols that were traded, in at most `seconds`, once, when the program stops.

    `symbols()` gives them at that moment; `client` makes a private REST client for this purpose alone, in a thread of
    its own. On one of `signals` the orders are cancelled first, then the handler that was there before is called.
    `on_left(leftovers)` hears of what could not be cancelled, in whatever thread the program stops.
    """

    def __init__(
        self,
        client: Callable[[], CancelClient],
        symbols: Callable[[], Iterable[Symbol]],
        seconds: float = 5.0,
        signals: Sequence[signal.Signals] = SIGNALS,
        on_left: Callable[[list[Leftover]], None] | None = None,
        logger: HFTLoggerInterface | None = None,
    ) -> None:
        if not seconds > 0:
            raise UsageError(f"seconds must be above 0, not {seconds!r}")
        self.seconds, self._signals = seconds, tuple(signals)
        self._make, self._symbols, self._on_left = client, symbols, on_left
        self._logger = logger or get_exchange_logger("trading", "cancel_on_stop")
        self._thread: GuardThread[list[Leftover]] | None = None
        self._begin: asyncio.Event | None = None
        self._before: dict[int, Any] = {}
        self._left: dict[Symbol, Leftover] = {}
        self._reported = False

    def start(self) -> None:
        """Stand ready. Raises `UsageError` outside of the main thread, unless there are no signals to be heard."""
        if self._thread is not None:
            raise InitializationError("this was started before; make a new one")
        if self._signals and threading.current_thread() is not threading.main_thread():
            raise UsageError("signals reach the main thread only: start there, or with signals=()")
        self._thread = GuardThread("hftx cancel on stop", self._run)
        self._thread.start()
        atexit.register(self._at_exit)
        for number in self._signals:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._on_signal)

    async def stop(self) -> list[Leftover]:
        """Cancel everything now; what could not be cancelled. Signals are handled as before from then on."""
        if self._thread is None:
            return []
        self._thread.call(self._go)
        left = await asyncio.shield(asyncio.wrap_future(self._thread.result))
        self._stand_down()
        self._report(left)
        return left

    def _stand_down(self) -> None:
        atexit.unregister(self._at_exit)
        for number, before in self._before.items():
            if signal.getsignal(number) == self._on_signal:
                signal.signal(number, before)
        self._before.clear()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._cancel_and_wait()
        before = self._before.get(number)
        if callable(before):
            before(number, frame)
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    def _at_exit(self) -> None:
        self._cancel_and_wait()

    def _cancel_and_wait(self) -> None:
        # The program is about to end: nothing else matters, so the caller may wait.
        if self._thread is None:
            return
        self._thread.call(self._go)
        try:
            left = self._thread.result.result(self.seconds + GRACE_SECONDS)
        except LateError:
            left = list(self._left.values())
        except Exception as error:
            self._logger.error("the open orders could not be cancelled: %r", error)
            return
        self._report(left)

    def _report(self, left: list[Leftover]) -> None:
        if self._reported:
            return
        self._reported = True
        for leftover in left:
            ids = ", ".join(leftover.order_ids) or "unknown orders"
            self._logger.error("%s: %s may be open still: %s", leftover.symbol, ids, leftover.reason)
        if left and self._on_left is not None:
            self._on_left(left)

    def _go(self) -> None:
        if self._begin is not None:
            self._begin.set()

    async def _run(self) -> list[Leftover]:
        self._begin = asyncio.Event()
        await self._begin.wait()
        client = self._make()
        try:
            async with asyncio.timeout(self.seconds):
                symbols = list(dict.fromkeys(self._symbols()))
                self._left = {symbol: Leftover(symbol, (), "no answer in time") for symbol in symbols}
                await asyncio.gather(*(self._clear(client, symbol) for symbol in symbols))
        except TimeoutError:
            self._logger.warning("not all orders were cancelled within %g s", self.seconds)
        finally:
            await client.close()
        return list(self._left.values())

    async def _clear(self, client: CancelClient, symbol: Symbol) -> None:
        # Until the venue itself says that nothing is open.
        while symbol in self._left:
            try:
                outcomes = await client.cancel_all_orders(symbol)
                resting = await client.get_open_orders(symbol)
            except HftxError as error:
                self._left[symbol] = Leftover(symbol, self._left[symbol].order_ids, str(error))
            else:
                if not resting:
                    del self._left[symbol]
                    return
                reasons = [str(outcome.error) for outcome in outcomes if outcome.error is not None]
                ids = tuple(order.order_id for order in resting)
                self._left[symbol] = Leftover(symbol, ids, "; ".join(reasons) or "still open after the cancel")
            await asyncio.sleep(AGAIN_SECONDS)
