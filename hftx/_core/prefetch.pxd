# Asking for memory before it is needed. Knows nothing.

from cpython.ref cimport PyObject

cdef extern from *:
    """
    enum { HFTX_LINE = 64, HFTX_AHEAD = 6 };
    static inline void hftx_fetch_lines(const void* p, int lines) {
        for (int i = 0; i < lines; i++) __builtin_prefetch((const char*)p + i * HFTX_LINE);
    }
    /* The same of an object that will be freed: CPython's allocator looks at the head of its pool of 16 KB then. */
    static inline void hftx_fetch_freed(const void* p, int lines) {
        hftx_fetch_lines(p, lines);
        __builtin_prefetch((const void*)((uintptr_t)p & ~(uintptr_t)0x3FFF));
    }
    """
    enum:
        AHEAD "HFTX_AHEAD"     # how many turns of a loop it takes until memory is there
    void fetch_lines "hftx_fetch_lines"(const void* p, int lines) noexcept nogil    # from the line of `p` on
    void fetch_freed "hftx_fetch_freed"(const void* p, int lines) noexcept nogil
