# A window of price ticks with a slot each: place 0 is the worst price. Knows integers only; not what lies outside.

from libc.stdint cimport int64_t, uint64_t

cdef extern from *:
    """
    #define hftx_turn(v, n) (((v) >> (n)) | ((v) << ((64 - (n)) & 63)))
    #define hftx_low_zeros(v) __builtin_ctzll(v)
    #define hftx_high_zeros(v) __builtin_clzll(v)
    """
    uint64_t turn "hftx_turn"(uint64_t v, int n) noexcept nogil            # bits to the right, around
    int low_zeros "hftx_low_zeros"(uint64_t v) noexcept nogil              # `v` is not 0
    int high_zeros "hftx_high_zeros"(uint64_t v) noexcept nogil

cdef enum:
    NO_PLACE = -1
    WORD = 64       # marks in a word


cdef struct Ladder:
    uint64_t* marks     # a bit a slot: it holds a level
    int64_t* qty        # of marked slots; of others, anything
    int64_t width       # slots in use, a power of two; 0: the ladder is down
    int64_t slots       # slots there is memory for
    uint64_t base       # price of place 0; below 0 it may be, as bits
    uint64_t step       # price from a place to the next better one: plus or minus the tick
    uint64_t inverse    # of the odd part of `step`, modulo 2^64
    int even            # how often 2 divides `step`
    int64_t head        # slot of place 0: slots go round, so that moving the window moves no memory
    int64_t top         # no level is at a better place


cdef bint reserve_ladder(Ladder* ladder, int64_t slots) noexcept nogil
cdef void free_ladder(Ladder* ladder) noexcept nogil
cdef bint place_ladder(Ladder* ladder, int64_t px, int64_t place, int64_t tick, bint ask) noexcept nogil
cdef void shift_ladder(Ladder* ladder, int64_t by) noexcept nogil
cdef int64_t next_better(const Ladder* ladder, int64_t place) noexcept nogil


cdef inline Py_ssize_t ladder_bytes(const Ladder* ladder) noexcept nogil:
    return ladder.slots // 8 + ladder.slots * sizeof(int64_t)


cdef inline uint64_t place_of(const Ladder* ladder, int64_t px) noexcept nogil:
    # The place of a price; `width` or more when it is outside or between two ticks. Division of a multiple is exact
    # when multiplied with the inverse; what is no multiple, or is negative, lands far above any place.
    return turn((<uint64_t>px - ladder.base) * ladder.inverse, ladder.even)


cdef inline int64_t price_at(const Ladder* ladder, int64_t place) noexcept nogil:
    return <int64_t>(ladder.base + <uint64_t>place * ladder.step)


cdef inline int64_t slot_of(const Ladder* ladder, int64_t place) noexcept nogil:
    return (ladder.head + place) & (ladder.width - 1)


cdef inline int64_t qty_at(const Ladder* ladder, int64_t place) noexcept nogil:
    return ladder.qty[slot_of(ladder, place)]


cdef inline int put(Ladder* ladder, int64_t place, int64_t qty) noexcept nogil:
    # Sets, inserts or deletes the level at a place, without a branch on which it is; by how much the count changes.
    cdef int64_t slot = slot_of(ladder, place)
    cdef uint64_t* word = ladder.marks + (slot >> 6)
    cdef int bit = slot & (WORD - 1)
    cdef uint64_t marks = word[0]
    cdef uint64_t now = qty != 0
    cdef int was = <int>(marks >> bit & 1)
    cdef int64_t reached = place if now else NO_PLACE
    word[0] = marks & ~(<uint64_t>1 << bit) | now << bit
    ladder.qty[slot] = qty
    ladder.top = reached if reached > ladder.top else ladder.top
    return <int>now - was


cdef inline int64_t next_worse(const Ladder* ladder, int64_t place) noexcept nogil:
    # The best level at `place` or worse, or NO_PLACE.
    cdef int64_t slot
    cdef uint64_t marks
    while place >= 0:
        slot = slot_of(ladder, place)
        marks = ladder.marks[slot >> 6] << (WORD - 1 - (slot & (WORD - 1)))
        if marks:
            place -= high_zeros(marks)
            return place if place >= 0 else NO_PLACE   # a word may hold both ends of the window
        place -= (slot & (WORD - 1)) + 1
    return NO_PLACE
