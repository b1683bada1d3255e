# Texts of rows, sixteen letters at once where the machine can. Knows no member and no row.

cdef extern from *:
    """
    #if defined(__SSE2__)
    #include <emmintrin.h>
    #endif

    /* Spaces and exclamation marks are left out too, for the sake of one comparison. */
    static inline unsigned hftx_plain(const char* p) {
    #if defined(__SSE2__)
        const __m128i v = _mm_loadu_si128((const __m128i*)p);
        return (unsigned)_mm_movemask_epi8(_mm_andnot_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(92)),
            _mm_cmpgt_epi8(v, _mm_set1_epi8(34))));
    #else
        unsigned marks = 0;
        for (int i = 0; i < 16; i++) marks |= (unsigned)(p[i] != 92 && (signed char)p[i] > 34) << i;   /* 92: \\ */
        return marks;
    #endif
    }

    /* How many of sixteen are marked from the first on. */
    static inline int hftx_trailing(unsigned marks) { return __builtin_ctz(~marks); }

    /* Of sixteen bytes, as bits: the digits and the points. */
    typedef struct { unsigned digits, points; } hftx_figures;
    static inline hftx_figures hftx_figures_at(const char* p) {
        hftx_figures found = {0, 0};
    #if defined(__SSE2__)
        const __m128i v = _mm_loadu_si128((const __m128i*)p), digit = _mm_sub_epi8(v, _mm_set1_epi8('0'));
        found.digits = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit));
        found.points = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('.')));
    #else
        for (int i = 0; i < 16; i++) {
            found.digits |= (unsigned)((unsigned char)(p[i] - '0') <= 9) << i;
            found.points |= (unsigned)(p[i] == '.') << i;
        }
    #endif
        return found;
    }

    #if defined(__SSE2__)
    /* True when sixteen bytes are the same, and sixteen that begin `apart` from them. */
    static inline int hftx_are_same(const char* p, const char* text, Py_ssize_t apart) {
        const __m128i first = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)p), _mm_loadu_si128((const __m128i*)text));
        const __m128i last = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)(p + apart)),
            _mm_loadu_si128((const __m128i*)(text + apart)));
        return _mm_movemask_epi8(_mm_and_si128(first, last)) == 0xFFFF;
    }
    #endif

    /* True when `size` bytes of `text`, which has room for sixteen more, are what is at `p`. */
    static inline int hftx_is_text(const char* p, const char* end, const char* text, Py_ssize_t size) {
    #if defined(__SSE2__)
        if (end - p >= 16 && end - p >= size) {
            if (size <= 16) {
                const unsigned same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)p),
                    _mm_loadu_si128((const __m128i*)text)));
                return ((same ^ 0xFFFF) & ((1u << size) - 1)) == 0;
            }
            for (; size > 32; p += 32, text += 32, size -= 32)
                if (!hftx_are_same(p, text, 16)) return 0;
            if (size > 16) return hftx_are_same(p, text, size - 16);
            return hftx_are_same(p + size - 32, text + size - 32, 16);   /* some of them once more */
        }
    #endif
        return end - p >= size && memcmp(p, text, (size_t)size) == 0;
    }

    /* The quote behind the plain text at `p`; NULL when there is none before `end`, or the text is not plain. */
    static inline const char* hftx_end_of_text(const char* p, const char* end) {
        while (end - p >= 16) {
            const unsigned others = hftx_plain(p) ^ 0xFFFF;
            if (others) {
                p += __builtin_ctz(others);
                break;
            }
            p += 16;
        }
        while (p < end && *p != '"' && *p != 92 && (signed char)*p >= 32) p++;
        return p < end && *p == '"' ? p : NULL;
    }
    """
    # Of sixteen bytes, as bits: those that can stand in a text as they are; those that are part of a number.
    unsigned plain_letters "hftx_plain"(const char* p) noexcept nogil
    ctypedef struct Figures "hftx_figures":
        unsigned digits
        unsigned points
    Figures figures_at "hftx_figures_at"(const char* p) noexcept nogil
    int leading "hftx_trailing"(unsigned marks) noexcept nogil       # how many are marked from the first on
    # The quote behind the plain text at `p`; NULL when there is none before `end`, or the text is not plain.
    const char* end_of_text "hftx_end_of_text"(const char* p, const char* end) noexcept nogil
    # True when `size` bytes of `text`, which has room for sixteen more, are what is at `p`.
    bint is_text "hftx_is_text"(const char* p, const char* end, const char* text, Py_ssize_t size) noexcept nogil
