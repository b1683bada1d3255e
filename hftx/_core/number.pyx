"""Decimal text to int64 counts: the rare cases, and the door for tools and tests."""

from libc.stdint cimport INT64_MAX, int64_t, uint64_t

from hftx._core.cursor cimport Cursor, over
from hftx._core.fault cimport MALFORMED, OK, OVERFLOW, PRECISION, TRUNCATED, fault_name

from hftx.errors import DecodeError


cdef int rescale(uint64_t value, Py_ssize_t whole, Py_ssize_t fraction, int digits, int64_t* out,
                 int* needed) noexcept nogil:
    # `value` has `fraction` decimal digits and at most 18 digits in all; make it a count of 10^-digits.
    while fraction > digits and value % 10 == 0:
        value //= 10
        fraction -= 1
    if fraction > digits:
        needed[0] = <int>fraction
        return PRECISION
    if digits - fraction > SAFE_DIGITS or value > <uint64_t>INT64_MAX // HFTX_POW10[digits - fraction]:
        if value != 0:
            return OVERFLOW
    out[0] = <int64_t>(value * HFTX_POW10[digits - fraction]) if value else 0
    return OK


cdef int read_long_count(const char* start, const char* end, int digits, int64_t* out,
                         int* needed) noexcept nogil:
    # More than 18 digits: leading and trailing zeros do not count, what is left must fit.
    cdef const char* p = start
    cdef const char* dot = start
    cdef uint64_t value = 0
    cdef unsigned int digit
    while dot < end and dot[0] != c'.':
        dot += 1
    if dot < end:
        while (end - 1)[0] == c'0':
            end -= 1
    if end - dot - 1 > digits:
        needed[0] = <int>(end - dot - 1)
        return PRECISION
    while p < end:
        if p != dot:
            digit = <unsigned int>(<unsigned char>p[0]) - 48
            if value > (<uint64_t>INT64_MAX - digit) // 10:
                return OVERFLOW
            value = value * 10 + digit
        p += 1
    return rescale(value, dot - start, end - dot - 1 if dot < end else 0, digits, out, needed)


cdef int read_any_int(Cursor* c, int64_t* out) noexcept nogil:
    # Of `read_int`: short, very long or negative ones, and those near the end.
    cdef bint negative = c.p < c.end and c.p[0] == c'-'
    cdef const char* p = c.p + negative
    cdef const char* start = p
    cdef uint64_t value = 0
    cdef unsigned int digit
    if c.end - p >= 8 and hftx_whole_text(p, 8, &value):
        p += 8
    while p < c.end:
        digit = <unsigned int>(<unsigned char>p[0]) - 48
        if digit > 9:
            break
        if p - start >= SAFE_DIGITS and value > (<uint64_t>INT64_MAX - digit) // 10:
            return OVERFLOW
        value = value * 10 + digit
        p += 1
    if p == start:
        return MALFORMED if p < c.end else TRUNCATED
    c.p = p
    out[0] = -<int64_t>value if negative else <int64_t>value
    return OK


def parse_count(bytes text not None, int digits):
    """`text` (`digits[.digits]`) as an int64 count of 10^-digits; raises `DecodeError` with its kind."""
    if not 0 <= digits <= SAFE_DIGITS:
        raise ValueError(f"digits must be 0 to {SAFE_DIGITS}, not {digits}")
    cdef Cursor c = over(text, len(text))
    cdef int64_t count = 0
    cdef int needed = 0
    cdef int fault = read_count(&c, digits, &count, &needed)
    if fault == OK and c.p != c.end:
        fault = MALFORMED
    if fault != OK:
        raise DecodeError(fault_name(fault), c.p - <const char*>text, len(text))
    return count


def parse_int(bytes text not None):
    """`text` (`-?digits`) as an int64; raises `DecodeError` with its kind."""
    cdef Cursor c = over(text, len(text))
    cdef int64_t value = 0
    cdef int fault = read_int(&c, &value)
    if fault == OK and c.p != c.end:
        fault = MALFORMED
    if fault != OK:
        raise DecodeError(fault_name(fault), c.p - <const char*>text, len(text))
    return value
