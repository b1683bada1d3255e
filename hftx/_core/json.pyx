"""Walking JSON text in place (RFC 8259): values that no table names are checked and skipped."""

from libc.stdint cimport int64_t
from libc.string cimport memcmp

from hftx._core.cursor cimport Cursor, Slice, behind_digits, over
from hftx._core.fault cimport MALFORMED, OK, TRUNCATED, fault_name
from hftx._core.number cimport read_int

from hftx.errors import DecodeError


cdef extern from *:
    """
    /* How many of eight bytes stand before one that ends a string or needs a look: a quote, a backslash, a control or
       non-ASCII one. A borrow marks only bytes behind one that is marked rightly. */
    static inline int hftx_plain_run(const char* p) {
        const uint64_t low = 0x0101010101010101ULL, high = 0x8080808080808080ULL;
        uint64_t v, quote, slash, marks;
        __builtin_memcpy(&v, p, 8);
        quote = v ^ 0x2222222222222222ULL;
        slash = v ^ 0x5C5C5C5C5C5C5C5CULL;
        marks = (((v - 0x2020202020202020ULL) & ~v) | ((quote - low) & ~quote) | ((slash - low) & ~slash) | v) & high;
        return marks ? __builtin_ctzll(marks) >> 3 : 8;
    }
    """
    int hftx_plain_run(const char* p) noexcept nogil

cdef int read_text(Cursor* c, Slice* out) noexcept nogil:
    # A string as it stands between its quotes; escapes are checked, not resolved.
    cdef unsigned char letter
    cdef int run = 8
    cdef int fault = expect(c, c'"')
    if fault != OK:
        return fault
    out.p = c.p
    while run == 8 and c.end - c.p >= 8:
        run = hftx_plain_run(c.p)
        c.p += run
    while c.p < c.end:
        letter = <unsigned char>c.p[0]
        if letter == c'"':
            out.size = c.p - out.p
            c.p += 1
            return OK
        if letter < 32:
            return MALFORMED
        if letter == c'\\' or letter > 127:
            fault = skip_escape(c) if letter < 128 else skip_utf8(c)
            if fault != OK:
                return fault
        else:
            c.p += 1
    return TRUNCATED


cdef int skip_utf8(Cursor* c) noexcept nogil:
    # One character of two to four bytes (RFC 3629): no overlong form, no surrogate, nothing beyond U+10FFFF.
    cdef unsigned char lead = <unsigned char>c.p[0]
    cdef unsigned char low = 0x80
    cdef unsigned char high = 0xBF
    cdef int more = 1 if lead < 0xE0 else 2 if lead < 0xF0 else 3
    cdef int _
    if lead < 0xC2 or lead > 0xF4:
        return MALFORMED
    if lead == 0xE0:
        low = 0xA0
    elif lead == 0xED:
        high = 0x9F
    elif lead == 0xF0:
        low = 0x90
    elif lead == 0xF4:
        high = 0x8F
    c.p += 1
    for _ in range(more):
        if c.p >= c.end:
            return TRUNCATED
        if not low <= <unsigned char>c.p[0] <= high:
            return MALFORMED
        low, high = 0x80, 0xBF
        c.p += 1
    return OK


cdef int skip_escape(Cursor* c) noexcept nogil:
    cdef int _
    cdef unsigned char letter
    if c.end - c.p < 2:
        return TRUNCATED
    letter = <unsigned char>c.p[1]
    c.p += 2
    if letter != c'u':
        return OK if letter in b'"\\/bfnrt' else MALFORMED
    for _ in range(4):
        if c.p >= c.end:
            return TRUNCATED
        letter = <unsigned char>c.p[0]
        if not (c'0' <= letter <= c'9' or c'a' <= (letter | 32) <= c'f'):
            return MALFORMED
        c.p += 1
    return OK


cdef int find_key(Slice name, const Key* keys, int count) noexcept nogil:
    cdef int i
    for i in range(count):
        if keys[i].size == name.size and memcmp(keys[i].text, name.p, name.size) == 0:
            return i
    return -1


cdef int read_key(Cursor* c, const Key* keys, int count, int* at, int* fault) noexcept nogil:
    # Of `next_key`: a key that is not spelled as venues do, or that no table names.
    cdef Slice name
    cdef int found
    fault[0] = read_text(c, &name)
    if fault[0] == OK:
        fault[0] = expect(c, c':')
    if fault[0] != OK:
        return END_OF_OBJECT
    found = find_key(name, keys, count)
    if found < 0:
        return UNKNOWN_KEY
    at[0] = found + 1
    return keys[found].code


cdef int read_odd_int(Cursor* c, int64_t* out) noexcept nogil:
    # The rare spellings: behind white space, negative, or as a string.
    cdef bint quoted
    cdef int fault
    skip_space(c)
    quoted = c.p < c.end and c.p[0] == c'"'
    c.p += quoted
    if not quoted and starts_with_zeros(c):
        return MALFORMED
    fault = read_int(c, out)
    if fault != OK:
        return fault
    if quoted:
        return expect_here(c, c'"')
    if c.p < c.end and (c.p[0] == c'.' or (c.p[0] | 32) == c'e'):
        return MALFORMED
    return OK


