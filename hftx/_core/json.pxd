# Walking JSON text in place. Knows no message; makes no Python object.

from libc.stdint cimport int64_t
from libc.string cimport memcmp

from hftx._core.cursor cimport Cursor, Slice, is_same
from hftx._core.fault cimport MALFORMED, OK, TRUNCATED
from hftx._core.number cimport read_int

cdef enum:
    MAX_NESTING = 32
    END_OF_OBJECT = -1     # of `next_key`
    UNKNOWN_KEY = -2

cdef extern from *:
    """
    typedef struct { const char* text; Py_ssize_t size; int code; } hftx_key;
    static inline hftx_key hftx_key_of(const char* text, int code) {
        hftx_key key = {text, (Py_ssize_t)strlen(text), code};
        return key;
    }
    """
    ctypedef struct Key "hftx_key":
        const char* text
        Py_ssize_t size
        int code          # what `next_key` returns for it
    Key key "hftx_key_of"(const char* text, int code) noexcept nogil


cdef int skip_value(Cursor* c, int depth) noexcept nogil
cdef int read_text(Cursor* c, Slice* out) noexcept nogil
cdef int read_odd_int(Cursor* c, int64_t* out) noexcept nogil
cdef int skip_digits(Cursor* c) noexcept nogil
cdef int read_scalar(Cursor* c, Slice* out) noexcept nogil
cdef int read_bool(Cursor* c, bint* out) noexcept nogil
cdef bint starts_with_zeros(const Cursor* c) noexcept nogil
cdef int read_key(Cursor* c, const Key* keys, int count, int* at, int* fault) noexcept nogil
cdef int find_key(Slice name, const Key* keys, int count) noexcept nogil
cdef int at_end(Cursor* c) noexcept nogil


cdef inline void skip_space(Cursor* c) noexcept nogil:
    while c.p < c.end and (c.p[0] == c' ' or c.p[0] == c'\n' or c.p[0] == c'\r' or c.p[0] == c'\t'):
        c.p += 1


cdef inline bint take(Cursor* c, const char* text, Py_ssize_t size) noexcept nogil:
    # Steps over `text` when it is the very next thing.
    if c.end - c.p < size or not is_same(c.p, text, size):
        return False
    c.p += size
    return True


cdef inline int read_json_int(Cursor* c, int64_t* out) noexcept nogil:
    # An integer, bare or as a string: venues change their mind about which.
    cdef int fault
    if c.p < c.end and c'1' <= c.p[0] <= c'9':
        fault = read_int(c, out)
        if fault == OK and c.p < c.end and (c.p[0] == c'.' or (c.p[0] | 32) == c'e'):
            return MALFORMED
        return fault
    return read_odd_int(c, out)


cdef inline int expect(Cursor* c, char wanted) noexcept nogil:
    if c.p < c.end and c.p[0] == wanted:   # venues send no spaces
        c.p += 1
        return OK
    skip_space(c)
    if c.p >= c.end:
        return TRUNCATED
    if c.p[0] != wanted:
        return MALFORMED
    c.p += 1
    return OK


cdef inline int next_key(Cursor* c, const Key* keys, int count, int* at, bint* first, int* fault) noexcept nogil:
    # Steps to the value of the next member of an object: the code of its key in `keys`, UNKNOWN_KEY, or
    # END_OF_OBJECT (also on a fault). `at` is the index that is tried first, since venues keep their order.
    cdef const Key* k
    cdef int found
    cdef int i
    skip_space(c)
    if c.p < c.end and c.p[0] == c'}':
        c.p += 1
        fault[0] = OK
        return END_OF_OBJECT
    if not first[0]:
        fault[0] = expect(c, c',')
        if fault[0] != OK:
            return END_OF_OBJECT
        skip_space(c)
    first[0] = False
    for i in range(count):
        found = at[0] + i if at[0] + i < count else at[0] + i - count
        k = &keys[found]
        if c.end - c.p > k.size + 2 and c.p[1] == k.text[0] and c.p[k.size + 1] == c'"' \
                and c.p[k.size + 2] == c':' and c.p[0] == c'"' \
                and (k.size == 1 or memcmp(c.p + 1, k.text, k.size) == 0):
            c.p += k.size + 3
            at[0] = found + 1
            return k.code
    return read_key(c, keys, count, at, fault)


cdef inline int next_item(Cursor* c, bint* first, bint* more) noexcept nogil:
    # Steps to the next value of an array whose bracket is read; `more` is False behind its end.
    skip_space(c)
    if c.p < c.end and c.p[0] == c']':
        c.p += 1
        more[0] = False
        return OK
    more[0] = True
    if first[0]:
        first[0] = False
        return OK
    return expect(c, c',')
