"""A thread with an event loop of its own, for what must go on while the strategy is busy. Knows no venue.

Python code elsewhere can delay it by milliseconds only; code that keeps the interpreter's lock for longer, inside of
one call of an extension, stops it as it stops everything.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

_Result = TypeVar("_Result")


class _GuardLoop(asyncio.SelectorEventLoop):
    # Names are looked up in place: there is nobody else to wait for it, and at the end of the interpreter, when this
    # loop may still be needed, executors take no work any more.
    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> Any:
        return socket.getaddrinfo(host, port, **options)


class GuardThread(Generic[_Result]):
    """Runs one coroutine in a loop of its own; `result` becomes what it returns or raises.

    The thread never keeps the interpreter from ending.
    """

    def __init__(self, name: str, work: Callable[[], Coroutine[Any, Any, _Result]]) -> None:
        self.result: Future[_Result] = Future()
        self._work = work
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; returns when the loop runs."""
        self._thread.start()
        self._running.wait()

    def call(self, function: Callable[[], object]) -> None:
        """Call a function in the loop of the thread, soon. Nothing happens when the thread has ended."""
        try:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(function)
        except RuntimeError:
            if not self.result.done():   # the loop is closed only after the result is set
                raise

    def _run(self) -> None:
        self.result.set_running_or_notify_cancel()
        try:
            with asyncio.Runner(loop_factory=_GuardLoop) as runner:
                self._loop = runner.get_loop()
                self._loop.call_soon(self._running.set)
                result = runner.run(self._work())
        except BaseException as error:  # whoever waits for the result gets it
            self.result.set_exception(error)
        else:
            self.result.set_result(result)
        finally:
            self._running.set()
