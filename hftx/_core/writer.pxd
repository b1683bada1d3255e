# One growing buffer that a message is written into. Knows no venue and no format beyond the escaping asked for.

from libc.stdint cimport int64_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    NUMBER_BYTES = 40      # no int64, with its sign, point and 18 decimal digits, is longer


cdef class Writer:
    # `data` is borrowed: the next growth moves it.
    cdef char* data
    cdef Py_ssize_t size
    cdef Py_ssize_t capacity
    cdef readonly int64_t growths

    cdef int grow(self, Py_ssize_t more) except -1
    cdef int put_percent(self, const char* text, Py_ssize_t size) except -1
    cdef int put_json(self, const char* text, Py_ssize_t size) except -1

    cdef inline int reserve(self, Py_ssize_t more) except -1:
        # Room for `more` bytes behind `size`.
        if self.capacity - self.size < more:
            self.grow(more)
        return 0

    cdef inline int put(self, const char* text, Py_ssize_t size) except -1:
        self.reserve(size)
        memcpy(self.data + self.size, text, size)
        self.size += size
        return 0

    cdef inline int put_bytes(self, bytes text) except -1:
        return self.put(text, len(text))

    cdef inline int put_int(self, int64_t value) except -1:
        self.reserve(NUMBER_BYTES)
        self.size += write_count(self.data + self.size, value, 0)
        return 0

    cdef inline int put_count(self, int64_t count, int digits) except -1:
        # `count` units of 10^-digits (0 to 18) as plain decimal text without trailing zeros.
        self.reserve(NUMBER_BYTES)
        self.size += write_count(self.data + self.size, count, digits)
        return 0


cdef Py_ssize_t write_count(char* out, int64_t count, int digits) noexcept nogil
cdef int put_text(Writer writer, object text) except -1
