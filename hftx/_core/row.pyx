"""Rows: flat JSON objects whose members are read as slices. Knows no message and makes no Python object."""

from libc.string cimport memcpy, memset

from hftx._core.cursor cimport Cursor, Slice, behind_digits
from hftx._core.fault cimport MISSING, OK
from hftx._core.json cimport END_OF_OBJECT, Key, expect, next_key, read_scalar, skip_space, skip_value
from hftx._core.row_text cimport Figures, end_of_text, figures_at, is_text, leading, plain_letters

cdef enum:
    WIDTH = 16     # bytes that are looked at together
    NO_SIZE = 1 << 16   # a mask that no sixteen bytes meet
    SPARE = 16     # bytes that may be read behind a kept text
    PATIENCE = 24  # rows one behind another that are not as the one before
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


cdef inline const char* end_of_value(const char* p, const char* end, Step* step, bint* empty) noexcept nogil:
    # A value is mostly as long as the last one: to see that is faster than to look for its end, on which all that
    # follows depends. What ends it is compared with the text that comes next.
    cdef const char* found
    cdef Figures figures
    cdef unsigned plain
    if end - p < WIDTH:
        found = end_of_text(p, end) if step.is_quoted else end_of_number(p, end)
    elif step.is_quoted:
        plain = plain_letters(p)
        if plain & step.mask == step.marks:
            return p + step.usual
        found = p + leading(plain)
        if p < found < p + WIDTH and found[0] == c'"':
            expect_like(step, found - p, plain)
            return found
        found = end_of_text(p, end)
    else:
        figures = figures_at(p)
        if ((figures.digits ^ step.marks) | (figures.points ^ step.points)) & step.mask == 0 \
                and p[step.first] != step.banned and (step.first == 0 or p[0] == c'-'):
            return p + step.usual
        found = end_of_figures(p, figures, step)
        if found is NULL:
            found = end_of_number(p, end)
    if found is not NULL:
        empty[0] |= found == p
    return found


cdef inline const char* end_of_figures(const char* p, Figures figures, Step* step) noexcept nogil:
    # Behind `-?digits[.digits]` of less than a word, which is what is expected from now on; NULL for anything else.
    cdef int first = p[0] == c'-'
    cdef int size = leading(figures.digits | figures.points | first)
    cdef unsigned points = figures.points & ((1 << size) - 1)
    cdef bint is_long = size > first + 1 and figures.digits >> (first + 1) & 1   # before the point
    if not first < size < WIDTH or points & (points - 1) or is_long and p[first] == c'0' \
            or not figures.digits >> first & figures.digits >> (size - 1) & 1:
        return NULL
    expect_like(step, size, figures.digits)
    step.points, step.first, step.banned = points, first, c'0' if is_long else 0
    return p + size


cdef inline void expect_like(Step* step, Py_ssize_t size, unsigned marks) noexcept nogil:
    step.usual, step.mask = size, (2 << size) - 1
    step.marks = marks & step.mask


cdef int read_row(Cursor* c, RowKind* kind, Row* row) noexcept nogil:
    # Steps over the row at the cursor.
    cdef const char* start = c.p
    cdef const char* parted
    cdef bint empty = False
    cdef int fault
    if kind.pause:
        kind.pause -= 1
        memset(row, 0, kind.row_size)
    else:
        memcpy(row, &kind.constants, kind.row_size)
        parted = follow(c, kind, row, &empty)
        if parted is NULL:
            kind.partings = 0
            return check(kind, row) if empty else OK
        return part(c, kind, row, start, parted)
    fault = walk(c, kind, row)
    return check(kind, row) if fault == OK else fault


cdef int part(Cursor* c, RowKind* kind, Row* row, const char* start, const char* parted) noexcept nogil:
    # The row is not as the last one.
    cdef int fault
    memset(row, 0, kind.row_size)
    fault = walk(c, kind, row)
    if fault == OK:
        fault = check(kind, row)
    kind.steps = 0
    if fault == OK:
        keep(start, c.p, kind, parted)
    kind.partings += 1
    if kind.partings == PATIENCE:   # what differs is not what could be a value
        kind.partings, kind.pause = 0, PAUSE
    return fault


