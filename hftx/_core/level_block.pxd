# Memory of price levels: lists that grow, and blocks that numpy views share. Knows integers only.

from libc.stdint cimport int64_t

cdef enum:
    SMALLEST_BLOCK = 64


cdef struct Level:
    int64_t px    # count of 10^-price_digits
    int64_t qty   # count of 10^-qty_digits; 0 deletes


cdef struct LevelList:
    Level* items
    Py_ssize_t len
    Py_ssize_t capacity


cdef class LevelBlock:
    # The memory of one side. A numpy view holds its block, so a view outlives growth of the book.
    cdef Level* items
    cdef Py_ssize_t capacity
    cdef Py_ssize_t views   # alive


cdef class LevelView:
    cdef LevelBlock block
    cdef Level* best
    cdef Py_ssize_t[2] shape
    cdef Py_ssize_t[2] strides


cdef int reserve_list(LevelList* levels, Py_ssize_t capacity) except -1
cdef void free_list(LevelList* levels) noexcept


cdef inline int push_level(LevelList* levels, int64_t px, int64_t qty) except -1:
    if levels.len == levels.capacity:
        reserve_list(levels, levels.len + 1)
    levels.items[levels.len].px = px
    levels.items[levels.len].qty = qty
    levels.len += 1
    return 0
