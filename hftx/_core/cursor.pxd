# A position in borrowed bytes. Knows no format; nothing here may read at or beyond `end`.

cimport cython

cdef struct Cursor:
    const char* p
    const char* end


cdef struct Slice:
    const char* p
    Py_ssize_t size


@cython.linetrace(False)   # tracing would show the struct to Python, pointers included
cdef inline Cursor over(const char* data, Py_ssize_t size) noexcept nogil:
    cdef Cursor c
    c.p = data
    c.end = data + size
    return c
