"""Memory of price levels: lists that grow, and blocks that numpy views share. Never knows their order."""

from libc.stdint cimport int64_t
from libc.stdlib cimport free, malloc, realloc

cimport cython
from cpython.buffer cimport PyBUF_WRITABLE


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
    capacity = max(SMALLEST_BLOCK, 2 * capacity)
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


@cython.no_gc
cdef class LevelView:
    """A read-only window on the levels of one side, best first, as (n, 2) int64 through the buffer protocol."""

    def __cinit__(self, LevelBlock block not None, Py_ssize_t first, Py_ssize_t count):
        self.block = block
        self.shape[0] = count
        self.shape[1] = 2
        self.strides[0] = -<Py_ssize_t>sizeof(Level)
        self.strides[1] = sizeof(int64_t)
        self.best = block.items + first + count - 1 if count else block.items
        block.views += 1

    def __dealloc__(self):
        if self.block is not None:
            self.block.views -= 1

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
