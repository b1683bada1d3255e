"""Decimal numbers as counts and as `Decimal`, from text and from each other, exactly as `Decimal(text)` reads them.

`Decimal` has no C interface, and its constructor costs more than all the rest of an event of an account. So a short
number is made as a copy of a Decimal with the same exponent, whose coefficient is then written in place before anybody
else sees the object. Where a Decimal keeps its coefficient is no promise of CPython: it is looked up in Decimals of
known values when this module is imported, inside of what the type says is its size. Where anything is not as expected,
`Decimal(text)` is called. Either way the result is the same.
"""

from cpython.unicode cimport PyUnicode_DecodeASCII
from libc.stdint cimport int64_t, uint64_t

from decimal import Decimal

from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.fault cimport OK
from hftx._core.json cimport skip_digits
from hftx._core.number cimport HFTX_POW10

cdef extern from *:
    """
    /* CPython's _decimal with 64-bit words: a header, the hash, libmpdec's number, and room for four words. */
    typedef struct {
        PyObject_HEAD
        Py_hash_t hash;
        unsigned char flags;
        Py_ssize_t exponent, digits, words, room;
        uint64_t* data;
        uint64_t own[4];
    } hftx_decimal;

    static inline int hftx_decimal_is(PyObject* object, uint64_t coefficient, Py_ssize_t digits, Py_ssize_t exponent) {
        const hftx_decimal* d = (const hftx_decimal*)object;
        return Py_TYPE(object)->tp_basicsize == (Py_ssize_t)sizeof(hftx_decimal) && d->hash == -1 && d->room == 4
            && d->exponent == exponent && d->digits == digits && d->words == 1 && d->data == d->own
            && d->own[0] == coefficient;
    }

    /* 1 for a number that a count can hold; of an object of the kind that `hftx_decimal_is` knows. */
    static inline int hftx_decimal_count(PyObject* object, int64_t* count, int64_t* digits) {
        const hftx_decimal* d = (const hftx_decimal*)object;
        if ((d->flags & 15) || d->words != 1 || d->digits > 18 || d->exponent > 0 || d->exponent < -18) return 0;
        *count = (int64_t)d->data[0];
        *digits = -d->exponent;
        return 1;
    }

    static inline void hftx_set_coefficient(PyObject* object, uint64_t coefficient, Py_ssize_t digits) {
        hftx_decimal* d = (hftx_decimal*)object;
        d->own[0] = coefficient;
        d->digits = digits;
    }
    """
    bint hftx_decimal_is(object value, uint64_t coefficient, Py_ssize_t digits, Py_ssize_t exponent) noexcept
    bint hftx_decimal_count(object value, int64_t* count, int64_t* digits) noexcept
    void hftx_set_coefficient(object value, uint64_t coefficient, Py_ssize_t digits) noexcept

cdef extern from "Python.h":
    object PyObject_CallMethodNoArgs(object value, object name)

cdef enum:
    MOST_DIGITS = 18      # a word of libmpdec holds 19

cdef object DECIMAL = Decimal
cdef str COPY = "copy_abs"
cdef frozenset COUNTED = frozenset(range(-MOST_DIGITS, 1))   # exponents
# By the digits behind the point; nobody else sees these objects, so that their hash is never asked for.
cdef list TEMPLATES = [Decimal((0, (1,), -digits)) for digits in range(MOST_DIGITS + 1)]


cdef bint is_number(Slice text) noexcept nogil:
    # `-?digits[.digits][e[+-]digits]`, the exponent with one or two digits.
    cdef Cursor c = over(text.p, text.size)
    cdef const char* exponent
    c.p += c.p < c.end and c.p[0] == c'-'
    if skip_digits(&c) != OK:
        return False
    if c.p < c.end and c.p[0] == c'.':
        c.p += 1
        if skip_digits(&c) != OK:
            return False
    if c.p < c.end and c.p[0] | 32 == c'e':
        c.p += 1
        c.p += c.p < c.end and (c.p[0] == c'+' or c.p[0] == c'-')
        exponent = c.p
        if skip_digits(&c) != OK or c.p - exponent > 2:
            return False
    return c.p == c.end


cdef object decimal_of(Slice text):
    # None for what is no number.
    cdef Amount amount
    if read_amount(text, &amount):
        return as_decimal(&amount)
    return DECIMAL(PyUnicode_DecodeASCII(text.p, text.size, NULL)) if is_number(text) else None


cdef object as_decimal(const Amount* amount):
    if amount.digits < 0:
        return None
    if DIRECT:
        return with_coefficient(<uint64_t>amount.count, amount.digits)
    return DECIMAL((0, tuple(map(int, str(amount.count))), -amount.digits))


cdef Amount amount_of(object value):
    cdef Amount amount = Amount(count=0, digits=NOTHING if value is None else EXACT)
    if type(value) is not DECIMAL:
        return amount
    if DIRECT:
        hftx_decimal_count(value, &amount.count, &amount.digits)
        return amount
    sign, digits, exponent = value.as_tuple()
    if sign == 0 and exponent in COUNTED and len(digits) <= MOST_DIGITS:
        amount.count, amount.digits = int("".join(map(str, digits))), -exponent
    return amount


cdef object with_coefficient(uint64_t value, Py_ssize_t fraction):
    cdef Py_ssize_t digits = 1
    made = PyObject_CallMethodNoArgs(TEMPLATES[fraction], COPY)
    while value >= HFTX_POW10[digits]:
        digits += 1
    hftx_set_coefficient(made, value, digits)
    return made


cdef bint is_as_expected():
    # Reads only, until everything is where it should be.
    for value, digits, exponent in ((0, 1, 0), (7, 1, -18), (1234567890123456, 16, -8), (10**18 - 1, 18, 0)):
        probe = Decimal(value).scaleb(exponent)
        if not hftx_decimal_is(probe, value, digits, exponent):
            return False
    for fraction in range(MOST_DIGITS + 1):
        copy = TEMPLATES[fraction].copy_abs()
        if copy is TEMPLATES[fraction] or not hftx_decimal_is(copy, 1, 1, -fraction):
            return False
    for value in (0, 5, 10, 999999999, 10**18 - 1):
        made = with_coefficient(value, 9)
        if made.as_tuple() != Decimal(value).scaleb(-9).as_tuple() or hash(made) != hash(Decimal(value).scaleb(-9)):
            return False
    return True


cdef bint DIRECT = is_as_expected()


def parse_decimal(bytes text not None):
    """The value of `text`, None when it is no decimal number. For tests and tools."""
    return decimal_of(Slice(p=text, size=len(text)))


def is_direct():
    """True when coefficients are written in place, False when `Decimal(text)` does the work."""
    return DIRECT
