# From a decoded message to the records and texts that Python sees. Knows no venue.

from libc.stdint cimport int64_t

from hftx._core.book cimport OrderBook
from hftx._core.cursor cimport Slice
from hftx._core.futures_records cimport PublicLiquidation
from hftx._core.message cimport Message
from hftx._core.records cimport Kline, Ticker


cdef str text_of(Slice text)
cdef Ticker new_ticker(const Message* message, object symbol, int64_t recv_ns)
cdef PublicLiquidation new_liquidation(const Message* message, OrderBook book, int64_t recv_ns)
cdef Kline new_kline(const Message* message, object symbol, dict intervals, int64_t recv_ns)
