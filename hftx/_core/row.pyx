"""Rows: flat JSON objects whose members are read as slices. Knows no message and makes no Python object."""

from libc.string cimport memcpy, memset

from hftx._core.cursor cimport Cursor, Slice, behind_digits
from hftx._core.fault cimport MISSING, OK
from hftx._core.json cimport END_OF_OBJECT, Key, expect, next_key, read_scalar, skip_space, skip_value

cdef extern from *:
    """
    #if defined(__SSE2__)
    #include <emmintrin.h>
    #endif

    /* Marks those of sixteen bytes that end a plain text: quotes, backslashes, control and non-ASCII ones. */
    static inline unsigned hftx_ends_of_text(const char* p) {
    #if defined(__SSE2__)
        const __m128i v = _mm_loadu_si128((const __m128i*)p);
        return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmplt_epi8(v, _mm_set1_epi8(32)),
            _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(34)), _mm_cmpeq_epi8(v, _mm_set1_epi8(92)))));
    #else
        unsigned marks = 0;
        for (int i = 0; i < 16; i++)
            marks |= (unsigned)(p[i] == 34 || p[i] == 92 || (signed char)p[i] < 32) << i;   /* 92: a backslash */
        return marks;
    #endif
    }

    /* True when `size` bytes of `text`, which has room for sixteen more, are what is at `p`. */
    static inline int hftx_is_text(const char* p, const char* end, const char* text, Py_ssize_t size) {
    #if defined(__SSE2__)
        if (end - p >= 16 && end - p >= size) {
            Py_ssize_t at = 0;
            unsigned same;
            for (; size - at > 16; at += 16) {
                same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)(p + at)),
                    _mm_loadu_si128((const __m128i*)(text + at))));
                if (same != 0xFFFF) return 0;
            }
            if (at) {   /* the last sixteen; some of them once more */
                at = size - 16;
                size = 16;
            }
            same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)(p + at)),
                _mm_loadu_si128((const __m128i*)(text + at))));
            return ((same ^ 0xFFFF) & ((1u << size) - 1)) == 0;
        }
    #endif
        return end - p >= size && memcmp(p, text, (size_t)size) == 0;
    }

    /* The quote behind the plain text at `p`; NULL when there is none before `end`, or the text is not plain. A text is
       mostly as long as the last one: to compare is faster than to wait for the size, on which all that follows
       depends. */
    static inline const char* hftx_end_of_text(const char* p, const char* end, Py_ssize_t usual) {
        if (usual < 16 && end - p >= 16 && (hftx_ends_of_text(p) & ((2u << usual) - 1)) == 1u << usual)
            return p[usual] == '"' ? p + usual : NULL;
        for (; end - p >= 16; p += 16) {
            const unsigned marks = hftx_ends_of_text(p);
            if (marks) {
                p += __builtin_ctz(marks);
                return *p == '"' ? p : NULL;
            }
        }
        while (p < end && *p != '"' && *p != 92 && (signed char)*p >= 32) p++;
        return p < end && *p == '"' ? p : NULL;
    }
    """
    const char* hftx_end_of_text(const char* p, const char* end, Py_ssize_t usual) noexcept nogil
    bint hftx_is_text(const char* p, const char* end, const char* text, Py_ssize_t size) noexcept nogil


cdef enum:
    SPARE = 16     # bytes that may be read behind a kept text
    PATIENCE = 16  # rows one behind another that are not as the one before
    PAUSE = 256    # rows that are only walked then


cdef inline const char* end_of_number(const char* p, const char* end) noexcept nogil:
    # Behind `-?digits[.digits]`; NULL for anything else, of which a part may well be a number.
    cdef const char* start = p + (p < end and p[0] == c'-')
    p = behind_digits(start, end)
    if p == start or start[0] == c'0' and p - start > 1:
        return NULL
    if p < end and p[0] == c'.':
        start = p + 1
        p = behind_digits(start, end)
        if p == start:
            return NULL
    return NULL if p >= end or p[0] | 32 == c'e' else p


cdef inline const char* end_of_value(const char* p, const char* end, const Step* step) noexcept nogil:
    return hftx_end_of_text(p, end, step.usual) if step.is_quoted else end_of_number(p, end)


cdef int read_row(Cursor* c, RowKind* kind, Row* row) noexcept nogil:
    # Steps over the row at the cursor.
    cdef const char* start = c.p
    cdef const char* parted
    cdef int fault = OK
    cdef int i
    if kind.pause:
        kind.pause -= 1
        fault = walk(c, kind, row)
    else:
        parted = follow(c, kind, row)
        if parted is not NULL:
            fault = walk(c, kind, row)
            if fault == OK:
                keep(start, c.p, kind, parted)
            kind.partings += 1
            if kind.partings == PATIENCE:   # what differs is not what could be a value
                kind.partings, kind.pause = 0, PAUSE
        else:
            kind.partings = 0
    for i in range(kind.need):
        if fault == OK and row.of[kind.needed[i]].size == 0:
            fault = MISSING
    return fault


