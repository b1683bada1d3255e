# One side of a book: levels in a sorted array, the best one last. Knows integers only; no symbol, no sequence.

from libc.stdint cimport int64_t
from libc.string cimport memmove

cdef struct Level:
    int64_t px    # count of 10^-price_digits
    int64_t qty   # count of 10^-qty_digits; 0 deletes


cdef struct LevelList:
    Level* items
    Py_ssize_t len
    Py_ssize_t capacity


cdef enum:
    FIRST_WINDOW = 64   # most changes are near the touch
    WINDOW_GROWTH = 4


cdef class LevelBlock:
    # The memory of one side. A numpy view holds its block, so a view outlives growth of the book.
    cdef Level* items
    cdef Py_ssize_t capacity


cdef class LevelView:
    cdef LevelBlock block
    cdef Level* best
    cdef Py_ssize_t[2] shape
    cdef Py_ssize_t[2] strides


cdef struct Side:
    Level* first        # worst level; first[len - 1] is the best
    Py_ssize_t len
    int64_t horizon     # worst price that is known completely, when `bounded`
    bint bounded        # changes beyond the horizon are not kept: what lies between is not known
    bint keep_horizon   # the stream carries all depths, so a cut makes a horizon


cdef int reserve_list(LevelList* levels, Py_ssize_t capacity) except -1
cdef void free_list(LevelList* levels) noexcept
cdef LevelBlock make_room(Side* side, LevelBlock block, Py_ssize_t more)
cdef LevelBlock apply_side(Side* side, LevelBlock block, const LevelList* levels, Py_ssize_t max_depth, bint ask)
cdef LevelBlock load_side(Side* side, LevelBlock block, const LevelList* levels, Py_ssize_t max_depth,
                          bint keep_horizon, bint ask)
cdef LevelBlock copy_side(Side* side, const Side* source)
cdef bint scale_side(Side* side, int64_t px_factor, int64_t qty_factor, bint check) noexcept nogil


cdef inline int push_level(LevelList* levels, int64_t px, int64_t qty) except -1:
    if levels.len == levels.capacity:
        reserve_list(levels, levels.len + 1)
    levels.items[levels.len].px = px
    levels.items[levels.len].qty = qty
    levels.len += 1
    return 0


cdef inline bint better(int64_t px, int64_t other, bint ask) noexcept nogil:
    return px < other if ask else px > other


cdef inline Py_ssize_t find_level(const Side* side, int64_t px, bint ask) noexcept nogil:
    # Index of the worst level that is at least as good as `px`; `len` when all are worse. A window at the touch
    # grows until it holds the place; inside it the search has no branch that could be mispredicted.
    cdef Py_ssize_t size = FIRST_WINDOW
    cdef Py_ssize_t half
    cdef const Level* base
    while size < side.len and not better(px, side.first[side.len - size].px, ask):
        size *= WINDOW_GROWTH
    if size > side.len:
        size = side.len
    base = side.first + side.len - size
    while size > 1:
        half = size >> 1
        base += half & -<Py_ssize_t>better(px, base[half - 1].px, ask)
        size -= half
    return base - side.first + (size == 1 and better(px, base[0].px, ask))


cdef inline void set_level(Side* side, int64_t px, int64_t qty, bint ask) noexcept nogil:
    # Sets, inserts or deletes one level; the caller has made room.
    cdef Level* levels = side.first
    cdef Py_ssize_t at
    if side.bounded and better(side.horizon, px, ask):
        return
    at = find_level(side, px, ask)
    if at < side.len and levels[at].px == px:
        if qty != 0:
            levels[at].qty = qty
            return
        side.len -= 1
        memmove(levels + at, levels + at + 1, (side.len - at) * sizeof(Level))
    elif qty != 0:
        memmove(levels + at + 1, levels + at, (side.len - at) * sizeof(Level))
        levels[at].px = px
        levels[at].qty = qty
        side.len += 1
