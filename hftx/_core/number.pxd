# Decimal text to int64 counts, the only place where text becomes a number. Knows no symbol and no format.

from libc.stdint cimport int64_t, uint64_t

from hftx._core.cursor cimport Cursor
from hftx._core.fault cimport MALFORMED, OK, TRUNCATED

cdef extern from *:
    """
    static const uint64_t HFTX_POW10[19] = {
        1ULL, 10ULL, 100ULL, 1000ULL, 10000ULL, 100000ULL, 1000000ULL, 10000000ULL, 100000000ULL, 1000000000ULL,
        10000000000ULL, 100000000000ULL, 1000000000000ULL, 10000000000000ULL, 100000000000000ULL,
        1000000000000000ULL, 10000000000000000ULL, 100000000000000000ULL, 1000000000000000000ULL};
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    /* Eight bytes whose low halves are digits, as a number; the first one counts most. */
    static inline uint64_t hftx_eight_digits(uint64_t v) {
        v = (v & 0x0F0F0F0F0F0F0F0FULL) * 2561 >> 8;
        v = (v & 0x00FF00FF00FF00FFULL) * 6553601 >> 16;
        return (v & 0x0000FFFF0000FFFFULL) * 42949672960001ULL >> 32;
    }
    /* The lowest bits that are set stand in the first byte that is no ASCII digit. */
    static inline uint64_t hftx_no_digits(uint64_t v) {
        return ((v & 0xF0F0F0F0F0F0F0F0ULL) | (((v + 0x0606060606060606ULL) & 0xF0F0F0F0F0F0F0F0ULL) >> 4))
            ^ 0x3333333333333333ULL;
    }
    /* The number of nine to fifteen digits at `p`, where sixteen bytes can be read: how many; 0 for any other. */
    static inline int hftx_many_digits(const char* p, uint64_t* value) {
        uint64_t head, tail, others;
        int more;
        __builtin_memcpy(&head, p, 8);
        __builtin_memcpy(&tail, p + 8, 8);
        others = hftx_no_digits(tail);
        if (hftx_no_digits(head) || !others) return 0;
        more = __builtin_ctzll(others) >> 3;
        if (!more) return 0;
        *value = hftx_eight_digits(head) * HFTX_POW10[more] + hftx_eight_digits(tail << (64 - 8 * more));
        return 8 + more;
    }
    /* The same of eight to sixteen bytes that should be a number: false when they are none. */
    static inline int hftx_whole_text(const char* p, Py_ssize_t size, uint64_t* value) {
        const int more = (int)size - 8;
        uint64_t head, tail;
        __builtin_memcpy(&head, p, 8);
        __builtin_memcpy(&tail, p + more, 8);
        if (hftx_no_digits(head) | hftx_no_digits(tail)) return 0;
        *value = hftx_eight_digits(head);
        if (more)   /* what is in the head as well is blanked */
            *value = *value * HFTX_POW10[more] + hftx_eight_digits(tail >> (64 - 8 * more) << (64 - 8 * more));
        return 1;
    }
    #else   /* digit by digit, then */
    static inline int hftx_many_digits(const char* p, uint64_t* value) { return 0; }
    static inline int hftx_whole_text(const char* p, Py_ssize_t size, uint64_t* value) { return 0; }
    #endif
    """
    const uint64_t HFTX_POW10[19]
    int hftx_many_digits(const char* p, uint64_t* value) noexcept nogil
    bint hftx_whole_text(const char* p, Py_ssize_t size, uint64_t* value) noexcept nogil

cdef enum:
    SAFE_DIGITS = 18   # any number of so many digits fits into int64


cdef int rescale(uint64_t value, Py_ssize_t whole, Py_ssize_t fraction, int digits, int64_t* out,
                 int* needed) noexcept nogil
cdef int read_long_count(const char* start, const char* end, int digits, int64_t* out,
                         int* needed) noexcept nogil
cdef int read_any_int(Cursor* c, int64_t* out) noexcept nogil


cdef inline Py_ssize_t read_digits(Cursor* c, uint64_t* value) noexcept nogil:
    # Appends digits to `value`, which may wrap around behind 19 of them; how many there were.
    cdef const char* p = c.p
    cdef unsigned int digit
    cdef Py_ssize_t count
    while p < c.end:
        digit = <unsigned int>(<unsigned char>p[0]) - 48
        if digit > 9:
            break
        value[0] = value[0] * 10 + digit
        p += 1
    count = p - c.p
    c.p = p
    return count


cdef inline int read_count(Cursor* c, int digits, int64_t* out, int* needed) noexcept nogil:
    # `digits[.digits]` at the cursor as a count of 10^-digits; the cursor ends behind the last digit.
    # On PRECISION `needed` says how many decimal digits the number has.
    cdef const char* start = c.p
    cdef uint64_t value = 0
    cdef Py_ssize_t whole = read_digits(c, &value)
    cdef Py_ssize_t fraction = 0
    if whole == 0:
        return MALFORMED if c.p < c.end else TRUNCATED
    if c.p < c.end and c.p[0] == c'.':
        c.p += 1
        fraction = read_digits(c, &value)
        if fraction == 0:
            return MALFORMED if c.p < c.end else TRUNCATED
    if whole + fraction > SAFE_DIGITS:
        return read_long_count(start, c.p, digits, out, needed)
    if fraction == digits:
        out[0] = <int64_t>value
        return OK
    if fraction < digits and whole + digits <= SAFE_DIGITS:
        out[0] = <int64_t>(value * HFTX_POW10[digits - fraction])
        return OK
    return rescale(value, whole, fraction, digits, out, needed)


cdef inline int read_int(Cursor* c, int64_t* out) noexcept nogil:
    # `-?digits` at the cursor; the cursor ends behind the last digit. Ids and times are long.
    cdef uint64_t value = 0
    cdef int size = hftx_many_digits(c.p, &value) if c.end - c.p >= 16 else 0
    if size == 0:
        return read_any_int(c, out)
    c.p += size
    out[0] = <int64_t>value
    return OK
