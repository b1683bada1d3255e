"""Runs a trial in a process of its own, so that a crash or an endless loop is a failed test and not the end of all."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable


def isolated(trial: Callable[[], None], seconds: float = 30.0) -> None:
    """Runs `trial` in a fork; AssertionError when it raises, dies by a signal, or takes more than `seconds`."""
    child = os.fork()
    if child == 0:
        _run_and_leave(trial)
    deadline = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise AssertionError(f"still running after {seconds} s")
        time.sleep(0.002)
    code = os.waitstatus_to_exitcode(status)
    assert code >= 0, f"died by signal {signal.Signals(-code).name}"
    assert code == 0, "the trial failed; its traceback is in the captured standard error"


def _run_and_leave(trial: Callable[[], None]) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)  # the parent's alarm is not ours
    try:
        trial()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
