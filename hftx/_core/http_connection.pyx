"""One kept HTTP connection: a request out, its answer in, one at a time, read where the bytes come.

Usual answers are read here; of any other, all bytes go to `unusual`, for a subclass with a real parser. Never knows a
venue, what was asked, or whether it may be asked again.
"""

from hftx._core.http_answer cimport PARTIAL, WHOLE, Head, answer_of, read_head
from hftx._core.latency cimport hftx_monotonic_ns

cdef enum:
    BUFFER_BYTES = 64 * 1024   # a longer answer is unusual


cdef inline double now() noexcept nogil:
    return hftx_monotonic_ns() / 1e9


cdef class HttpConnection:
    """A protocol of asyncio. Open until `is_open` is False; whoever has asked must have the answer, or an error, before
    the next asks."""

    def __init__(self, loop):
        self._loop, self.is_open = loop, False
        self._buffer = bytearray(BUFFER_BYTES)
        self._whole, self._data = memoryview(self._buffer), self._buffer

    @property
    def is_awaited(self):
        """Whether somebody waits for an answer."""
        return self._waiting is not None and not self._waiting.done()

    def idle_seconds(self):
        """How long it is since the connection was made, or the last answer came."""
        return now() - self._used_at

    def ask(self, bytes request not None, double seconds):
        """Send `request` whole; the future of its answer.

        The future fails with `TimeoutError`, `ConnectionError` or what `unusual` says. Then, or when it is cancelled,
        the line must be aborted, as the answer may still come.
        """
        waiting = self._waiting = self._loop.create_future()
        self._deadline = now() + seconds
        if self._timer is None or self._timer_at > self._deadline:
            self._arm(seconds)
        self._transport.write(request)
        return waiting

    def answer(self, answer):
        """What was asked for has come."""
        waiting, self._waiting = self._waiting, None
        self._is_unusual, self._size = False, 0
        self._used_at = now()
        waiting.set_result(answer)

    def fail(self, error):
        """No answer will come."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)

    def abort(self):
        """Close at once."""
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()

    def unusual(self, bytes data not None, bint is_first):
        """A part of an answer that is not usual, from its first byte on when `is_first`. Here it is as good as none."""
        self.fail(ConnectionError("an unusual answer"))
        self.abort()

    def extra(self, str name not None):
        """What the transport says of itself, as `get_extra_info`; None before there is one."""
        return None if self._transport is None else self._transport.get_extra_info(name)

    def connection_made(self, transport):
        """asyncio: the line is open."""
        self._transport, self.is_open = transport, True
        self._used_at = now()

    def get_buffer(self, sizehint):
        """asyncio: where the next bytes go."""
        return self._whole if self._size == 0 else self._whole[self._size:]

    def buffer_updated(self, Py_ssize_t nbytes):
        """asyncio: a part of an answer, or something that nobody has asked for."""
        if self._waiting is None or self._waiting.done():
            self.abort()
        elif self._is_unusual:
            self.unusual(self._data[:nbytes], False)
        else:
            self._usual(self._size + nbytes)

    cdef int _usual(self, Py_ssize_t size) except -1:
        cdef Head head
        cdef int found = read_head(self._data, size, &head)
        if found == WHOLE and head.size + head.body == size:
            self.answer(answer_of(self._data, &head))
            return 0
        if size < BUFFER_BYTES and (found == PARTIAL or found == WHOLE and size < head.size + head.body):
            self._size = size
            return 0
        self._size, self._is_unusual = 0, True
        self.unusual(self._data[:size], True)
        return 0

    cdef int _arm(self, double seconds) except -1:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._expire)
        self._timer_at = now() + seconds
        return 0

    def _expire(self):
        # The timer was set for an earlier request, perhaps: then it is set again for the one that waits now.
        cdef double left = self._deadline - now()
        self._timer = None
        if self._waiting is None:
            return
        if left > 0:
            self._arm(left)
        else:
            self.fail(TimeoutError())
