"""Pushes of MEXC's private stream, as slices (MEXC spot v3 docs, schema `PushDataV3ApiWrapper`)."""

from libc.stdint cimport uint64_t
from libc.string cimport memset

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.fault cimport MALFORMED, OK, TRUNCATED
from hftx._core.protobuf cimport read_len, read_varint, skip_field

cdef enum:          # tags: field number << 3 | wire type
    SYMBOL_NAME = 3 << 3 | 2
    CREATE_TIME = 5 << 3
    SEND_TIME = 6 << 3
    FIRST_BODY = 301

cdef size_t BODY_SIZE = sizeof(Body)   # a compiler that knows it clears bodies by a slow instruction


cdef inline int read_slice(Cursor* c, Slice* out) noexcept nogil:
    cdef Cursor inner
    cdef int fault = read_len(c, &inner)
    if fault == OK:
        out.p, out.size = inner.p, inner.end - inner.p
    return fault


cdef int read_wrapper(Cursor* c, Wrapper* wrapper) noexcept nogil:
    cdef uint64_t tag = 0
    cdef int fault = OK
    memset(wrapper, 0, sizeof(Wrapper))
    while fault == OK and c.p < c.end:
        fault = read_varint(c, &tag)
        if fault != OK:
            break
        if tag == SYMBOL_NAME:
            fault = read_slice(c, &wrapper.name)
        elif tag == SEND_TIME:
            fault = read_varint(c, &wrapper.sent_ms)
        elif tag == CREATE_TIME:
            fault = read_varint(c, &wrapper.created_ms)
        elif tag & 7 == 2 and tag >> 3 >= FIRST_BODY:
            if wrapper.body_tag:
                return MALFORMED    # one push has one body
            wrapper.body_tag = tag
            fault = read_len(c, &wrapper.body)
        else:
            fault = skip_field(c, tag)
    return fault


cdef inline bint read_short_text(Cursor* c, Body* body) noexcept nogil:
    # Most fields are: a tag of one byte, a size of one byte. False for any other, at which the cursor stays.
    cdef const unsigned char* p = <const unsigned char*>c.p
    cdef Slice* text
    if c.end - c.p < 2 or p[0] & 0x87 != 2 or p[0] < 8 or p[1] > 127 or p[1] > c.end - c.p - 2:
        return False
    text = &body.text[p[0] >> 3]
    text.p, text.size = c.p + 2, p[1]
    c.p += 2 + p[1]
    return True


cdef int read_body(Cursor c, Body* body) noexcept nogil:
    # A flat message; its length was right, so that what is cut in it is malformed.
    cdef uint64_t tag = 0
    cdef uint64_t field
    cdef int fault = OK
    memset(body, 0, BODY_SIZE)
    while fault == OK and c.p < c.end:
        if read_short_text(&c, body):
            continue
        fault = read_varint(&c, &tag)
        if fault != OK:
            break
        field = tag >> 3
        if 1 <= field < MOST_FIELDS and tag & 7 == 2:
            fault = read_slice(&c, &body.text[field])
        elif 1 <= field < MOST_FIELDS and tag & 7 == 0:
            fault = read_varint(&c, &body.number[field])
        else:
            fault = skip_field(&c, tag)
    return MALFORMED if fault == TRUNCATED else fault
