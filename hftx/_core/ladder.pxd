# A window of price ticks with a place each: place 0 is the worst. Knows integers only; not what lies outside.

from libc.stdint cimport int64_t, uint64_t

cdef extern from *:
    """
    #define hftx_turn(v, n) (((v) >> (n)) | ((v) << ((64 - (n)) & 63)))
    #define hftx_low_zeros(v) __builtin_ctzll(v)
    #define hftx_high_zeros(v) __builtin_clzll(v)
    static inline int hftx_ones(unsigned long long v) {
        /* Without the instruction, which not every x86-64 has, the compiler would call a function. */
        v -= v >> 1 & 0x5555555555555555;
        v = (v & 0x3333333333333333) + (v >> 2 & 0x3333333333333333);
        return (int)(((v + (v >> 4)) & 0x0f0f0f0f0f0f0f0f) * 0x0101010101010101 >> 56);
    }
    """
    uint64_t turn "hftx_turn"(uint64_t v, int n) noexcept nogil            # bits to the right, around
    int low_zeros "hftx_low_zeros"(uint64_t v) noexcept nogil              # `v` is not 0
    int high_zeros "hftx_high_zeros"(uint64_t v) noexcept nogil
    int ones "hftx_ones"(uint64_t v) noexcept nogil

cdef enum:
    NO_PLACE = -1
    WORD = 64       # marks in a word


cdef struct Ladder:
    uint64_t* marks     # a bit a place: it holds a level; and a word for the spare place, of which there is one
    int64_t* qty        # of marked places; of others, anything
    int64_t width       # places in use, a power of two; 0: the ladder is down
    int64_t places      # as many as there is memory for
    uint64_t base       # price of place 0; below 0 it may be, as bits
    uint64_t step       # price from a place to the next better one: plus or minus the tick
    uint64_t inverse    # of the odd part of `step`, modulo 2^64
    int even            # how often 2 divides `step`


cdef bint reserve_ladder(Ladder* ladder, int64_t places) noexcept nogil
cdef void free_ladder(Ladder* ladder) noexcept nogil
cdef bint place_ladder(Ladder* ladder, int64_t px, int64_t place, int64_t tick, bint ask) noexcept nogil
cdef void shift_ladder(Ladder* ladder, int64_t words) noexcept nogil
cdef void clear_worst(Ladder* ladder, int64_t count) noexcept nogil
cdef int64_t next_better(const Ladder* ladder, int64_t place) noexcept nogil
cdef int64_t next_worse(const Ladder* ladder, int64_t place) noexcept nogil


cdef inline uint64_t place_of(const Ladder* ladder, int64_t px) noexcept nogil:
    # The place of a price; `width` or more when it is outside or between two ticks. Division of a multiple is exact
    # when multiplied with the inverse; what is no multiple, or is negative, lands far above any place.
    return turn((<uint64_t>px - ladder.base) * ladder.inverse, ladder.even)


cdef inline int64_t price_at(const Ladder* ladder, int64_t place) noexcept nogil:
    return <int64_t>(ladder.base + <uint64_t>place * ladder.step)


cdef inline Py_ssize_t bytes_of(int64_t places) noexcept nogil:
    # With the spare place, behind the best one.
    return places // 8 + sizeof(uint64_t) + (places + 1) * sizeof(int64_t)


cdef inline Py_ssize_t ladder_bytes(const Ladder* ladder) noexcept nogil:
    return bytes_of(ladder.places) if ladder.places else 0


cdef inline Py_ssize_t empty_spare(Ladder* ladder) noexcept nogil:
    # How many levels the place at `width` holds, where changes go that are for no place: none from now on.
    cdef uint64_t* word = ladder.marks + ladder.width // WORD
    cdef uint64_t held = word[0]
    word[0] = 0
    return <Py_ssize_t>held


cdef inline Py_ssize_t put(Ladder* ladder, uint64_t place, int64_t qty) noexcept nogil:
    # Sets, inserts or deletes the level at a place, without a branch on which it is; by how much the count changes.
    cdef uint64_t* word = ladder.marks + place // WORD
    cdef uint64_t marks = word[0]
    cdef uint64_t now = qty != 0
    cdef uint64_t was = marks >> (place % WORD) & 1
    word[0] = marks & ~(<uint64_t>1 << (place % WORD)) | now << (place % WORD)
    ladder.qty[place] = qty
    return <Py_ssize_t>(now - was)
