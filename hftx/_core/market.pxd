# One venue's market data as a session: bytes in, books and records out. Knows no socket, no await and no venue;
# the subclass in venues/ knows what the bytes mean.

from libc.stdint cimport int64_t

from hftx._core.book cimport OrderBook
from hftx._core.dispatch cimport Dispatcher, Lane
from hftx._core.fault cimport FAULT_COUNT
from hftx._core.latency cimport Histogram
from hftx._core.message cimport Message, TradeItem
from hftx._core.names cimport NameTable
from hftx._core.sync cimport Sync

cdef enum:
    FAULTY = -1      # counted, kept, the symbol is stale
    OTHER = 0        # a control frame: the driver reads it
    HANDLED = 1


cdef class Listing:
    # One symbol of the session.
    cdef readonly object symbol
    cdef readonly str name
    cdef readonly OrderBook book
    cdef readonly bint adaptive       # digits are learnt from the data
    cdef readonly int source          # the connection whose frames count
    cdef readonly int64_t seen_ns     # when the last frame of the symbol came, on the clock of `now_ns`
    cdef readonly int64_t gaps
    cdef readonly int64_t resyncs
    cdef Sync sync
    cdef Lane lane
    cdef list buffered                # [(first_id, last_id, frame, is_text)] until a snapshot is there
    cdef int64_t last_trade


cdef class MarketSubscriber:
    # A listener in Cython: borrowed records, before any Python object is made. Override what you need.
    cdef int on_book(self, OrderBook book) except -1
    cdef int on_trade(self, Listing listing, const TradeItem* trade) except -1
    cdef int on_book_ticker(self, Listing listing, const Message* ticker) except -1


cdef class MarketSession:
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
    cdef int _handle(self, Listing listing, bint is_text) except -2
    cdef int _book(self, Listing listing, bint is_text) except -1
    cdef bint _step(self, Listing listing) except -1
    cdef int _lose(self, Listing listing, str reason) except -1
    cdef int _fault(self, int fault, const char* data, Py_ssize_t size, int64_t now_ns) except -2
    cdef int _trades(self, Listing listing) except -1
    cdef int _book_ticker(self, Listing listing) except -1
    cdef Listing _listing(self, symbol)