cdef int check(const RowKind* kind, const Row* row) noexcept nogil:
    cdef int i
    for i in range(kind.need):
        if row.of[kind.needed[i]].size == 0:
            return MISSING
    return OK


cdef inline const char* follow(Cursor* c, RowKind* kind, Row* row, bint* empty) noexcept nogil:
    # NULL when the row is as the last one between its values: the cursor is behind it then. Else where it is not.
    cdef const char* p = c.p
    cdef const char* value
    cdef Step* step = kind.step
    cdef Step* last
    if kind.steps == 0:
        return p
    last = &kind.step[kind.steps - 1]
    while is_text(p, c.end, step.text, step.size):
        p += step.size
        if step is last:
            c.p = p
            return NULL
        value, p = p, end_of_value(p, c.end, step, empty)
        if p is NULL:
            return value
        row.of[step.code].p, row.of[step.code].size = value, p - value
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
    # The text of a row that was walked, as far as it stands between values. A word is one of them once it was there
    # that a row parted from the last one; before that it is part of the text, and always means the same.
    cdef Cursor c
    cdef const char* text = start
    cdef const char* value
    cdef bint first = True
    cdef int at = 0
    cdef int before
    cdef int code
    cdef int fault
    kind.steps, c.p, c.end = 0, start, end
    memset(&kind.constants, 0, kind.row_size)
    expect(&c, c'{')
    while True:
        before = at
        code = next_key(&c, kind.keys, kind.count, &at, &first, &fault)
        if code == END_OF_OBJECT:
            add_step(kind, text, end, MOST_VALUES, False)
            return
        value = c.p
        skip_value(&c, 3)
        if at == before:
            continue
        if value <= parted <= c.p or code >= 0 and has_digits(value, c.p):
            kind.varies[at - 1] = True
        if kind.varies[at - 1]:
            text = add_value(kind, text, value, c.p, code)
            if text is NULL:
                kind.steps = 0
                return
        elif code >= 0:
            set_constant(&kind.constants.of[code], value, c.p, end_of_kept(kind) + (value - text), code == kind.flag)


cdef inline void set_constant(Slice* out, const char* value, const char* end, const char* kept,
                              bint is_flag) noexcept nogil:
    cdef bint is_quoted = value[0] == c'"'
    out.p = kept + is_quoted
    out.size = end - value - 2 * is_quoted if is_quoted or is_flag else 0   # null


cdef bint has_digits(const char* p, const char* end) noexcept nogil:
    while p < end and not c'0' <= p[0] <= c'9':
        p += 1
    return p < end


cdef inline const char* end_of_kept(const RowKind* kind) noexcept nogil:
    cdef const Step* last
    if kind.steps == 0:
        return kind.kept
    last = &kind.step[kind.steps - 1]
    return last.text + last.size


cdef const char* add_value(RowKind* kind, const char* text, const char* value, const char* end,
                           int code) noexcept nogil:
    # A step to the value; where the text behind it begins, NULL when it cannot be followed.
    cdef bint is_quoted = value[0] == c'"'
    cdef const char* found
    value += is_quoted
    if not add_step(kind, text, value, code if code >= 0 else MOST_VALUES, is_quoted):
        return NULL
    found = end_of_text(value, end) if is_quoted else end_of_number(value, end + 1)
    return found if found == end - is_quoted else NULL


cdef bint add_step(RowKind* kind, const char* text, const char* end, int code, bint is_quoted) noexcept nogil:
    cdef Step* step
    cdef const char* kept = end_of_kept(kind)
    if kind.steps > MOST_VALUES + MOST_SPARE or end - text > kind.kept + MOST_KEPT - SPARE - kept:
        kind.steps = 0
        return False
    step = &kind.step[kind.steps]
    memcpy(<char*>kept, text, end - text)
    step.text, step.size, step.code, step.is_quoted = kept, end - text, code, is_quoted
    step.mask = step.marks = NO_SIZE
    step.points = 0
    kind.steps += 1
    return True


cdef void set_kind(RowKind* kind, const Key* keys, int count, const int* needed, int need) noexcept:
    memset(kind, 0, sizeof(kind[0]))
    kind.keys, kind.count, kind.needed, kind.need, kind.flag = keys, count, needed, need, -1
    kind.row_size = MOST_VALUES * sizeof(Slice)
