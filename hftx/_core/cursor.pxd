# A position in borrowed bytes. Knows no format; nothing here may read at or beyond `end`.
# `over` is C, since a traced Cython function would show the struct that it returns to Python, pointers included.

cdef extern from *:
    """
    typedef struct { const char* p; const char* end; } hftx_cursor;
    static inline hftx_cursor hftx_over(const char* data, Py_ssize_t size) {
        hftx_cursor c = {data, data + size};
        return c;
    }
    """
    ctypedef struct Cursor "hftx_cursor":
        const char* p
        const char* end
    Cursor over "hftx_over"(const char* data, Py_ssize_t size) noexcept nogil


cdef struct Slice:
    const char* p
    Py_ssize_t size
