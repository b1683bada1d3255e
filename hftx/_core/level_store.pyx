"""The levels of one side in order. Venues' changes crowd at the touch: the ladder takes them there without a search.

The ladder is up while it pays. It is down, and all levels are in the array, when they are few, when the ticks are so
fine that most changes miss the ladder, and while somebody reads the levels as numpy views, which show the array.
Never knows which symbol it is.
"""

from libc.stdint cimport INT64_MAX, int64_t, uint64_t
from libc.string cimport memcpy, memmove, memset

from hftx._core.ladder cimport (
    NO_PLACE, WORD, Ladder, clear_worst, free_ladder, low_zeros, next_better, next_worse, place_ladder, place_of,
    price_at, put, reserve_ladder, shift_ladder,
)


cdef enum:
    FIRST_WINDOW = 64      # of the search in the array
    WINDOW_GROWTH = 4
    FEWEST_LEVELS = 8      # less need no ladder
    FEWEST_PLACES = 512
    FIRST_PLACES = 1024    # where there are levels enough
    PLACES_A_LEVEL = 5     # so far may the ladder grow
    REVIEW_CHANGES = 256
    LONG_REST = 1024       # messages, when the ladder did not pay
    MOVES_A_MISS = 4       # moving a level costs so much less than to search for one


cdef inline int64_t aim(int64_t width) noexcept nogil:
    # The place for the best level: most changes are worse than it. Amid a word of marks, so that the search for the
    # best level seldom takes another turn than the last time.
    return width - max(width // 8, 2 * WORD) + WORD // 2


cdef inline bint in_reach(const LevelStore* store, int64_t px, bint ask) noexcept nogil:
    # Not worse than the ladder's window.
    return not better(<int64_t>store.ladder.base, px, ask)


cdef void set_waiting(LevelStore* store, Level* waiting, Py_ssize_t count, Py_ssize_t depth, bint ask) noexcept nogil:
    # Levels that the ladder had no place for. The worst of them come last: where it holds the depth that is wanted they
    # would be cut off again. Mostly that is all of them.
    cdef const Level* end = waiting + count
    cdef const Level* level
    cdef Level* late = waiting
    while late < end and not in_reach(store, late.px, ask):
        late += 1
    level = late
    while level < end and store.ladder.width:
        if in_reach(store, level.px, ask):
            set_better(store, level, ask)
        else:
            late[0] = level[0]
            late += 1
        level += 1
    if store.len - store.sorted < depth:
        store.missed += late - waiting
        set_sorted(store, waiting, late - waiting, ask)
    set_sorted(store, level, end - level, ask)


cdef void set_better(LevelStore* store, const Level* level, bint ask) noexcept nogil:
    # A level better than all that the ladder had a place for, or between two ticks.
    store.missed += 1
    if place_of(&store.ladder, level.px) >= <uint64_t>store.ladder.width:
        if level.qty == 0:
            return   # there is none
        if not reach_better(store, level.px, ask):
            store.missed += store.len // MOVES_A_MISS
            sort_levels(store)
            set_sorted(store, level, 1, ask)
            return
    store.len += put(&store.ladder, place_of(&store.ladder, level.px), level.qty)


cdef bint reach_better(LevelStore* store, int64_t px, bint ask) noexcept nogil:
    # Moves the ladder up to a better price; False when it is between two ticks, or too far.
    cdef Ladder* ladder = &store.ladder
    cdef uint64_t distance = ladder.base - <uint64_t>px if ask else <uint64_t>px - ladder.base
    cdef uint64_t place = distance // <uint64_t>store.tick
    cdef int64_t words
    if place * <uint64_t>store.tick != distance or place > <uint64_t>(ladder.width + aim(ladder.width) - WORD):
        return False
    words = (<int64_t>place - aim(ladder.width) + WORD - 1) // WORD
    store.missed += descend(store, words) // MOVES_A_MISS
    shift_ladder(ladder, words)
    return True


cdef void reach_worse(LevelStore* store, int64_t top) noexcept nogil:
    # Moves the ladder down, the best level to where it should be, and takes up what comes into reach.
    cdef Ladder* ladder = &store.ladder
    cdef bint ask = <int64_t>ladder.step < 0
    cdef Py_ssize_t before = store.sorted
    if store.top.px > INT64_MAX // 2:
        sort_levels(store)
        return
    shift_ladder(ladder, -((aim(ladder.width) - top) // WORD))
    climb(store)
    store.missed += (before - store.sorted) // MOVES_A_MISS
    if store.sorted > 0 and in_reach(store, store.first[store.sorted - 1].px, ask):
        sort_levels(store)   # one of them is between two ticks


cdef inline Py_ssize_t find(const LevelStore* store, int64_t px, bint ask) noexcept nogil:
    # Index in the array of the worst level that is at least as good as `px`; `sorted` when all are worse. A window at
    # the best end grows until it holds the place; inside it the search has no branch that could be mispredicted.
    cdef Py_ssize_t size = FIRST_WINDOW
    cdef Py_ssize_t half
    cdef const Level* base
    while size < store.sorted and not better(px, store.first[store.sorted - size].px, ask):
        size *= WINDOW_GROWTH
    if size > store.sorted:
        size = store.sorted
    base = store.first + store.sorted - size
    while size > 1:
        half = size >> 1
        base += half & -<Py_ssize_t>better(px, base[half - 1].px, ask)
        size -= half
    return base - store.first + (size == 1 and better(px, base[0].px, ask))


cdef inline void set_at(LevelStore* store, Py_ssize_t at, int64_t px, int64_t qty) noexcept nogil:
    cdef Level* levels = store.first
    if at < store.sorted and levels[at].px == px:
        if qty != 0:
            levels[at].qty = qty
            return
        store.sorted -= 1
        store.len -= 1
        memmove(levels + at, levels + at + 1, (store.sorted - at) * sizeof(Level))
    elif qty != 0:
        memmove(levels + at + 1, levels + at, (store.sorted - at) * sizeof(Level))
        levels[at].px = px
        levels[at].qty = qty
        store.sorted += 1
        store.len += 1


cdef void set_sorted(LevelStore* store, const Level* level, Py_ssize_t count, bint ask) noexcept nogil:
    # Sets, inserts or deletes levels of the array.
    cdef const Level* end = level + count
    if ask:
        while level < end:
            set_at(store, find(store, level.px, True), level.px, level.qty)
            level += 1
    else:
        while level < end:
            set_at(store, find(store, level.px, False), level.px, level.qty)
            level += 1


cdef void consider_ladder(LevelStore* store, Py_ssize_t changes, bint ask) noexcept nogil:
    # Before `changes` more: whether the ladder should be up, and how wide.
    store.seen += changes
    if store.seen >= REVIEW_CHANGES:
        review_ladder(store)
    if not store.ladder.width and store.len >= FEWEST_LEVELS:
        if store.rest > 0:
            store.rest -= 1
        else:
            raise_ladder(store, ask)


cdef void review_ladder(LevelStore* store) noexcept nogil:
    # Takes the ladder down when most changes miss it, and widens it when many do.
    if store.missed * 2 > store.seen:
        sort_levels(store)
        free_ladder(&store.ladder)
        store.rest = LONG_REST
    elif store.missed * 16 > store.seen and store.ladder.places * 2 <= PLACES_A_LEVEL * store.len:
        sort_levels(store)
        reserve_ladder(&store.ladder, store.ladder.places * 2)
    store.seen = store.missed = 0


cdef void raise_ladder(LevelStore* store, bint ask) noexcept nogil:
    cdef int64_t usual = FIRST_PLACES if FIRST_PLACES <= PLACES_A_LEVEL * store.len else FEWEST_PLACES
    cdef int64_t places = max(store.ladder.places, usual)
    cdef int64_t best = store.first[store.sorted - 1].px
    store.tick = common_tick(store)
    if reserve_ladder(&store.ladder, places) and place_ladder(&store.ladder, best, aim(places), store.tick, ask):
        climb(store)
    else:
        store.rest = LONG_REST


cdef int64_t common_tick(const LevelStore* store) noexcept nogil:
    # The greatest common divisor of the differences between all prices, and of the tick that was known.
    cdef uint64_t tick = store.tick
    cdef uint64_t rest
    cdef uint64_t divisor
    cdef Py_ssize_t i
    for i in range(1, store.sorted):
        rest = <uint64_t>store.first[i].px - <uint64_t>store.first[i - 1].px
        if store.first[i].px < store.first[i - 1].px:
            rest = -rest
        while rest != 0:
            divisor = rest
            rest = tick % divisor
            tick = divisor
        if tick == 1:
            break
    return <int64_t>min(tick, <uint64_t>INT64_MAX)


cdef void climb(LevelStore* store) noexcept nogil:
    # Levels of the array that have a place go up.
    cdef const Level* level
    cdef uint64_t place
    while store.sorted > 0:
        level = store.first + store.sorted - 1
        place = place_of(&store.ladder, level.px)
        if place >= <uint64_t>store.ladder.width:
            return
        put(&store.ladder, place, level.qty)
        store.sorted -= 1


cdef Py_ssize_t read_ladder(const Ladder* ladder, int64_t words, Level* levels) noexcept nogil:
    # The levels of the worst `words` of places, the worst first; how many.
    cdef Level* level = levels
    cdef uint64_t marks
    cdef int64_t place
    cdef int64_t i
    for i in range(words):
        marks = ladder.marks[i]
        while marks:
            place = i * WORD + low_zeros(marks)
            level.px, level.qty = price_at(ladder, place), ladder.qty[place]
            level += 1
            marks &= marks - 1
    return level - levels


cdef Py_ssize_t descend(LevelStore* store, int64_t words) noexcept nogil:
    # The levels of the worst `words` of places go down to the array; how many.
    cdef Py_ssize_t count = read_ladder(&store.ladder, words, store.first + store.sorted)
    memset(store.ladder.marks, 0, words * sizeof(uint64_t))
    store.sorted += count
    return count


cdef void sort_levels(LevelStore* store) noexcept nogil:
    # The ladder goes down: all levels are in the array.
    if store.ladder.width:
        descend(store, store.ladder.width // WORD)
        store.ladder.width = 0


cdef void copy_levels(const LevelStore* store, Level* levels) noexcept nogil:
    # All of them, the worst first.
    if store.sorted > 0:
        memcpy(levels, store.first, store.sorted * sizeof(Level))
    read_ladder(&store.ladder, store.ladder.width // WORD, levels + store.sorted)


cdef void find_top(LevelStore* store) noexcept nogil:
    # The best level, after changes.
    cdef int64_t place = next_worse(&store.ladder, store.ladder.width - 1)
    if place == NO_PLACE:
        store.ladder.width = 0   # all levels are in the array
        if store.sorted > 0:
            store.top = store.first[store.sorted - 1]
        return
    store.top.px, store.top.qty = price_at(&store.ladder, place), store.ladder.qty[place]
    if place < store.ladder.width // 2:
        reach_worse(store, place)


cdef void cut_worst(LevelStore* store, Py_ssize_t count) noexcept nogil:
    # The `count` worst levels go.
    cdef Py_ssize_t sorted = min(count, store.sorted)
    store.first += sorted
    store.sorted -= sorted
    store.len -= count
    if count > sorted:
        clear_worst(&store.ladder, count - sorted)


cdef int64_t worst_px(const LevelStore* store) noexcept nogil:
    return store.first[0].px if store.sorted > 0 else price_at(&store.ladder, next_better(&store.ladder, 0))


cdef Walk walk(const LevelStore* store) noexcept nogil:
    # From the best level on.
    return Walk(next_worse(&store.ladder, store.ladder.width - 1), store.sorted)


cdef bint next_level(const LevelStore* store, Walk* at, Level* level) noexcept nogil:
    # The level, and one step to the worse; False behind the last one.
    if at.place != NO_PLACE:
        level.px, level.qty = price_at(&store.ladder, at.place), store.ladder.qty[at.place]
        at.place = next_worse(&store.ladder, at.place - 1)
        return True
    if at.left == 0:
        return False
    at.left -= 1
    level[0] = store.first[at.left]
    return True
