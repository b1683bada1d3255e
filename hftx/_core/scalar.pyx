"""Whole texts as numbers and times, wherever on the wire they stood."""

from libc.stdint cimport INT64_MAX, int64_t, uint64_t

from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.fault cimport MALFORMED, OK, OVERFLOW, TRUNCATED
from hftx._core.json cimport skip_digits
from hftx._core.number cimport HFTX_POW10, hftx_whole_text, read_count, read_int

cdef enum:
    USUAL_MILLIS = 13   # digits, until the year 2286
    MOST_MILLIS = 9_000_000_000_000


cdef int count_of(Slice text, int digits, int64_t* out, int* needed) noexcept nogil:
    # A whole text as a count of 10^-digits.
    cdef Cursor c = over(text.p, text.size)
    cdef int fault = read_count(&c, digits, out, needed)
    if fault == TRUNCATED or fault == OK and c.p != c.end:
        return MALFORMED
    return fault


cdef int whole_of(Slice text, int64_t* out) noexcept nogil:
    # A whole text as an integer that is not negative.
    cdef Cursor c = over(text.p, text.size)
    cdef uint64_t value = 0
    cdef int fault
    if 8 <= text.size <= 16 and hftx_whole_text(text.p, text.size, &value):
        out[0] = <int64_t>value
        return OK
    fault = read_int(&c, out)
    if fault == TRUNCATED or fault == OK and (c.p != c.end or out[0] < 0):
        return MALFORMED
    return fault


cdef int scale_time(int64_t count, int64_t unit_ns, int64_t* out) noexcept nogil:
    # `count` units as ns since the epoch.
    if count < 0 or count > INT64_MAX // unit_ns:
        return OVERFLOW
    out[0] = count * unit_ns
    return OK


cdef bint is_decimal(Slice text) noexcept nogil:
    # `-?digits[.digits]`, or nothing.
    cdef Cursor c = over(text.p, text.size)
    if text.size == 0:
        return True
    if c.p[0] == c'-' or c.p[0] == c'+':
        c.p += 1
    if skip_digits(&c) != OK:
        return False
    if c.p < c.end and c.p[0] == c'.':
        c.p += 1
        if skip_digits(&c) != OK:
            return False
    return c.p == c.end


cdef int millis_to_ns(Slice text, int64_t* out) noexcept nogil:
    # Milliseconds with any number of decimals, cut to whole ns: a time is not money.
    cdef uint64_t millis
    if text.size == USUAL_MILLIS and hftx_whole_text(text.p, text.size, &millis) and millis <= MOST_MILLIS:
        out[0] = <int64_t>millis * 1_000_000
        return OK
    return time_to_ns(text, 6, MOST_MILLIS, out)


cdef int seconds_to_ns(Slice text, int64_t* out) noexcept nogil:
    # As `millis_to_ns`, of seconds.
    return time_to_ns(text, 9, 9000000000LL, out)


cdef int time_to_ns(Slice text, int places, int64_t most, int64_t* out) noexcept nogil:
    cdef Cursor c = over(text.p, text.size)
    cdef int digits = 0
    cdef int fault = read_int(&c, out)
    if fault != OK:
        return MALFORMED if fault == TRUNCATED else fault
    if out[0] < 0 or out[0] > most:
        return OVERFLOW
    if c.p == c.end:
        out[0] *= <int64_t>HFTX_POW10[places]
        return OK
    if c.p[0] == c'.':
        c.p += 1
    while digits < places:
        out[0] *= 10
        if c.p < c.end and c'0' <= c.p[0] <= c'9':
            out[0] += c.p[0] - c'0'
            c.p += 1
        digits += 1
    while c.p < c.end and c'0' <= c.p[0] <= c'9':
        c.p += 1
    return OK if c.p == c.end else MALFORMED
