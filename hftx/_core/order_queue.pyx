"""Orders as they arrived, out of which any can be taken at once. Knows nothing of an order but its links."""

cimport cython
from cpython.ref cimport Py_DECREF, Py_INCREF, PyObject

from hftx._core.tracked_order cimport TrackedOrder


@cython.final
@cython.no_gc
cdef class OrderQueue:
    """A list that runs through the orders themselves; each is in one queue at most."""

    def __dealloc__(self):
        while self._first is not NULL:
            self.take_off(<TrackedOrder>self._first)

    cdef void put(self, TrackedOrder tracked, TrackedOrder before) noexcept:
        if before is None:
            self._join(tracked, self._last, NULL)
        else:
            self._join(tracked, before.before, before.behind)
            before.before = before.behind = NULL
            Py_DECREF(before)

    cdef void take_off(self, TrackedOrder tracked) noexcept:
        if tracked.before is NULL:
            self._first = tracked.behind
        else:
            (<TrackedOrder>tracked.before).behind = tracked.behind
        if tracked.behind is NULL:
            self._last = tracked.before
        else:
            (<TrackedOrder>tracked.behind).before = tracked.before
        tracked.before = tracked.behind = NULL
        Py_DECREF(tracked)

    cdef void _join(self, TrackedOrder tracked, PyObject* before, PyObject* behind) noexcept:
        Py_INCREF(tracked)
        tracked.before, tracked.behind = before, behind
        if before is NULL:
            self._first = <PyObject*>tracked
        else:
            (<TrackedOrder>before).behind = <PyObject*>tracked
        if behind is NULL:
            self._last = <PyObject*>tracked
        else:
            (<TrackedOrder>behind).before = <PyObject*>tracked

    cdef dict by_key(self):
        cdef TrackedOrder tracked
        cdef PyObject* at = self._first
        cdef dict found = {}
        while at is not NULL:
            tracked = <TrackedOrder>at
            found[tracked.key] = tracked
            at = tracked.behind
        return found
