# MEXC spot market data over the protobuf WebSocket. Knows the field numbers; no socket, no sequence rule, no book.

from libc.stdint cimport uint64_t

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.message cimport TradeItem
from hftx._core.session cimport DrivenSession
from hftx._core.side cimport LevelList


cdef class MexcMarketSession(DrivenSession):
    cdef int price_digits    # of the symbol at hand
    cdef int qty_digits

    cdef int _symbol(self, Cursor name) except -1
    cdef int _body(self, uint64_t tag, Cursor body) except -1
    cdef int _depth(self, Cursor* c, bint picture) except -1
    cdef int _versions(self, Slice first, Slice last) except -1
    cdef int _level(self, Cursor* c, LevelList* levels) except -1
    cdef int _deals(self, Cursor* c) except -1
    cdef int _deal(self, Cursor* c, TradeItem* item) noexcept
    cdef int _best(self, Cursor* c) except -1
    cdef int _kline(self, Cursor* c) except -1
    cdef int _ticker(self, Cursor* c) except -1
