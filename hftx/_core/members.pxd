# Members of a JSON object where the venue has always put them: compared by words, without looking at each letter.
# What differs in any way is left to the general walk. Knows no message.

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.json cimport Key

cdef extern from *:
    """
    #if defined(__SSE2__)
    #include <emmintrin.h>
    #endif
    enum { HFTX_MEMBER_WORDS = 4 };
    typedef struct {
        uint64_t word[HFTX_MEMBER_WORDS], mask[HFTX_MEMBER_WORDS];   /* `,"name":"` */
        Py_ssize_t size;                                             /* 0: the name is too long, no member matches */
        int code;
        unsigned usual;                                              /* the size of its last value, if below 16 */
    } hftx_member;

    static inline hftx_member hftx_member_of(hftx_key key) {
        hftx_member m = {{0}, {0}, 0, key.code, 0};
        char text[8 * HFTX_MEMBER_WORDS] = {0}, mask[8 * HFTX_MEMBER_WORDS] = {0};
        if (key.size + 5 > (Py_ssize_t)sizeof(text)) return m;
        m.size = key.size + 5;
        memcpy(text, ",\\"", 2);
        memcpy(text + 2, key.text, (size_t)key.size);
        memcpy(text + 2 + key.size, "\\":\\"", 3);
        memset(mask, 0xFF, (size_t)m.size);
        memcpy(m.word, text, sizeof(text));
        memcpy(m.mask, mask, sizeof(mask));
        return m;
    }

    /* Marks those of sixteen bytes that end a plain text: quotes, backslashes, control and non-ASCII ones. */
    static inline unsigned hftx_ends_of_text(const char* p) {
    #if defined(__SSE2__)
        const __m128i v = _mm_loadu_si128((const __m128i*)p);
        return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmplt_epi8(v, _mm_set1_epi8(32)),
            _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(34)), _mm_cmpeq_epi8(v, _mm_set1_epi8(92)))));
    #else
        unsigned marks = 0;
        for (int i = 0; i < 16; i++)
            marks |= (unsigned)(p[i] == 34 || p[i] == 92 || (signed char)p[i] < 32) << i;   /* 92: a backslash */
        return marks;
    #endif
    }

    static inline uint64_t hftx_word(const char* p) {
        uint64_t word;
        __builtin_memcpy(&word, p, 8);
        return word;
    }

    /* True when the next bytes are those of `m`; `end` bounds what may be looked at. */
    static inline int hftx_is_member(const char* p, const char* end, const hftx_member* m) {
        if (m->size <= 16)
            return end - p >= 16 && !(((hftx_word(p) ^ m->word[0]) & m->mask[0])
                | ((hftx_word(p + 8) ^ m->word[1]) & m->mask[1]));
        return end - p >= 32 && !(((hftx_word(p) ^ m->word[0]) & m->mask[0])
            | ((hftx_word(p + 8) ^ m->word[1]) & m->mask[1]) | ((hftx_word(p + 16) ^ m->word[2]) & m->mask[2])
            | ((hftx_word(p + 24) ^ m->word[3]) & m->mask[3]));
    }

    /* The end of the plain text at `p`, or some other byte than a quote, or `end`. */
    static inline const char* hftx_end_of_text(const char* p, const char* end, hftx_member* m) {
        const char* start = p;
        while (end - p >= 16) {
            const unsigned marks = hftx_ends_of_text(p);
            if (marks) {
                m->usual = p == start ? (unsigned)__builtin_ctz(marks) : 0;
                return p + __builtin_ctz(marks);
            }
            p += 16;
        }
        while (p < end && *p != '"' && *p != 92 && (signed char)*p >= 32) p++;
        return p;
    }

    /* Steps over members from `m` up to `last` as long as each is the very next thing and its value a plain text, which
       goes to the place of its code in `of` (an array of pointers and sizes). Gives the member that is not. A value is
       mostly as long as the last one of its member: to compare is faster than to wait for the size, on which all that
       follows depends. */
    static inline hftx_member* hftx_take_members(hftx_cursor* c, hftx_member* m, hftx_member* last, void* of) {
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        const char *p = c->p, *const end = c->end;
        for (; m < last && m->size && hftx_is_member(p, end, m); m++) {
            struct { const char* p; Py_ssize_t size; } value = {p + m->size, m->usual};
            const unsigned usual = 1u << m->usual;
            if (end - value.p < 16 || (hftx_ends_of_text(value.p) & (2 * usual - 1)) != usual)
                value.size = hftx_end_of_text(value.p, end, m) - value.p;
            p = value.p + value.size;
            if (p >= end || *p != '"') { p = value.p - m->size; break; }
            if (m->code >= 0) __builtin_memcpy((char*)of + (size_t)m->code * sizeof(value), &value, sizeof(value));
            p++;
        }
        c->p = p;
    #endif
        return m;
    }

    /* Steps to the value of the member `m` when it is the very next thing, and no text. */
    static inline int hftx_take_name(hftx_cursor* c, const hftx_member* m) {
        Py_ssize_t size = m->size - 1;
        if (size < 0 || c->end - c->p <= size || c->p[size] == '"' || memcmp(c->p, m->word, (size_t)size)) return 0;
        c->p += size;
        return 1;
    }
    """
    ctypedef struct Member "hftx_member":
        int code          # of its key
    Member member_of "hftx_member_of"(Key key) noexcept nogil
    Member* hftx_take_members(Cursor* c, Member* member, Member* last, void* of) noexcept nogil
    bint take_name "hftx_take_name"(Cursor* c, const Member* member) noexcept nogil


cdef inline int take_members(Cursor* c, Member* members, int at, int count, Slice* of) noexcept nogil:
    # The index behind those that were taken.
    return <int>(hftx_take_members(c, members + at, members + count, of) - members)