cdef bint starts_with_zeros(const Cursor* c) noexcept nogil:
    # JSON writes no zero before another digit; text in quotes may.
    cdef const char* p = c.p + (c.p < c.end and c.p[0] == c'-')
    return c.end - p > 1 and p[0] == c'0' and c'0' <= p[1] <= c'9'


cdef inline int expect_here(Cursor* c, char wanted) noexcept nogil:
    if c.p >= c.end:
        return TRUNCATED
    if c.p[0] != wanted:
        return MALFORMED
    c.p += 1
    return OK


cdef int read_scalar(Cursor* c, Slice* out) noexcept nogil:
    # The text of a string or of a bare number; null is an empty text.
    cdef int fault
    skip_space(c)
    if c.p >= c.end:
        return TRUNCATED
    if c.p[0] == c'"':
        return read_text(c, out)
    out.p = c.p
    out.size = 0
    if c.p[0] == c'n':
        return skip_word(c, b"null", 4)
    if c.p[0] != c'-' and not c'0' <= c.p[0] <= c'9':
        return MALFORMED
    fault = skip_number(c)
    out.size = c.p - out.p
    return fault


cdef int read_bool(Cursor* c, bint* out) noexcept nogil:
    skip_space(c)
    out[0] = c.p < c.end and c.p[0] == c't'
    if c.p < c.end and c.p[0] != c't' and c.p[0] != c'f':
        return MALFORMED
    return skip_word(c, b"true", 4) if out[0] else skip_word(c, b"false", 5)


cdef int skip_word(Cursor* c, const char* word, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t have = min(size, c.end - c.p)
    if memcmp(c.p, word, have) != 0:
        return MALFORMED
    if have < size:
        return TRUNCATED
    c.p += size
    return OK


cdef int skip_digits(Cursor* c) noexcept nogil:
    cdef const char* p = behind_digits(c.p, c.end)
    if p == c.p:
        return TRUNCATED if p >= c.end else MALFORMED
    c.p = p
    return OK


cdef int skip_number(Cursor* c) noexcept nogil:
    cdef int fault
    if c.p[0] == c'-':
        c.p += 1
    if c.p < c.end and c.p[0] == c'0':
        c.p += 1
    else:
        fault = skip_digits(c)
        if fault != OK:
            return fault
    if c.p < c.end and c.p[0] == c'.':
        c.p += 1
        fault = skip_digits(c)
        if fault != OK:
            return fault
    if c.p < c.end and (c.p[0] | 32) == c'e':
        c.p += 1
        if c.p < c.end and (c.p[0] == c'+' or c.p[0] == c'-'):
            c.p += 1
        return skip_digits(c)
    return OK


cdef int skip_object(Cursor* c, int depth) noexcept nogil:
    cdef bint first = True
    cdef int at = 0
    cdef int fault = OK
    c.p += 1
    while next_key(c, NULL, 0, &at, &first, &fault) != END_OF_OBJECT:
        fault = skip_value(c, depth + 1)
        if fault != OK:
            return fault
    return fault


cdef int skip_array(Cursor* c, int depth) noexcept nogil:
    cdef bint first = True
    cdef bint more = True
    cdef int fault
    c.p += 1
    while True:
        fault = next_item(c, &first, &more)
        if fault != OK or not more:
            return fault
        fault = skip_value(c, depth + 1)
        if fault != OK:
            return fault


cdef int skip_value(Cursor* c, int depth) noexcept nogil:
    cdef Slice text
    cdef bint truth
    skip_space(c)
    if c.p >= c.end:
        return TRUNCATED
    if depth > MAX_NESTING:
        return MALFORMED
    if c.p[0] == c'"':
        return read_text(c, &text)
    if c.p[0] == c'{':
        return skip_object(c, depth)
    if c.p[0] == c'[':
        return skip_array(c, depth)
    if c.p[0] == c't' or c.p[0] == c'f':
        return read_bool(c, &truth)
    if c.p[0] == c'n':
        return skip_word(c, b"null", 4)
    if c.p[0] == c'-' or c'0' <= c.p[0] <= c'9':
        return skip_number(c)
    return MALFORMED


cdef int at_end(Cursor* c) noexcept nogil:
    # Only white space may follow the value that a frame carries.
    skip_space(c)
    return OK if c.p == c.end else MALFORMED


def check_json(bytes text not None):
    """Raises `DecodeError` unless `text` is one JSON value (at most 32 levels deep)."""
    cdef Cursor c = over(text, len(text))
    cdef int fault = skip_value(&c, 0)
    if fault == OK:
        fault = at_end(&c)
    if fault != OK:
        raise DecodeError(fault_name(fault), c.p - <const char*>text, len(text))
