"""The sides of a book: what changes them, and the cut to the maintained depth. Never knows where a level is kept."""

from libc.stdint cimport INT64_MAX, int64_t
from libc.string cimport memmove

from hftx._core.level_block cimport SMALLEST_BLOCK, Level, LevelBlock, LevelList, reserve_list
from hftx._core.level_store cimport (
    LevelStore, better, consider_ladder, copy_levels, cut_worst, find_top, set_levels, set_sorted, sort_levels,
    worst_px,
)


cdef LevelBlock make_room(LevelStore* store, LevelBlock block, Py_ssize_t more):
    # Room for `more` levels behind the best one: in place where the front of the block is free, else in a new block.
    cdef Py_ssize_t wanted = store.len + more
    cdef LevelBlock fresh = block
    if block is None or wanted > block.capacity:
        fresh = LevelBlock(max(SMALLEST_BLOCK, wanted + wanted // 2))   # so that cuts seldom move memory
    if store.sorted:
        memmove(fresh.items, store.first, store.sorted * sizeof(Level))
    store.first, store.end = fresh.items, fresh.items + fresh.capacity
    return fresh


cdef LevelBlock apply_side(Side* side, LevelBlock block, LevelList* levels, Py_ssize_t max_depth, bint ask):
    # All changes of one side, then the cut to the maintained depth. `levels` keep what they are, and lend the memory
    # behind them.
    cdef LevelStore* store = &side.levels
    cdef Py_ssize_t kept = INT64_MAX if side.keep_horizon else max_depth   # what is cut makes a horizon
    cdef Py_ssize_t count = levels.len
    cdef const Level* changes
    cdef Level* behind
    reserve_list(levels, 2 * levels.len)
    if store.end - store.first < store.len + levels.len:
        block = make_room(store, block, levels.len)
    if store.ladder.width or block is not None and block.views == 0:
        consider_ladder(store, levels.len, ask)
    changes, behind = levels.items, levels.items + levels.len
    if side.bounded:
        count = copy_known(side, levels, behind, ask)
        changes = behind
    set_levels(store, changes, count, behind, kept, ask)
    cut_side(side, max_depth)
    find_top(store)
    return block


cdef inline Py_ssize_t copy_known(const Side* side, const LevelList* levels, Level* known, bint ask) noexcept nogil:
    # The levels up to the horizon; how many.
    cdef Level* end = known
    cdef Py_ssize_t i
    for i in range(levels.len):
        end[0] = levels.items[i]
        end += not better(side.horizon, end.px, ask)
    return end - known


cdef inline void cut_side(Side* side, Py_ssize_t max_depth) noexcept nogil:
    if side.levels.len > max_depth:
        cut_worst(&side.levels, side.levels.len - max_depth)
        if side.keep_horizon:
            side.horizon = worst_px(&side.levels)
            side.bounded = True


cdef LevelBlock load_side(Side* side, LevelBlock block, const LevelList* levels, Py_ssize_t max_depth,
                          bint keep_horizon, bint ask):
    # Replaces a side. Venues list the best level first, so going backwards appends. `keep_horizon`: the stream
    # carries all depths, so behind a full snapshot or a cut lie levels that are not known.
    cdef LevelStore* store = &side.levels
    cdef Py_ssize_t i
    store.len = store.sorted = store.tick = store.ladder.width = 0
    side.bounded = False
    side.keep_horizon = keep_horizon
    block = make_room(store, block, levels.len)
    for i in range(levels.len - 1, -1, -1):
        set_sorted(store, levels.items + i, 1, ask)
    cut_side(side, max_depth)
    find_top(store)
    if keep_horizon and levels.len >= max_depth:
        side.bounded = True
        side.horizon = worst_px(store)
    return block


cdef LevelBlock copy_side(Side* side, const Side* source):
    # To a new side, of a book that nobody changes.
    cdef LevelStore* store = &side.levels
    cdef LevelBlock block = LevelBlock(max(SMALLEST_BLOCK, source.levels.len))
    copy_levels(&source.levels, block.items)
    store.first, store.end = block.items, block.items + block.capacity
    store.len = store.sorted = source.levels.len
    side.horizon, side.bounded, side.keep_horizon = source.horizon, source.bounded, source.keep_horizon
    find_top(store)
    return block


cdef bint scale_side(Side* side, int64_t px_factor, int64_t qty_factor, bint check) noexcept nogil:
    cdef LevelStore* store = &side.levels
    cdef Py_ssize_t i
    sort_levels(store)
    for i in range(store.sorted):
        if check:
            if store.first[i].px > INT64_MAX // px_factor or store.first[i].qty > INT64_MAX // qty_factor:
                return False
        else:
            store.first[i].px *= px_factor
            store.first[i].qty *= qty_factor
    if not check:
        side.horizon *= px_factor
        store.tick = 0
        find_top(store)
    return True
