# ASCII of the wire as `str`, without a decoder. Knows no message.

from libc.string cimport memcpy

cdef extern from *:
    """
    /* True when the text is ASCII without a backslash. */
    static inline int hftx_is_plain(const char* p, Py_ssize_t size) {
        const uint64_t ones = 0x0101010101010101ULL, tops = ones << 7;
        uint64_t v, found = 0;
        for (; size >= 8; p += 8, size -= 8) {
            __builtin_memcpy(&v, p, 8);
            found |= v | (((v ^ ones * 92) - ones) & ~(v ^ ones * 92));   /* 92: a backslash */
        }
        for (; size > 0; p++, size--) found |= (uint64_t)(*p == 92) << 7 | (unsigned char)*p;
        return !(found & tops);
    }
    """
    bint hftx_is_plain(const char* p, Py_ssize_t size) noexcept nogil

cdef extern from "Python.h":
    str PyUnicode_New(Py_ssize_t size, Py_UCS4 most)
    void* PyUnicode_DATA(object text) noexcept


cdef inline str plain_text(const char* p, Py_ssize_t size):
    # None for a text that needs a decoder.
    if not hftx_is_plain(p, size):
        return None
    made = PyUnicode_New(size, 127)
    memcpy(PyUnicode_DATA(made), p, size)
    return made
