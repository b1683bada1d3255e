# One side of a book: a ladder of ticks near the touch, and a sorted array for what is worse. Knows integers only; no
# symbol, no sequence.

from libc.stdint cimport int64_t
from libc.string cimport memmove

from hftx._core.ladder cimport Ladder

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
    VIEW_REST = 64      # messages without the ladder behind a view: its reader will ask again


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


cdef struct Side:
    Level top           # the best level, when there is one
    Py_ssize_t len      # levels, wherever they are
    int64_t horizon     # worst price that is known completely, when `bounded`
    bint bounded        # changes beyond the horizon are not kept: what lies between is not known
    bint keep_horizon   # the stream carries all depths, so a cut makes a horizon
    Ladder ladder       # the best levels, while it is up
    Level* first        # worst level of the sorted array; its block has room for all levels of the side
    Py_ssize_t sorted   # levels in the array, all worse than the ladder's; first[sorted - 1] is the best of them
    int64_t tick        # divides the differences of all prices seen since the side was loaded; 0: not known
    int rest            # messages until the ladder may go up
    int64_t seen        # changes since the last review of the ladder
    int64_t missed      # of them, those that it did not hold; its moves count too


cdef struct Walk:
    int64_t place       # next in the ladder, or NO_PLACE
    Py_ssize_t left     # levels of the sorted array


cdef int reserve_list(LevelList* levels, Py_ssize_t capacity) except -1
cdef void free_list(LevelList* levels) noexcept
cdef LevelBlock make_room(Side* side, LevelBlock block, Py_ssize_t more)
cdef LevelBlock apply_side(Side* side, LevelBlock block, const LevelList* levels, Py_ssize_t max_depth, bint ask)
cdef LevelBlock load_side(Side* side, LevelBlock block, const LevelList* levels, Py_ssize_t max_depth,
                          bint keep_horizon, bint ask)
cdef LevelBlock copy_side(Side* side, const Side* source)
cdef void sort_side(Side* side) noexcept nogil
cdef bint scale_side(Side* side, int64_t px_factor, int64_t qty_factor, bint check) noexcept nogil
cdef Walk walk(const Side* side) noexcept nogil
cdef bint next_level(const Side* side, Walk* at, Level* level) noexcept nogil


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
    # Index in the array of the worst level that is at least as good as `px`; `sorted` when all are worse. A window at
    # its best end grows until it holds the place; inside it the search has no branch that could be mispredicted.
    cdef Py_ssize_t size = FIRST_WINDOW
    cdef Py_ssize_t half
    cdef const Level* base
    while size < side.sorted and not better(px, side.first[side.sorted - size].px, ask):
        size *= WINDOW_GROWTH
    if size > side.sorted:
        size = side.sorted
    base = side.first + side.sorted - size
    while size > 1:
        half = size >> 1
        base += half & -<Py_ssize_t>better(px, base[half - 1].px, ask)
        size -= half
    return base - side.first + (size == 1 and better(px, base[0].px, ask))
