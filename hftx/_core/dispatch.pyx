"""Who gets an event. A plain handler is called in place; a coroutine is driven in place until it first waits, then
finishes in a task of its own while later events of the same symbol queue behind it.
"""

from cpython.ref cimport Py_DECREF, Py_XDECREF, PyObject
from libc.stdint cimport int64_t

import asyncio
import types
from collections import deque

from hftx._core.latency cimport Histogram, hftx_monotonic_ns

from hftx.errors import HftxError, InitializationError

QUEUE_LIMIT = 10_000   # events of a lane that may wait behind a slow coroutine, unless it says otherwise


cdef int reraise() except -1:
    # Tells Cython that an exception is set.
    return -1


@types.coroutine
def _resume(coroutine, yielded, cancelled):
    """Continues a coroutine that has already yielded `yielded`, as if the running task had driven it from the start;
    `cancelled`: that task was cancelled meanwhile."""
    while True:
        try:
            if cancelled:
                cancelled = False
                raise asyncio.CancelledError
            sent = yield yielded
        except GeneratorExit:
            coroutine.close()
            raise
        except BaseException as error:
            step, value = coroutine.throw, error
        else:
            step, value = coroutine.send, sent
        try:
            yielded = step(value)
        except StopIteration:
            return


cdef class Runner:
    """One asyncio task that finishes coroutines. It exists before they start, so that what they see as the current
    task while driven in place (timeouts, cancellation) is the task that later finishes them."""

    def __init__(self, dispatcher, loop):
        self._dispatcher = dispatcher
        self._loop = loop
        self.task = loop.create_task(self._run())

    def finish(self, *work):
        """Take over `(cancelled, lane, slot, record, frame, coroutine, yielded)`."""
        self._work = work
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    cdef bint is_lost(self):
        # A task that is cancelled before its first step never takes it.
        return self.task.done() or not self._started and self.task.cancelling() > 0

    def cancel(self):
        """End the task, and the coroutine that it finishes."""
        self._closed = True
        self.task.cancel()

    async def _run(self):
        # Whoever cancels the task ends it: the end of the loop waits for that. Later work goes to another one.
        self._started = True
        try:
            while not self._ended:
                await self._finish_work(await self._wait_for_work())
        finally:
            self._dispatcher.left(self)

    async def _wait_for_work(self):
        # True when the task was cancelled by the handler that it stood for, which waits now.
        if self._work is None:
            self._wake = self._loop.create_future()
            try:
                await self._wake
            except asyncio.CancelledError:
                if self._closed or self._work is None:
                    raise
                return True
        return False

    async def _finish_work(self, cancelled):
        before, lane, slot, record, frame, coroutine, yielded = self._work
        error = None
        try:
            await _resume(coroutine, yielded, cancelled or before)
        except asyncio.CancelledError as failure:
            if self._closed:
                raise
            error = failure
        except Exception as failure:
            error = failure
        self._work = None
        self._ended = self.task.cancelling() > 0
        self._dispatcher.finished(self, lane, slot, record, error, frame)

    def release(self):
        """Free the lane of a coroutine that will not be finished."""
        cdef Lane lane
        if self._work is not None:
            lane = self._work[1]
            lane.busy = lane.book_queued = False
            lane.queue.clear()


cdef class Lane:
    """Queue of one symbol, or of an account. At most `limit` events wait in it, the next ones are lost; 0: none is."""

    def __cinit__(self, Py_ssize_t limit=QUEUE_LIMIT):
        self.queue, self.limit = deque(), limit