cdef inline void empty(Row* row) noexcept nogil:
    cdef int i
    for i in range(MOST_VALUES):
        row.of[i].p, row.of[i].size = NULL, 0


cdef inline const char* follow(Cursor* c, RowKind* kind, Row* row) noexcept nogil:
    # NULL when the row is as the last one between its values: the cursor is behind it then. Else where it is not.
    cdef const char* p = c.p
    cdef const char* value
    cdef Step* step = kind.step
    cdef Step* last
    if kind.steps == 0:
        return p
    last = &kind.step[kind.steps - 1]
    empty(row)
    while hftx_is_text(p, c.end, step.text, step.size):
        p += step.size
        if step is last:
            c.p = p
            return NULL
        value, p = p, end_of_value(p, c.end, step)
        if p is NULL:
            return value
        row.of[step.code].p, row.of[step.code].size, step.usual = value, p - value, p - value
        step += 1
    return first_difference(p, step.text, min(step.size, c.end - p))


cdef const char* first_difference(const char* p, const char* text, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(size):
        if p[i] != text[i]:
            return p + i
    return p + size


cdef int walk(Cursor* c, RowKind* kind, Row* row) noexcept nogil:
    # In any order, spelled in any way.
    cdef bint first = True
    cdef int at = 0
    cdef int code
    cdef int fault = expect(c, c'{')
    empty(row)
    while fault == OK:
        code = next_key(c, kind.keys, kind.count, &at, &first, &fault)
        if code == END_OF_OBJECT:
            break
        fault = read_value(c, kind, code, row) if code >= 0 else skip_value(c, 3)
    return fault


cdef int read_value(Cursor* c, const RowKind* kind, int code, Row* row) noexcept nogil:
    # A text or a number; of the member that is one, a boolean by its word.
    cdef Slice* out = &row.of[code]
    cdef int fault
    if code != kind.flag:
        return read_scalar(c, out)
    skip_space(c)
    out.p = c.p
    fault = skip_value(c, 3)
    out.size = c.p - out.p
    return fault


cdef void keep(const char* start, const char* end, RowKind* kind, const char* parted) noexcept nogil:
    # The text of a row that was walked, as far as it stands between values. A value without use is one of them when it
    # is there that the row parted from the last one.
    cdef Cursor c
    cdef const char* text = start
    cdef const char* value
    cdef bint first = True
    cdef int at = 0
    cdef int before
    cdef int code
    cdef int fault
    kind.steps, c.p, c.end = 0, start, end
    expect(&c, c'{')
    while True:
        before = at
        code = next_key(&c, kind.keys, kind.count, &at, &first, &fault)
        if code == END_OF_OBJECT:
            add_step(kind, text, end, MOST_VALUES, False)
            return
        value = c.p
        skip_value(&c, 3)
        if code < 0 and at != before and value <= parted <= c.p:
            kind.varies[at - 1] = True
        if code >= 0 or at != before and kind.varies[at - 1]:
            text = add_value(kind, text, value, c.p, code)
            if text is NULL:
                kind.steps = 0
                return


cdef const char* add_value(RowKind* kind, const char* text, const char* value, const char* end,
                           int code) noexcept nogil:
    # A step to the value; where the text behind it begins, NULL when it cannot be followed.
    cdef bint is_quoted = value[0] == c'"'
    cdef const char* found
    value += is_quoted
    if not add_step(kind, text, value, code if code >= 0 else MOST_VALUES, is_quoted):
        return NULL
    found = end_of_value(value, end + 1, &kind.step[kind.steps - 1])
    return found if found == end - is_quoted else NULL


cdef bint add_step(RowKind* kind, const char* text, const char* end, int code, bint is_quoted) noexcept nogil:
    cdef Step* step
    cdef const char* kept = kind.kept
    if kind.steps:
        kept = kind.step[kind.steps - 1].text + kind.step[kind.steps - 1].size
    if kind.steps > MOST_VALUES + MOST_SPARE or end - text > kind.kept + MOST_KEPT - SPARE - kept:
        kind.steps = 0
        return False
    step = &kind.step[kind.steps]
    memcpy(<char*>kept, text, end - text)
    step.text, step.size, step.usual, step.code, step.is_quoted = kept, end - text, 16, code, is_quoted
    kind.steps += 1
    return True


cdef void set_kind(RowKind* kind, const Key* keys, int count, const int* needed, int need) noexcept:
    memset(kind, 0, sizeof(kind[0]))
    kind.keys, kind.count, kind.needed, kind.need, kind.flag = keys, count, needed, need, -1
