# What handlers get of futures alone: small immutable objects, owned by the receiver. Knows no venue and no bytes.

from libc.stdint cimport int64_t


cdef class PublicLiquidation:
    cdef readonly object symbol
    cdef int _side
    cdef readonly int64_t px
    cdef readonly int64_t qty
    cdef readonly int price_digits
    cdef readonly int qty_digits
    cdef readonly int64_t venue_ns
    cdef readonly int64_t recv_ns


cdef PublicLiquidation new_public_liquidation(object symbol, int side, int64_t px, int64_t qty, int price_digits,
                                              int qty_digits, int64_t venue_ns, int64_t recv_ns)
