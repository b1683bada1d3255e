# MEXC spot bodies other than books: deals, book tickers, klines, mini tickers. Knows field numbers, no wrapper, no book

from libc.stdint cimport int64_t, uint64_t

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.fault cimport MALFORMED, OK, TRUNCATED
from hftx._core.message cimport TradeItem
from hftx._core.number cimport read_count
from hftx._core.protobuf cimport read_len
from hftx._core.session cimport DrivenSession

cdef int to_ns(uint64_t count, uint64_t unit_ns, int64_t* out) noexcept nogil


cdef inline int read_slice(Cursor* c, Slice* out) noexcept nogil:
    cdef Cursor inner
    cdef int fault = read_len(c, &inner)
    if fault == OK:
        out.p = inner.p
        out.size = inner.end - inner.p
    return fault


cdef inline int read_number(Cursor* c, int digits, int64_t* out, int* needed) noexcept nogil:
    # A LEN field that holds decimal text.
    cdef Cursor inner
    cdef int fault = read_len(c, &inner)
    if fault != OK:
        return fault
    fault = read_count(&inner, digits, out, needed)
    if fault == TRUNCATED or fault == OK and inner.p != inner.end:
        return MALFORMED
    return fault


cdef class MexcRowSession(DrivenSession):
    cdef int price_digits    # of the symbol at hand
    cdef int qty_digits

    cdef int _symbol(self, Cursor name) except -1
    cdef int _deals(self, Cursor* c) except -1
    cdef int _deal(self, Cursor* c, TradeItem* item) noexcept
    cdef int _best(self, Cursor* c) except -1
    cdef int _kline(self, Cursor* c) except -1
    cdef int _ticker(self, Cursor* c) except -1
