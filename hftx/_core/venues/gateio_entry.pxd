# Answers of Gate.io order entry that are as expected: receipts and orders; and requests. Knows no budget and no socket.

from libc.stdint cimport int64_t

from hftx._core.account_records cimport Order
from hftx._core.cursor cimport Cursor, Slice
from hftx._core.receiver cimport Receiver
from hftx._core.row cimport RowKind
from hftx._core.venues.gateio_events cimport GateioEvents
from hftx._core.writer cimport Writer


cdef class EntryReply:
    cdef readonly object id          # str: `request_id`
    cdef readonly bint is_receipt    # the request was taken, which is no result
    cdef readonly Order order        # None in a receipt
    cdef readonly int64_t remaining  # of the venue's limit; -1 where the venue does not say
    cdef readonly int64_t limit
    cdef readonly int64_t in_us      # the venue's stamps, Unix us
    cdef readonly int64_t out_us
    cdef bint is_whole               # its `data` was there


cdef class GateioEntryReader(GateioEvents):
    cdef RowKind _headers
    cdef EntryReply parse(self, const char* data, Py_ssize_t size)
    cdef int _frame(self, Cursor* c, EntryReply reply) except -1
    cdef int _member(self, Cursor* c, int code, EntryReply reply) except -1
    cdef int _header(self, Cursor* c, EntryReply reply) except -1
    cdef int _data(self, Cursor* c, EntryReply reply) except -1
    cdef Order _order(self, Cursor* c)
    cdef bint _words(self, Order order, const Slice* of) except -1


cdef class GateioEntryReceiver(Receiver):
    cdef GateioEntryReader _reader
    cdef object _answered


cdef class GateioEntryWriter:
    cdef Writer _out
