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

    /* Sixteen bytes, every digit as a zero. */
    static inline void hftx_shape(const char* p, char* shape) {
        for (int i = 0; i < 16; i++) shape[i] = (unsigned char)(p[i] - '0') <= 9 ? '0' : p[i];
    }

    /* Marks those of sixteen bytes that have the shape. */
    static inline unsigned hftx_in_shape(const char* p, const char* shape) {
    #if defined(__SSE2__)
        const __m128i v = _mm_loadu_si128((const __m128i*)p), zero = _mm_set1_epi8('0');
        const __m128i digit = _mm_sub_epi8(v, zero);
        const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
        return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)shape),
            _mm_or_si128(_mm_and_si128(is_digit, zero), _mm_andnot_si128(is_digit, v))));
    #else
        char own[16];
        unsigned marks = 0;
        hftx_shape(p, own);
        for (int i = 0; i < 16; i++) marks |= (unsigned)(own[i] == shape[i]) << i;
        return marks;
    #endif
    }

    /* True when `size` bytes of `text`, which has room for sixteen more, are what is at `p`. */
    static inline int hftx_is_text(const char* p, const char* end, const char* text, Py_ssize_t size) {
    #if defined(__SSE2__)
        if (end - p >= 16 && end - p >= size) {
            Py_ssize_t at = 0;
            unsigned same;
            if (16 < size && size <= 32) {   /* as most are: its first and its last letters, some of them twice */
                const __m128i first = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)p),
                    _mm_loadu_si128((const __m128i*)text));
                const __m128i last = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)(p + size - 16)),
                    _mm_loadu_si128((const __m128i*)(text + size - 16)));
                return _mm_movemask_epi8(_mm_and_si128(first, last)) == 0xFFFF;
            }
            for (; size - at > 16; at += 16) {
                same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)(p + at)),
                    _mm_loadu_si128((const __m128i*)(text + at))));
                if (same != 0xFFFF) return 0;
            }
            if (at) {   /* the last sixteen; some of them once more */
                at = size - 16;
                size = 16;
            }
            same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i*)(p + at)),
                _mm_loadu_si128((const __m128i*)(text + at))));
            return ((same ^ 0xFFFF) & ((1u << size) - 1)) == 0;
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
    # Of sixteen bytes, as bits: those that can stand in a text as they are; those that have the shape of a number, in
    # which every digit is a zero.
    unsigned plain_letters "hftx_plain"(const char* p) noexcept nogil
    unsigned in_shape "hftx_in_shape"(const char* p, const char* shape) noexcept nogil
    void shape_of "hftx_shape"(const char* p, char* shape) noexcept nogil
    int leading "hftx_trailing"(unsigned marks) noexcept nogil       # how many are marked from the first on
    # The quote behind the plain text at `p`; NULL when there is none before `end`, or the text is not plain.
    const char* end_of_text "hftx_end_of_text"(const char* p, const char* end) noexcept nogil
    # True when `size` bytes of `text`, which has room for sixteen more, are what is at `p`.
    bint is_text "hftx_is_text"(const char* p, const char* end, const char* text, Py_ssize_t size) noexcept nogil
