# Walking the protobuf wire format in place. Knows no message; makes no Python object.

from libc.stdint cimport int64_t, uint64_t

from hftx._core.cursor cimport Cursor
from hftx._core.fault cimport MALFORMED, OK, TRUNCATED

cdef enum:
    VARINT = 0
    FIXED64 = 1
    LEN = 2
    FIXED32 = 5


cdef int read_long_varint(Cursor* c, uint64_t* out) noexcept nogil
cdef int skip_field(Cursor* c, uint64_t tag) noexcept nogil


cdef inline int read_varint(Cursor* c, uint64_t* out) noexcept nogil:
    if c.p < c.end and not (<unsigned char>c.p[0] & 128):
        out[0] = <unsigned char>c.p[0]
        c.p += 1
        return OK
    if c.end - c.p > 1 and not (<unsigned char>c.p[1] & 128):
        out[0] = (<unsigned char>c.p[0] & 127) | <unsigned char>c.p[1] << 7
        c.p += 2
        return OK
    return read_long_varint(c, out)


cdef inline int read_len(Cursor* c, Cursor* out) noexcept nogil:
    # The bytes of a LEN field, as a cursor of their own.
    cdef uint64_t size = 0
    cdef int fault = read_varint(c, &size)
    if fault != OK:
        return fault
    if size > <uint64_t>(c.end - c.p):
        return TRUNCATED
    out.p = c.p
    c.p += size
    out.end = c.p
    return OK
