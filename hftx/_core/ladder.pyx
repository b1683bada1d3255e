"""A window of price ticks: memory, grid and moves. Never knows on which side of a book it is, nor what lies outside."""

from libc.stdint cimport INT64_MAX, int64_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memmove, memset


cdef bint reserve_ladder(Ladder* ladder, int64_t places) noexcept nogil:
    # Memory for `places` (a power of two, at least a word), the ladder being down; False when there is none.
    cdef uint64_t* marks
    if places == ladder.places:
        return True
    marks = <uint64_t*>malloc(bytes_of(places))
    if marks is NULL:
        return False
    free_ladder(ladder)
    ladder.marks, ladder.qty, ladder.places = marks, <int64_t*>(marks + places // WORD + 1), places
    return True


cdef void free_ladder(Ladder* ladder) noexcept nogil:
    free(ladder.marks)
    memset(ladder, 0, sizeof(Ladder))


cdef uint64_t inverse_of(uint64_t odd) noexcept nogil:
    # An odd number is its own inverse in its three lowest bits; Newton's step doubles the correct ones.
    cdef uint64_t inverse = odd
    for _ in range(5):
        inverse *= 2 - odd * inverse
    return inverse


cdef bint place_ladder(Ladder* ladder, int64_t px, int64_t place, int64_t tick, bint ask) noexcept nogil:
    # Up, empty, and `px` at `place`; False when prices of the window might not fit into int64.
    if px < 0 or px > INT64_MAX // 2 or tick > INT64_MAX // 2 // ladder.places:
        return False
    ladder.step = -<uint64_t>tick if ask else <uint64_t>tick
    ladder.base = <uint64_t>px - <uint64_t>place * ladder.step
    ladder.even = low_zeros(<uint64_t>tick)
    ladder.inverse = inverse_of(<uint64_t>tick >> ladder.even)
    if ask:
        ladder.inverse = -ladder.inverse
    ladder.width = ladder.places
    memset(ladder.marks, 0, ladder.width // 8 + sizeof(uint64_t))
    return True


cdef void shift_ladder(Ladder* ladder, int64_t words) noexcept nogil:
    # The window `words` of places to the better; the places that leave it are empty. Moves of the touch are rare
    # among the changes of a book, so memory moves then, and no change has to look where the window begins.
    cdef int64_t source = words if words > 0 else 0
    cdef int64_t target = source - words
    cdef int64_t kept = ladder.width // WORD - source - target
    ladder.base += <uint64_t>(words * WORD) * ladder.step
    memmove(ladder.marks + target, ladder.marks + source, kept * sizeof(uint64_t))
    memmove(ladder.qty + target * WORD, ladder.qty + source * WORD, kept * WORD * sizeof(int64_t))
    memset(ladder.marks + (kept if words > 0 else 0), 0, (source + target) * sizeof(uint64_t))


cdef int64_t next_better(const Ladder* ladder, int64_t place) noexcept nogil:
    # The worst level at `place` or better, or NO_PLACE.
    cdef uint64_t marks
    while place < ladder.width:
        marks = ladder.marks[place >> 6] >> (place & (WORD - 1))
        if marks:
            return place + low_zeros(marks)
        place = (place | (WORD - 1)) + 1
    return NO_PLACE


cdef int64_t next_worse(const Ladder* ladder, int64_t place) noexcept nogil:
    # The best level at `place` or worse, or NO_PLACE.
    cdef uint64_t marks
    while place >= 0:
        marks = ladder.marks[place >> 6] << (WORD - 1 - (place & (WORD - 1)))
        if marks:
            return place - high_zeros(marks)
        place = (place & ~<int64_t>(WORD - 1)) - 1
    return NO_PLACE


cdef void clear_worst(Ladder* ladder, int64_t count) noexcept nogil:
    # Empties the `count` worst places that hold a level; more do. Few go without a branch on how many: it would be
    # mispredicted.
    cdef uint64_t* word = ladder.marks
    cdef int64_t held
    cdef uint64_t marks
    while word[0] == 0:
        word += 1
    held = ones(word[0])
    while held < count:
        count -= held
        word[0] = 0
        word += 1
        held = ones(word[0])
    marks = word[0]
    for few in range(4):
        marks &= marks - <uint64_t>(count > few)
    for _ in range(4, count):
        marks &= marks - 1
    word[0] = marks
