# Frames of Gate.io's account channels. Knows the envelope that all its markets share; no member of a row, no session.

from hftx._core.cursor cimport Cursor
from hftx._core.json cimport Key

cdef enum:           # what a channel's code in the table of a market says
    KIND = 15        # bits: the kind of its events, as of the session
    VARIANT = 16     # another spelling of the same kind
    SILENT = 32      # its rows are checked, and tell nothing
    NOTICES = 64     # of the venue, for the driver


cdef struct Envelope:
    int channel
    int event
    Cursor held      # a result that came before what tells how to read it


cdef class GateioAccountFrames:
    cdef const Key* _channels
    cdef int _count

    # The event of a frame, or a list of them, all of one `kind`; on a `fault` they do not count.
    cdef object decode(self, const char* data, Py_ssize_t size, int* kind, int* fault)
    # Of the subclass: the event of the row at the cursor.
    cdef object row(self, Cursor* c, int channel, int* fault)

    cdef void set_channels(self, const Key* channels, int count) noexcept
    cdef object _plain(self, Cursor* c, int* kind)
    cdef int _any(self, Cursor* c, list events, int* kind) except -1
    cdef int _member(self, Cursor* c, int code, Envelope* envelope, list events, int* kind) except -1
    cdef int _end(self, Envelope* envelope, list events, int* kind) except -1
    cdef int _rows(self, Cursor* c, int channel, list events, int* kind) except -1
