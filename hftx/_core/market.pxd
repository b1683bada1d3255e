# One venue's market data as a session: bytes in, books and records out. Knows no socket, no await and no venue;
# the subclass in venues/ knows what the bytes mean.

from libc.stdint cimport int64_t

from hftx._core.dispatch cimport Dispatcher
from hftx._core.fault cimport FAULT_COUNT
from hftx._core.latency cimport Histogram
from hftx._core.listing cimport Listing, MarketSubscriber
from hftx._core.message cimport Message, TradeItem
from hftx._core.names cimport NameTable
from hftx._core.receiver cimport Receiver


cdef class MarketSession(Receiver):
    cdef Message message
    cdef int rule
    cdef dict intervals               # the venue's name of a kline length -> hftx's
    cdef list listings
    cdef NameTable names
    cdef Dispatcher dispatch
    cdef MarketSubscriber subscriber
    cdef object _request
    cdef object _logger
    cdef Py_ssize_t _max_depth
    cdef readonly dict books
    cdef dict _by_symbol
    cdef readonly Histogram frame_to_book
    cdef readonly int fault_source    # connection of the newest frame
    cdef readonly object kept         # the newest faulty frames: (kind, now_ns, bytes)
    cdef public int64_t wall_offset_ns
    cdef int64_t[FAULT_COUNT] _faults
    cdef readonly int64_t messages
    cdef readonly int64_t applied
    cdef readonly int64_t dropped
    cdef readonly int64_t gaps
    cdef readonly int64_t ignored
    cdef readonly int64_t duplicates
    cdef readonly int64_t trade_gaps
    cdef const char* _frame
    cdef Py_ssize_t _frame_size
    cdef int64_t _recv_ns
    cdef set _logged

    # Of the subclass: fill `message`, touch nothing else; a Fault.
    cdef int decode(self, const char* data, Py_ssize_t size, bint is_text) except -1
    cdef int decode_snapshot(self, Listing listing, const char* data, Py_ssize_t size) except -1

    cdef int receive_borrowed(self, const char* data, Py_ssize_t size, bint is_text, int64_t now_ns,
                              int source) except -2
    cdef int decode_widening(self, const char* data, Py_ssize_t size, bint is_text, Listing snapshot_of) except -1
    cdef bint _admit(self, Listing listing, int source) noexcept
    cdef int _handle(self, Listing listing, bint is_text) except -2
    cdef int _tell(self, Listing listing, int channel) except -1
    cdef int _book(self, Listing listing, bint is_text) except -1
    cdef bint _step(self, Listing listing) except -1
    cdef int _lose(self, Listing listing, str reason) except -1
    cdef int _fault(self, int fault, const char* data, Py_ssize_t size, int64_t now_ns) except -2
    cdef int _trades(self, Listing listing) except -1
    cdef int _book_ticker(self, Listing listing) except -1
    cdef Listing _listing(self, symbol)
