# Who gets an event: handlers called in place, coroutines driven in place. Knows no venue and no book.

from cpython.ref cimport PyObject
from libc.stdint cimport int64_t

from hftx._core.latency cimport Histogram

cdef extern from "Python.h":
    ctypedef enum PySendResult:
        PYGEN_RETURN
        PYGEN_ERROR
        PYGEN_NEXT
    PySendResult PyIter_Send(object iterator, object value, PyObject** result) except PYGEN_ERROR
    bint PyCoro_CheckExact(object value) noexcept

cdef extern from *:
    """
    /* A bound method is called as its function: it does not have to be unpacked on the way. */
    static inline PyObject* hftx_call(PyObject* handler, PyObject* record) {
        if (PyMethod_Check(handler)) {
            PyObject* both[2] = {PyMethod_GET_SELF(handler), record};
            return PyObject_Vectorcall(PyMethod_GET_FUNCTION(handler), both, 2, NULL);
        }
        return PyObject_CallOneArg(handler, record);
    }
    """
    PyObject* hftx_call(object handler, object record) noexcept

cdef enum:
    SLOTS = 6             # one handler per PublicWebsocketChannelType; accounts have more
    ORDERBOOK_SLOT = 0
    SAMPLE = 64


cdef class Runner:
    cdef readonly object task
    cdef object _work
    cdef object _wake
    cdef object _dispatcher
    cdef object _loop
    cdef bint _closed
    cdef bint _started
    cdef bint _ended

    cdef bint is_lost(self)


cdef class Lane:
    # Its events never overtake each other: while a coroutine waits, the next ones queue here.
    cdef bint busy
    cdef bint book_queued
    cdef object queue
    cdef Py_ssize_t limit


cdef class Dispatcher:
    cdef list _handlers
    cdef list _idle           # runners that wait for work
    cdef set _runners
    cdef object _loop
    cdef dict _current        # asyncio's map of loop -> running task, where the interpreter has one
    cdef object _on_error
    cdef object _copy_frame
    cdef int64_t frame_ns     # when the frame at hand was received; the owner's stamp
    cdef int64_t ready_ns     # when the next call's event was complete, where the owner knows; else 0
    cdef readonly Histogram frame_to_handler
    cdef readonly Histogram handler_time   # of a plain call, or up to the first wait; of every 64th call
    cdef readonly int64_t calls
    cdef readonly int64_t failures
    cdef readonly int64_t waits
    cdef readonly int64_t overruns

    cdef PySendResult _send_with_task(self, object coroutine, PyObject** yielded) except PYGEN_ERROR
    cdef int _queue(self, Lane lane, int slot, object record) except -1
    cdef int _drain(self, Lane lane) except -1
    cdef int _failed(self, int slot, object record, object error, object frame) except -1
    cdef int emit(self, Lane lane, int slot, object record) except -1
    cdef int _call(self, Lane lane, int slot, object handler, object record) except -1
    cdef int _raised(self, int slot, object record) except -1
    cdef int _drive(self, Lane lane, int slot, object record, object coroutine) except -1
    cdef int _suspend(self, Lane lane, int slot, object record, object coroutine, object yielded) except -1

    cdef inline bint wants(self, int slot) noexcept:
        return self._handlers[slot] is not None
