"""The sides of a book. Venues' changes crowd at the touch: there the ladder takes them, a slot a tick, without a search.

The ladder is up while it pays. It is down, and all levels are in the sorted array, when the side is small, when its
ticks are so fine that most changes miss the ladder, and while somebody reads the levels as numpy views, which show the
array. Never knows which symbol or venue it is.
"""

from libc.stdint cimport INT64_MAX, int64_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memmove

cimport cython
from cpython.buffer cimport PyBUF_WRITABLE

from hftx._core.ladder cimport (
    NO_PLACE, next_better, next_worse, place_ladder, place_of, price_at, put, qty_at, reserve_ladder, shift_ladder,
)


cdef enum:
    SMALLEST = 64
    ROOM = 2              # a block holds twice its levels, so that cutting the worst level seldom moves memory
    FEWEST_LEVELS = 8     # a side of less needs no ladder
    FIRST_SLOTS = 1024
    SLOTS_A_LEVEL = 4     # so far may the ladder grow
    REVIEW_CHANGES = 1024
    LONG_REST = 1024      # messages, after the ladder did not pay
    MOVES_A_MISS = 4      # moving a level in order costs so much less than to search for one


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
    if block is None or side.first + side.len + levels.len > block.items + block.capacity:
        block = make_room(side, block, levels.len)
    side.seen += levels.len
    if side.seen >= REVIEW_CHANGES:
        review_ladder(side)
    if not side.ladder.width:
        if side.rest > 0:
            side.rest -= 1
        elif side.len >= FEWEST_LEVELS and block.views == 0:
            raise_ladder(side, ask)
    if ask:
        set_levels(side, levels, True)
    else:
        set_levels(side, levels, False)
    if side.len > max_depth:
        cut_side(side, max_depth)
    find_top(side)
    return block


cdef inline void set_levels(Side* side, const LevelList* levels, bint ask) noexcept nogil:
    cdef const Level* level = levels.items
    cdef const Level* end = level + levels.len
    cdef uint64_t place
    while level < end:
        place = place_of(&side.ladder, level.px)
        if side.bounded and better(side.horizon, level.px, ask):
            pass
        elif place < <uint64_t>side.ladder.width:
            side.len += put(&side.ladder, place, level.qty)
        else:
            set_outside(side, level, ask)
        level += 1


