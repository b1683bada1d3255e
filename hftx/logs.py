"""What hftx asks of a logger, and a timer that reports to one. Never knows what is logged."""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Any, Protocol


class HFTLoggerInterface(Protocol):
    """The part of `logging.Logger` that hftx uses; any object with these methods will do."""

    def debug(self, msg: str, *args: Any) -> None:
        """As `logging.Logger.debug`."""

    def info(self, msg: str, *args: Any) -> None:
        """As `logging.Logger.info`."""

    def warning(self, msg: str, *args: Any) -> None:
        """As `logging.Logger.warning`."""

    def error(self, msg: str, *args: Any) -> None:
        """As `logging.Logger.error`."""


def get_exchange_logger(exchange: str, part: str) -> HFTLoggerInterface:
    """The standard-library logger `hftx.<exchange>.<part>`."""
    return logging.getLogger(f"hftx.{exchange}.{part}")


class LoggingTimer:
    """`with LoggingTimer(logger, "load books") as timer:` logs the time taken; `timer.elapsed_ms` keeps it."""

    def __init__(self, logger: HFTLoggerInterface, name: str) -> None:
        self._logger, self._name = logger, name
        self._started_ns = 0
        self.elapsed_ms = 0.0

    def __enter__(self) -> LoggingTimer:
        self._started_ns = time.monotonic_ns()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.elapsed_ms = (time.monotonic_ns() - self._started_ns) / 1e6
        self._logger.debug("%s took %.3f ms%s", self._name, self.elapsed_ms, " and failed" if error else "")
