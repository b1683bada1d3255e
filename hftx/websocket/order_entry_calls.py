"""Requests of order entry on their way: matched by id, receipt and result told apart, each with a deadline.

Knows time and ids; never a venue's words, nor what a request is about.
"""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

from hftx._core.latency import Histogram, monotonic_ns
from hftx.errors import ConnectionLost, HftxError, RequestTimeoutError
from hftx.logs import HFTLoggerInterface
from hftx.websocket.streams import Reply

STAGES = ("call_to_wire", "wire_to_ack", "ack_to_result", "call_to_result")


class Call:
    """One request. `receipt` is what the venue said on taking it, `answer` becomes its result."""

    __slots__ = (
        "acked_ns", "answer", "called_ns", "charged", "id", "overdue_ns", "receipt", "request", "sent_ns", "source",
    )  # fmt: skip

    def __init__(self, id: str, request: str, called_ns: int, answer: asyncio.Future[Any]) -> None:
        self.id, self.request, self.called_ns, self.answer = id, request, called_ns, answer
        self.sent_ns = self.acked_ns = self.overdue_ns = self.source = 0
        self.receipt: Any = None
        self.charged = False

    def fail(self, error: HftxError) -> None:
        """No answer will come."""
        if not self.answer.done():
            self.answer.set_exception(error)


class PendingCalls:
    """The requests of one interface."""

    def __init__(self, name: str, answer_seconds: float, logger: HFTLoggerInterface) -> None:
        self._name, self._answer_seconds, self._logger = name, answer_seconds, logger
        self._patience_ns = int(answer_seconds * 1e9)
        self._calls: dict[str, Call] = {}
        self._ids = count(1)
        self._lost_to = 0
        self._timer: asyncio.TimerHandle | None = None
        self.sent = self.receipts = self.results = self.strangers = self.overdue = self.lost = 0
        self.latency = {stage: Histogram() for stage in STAGES}
        self._to_wire, self._to_ack, self._to_result, self._whole = self.latency.values()

    def __len__(self) -> int:
        return len(self._calls)

    def open(self, request: str, called_ns: int) -> Call:
        """A new request with an id that was never used before."""
        answer = asyncio.get_running_loop().create_future()
        call = Call(str(next(self._ids)), request, called_ns, answer)
        self._calls[call.id] = call
        return call

    def went(self, call: Call, source: int) -> None:
        """The request has left on connection `source`; from now on its answer is waited for."""
        now_ns = call.sent_ns = monotonic_ns()
        call.source, call.overdue_ns = source, now_ns + self._patience_ns
        self.sent += 1
        self._to_wire.add(now_ns - call.called_ns)
        if source <= self._lost_to:
            call.fail(ConnectionLost(f"{self._name}: the connection was lost while {call.request} was sent"))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._answer_seconds, self._sweep)

    def close(self, call: Call) -> None:
        """Nobody waits any more."""
        self._calls.pop(call.id, None)

    def replied(self, reply: Reply) -> None:
        """Of the driver: a reply. Its body is a receipt when it is bytes, else the result."""
        self.answered(reply.request_id, reply.body, type(reply.body) is bytes)

    def answered(self, id: str, body: Any, is_receipt: bool) -> None:
        """A receipt or a result; what belongs to no request is counted."""
        call = self._calls.get(id)
        if call is None:
            self.strangers += 1
            self._logger.debug("%s: an answer to %s, which nobody waits for", self._name, id)
            return
        now_ns = monotonic_ns()
        if is_receipt:
            self.receipts += 1
            call.acked_ns, call.receipt = now_ns, body
            self._to_ack.add(now_ns - call.sent_ns)
            return
        del self._calls[id]
        self.results += 1
        self._whole.add(now_ns - call.called_ns)
        if call.acked_ns:
            self._to_result.add(now_ns - call.acked_ns)
        if not call.answer.done():
            call.answer.set_result(body)

    def connection_lost(self, source: int, reason: str) -> None:
        """Answers to what went over connections up to `source` will not come."""
        self._lost_to = max(self._lost_to, source)
        for call in [call for call in self._calls.values() if 0 < call.source <= source]:
            del self._calls[call.id]
            self.lost += 1
            call.fail(ConnectionLost(f"{self._name} {call.request}: {reason}"))

    def abandon(self, reason: str) -> None:
        """The interface closes: no answer will come to anything."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        calls, self._calls = self._calls, {}
        for call in calls.values():
            call.fail(ConnectionLost(f"{self._name} {call.request}: {reason}"))

    def _sweep(self) -> None:
        # One timer for all: requests wait equally long, so the oldest is the next to be overdue.
        self._timer = None
        now_ns = monotonic_ns()
        for call in [call for call in self._calls.values() if 0 < call.overdue_ns <= now_ns]:
            del self._calls[call.id]
            self.overdue += 1
            text = f"{self._name} {call.request}: no answer within {self._answer_seconds:g} s"
            call.fail(RequestTimeoutError(text))
        waiting = [call.overdue_ns for call in self._calls.values() if call.overdue_ns]
        if waiting:
            delay = (min(waiting) - now_ns) / 1e9
            self._timer = asyncio.get_running_loop().call_later(delay, self._sweep)
