# A position in borrowed bytes. Knows no format; nothing here may read at or beyond `end`.
# `over` is C, since a traced Cython function would show the struct that it returns to Python, pointers included.

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>
    typedef struct { const char* p; const char* end; } hftx_cursor;
    static inline hftx_cursor hftx_over(const char* data, Py_ssize_t size) {
        hftx_cursor c = {data, data + size};
        return c;
    }
    #if defined(__SSE2__)
    #include <emmintrin.h>
    #endif
    /* Behind the digits at `p`. */
    static inline const char* hftx_behind_digits(const char* p, const char* end) {
    #if defined(__SSE2__)
        while (end - p >= 16) {
            const __m128i value = _mm_sub_epi8(_mm_loadu_si128((const __m128i*)p), _mm_set1_epi8('0'));
            const unsigned others = 0xFFFF ^ (unsigned)_mm_movemask_epi8(
                _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value));
            if (others) return p + __builtin_ctz(others);
            p += 16;
        }
    #endif
        while (p < end && (unsigned char)(*p - '0') <= 9) p++;
        return p;
    }
    /* True when `size` bytes at `p`, which can be read, are those of `text`: many at once, the last ones twice. */
    static inline int hftx_is_same(const char* p, const char* text, Py_ssize_t size) {
        uint64_t left, right;
        Py_ssize_t at;
        if (size < 8) return memcmp(p, text, (size_t)size) == 0;
    #if defined(__SSE2__)
        if (size >= 16) {
            for (at = 0; at < size; at += 16) {
                if (size - at < 16) at = size - 16;
                if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)(p + at)),
                                                     _mm_loadu_si128((const __m128i*)(text + at)))) != 0xFFFF) return 0;
            }
            return 1;
        }
    #endif
        for (at = 0; at < size; at += 8) {
            if (size - at < 8) at = size - 8;
            memcpy(&left, p + at, 8);
            memcpy(&right, text + at, 8);
            if (left != right) return 0;
        }
        return 1;
    }
    """
    ctypedef struct Cursor "hftx_cursor":
        const char* p
        const char* end
    Cursor over "hftx_over"(const char* data, Py_ssize_t size) noexcept nogil
    const char* behind_digits "hftx_behind_digits"(const char* p, const char* end) noexcept nogil
    bint is_same "hftx_is_same"(const char* p, const char* text, Py_ssize_t size) noexcept nogil


cdef struct Slice:
    const char* p
    Py_ssize_t size
