"""Requests of order entry on their way: matched by id, receipt and result told apart, each stage timed.

Knows time and ids; never a venue's words, nor what a request is about.
"""

from cython cimport freelist
from libc.stdint cimport int64_t

from hftx._core.latency cimport Histogram, hftx_monotonic_ns


@freelist(8)
cdef class Call:
    """One request. `receipt` is what the venue said on taking it, `answer` becomes its result. Made by the table."""

    def fail(self, error):
        """No answer will come."""
        if not self.answer.done():
            self.answer.set_exception(error)


cdef class CallTable:
    """The requests of one interface whose results are waited for."""

    def __init__(self, double answer_seconds):
        self.open_calls, self._next_id, self._patience_ns = {}, 1, <int64_t>(answer_seconds * 1e9)
        self.to_wire, self.to_ack, self.to_result, self.whole = Histogram(), Histogram(), Histogram(), Histogram()

    def open(self, str request not None, answer):
        """A new request with an id that was never used before; `answer` is the future that waits for its result."""
        cdef Call call = Call.__new__(Call)
        call.called_ns = hftx_monotonic_ns()
        call.id, call.request, call.answer = str(self._next_id), request, answer
        self._next_id += 1
        self.open_calls[call.id] = call
        return call

    def left(self, Call call not None, int64_t source):
        """The request has left on connection `source`; from now on its answer is waited for."""
        call.sent_ns = hftx_monotonic_ns()
        call.source, call.overdue_ns = source, call.sent_ns + self._patience_ns
        self.sent += 1
        self.to_wire.record(call.sent_ns - call.called_ns)
        if source <= self.lost_to:
            self.gone(call)
        if self.timer is None:
            self.watch()

    def watch(self):
        """A request is waited for, and nothing is watched: here nobody needs to."""

    def gone(self, Call call not None):
        """The connection was lost while the request was sent: here nobody needs to know."""

    def close(self, Call call not None):
        """Nobody waits any more."""
        self.open_calls.pop(call.id, None)

    def answered(self, id, body, bint is_receipt):
        """A receipt or a result; what belongs to no request is counted."""
        cdef Call call = self.open_calls.get(id)
        cdef int64_t now_ns = hftx_monotonic_ns()
        if call is None:
            self.stranger(id)
        elif is_receipt:
            self.receipts += 1
            call.acked_ns, call.receipt = now_ns, body
            self.to_ack.record(now_ns - call.sent_ns)
        else:
            del self.open_calls[id]
            self.results += 1
            self.whole.record(now_ns - call.called_ns)
            if call.acked_ns:
                self.to_result.record(now_ns - call.acked_ns)
            if not call.answer.done():
                call.answer.set_result(body)

    def stranger(self, id):
        """An answer to `id`, which nobody waits for, is counted."""
        self.strangers += 1
