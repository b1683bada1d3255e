"""Requests of order entry on their way, and what becomes of those that no answer will come to: each has a deadline.

Knows time and ids; never a venue's words, nor what a request is about.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from hftx._core.latency import monotonic_ns
from hftx._core.order_requests import Call as Call
from hftx._core.order_requests import CallTable
from hftx.errors import ConnectionLost, RequestTimeoutError
from hftx.logs import HFTLoggerInterface
from hftx.websocket.streams import Reply


class PendingCalls(CallTable):
    """The requests of one interface."""

    def __init__(self, name: str, answer_seconds: float, logger: HFTLoggerInterface) -> None:
        super().__init__(answer_seconds)
        self._name, self._answer_seconds, self._logger = name, answer_seconds, logger
        self.overdue = self.lost = 0
        self.latency = {
            "call_to_wire": self.to_wire,
            "wire_to_ack": self.to_ack,
            "ack_to_result": self.to_result,
            "call_to_result": self.whole,
        }

    def __len__(self) -> int:
        return len(self.open_calls)

    def watch(self) -> None:
        """The first request of many waits for its answer."""
        self.timer = asyncio.get_running_loop().call_later(self._answer_seconds, self._sweep)

    def gone(self, call: Call) -> None:
        """The connection was lost while the request was sent."""
        call.fail(ConnectionLost(f"{self._name}: the connection was lost while {call.request} was sent"))

    def replied(self, reply: Reply) -> None:
        """Of the driver: a reply. Its body is a receipt when it is bytes, else the result."""
        self.answered(reply.request_id, reply.body, type(reply.body) is bytes)

    def stranger(self, id: str) -> None:
        """An answer to `id`, which nobody waits for, is counted."""
        super().stranger(id)
        self._logger.debug("%s: an answer to %s, which nobody waits for", self._name, id)

    def connection_lost(self, source: int, reason: str) -> None:
        """Answers to what went over connections up to `source` will not come."""
        self.lost_to = max(self.lost_to, source)
        gone = [call for call in self.open_calls.values() if 0 < call.source <= source]
        self.lost += len(gone)
        self._fail(gone, reason)

    def abandon(self, reason: str) -> None:
        """The interface closes: no answer will come to anything."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        self._fail(list(self.open_calls.values()), reason)

    def _fail(self, calls: Iterable[Call], reason: str) -> None:
        for call in calls:
            self.close(call)
            call.fail(ConnectionLost(f"{self._name} {call.request}: {reason}"))

    def _sweep(self) -> None:
        # One timer for all: requests wait equally long, so the oldest is the next to be overdue.
        self.timer = None
        now_ns = monotonic_ns()
        for call in [call for call in self.open_calls.values() if 0 < call.overdue_ns <= now_ns]:
            self.close(call)
            self.overdue += 1
            text = f"{self._name} {call.request}: no answer within {self._answer_seconds:g} s"
            call.fail(RequestTimeoutError(text))
        waiting = [call.overdue_ns for call in self.open_calls.values() if call.overdue_ns]
        if waiting:
            delay = (min(waiting) - now_ns) / 1e9
            self.timer = asyncio.get_running_loop().call_later(delay, self._sweep)
