"""Where a connection's frames go: the base of every session, and a receiver that leaves all frames to its driver."""

from libc.stdint cimport int64_t


cdef class Receiver:
    """Leaves every frame to the driver; sessions read what they know."""

    cdef int receive_borrowed(self, const char* data, Py_ssize_t size, bint is_text, int64_t now_ns,
                              int source) except -2:
        return OTHER

    def receive(self, bytes data not None, bint is_text, int64_t now_ns, int source=0):
        """One frame: 1 handled, 0 a control frame for the driver, -1 a fault (counted and kept).

        `now_ns` is the time of receipt on the clock of `hftx._core.latency.monotonic_ns`.
        """
        return self.receive_borrowed(data, len(data), is_text, now_ns, source)

    def receive_all(self, list frames not None, bint is_text, int64_t now_ns, int source=0):
        """`receive` of each of `frames` (bytes) in turn, as a compiled listener would call it; for replays and
        benchmarks. Gives how many were handled."""
        cdef Py_ssize_t handled = 0
        cdef bytes frame
        for frame in frames:
            handled += self.receive_borrowed(frame, len(frame), is_text, now_ns, source) == HANDLED
        return handled
