# Decimal numbers: as a count of their last digit while all stays in C, as `Decimal` once Python asks. Knows no symbol.

from libc.stdint cimport int64_t

from hftx._core.cursor cimport Slice
from hftx._core.number cimport HFTX_POW10
from hftx._core.short_number cimport LONGEST, SHORTEST, short_number

cdef extern from *:
    """
    /* `count` of 10^-digits, neither with more than 18 digits; below zero, `digits` says why there is no count. */
    typedef struct { int64_t count; int64_t digits; } hftx_amount;

    #define HFTX_MOST_COUNT 1000000000000000000LL

    /* `digits[.digits]` of at most 18 digits; 0 for anything else. */
    static inline int hftx_read_amount(const char* p, Py_ssize_t size, hftx_amount* amount) {
        const char* const start = p;
        const char* const end = p + size;
        const char* point = NULL;
        uint64_t value = 0;
        if (size > 19) return 0;
        for (; p < end; p++) {
            const unsigned digit = (unsigned char)*p - 48u;
            if (digit <= 9) value = value * 10 + digit;
            else if (*p == '.' && point == NULL) point = p;
            else return 0;
        }
        if (size - (point != NULL) > 18 || start == end || point == start || point == end - 1) return 0;
        amount->count = (int64_t)value;
        amount->digits = point ? end - 1 - point : 0;
        return 1;
    }

    static inline int hftx_compare(const hftx_amount* a, const hftx_amount* b) {
        __int128 one = a->count, other = b->count;
        if (a->digits < b->digits) one *= (int64_t)HFTX_POW10[b->digits - a->digits];
        else if (a->digits > b->digits) other *= (int64_t)HFTX_POW10[a->digits - b->digits];
        return (one > other) - (one < other);
    }

    /* What `Decimal` gives, digits included; 0 when it is too long for a count. */
    static inline int hftx_add(const hftx_amount* a, const hftx_amount* b, hftx_amount* sum) {
        __int128 one = a->count, other = b->count;
        int64_t digits = a->digits;
        if (a->digits < b->digits) {
            one *= (int64_t)HFTX_POW10[b->digits - a->digits];
            digits = b->digits;
        } else if (a->digits > b->digits) other *= (int64_t)HFTX_POW10[a->digits - b->digits];
        if (one + other >= HFTX_MOST_COUNT) return 0;
        sum->count = (int64_t)(one + other);
        sum->digits = digits;
        return 1;
    }

    static inline int hftx_multiply(const hftx_amount* a, const hftx_amount* b, hftx_amount* product) {
        __int128 count = (__int128)a->count * b->count;
        if (count >= HFTX_MOST_COUNT || a->digits + b->digits > 18) return 0;
        product->count = (int64_t)count;
        product->digits = a->digits + b->digits;
        return 1;
    }
    """
    ctypedef struct Amount "hftx_amount":
        int64_t count       # never below zero
        int64_t digits
    int hftx_compare(const Amount* one, const Amount* other) noexcept nogil      # -1, 0, 1; of counts
    bint hftx_add(const Amount* one, const Amount* other, Amount* total) noexcept nogil
    bint hftx_multiply(const Amount* one, const Amount* other, Amount* product) noexcept nogil
    bint hftx_read_amount(const char* p, Py_ssize_t size, Amount* amount) noexcept nogil

cdef enum:                 # `digits` of what is no count
    NOTHING = -1           # None, or no number
    EXACT = -2             # an object that its owner holds: long, negative, or whatever Python gave


cdef bint is_number(Slice text) noexcept nogil
cdef object decimal_of(Slice text)
cdef object as_decimal(const Amount* amount)                         # None for what is no count
cdef Amount amount_of(object value)                                  # EXACT for all that is no short positive Decimal


cdef inline bint read_amount(Slice text, Amount* amount) noexcept nogil:
    # False: it has no count, ask `decimal_of`.
    if SHORTEST <= text.size <= LONGEST:
        return short_number(text.p, text.size, &amount.count, &amount.digits)
    return hftx_read_amount(text.p, text.size, amount)


cdef inline bint is_count(const Amount* amount) noexcept nogil:
    return amount.digits >= 0
