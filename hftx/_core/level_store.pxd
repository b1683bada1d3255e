# The levels of one side in order: a ladder holds the best, an array the rest. Knows integers only; no symbol.

from libc.stdint cimport int64_t, uint64_t

from hftx._core.ladder cimport NO_PLACE, Ladder, empty_spare, place_of, put
from hftx._core.level_block cimport Level

cdef enum:
    VIEW_REST = 64      # messages without the ladder behind a view: its reader will ask again


cdef struct LevelStore:
    Level top           # the best level, when there is one
    Py_ssize_t len      # levels, wherever they are
    Ladder ladder       # the best levels, while it is up
    Level* first        # worst level of the sorted array, which has room for all levels
    Level* end          # of its memory
    Py_ssize_t sorted   # levels in the array, all worse than the ladder's; first[sorted - 1] is the best of them
    int64_t tick        # divides the differences of all prices seen since the levels were loaded; 0: not known
    int rest            # messages until the ladder may go up
    int64_t seen        # changes since the last review of the ladder
    int64_t missed      # of them, those that it did not hold; its moves count too


cdef struct Walk:
    int64_t place       # next in the ladder, or NO_PLACE
    Py_ssize_t left     # levels of the array


cdef void set_waiting(LevelStore* store, Level* waiting, Py_ssize_t count, Py_ssize_t depth, bint ask) noexcept nogil
cdef void set_sorted(LevelStore* store, const Level* level, Py_ssize_t count, bint ask) noexcept nogil
cdef void consider_ladder(LevelStore* store, Py_ssize_t changes, bint ask) noexcept nogil
cdef void sort_levels(LevelStore* store) noexcept nogil
cdef void copy_levels(const LevelStore* store, Level* levels) noexcept nogil
cdef void find_top(LevelStore* store) noexcept nogil
cdef void cut_worst(LevelStore* store, Py_ssize_t count) noexcept nogil
cdef int64_t worst_px(const LevelStore* store) noexcept nogil
cdef Walk walk(const LevelStore* store) noexcept nogil
cdef bint next_level(const LevelStore* store, Walk* at, Level* level) noexcept nogil


cdef inline bint better(int64_t px, int64_t other, bint ask) noexcept nogil:
    return px < other if ask else px > other


cdef inline void set_levels(LevelStore* store, const Level* level, Py_ssize_t count, Level* waiting,
                            Py_ssize_t depth, bint ask) noexcept nogil:
    # Sets, inserts or deletes levels; the caller has made room, cuts to `depth` and finds the top afterwards. Levels
    # that the ladder has no place for wait, in memory for `count`, which may be where they stand: it takes no branch to
    # tell them apart, as that would be mispredicted where they are many. The loop works on a copy of the ladder: so the
    # compiler knows that no level that it writes changes it.
    cdef Ladder ladder = store.ladder
    cdef const Level* end = level + count
    cdef Level* late = waiting
    cdef Py_ssize_t more = 0
    cdef uint64_t place
    cdef bint outside
    if ladder.width == 0:
        set_sorted(store, level, count, ask)
        return
    while level < end:
        place = place_of(&ladder, level.px)
        outside = place >= <uint64_t>ladder.width
        late[0] = level[0]
        late += outside
        more += put(&ladder, <uint64_t>ladder.width if outside else place, level.qty)
        level += 1
    store.len += more - empty_spare(&ladder)
    if late > waiting:
        set_waiting(store, waiting, late - waiting, depth, ask)
