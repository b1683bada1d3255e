# MEXC spot market data over the protobuf WebSocket. Knows the field numbers; no socket, no sequence rule, no book.

from libc.stdint cimport uint64_t

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.side cimport LevelList
from hftx._core.venues.mexc_rows cimport MexcRowSession


cdef struct Wrapper:
    Cursor name
    Cursor body
    uint64_t body_tag    # 0 when there is no body
    uint64_t millis


cdef class MexcMarketSession(MexcRowSession):
    cdef int _member(self, Cursor* c, uint64_t tag, Wrapper* wrapper) except -1
    cdef int _body(self, uint64_t tag, Cursor body) except -1
    cdef int _depth(self, Cursor* c, bint picture) except -1
    cdef int _versions(self, Slice first, Slice last) except -1
    cdef int _levels(self, Cursor* c, uint64_t tag, LevelList* levels) except -1
    cdef int _level(self, Cursor* c, LevelList* levels) except -1
