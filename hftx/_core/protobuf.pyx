"""Walking the protobuf wire format in place (protobuf.dev, "Encoding")."""

from libc.stdint cimport uint64_t

from hftx._core.cursor cimport Cursor, over
from hftx._core.fault cimport MALFORMED, OK, TRUNCATED, fault_name

from hftx.errors import DecodeError


cdef extern from *:
    """
    /* A varint of at most eight bytes at `p`, where as many can be read: how many they are, 0 when it is longer. */
    static inline int hftx_varint(const char* p, uint64_t* value) {
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        uint64_t v, last;
        __builtin_memcpy(&v, p, 8);
        last = ~v & 0x8080808080808080ULL;
        if (!last) return 0;
        v &= (last ^ (last - 1)) & 0x7F7F7F7F7F7F7F7FULL;
        v = (v & 0x007F007F007F007FULL) | (v & 0x7F007F007F007F00ULL) >> 1;
        v = (v & 0x00003FFF00003FFFULL) | (v & 0x3FFF00003FFF0000ULL) >> 2;
        *value = (v & 0x000000000FFFFFFFULL) | (v & 0x0FFFFFFF00000000ULL) >> 4;
        return (__builtin_ctzll(last) >> 3) + 1;
    #else
        return 0;
    #endif
    }
    """
    int hftx_varint(const char* p, uint64_t* value) noexcept nogil


cdef int read_long_varint(Cursor* c, uint64_t* out) noexcept nogil:
    cdef uint64_t value = 0
    cdef uint64_t byte
    cdef int shift = 0
    cdef int size = hftx_varint(c.p, out) if c.end - c.p >= 8 else 0
    if size:
        c.p += size
        return OK
    while c.p < c.end:
        byte = <unsigned char>c.p[0]
        if shift == 63 and byte > 1:
            return MALFORMED
        value |= (byte & 127) << shift
        c.p += 1
        if byte < 128:
            out[0] = value
            return OK
        shift += 7
    return TRUNCATED


cdef int skip_field(Cursor* c, uint64_t tag) noexcept nogil:
    # The value behind `tag`; groups (wire types 3 and 4) are not part of proto3.
    cdef uint64_t value = 0
    cdef Cursor inner
    cdef Py_ssize_t size
    if tag >> 3 == 0 or tag >> 32:
        return MALFORMED
    if tag & 7 == VARINT:
        return read_varint(c, &value)
    if tag & 7 == LEN:
        return read_len(c, &inner)
    if tag & 7 != FIXED64 and tag & 7 != FIXED32:
        return MALFORMED
    size = 8 if tag & 7 == FIXED64 else 4
    if c.end - c.p < size:
        return TRUNCATED
    c.p += size
    return OK


def walk_message(bytes message not None):
    """`[(field number, wire type), ...]` of one message; raises `DecodeError`. For tools and tests."""
    cdef Cursor c = over(message, len(message))
    cdef uint64_t tag = 0
    cdef int fault = OK
    found = []
    while fault == OK and c.p < c.end:
        fault = read_varint(&c, &tag)
        if fault == OK:
            fault = skip_field(&c, tag)
            found.append((tag >> 3, tag & 7))
    if fault != OK:
        raise DecodeError(fault_name(fault), c.p - <const char*>message, len(message))
    return found