cdef void set_outside(Side* side, const Level* level, bint ask) noexcept nogil:
    # A level for which the ladder has no place, or is not up.
    cdef uint64_t distance
    cdef int64_t by
    side.missed += side.ladder.width != 0
    if side.ladder.width and in_reach(side, level.px):
        if level.qty == 0:
            return   # better than all levels, or between the ticks of all levels: there is none
        distance = <uint64_t>level.px - side.ladder.base
        if ask:
            distance = -distance
        by = <int64_t>min(distance // <uint64_t>side.tick, 2 * <uint64_t>side.ladder.width) - aim(&side.ladder)
        if distance % <uint64_t>side.tick == 0 and by < side.ladder.width:
            move_better(side, by)
            side.len += put(&side.ladder, place_of(&side.ladder, level.px), level.qty)
            return
        side.missed += side.len // MOVES_A_MISS
        sort_side(side)
    set_level(side, level.px, level.qty, ask)


cdef inline void set_level(Side* side, int64_t px, int64_t qty, bint ask) noexcept nogil:
    # Sets, inserts or deletes one level of the array; the caller has made room.
    cdef Level* levels = side.first
    cdef Py_ssize_t at = find_level(side, px, ask)
    if at < side.sorted and levels[at].px == px:
        if qty != 0:
            levels[at].qty = qty
            return
        side.sorted -= 1
        side.len -= 1
        memmove(levels + at, levels + at + 1, (side.sorted - at) * sizeof(Level))
    elif qty != 0:
        memmove(levels + at + 1, levels + at, (side.sorted - at) * sizeof(Level))
        levels[at].px = px
        levels[at].qty = qty
        side.sorted += 1
        side.len += 1


cdef inline bint in_reach(const Side* side, int64_t px) noexcept nogil:
    # Not worse than the window.
    return px >= <int64_t>side.ladder.base if <int64_t>side.ladder.step > 0 else px <= <int64_t>side.ladder.base


cdef inline int64_t aim(const Ladder* ladder) noexcept nogil:
    # Where the best level is put: most changes are worse than it.
    return ladder.width - ladder.width // 8


cdef void review_ladder(Side* side) noexcept nogil:
    # Grows the ladder, or takes it down, when too many changes miss it.
    if side.missed * 2 > side.seen:
        sort_side(side)
        side.rest = LONG_REST
    elif side.missed * 16 > side.seen and side.ladder.slots * 2 <= SLOTS_A_LEVEL * side.len:
        sort_side(side)
        reserve_ladder(&side.ladder, side.ladder.slots * 2)
    side.seen = side.missed = 0


cdef int64_t common_tick(const Side* side) noexcept nogil:
    # The greatest common divisor of all differences between prices of the array, and of the tick that was known.
    cdef uint64_t tick = side.tick
    cdef uint64_t rest
    cdef uint64_t divisor
    cdef Py_ssize_t i
    for i in range(1, side.sorted):
        rest = <uint64_t>side.first[i].px - <uint64_t>side.first[i - 1].px
        if side.first[i].px < side.first[i - 1].px:
            rest = -rest
        while rest != 0:
            divisor = rest
            rest = tick % divisor
            tick = divisor
        if tick == 1:
            break
    return <int64_t>min(tick, <uint64_t>INT64_MAX)


cdef void raise_ladder(Side* side, bint ask) noexcept nogil:
    cdef int64_t slots = max(side.ladder.slots, FIRST_SLOTS)
    side.tick = common_tick(side)
    if reserve_ladder(&side.ladder, slots) and place_ladder(
            &side.ladder, side.first[side.sorted - 1].px, slots - slots // 8, side.tick, ask):
        climb(side)
    else:
        side.rest = LONG_REST


cdef void climb(Side* side) noexcept nogil:
    # Levels of the array that have a place go up.
    cdef const Level* level
    cdef uint64_t place
    while side.sorted > 0:
        level = side.first + side.sorted - 1
        place = place_of(&side.ladder, level.px)
        if place >= <uint64_t>side.ladder.width:
            return
        put(&side.ladder, place, level.qty)
        side.sorted -= 1


cdef inline int64_t descend(Side* side, int64_t below) noexcept nogil:
    # Levels at places below `below` go down to the array; how many.
    cdef int64_t place = next_better(&side.ladder, 0)
    cdef int64_t count = 0
    while NO_PLACE < place < below:
        side.first[side.sorted].px = price_at(&side.ladder, place)
        side.first[side.sorted].qty = qty_at(&side.ladder, place)
        put(&side.ladder, place, 0)
        side.sorted += 1
        count += 1
        place = next_better(&side.ladder, place + 1)
    return count


cdef void sort_side(Side* side) noexcept nogil:
    # The ladder goes down: all levels are in the array.
    descend(side, side.ladder.width)
    side.ladder.width = 0


cdef void move_better(Side* side, int64_t by) noexcept nogil:
    side.missed += descend(side, by) // MOVES_A_MISS
    shift_ladder(&side.ladder, by)


cdef void move_worse(Side* side) noexcept nogil:
    # The best level to where it should be, with the levels that come into reach. One of them may be between the ticks.
    cdef Py_ssize_t before = side.sorted
    if side.top.px > INT64_MAX // 2:
        sort_side(side)
        return
    shift_ladder(&side.ladder, side.ladder.top - aim(&side.ladder))
    climb(side)
    side.missed += (before - side.sorted) // MOVES_A_MISS
    if side.sorted > 0 and in_reach(side, side.first[side.sorted - 1].px):
        sort_side(side)


cdef inline void find_top(Side* side) noexcept nogil:
    # The best level, after changes.
    cdef Ladder* ladder = &side.ladder
    if ladder.width:
        ladder.top = next_worse(ladder, ladder.top)
        if ladder.top == NO_PLACE:
            sort_side(side)
        else:
            side.top.px, side.top.qty = price_at(ladder, ladder.top), qty_at(ladder, ladder.top)
            if ladder.top < ladder.width // 2:
                move_worse(side)
            return
    if side.sorted > 0:
        side.top = side.first[side.sorted - 1]


cdef Walk walk(const Side* side) noexcept nogil:
    # From the best level on.
    return Walk(next_worse(&side.ladder, side.ladder.top) if side.ladder.width else NO_PLACE, side.sorted)


cdef bint next_level(const Side* side, Walk* at, Level* level) noexcept nogil:
    # The level, and one step to the worse; False behind the last one.
    if at.place != NO_PLACE:
        level.px, level.qty = price_at(&side.ladder, at.place), qty_at(&side.ladder, at.place)
        at.place = next_worse(&side.ladder, at.place - 1)
        return True
    if at.left == 0:
        return False
    at.left -= 1
    level[0] = side.first[at.left]
    return True


cdef void cut_side(Side* side, Py_ssize_t max_depth) noexcept nogil:
    cdef Py_ssize_t excess = side.len - max_depth
    cdef Py_ssize_t sorted = min(excess, side.sorted)
    cdef int64_t place = 0
    side.first += sorted
    side.sorted -= sorted
    for _ in range(excess - sorted):
        place = next_better(&side.ladder, place)
        put(&side.ladder, place, 0)
    side.len = max_depth
    side.horizon = worst_px(side)
    side.bounded = side.keep_horizon


cdef int64_t worst_px(const Side* side) noexcept nogil:
    return side.first[0].px if side.sorted > 0 else price_at(&side.ladder, next_better(&side.ladder, 0))


cdef LevelBlock load_side(Side* side, LevelBlock block, const LevelList* levels, Py_ssize_t max_depth,
                          bint keep_horizon, bint ask):
    # Replaces a side. Venues list the best level first, so going backwards appends. `keep_horizon`: the stream
    # carries all depths, so behind a full snapshot or a cut lie levels that are not known.
    cdef Py_ssize_t i
    side.ladder.width = side.tick = 0
    side.len = side.sorted = 0
    side.bounded = False
    side.keep_horizon = keep_horizon
    block = make_room(side, block, levels.len)
    for i in range(levels.len - 1, -1, -1):
        set_level(side, levels.items[i].px, levels.items[i].qty, ask)
    if side.len > max_depth:
        cut_side(side, max_depth)
    find_top(side)
    if keep_horizon and levels.len >= max_depth:
        side.bounded = True
        side.horizon = side.first[0].px
    return block


cdef LevelBlock copy_side(Side* side, const Side* source):
    # To a new side, for a book that nobody changes.
    cdef LevelBlock block = LevelBlock(max(SMALLEST, source.len))
    cdef Walk at = walk(source)
    cdef Py_ssize_t i
    for i in range(source.len - 1, -1, -1):
        next_level(source, &at, block.items + i)
    side.first, side.len, side.sorted, side.top = block.items, source.len, source.len, source.top
    side.horizon, side.bounded, side.keep_horizon = source.horizon, source.bounded, source.keep_horizon
    return block


cdef bint scale_side(Side* side, int64_t px_factor, int64_t qty_factor, bint check) noexcept nogil:
    cdef Py_ssize_t i
    sort_side(side)
    for i in range(side.sorted):
        if check:
            if side.first[i].px > INT64_MAX // px_factor or side.first[i].qty > INT64_MAX // qty_factor:
                return False
        else:
            side.first[i].px *= px_factor
            side.first[i].qty *= qty_factor
    if not check:
        side.horizon *= px_factor
        side.tick = 0
        find_top(side)
    return True


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
