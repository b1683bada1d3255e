"""A window of price ticks: memory, grid and moves. Never knows on which side of a book it is, nor what lies outside."""

from libc.stdint cimport INT64_MAX, int64_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset


cdef bint reserve_ladder(Ladder* ladder, int64_t slots) noexcept nogil:
    # Memory for `slots` (a power of two, at least a word), the ladder being down; False when there is none.
    cdef uint64_t* marks
    if slots == ladder.slots:
        return True
    marks = <uint64_t*>malloc(slots // 8 + slots * sizeof(int64_t))
    if marks is NULL:
        return False
    free_ladder(ladder)
    ladder.marks, ladder.qty, ladder.slots = marks, <int64_t*>(marks + slots // WORD), slots
    return True


cdef void free_ladder(Ladder* ladder) noexcept nogil:
    free(ladder.marks)
    memset(ladder, 0, sizeof(Ladder))


cdef uint64_t inverse_of(uint64_t odd) noexcept nogil:
    # Newton's step doubles the correct low bits; an odd number is its own inverse in three.
    cdef uint64_t inverse = odd
    cdef int i
    for i in range(5):
        inverse *= 2 - odd * inverse
    return inverse


cdef bint place_ladder(Ladder* ladder, int64_t px, int64_t place, int64_t tick, bint ask) noexcept nogil:
    # Up, empty, and `px` at `place`; False when prices of the window might not fit into int64.
    if px < 0 or px > INT64_MAX // 2 or tick > INT64_MAX // 2 // ladder.slots:
        return False
    ladder.step = -<uint64_t>tick if ask else <uint64_t>tick
    ladder.base = <uint64_t>px - <uint64_t>place * ladder.step
    ladder.even = low_zeros(<uint64_t>tick)
    ladder.inverse = inverse_of(<uint64_t>tick >> ladder.even)
    if ask:
        ladder.inverse = -ladder.inverse
    ladder.width, ladder.head, ladder.top = ladder.slots, 0, NO_PLACE
    memset(ladder.marks, 0, ladder.width // 8)
    return True


cdef void shift_ladder(Ladder* ladder, int64_t by) noexcept nogil:
    # The window `by` ticks to the better, less than its width; the places that leave it are empty.
    ladder.base += <uint64_t>by * ladder.step
    ladder.head = (ladder.head + by) & (ladder.width - 1)
    ladder.top = max(ladder.top - by, NO_PLACE)


cdef int64_t next_better(const Ladder* ladder, int64_t place) noexcept nogil:
    # The worst level at `place` or better, or NO_PLACE.
    cdef int64_t slot
    cdef uint64_t marks
    while place < ladder.width:
        slot = slot_of(ladder, place)
        marks = ladder.marks[slot >> 6] >> (slot & (WORD - 1))
        if marks:
            place += low_zeros(marks)
            return place if place < ladder.width else NO_PLACE
        place += WORD - (slot & (WORD - 1))
    return NO_PLACE
