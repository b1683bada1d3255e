# Short decimal texts as counts of their last digit, all letters in one step. Knows integers only; reads no byte outside
# of the text.

from libc.stdint cimport int64_t

from hftx._core.number cimport HFTX_POW10   # and what is defined beside it

cdef extern from *:
    """
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && defined(__SIZEOF_INT128__)
    #define HFTX_SHORTEST 4
    #define HFTX_LONGEST 16
    #define HFTX_ZEROS 0x3030303030303030ULL

    typedef unsigned __int128 hftx_letters;   /* the first one in the lowest byte, 0 behind the last one */

    static inline uint64_t hftx_word_at(const char* p, Py_ssize_t size) {
        uint32_t head, tail;
        uint64_t word;
        if (size == 8) {
            __builtin_memcpy(&word, p, 8);
            return word;
        }
        __builtin_memcpy(&head, p, 4);
        __builtin_memcpy(&tail, p + size - 4, 4);
        return head | (uint64_t)tail << 8 * (size - 4);
    }

    static inline hftx_letters hftx_letters_at(const char* p, Py_ssize_t size) {
        uint64_t head, tail;
        __builtin_memcpy(&head, p, 8);
        __builtin_memcpy(&tail, p + size - 8, 8);
        return head | (hftx_letters)(tail >> 8 * (16 - size)) << 64;
    }

    /* Which of the letters is the first point; 8: none. */
    static inline int hftx_point_in(uint64_t v) {
        const uint64_t ones = 0x0101010101010101ULL, other = v ^ ones * '.';
        const uint64_t found = (other - ones) & ~other & ones << 7;
        return found ? __builtin_ctzll(found) >> 3 : 8;
    }

    /* Of HFTX_SHORTEST to 8 letters. */
    static inline int hftx_word_number(const char* p, Py_ssize_t size, int64_t* count, int64_t* digits) {
        uint64_t v = hftx_word_at(p, size);
        const int point = hftx_point_in(v);
        *digits = 0;
        if (point < 8) {
            const uint64_t before = ((uint64_t)1 << 8 * point) - 1;
            v = (v & before) | (v >> 8 & ~before);
            *digits = --size - point;
            if (point == 0 || *digits == 0) return 0;
        }
        v = v << 8 * (8 - size) | HFTX_ZEROS >> 8 * (size - 1) >> 8;
        *count = (int64_t)hftx_eight_digits(v);
        return !hftx_no_digits(v);
    }

    /* Of 9 to HFTX_LONGEST letters. */
    static inline int hftx_words_number(const char* p, Py_ssize_t size, int64_t* count, int64_t* digits) {
        hftx_letters v = hftx_letters_at(p, size);
        int point = hftx_point_in((uint64_t)v);
        if (point == 8) point += hftx_point_in((uint64_t)(v >> 64));
        *digits = 0;
        if (point < 16) {
            const hftx_letters before = ((hftx_letters)1 << 8 * point) - 1;
            v = (v & before) | (v >> 8 & ~before);
            *digits = --size - point;
            if (point == 0 || *digits == 0) return 0;
        }
        if (size < 16) v = v << 8 * (16 - size) | ((hftx_letters)HFTX_ZEROS << 64 | HFTX_ZEROS) >> 8 * size;
        *count = (int64_t)(hftx_eight_digits((uint64_t)v) * 100000000 + hftx_eight_digits((uint64_t)(v >> 64)));
        return !(hftx_no_digits((uint64_t)v) | hftx_no_digits((uint64_t)(v >> 64)));
    }

    /* `digits[.digits]` of HFTX_SHORTEST to HFTX_LONGEST letters; 0 for anything else. */
    static inline int hftx_short_number(const char* p, Py_ssize_t size, int64_t* count, int64_t* digits) {
        return size <= 8 ? hftx_word_number(p, size, count, digits) : hftx_words_number(p, size, count, digits);
    }
    #else
    #define HFTX_SHORTEST 1   /* nothing is read in one step */
    #define HFTX_LONGEST 0
    static inline int hftx_short_number(const char* p, Py_ssize_t size, int64_t* count, int64_t* digits) { return 0; }
    #endif
    """
    enum:
        SHORTEST "HFTX_SHORTEST"
        LONGEST "HFTX_LONGEST"
    bint short_number "hftx_short_number"(const char* p, Py_ssize_t size, int64_t* count,
                                          int64_t* digits) noexcept nogil
