"""Memory of the sides of a book: blocks that grow by doubling and are shared with numpy views."""

from libc.stdint cimport INT64_MAX, int64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memmove

from cpython.buffer cimport PyBUF_WRITABLE


cdef enum:
    SMALLEST = 64
    ROOM = 2   # a block holds twice its levels, so that cutting the worst level seldom moves memory


cdef class LevelBlock:
    """Memory of one side; freed when neither a book nor a view needs it."""

    def __cinit__(self, Py_ssize_t capacity):
        self.items = <Level*>malloc(capacity * sizeof(Level))
        if self.items is NULL:
            raise MemoryError()
        self.capacity = capacity

    def __dealloc__(self):
        free(self.items)


cdef int reserve_list(LevelList* levels, Py_ssize_t capacity) except -1:
    cdef Level* items
    if capacity <= levels.capacity:
        return 0
    capacity = max(SMALLEST, 2 * capacity)
    items = <Level*>realloc(levels.items, capacity * sizeof(Level))
    if items is NULL:
        raise MemoryError()
    levels.items = items
    levels.capacity = capacity
    return 0


cdef void free_list(LevelList* levels) noexcept:
    free(levels.items)
    levels.items = NULL
    levels.len = levels.capacity = 0


cdef LevelBlock make_room(Side* side, LevelBlock block, Py_ssize_t more):
    # Room for `more` levels behind the best one: in place where the front of the block is free, else in a new block.
    cdef Py_ssize_t wanted = side.len + more
    cdef LevelBlock fresh = block
    if block is None or wanted > block.capacity:
        fresh = LevelBlock(max(SMALLEST, ROOM * wanted))
    if side.len:
        memmove(fresh.items, side.first, side.len * sizeof(Level))
    side.first = fresh.items
    return fresh


cdef LevelBlock apply_side(Side* side, LevelBlock block, const LevelList* levels, Py_ssize_t max_depth, bint ask):
    # All changes of one side, then the cut to the maintained depth.
    cdef Py_ssize_t i
    if block is None or side.first + side.len + levels.len > block.items + block.capacity:
        block = make_room(side, block, levels.len)
    if ask:
        for i in range(levels.len):
            set_level(side, levels.items[i].px, levels.items[i].qty, True)
    else:
        for i in range(levels.len):
            set_level(side, levels.items[i].px, levels.items[i].qty, False)
    cut_side(side, max_depth)
    return block


cdef inline void cut_side(Side* side, Py_ssize_t max_depth) noexcept nogil:
    cdef Py_ssize_t excess = side.len - max_depth
    if excess > 0:
        side.first += excess
        side.len = max_depth
        side.horizon = side.first[0].px
        side.bounded = side.keep_horizon


cdef LevelBlock load_side(Side* side, LevelBlock block, const LevelList* levels, Py_ssize_t max_depth,
                          bint keep_horizon, bint ask):
    # Replaces a side. Venues list the best level first, so going backwards appends. `keep_horizon`: the stream
    # carries all depths, so behind a full snapshot or a cut lie levels that are not known.
    cdef Py_ssize_t i
    side.len = 0
    side.bounded = False
    side.keep_horizon = keep_horizon
    block = make_room(side, block, levels.len)
    for i in range(levels.len - 1, -1, -1):
        set_level(side, levels.items[i].px, levels.items[i].qty, ask)
    cut_side(side, max_depth)
    if keep_horizon and levels.len >= max_depth:
        side.bounded = True
        side.horizon = side.first[0].px
    return block


cdef LevelBlock copy_side(Side* side, const Side* source):
    side[0] = source[0]
    return make_room(side, None, 0)


cdef bint scale_side(Side* side, int64_t px_factor, int64_t qty_factor, bint check) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(side.len):
        if check:
            if side.first[i].px > INT64_MAX // px_factor or side.first[i].qty > INT64_MAX // qty_factor:
                return False
        else:
            side.first[i].px *= px_factor
            side.first[i].qty *= qty_factor
    if not check:
        side.horizon *= px_factor
    return True


cdef class LevelView:
    """A read-only window on the levels of one side, best first, as (n, 2) int64 through the buffer protocol."""

    def __cinit__(self, LevelBlock block, Py_ssize_t first, Py_ssize_t count):
        self.block = block
        self.shape[0] = count
        self.shape[1] = 2
        self.strides[0] = -<Py_ssize_t>sizeof(Level)
        self.strides[1] = sizeof(int64_t)
        self.best = block.items + first + count - 1 if count else block.items

    def __getbuffer__(self, Py_buffer* buffer, int flags):
        if flags & PyBUF_WRITABLE:
            raise BufferError("the levels of a book are read-only")
        buffer.buf = self.best
        buffer.format = "q"
        buffer.internal = NULL
        buffer.itemsize = sizeof(int64_t)
        buffer.len = self.shape[0] * sizeof(Level)
        buffer.ndim = 2
        buffer.obj = self
        buffer.readonly = 1
        buffer.shape = self.shape
        buffer.strides = self.strides
        buffer.suboffsets = NULL
