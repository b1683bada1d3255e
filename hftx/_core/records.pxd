# What handlers get: small immutable objects, owned by the receiver. Knows no venue.

from libc.stdint cimport int64_t

from hftx._core.cursor cimport Slice

cdef enum:
    ID_ROOM = 16

cdef class Trade:
    cdef readonly object symbol
    cdef str _id             # None while nobody has asked for it, though the venue gave one
    cdef int _id_size        # of its letters; 0 when they are not kept
    cdef int _side
    cdef readonly int64_t px
    cdef readonly int64_t qty
    cdef readonly int price_digits
    cdef readonly int qty_digits
    cdef readonly int64_t venue_ns
    cdef readonly int64_t recv_ns
    cdef char[ID_ROOM] _letters


cdef class BookTicker:
    cdef readonly object symbol
    cdef readonly int64_t update_id
    cdef readonly int64_t bid_px
    cdef readonly int64_t bid_qty
    cdef readonly int64_t ask_px
    cdef readonly int64_t ask_qty
    cdef readonly int price_digits
    cdef readonly int qty_digits
    cdef readonly int64_t venue_ns
    cdef readonly int64_t recv_ns


cdef class Ticker:
    cdef readonly object symbol
    cdef str _last
    cdef str _bid
    cdef str _ask
    cdef str _high
    cdef str _low
    cdef str _open
    cdef str _change
    cdef str _base_volume
    cdef str _quote_volume
    cdef str _mark
    cdef str _index
    cdef str _funding
    cdef str _open_interest
    cdef readonly int64_t venue_ns
    cdef readonly int64_t recv_ns


cdef class Kline:
    cdef readonly object symbol
    cdef readonly str interval
    cdef readonly int64_t open_ns
    cdef readonly int64_t close_ns
    cdef str _open
    cdef str _high
    cdef str _low
    cdef str _close
    cdef str _base_volume
    cdef str _quote_volume
    cdef str _contracts
    cdef readonly object closed
    cdef readonly int64_t venue_ns
    cdef readonly int64_t recv_ns


cdef Trade new_trade(object symbol, Slice trade_id, int side, int64_t px, int64_t qty, int price_digits,
                     int qty_digits, int64_t venue_ns, int64_t recv_ns)
cdef BookTicker new_book_ticker(object symbol, int64_t update_id, int64_t bid_px, int64_t bid_qty, int64_t ask_px,
                                int64_t ask_qty, int price_digits, int qty_digits, int64_t venue_ns,
                                int64_t recv_ns)
