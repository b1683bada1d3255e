# One side of a book: its levels to a depth, and how far they are known. Knows integers only; no symbol, no sequence.

from libc.stdint cimport int64_t

from hftx._core.level_block cimport Level, LevelBlock, LevelList, LevelView, free_list, push_level, reserve_list
from hftx._core.level_store cimport LevelStore


cdef struct Side:
    LevelStore levels
    int64_t horizon     # worst price that is known completely, when `bounded`
    bint bounded        # changes beyond the horizon are not kept: what lies between is not known
    bint keep_horizon   # the stream carries all depths, so a cut makes a horizon


cdef LevelBlock apply_side(Side* side, LevelBlock block, LevelList* levels, Py_ssize_t max_depth, bint ask)
cdef LevelBlock load_side(Side* side, LevelBlock block, const LevelList* levels, Py_ssize_t max_depth,
                          bint keep_horizon, bint ask)
cdef LevelBlock copy_side(Side* side, const Side* source)
cdef bint scale_side(Side* side, int64_t px_factor, int64_t qty_factor, bint check) noexcept nogil