cdef class Dispatcher:
    """Calls the handler of each slot; `on_error(slot, record, exception, frame)` hears of those that raise.

    `copy_frame()` gives the frame at hand, which is kept with a coroutine that waits.
    """

    def __init__(self, handlers, on_error, copy_frame):
        if len(handlers) < SLOTS:
            raise ValueError(f"{SLOTS} handlers are needed at least, one per channel, not {len(handlers)}")
        self._handlers = list(handlers)
        self._on_error, self._copy_frame = on_error, copy_frame
        self._idle = []
        self._runners = set()
        self._current = getattr(asyncio.tasks, "_current_tasks", None)
        self.frame_to_handler = Histogram()
        self.handler_time = Histogram()

    cdef int emit(self, Lane lane, int slot, object record) except -1:
        handler = self._handlers[slot]
        if handler is None:
            return 0
        if lane.busy:
            return self._queue(lane, slot, record)
        return self._call(lane, slot, handler, record)

    cdef int _call(self, Lane lane, int slot, object handler, object record) except -1:
        cdef PyObject* result
        cdef int64_t started_ns
        self.calls += 1
        self.frame_to_handler.record((self.ready_ns or hftx_monotonic_ns()) - self.frame_ns)
        self.ready_ns = 0
        if self.calls & (SAMPLE - 1):
            result = hftx_call(handler, record)
        else:
            started_ns = hftx_monotonic_ns()
            result = hftx_call(handler, record)
            self.handler_time.record(hftx_monotonic_ns() - started_ns)
        if result is <PyObject*>None:
            Py_DECREF(None)
            return 0
        if result is NULL:
            return self._raised(slot, record)
        coroutine = <object>result
        Py_XDECREF(result)
        try:
            return self._drive(lane, slot, record, coroutine)
        except (Exception, asyncio.CancelledError) as error:
            return self._failed(slot, record, error, None)

    cdef int _raised(self, int slot, object record) except -1:
        # The call left its exception set; only what a handler may raise stays here.
        try:
            reraise()
        except (Exception, asyncio.CancelledError) as error:
            self._failed(slot, record, error, None)
        return 0

    cdef int _drive(self, Lane lane, int slot, object record, object coroutine) except -1:
        cdef PyObject* yielded = NULL
        cdef PySendResult outcome
        if not PyCoro_CheckExact(coroutine):
            if not hasattr(coroutine, "__await__"):
                return 0
            coroutine = _await(coroutine)
        if self._loop is None or self._current is None:
            outcome = self._send_with_task(coroutine, &yielded)
        else:
            if not self._idle:
                self._new_runner()
            previous = self._current.get(self._loop)
            self._current[self._loop] = (<Runner>self._idle[len(self._idle) - 1]).task
            try:
                outcome = PyIter_Send(coroutine, None, &yielded)
            finally:
                if previous is None:
                    del self._current[self._loop]
                else:
                    self._current[self._loop] = previous
        if outcome == PYGEN_RETURN:
            Py_XDECREF(yielded)
            return 0
        waited_for = <object>yielded
        Py_XDECREF(yielded)
        return self._suspend(lane, slot, record, coroutine, waited_for)

    cdef PySendResult _send_with_task(self, object coroutine, PyObject** yielded) except PYGEN_ERROR:
        # No loop yet, or an interpreter that keeps the current task where only its own functions reach it.
        if self._loop is None or asyncio.current_task(self._loop) is not None:
            return PyIter_Send(coroutine, None, yielded)
        if not self._idle:
            self._new_runner()
        task = (<Runner>self._idle[len(self._idle) - 1]).task
        asyncio.tasks._enter_task(self._loop, task)
        try:
            return PyIter_Send(coroutine, None, yielded)
        finally:
            asyncio.tasks._leave_task(self._loop, task)

    cdef int _suspend(self, Lane lane, int slot, object record, object coroutine, object yielded) except -1:
        cdef Runner runner
        if self._loop is None:
            coroutine.close()
            raise InitializationError("a coroutine handler waited, but the connection was not started in a loop")
        if not self._idle:
            self._new_runner()
        self.waits += 1
        lane.busy = True
        runner = <Runner>self._idle.pop()
        cancelled = runner.is_lost()
        if cancelled:
            self._runners.discard(runner)
            self._new_runner()
            runner = <Runner>self._idle.pop()
        runner.finish(cancelled, lane, slot, record, self._copy_frame(), coroutine, yielded)
        return 0

    cdef int _queue(self, Lane lane, int slot, object record) except -1:
        # The book is one live object: a call that is already queued will see the newest levels.
        if slot == ORDERBOOK_SLOT:
            if lane.book_queued:
                return 0
            lane.book_queued = True
        elif lane.limit and len(lane.queue) >= lane.limit:
            self.overruns += 1
            return self._failed(slot, record, HftxError("event lost: too many wait behind a slow coroutine"), None)
        lane.queue.append((slot, record))
        return 0

    cdef int _drain(self, Lane lane) except -1:
        while lane.queue and not lane.busy:
            slot, record = lane.queue.popleft()
            if slot == ORDERBOOK_SLOT:
                lane.book_queued = False
            self.frame_ns, self.ready_ns = hftx_monotonic_ns(), 0
            self._call(lane, slot, self._handlers[slot], record)
        return 0

    cdef int _failed(self, int slot, object record, object error, object frame) except -1:
        self.failures += 1
        self._on_error(slot, record, error, frame)
        return 0

    def _new_runner(self):
        runner = Runner(self, self._loop)
        self._runners.add(runner)
        self._idle.append(runner)

    def left(self, runner):
        """Called by a runner whose task ends."""
        self._runners.discard(runner)
        self._idle = [other for other in self._idle if other is not runner]

    def finished(self, Runner runner, Lane lane, int slot, record, error, frame):
        """Called by a runner when its coroutine has ended; the events that queued behind it follow at once."""
        if not runner._ended:
            self._idle.append(runner)
        lane.busy = False
        if error is not None:
            self._failed(slot, record, error, frame)
        self._drain(lane)

    def start(self, loop):
        """Coroutine handlers may wait from now on, in `loop`."""
        self._loop = loop

    async def close(self):
        """Cancels coroutines that still wait, and ends the tasks."""
        runners, self._runners, self._idle, self._loop = list(self._runners), set(), [], None
        for runner in runners:
            runner.cancel()
        await asyncio.gather(*(runner.task for runner in runners), return_exceptions=True)
        for runner in runners:
            runner.release()


async def _await(awaitable):
    await awaitable
