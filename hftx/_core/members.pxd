# Members of a JSON object where the venue has always put them: compared by words, without looking at each letter.
# What differs in any way is left to the general walk. Knows no message.

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.json cimport Key

cdef extern from *:
    """
    enum { HFTX_MEMBER_WORDS = 4 };
    typedef struct {
        uint64_t word[HFTX_MEMBER_WORDS], mask[HFTX_MEMBER_WORDS];   /* `,"name":"` */
        Py_ssize_t size;                                             /* 0: the name is too long, no member matches */
        int code;
    } hftx_member;

    static inline hftx_member hftx_member_of(hftx_key key) {
        hftx_member m = {{0}, {0}, 0, key.code};
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

    /* The place of the first of eight bytes that ends a plain text (a quote, backslash, control or non-ASCII one);
       8 when there is none. The lowest mark is exact, those above it need not be. */
    static inline int hftx_plain_bytes(const char* p) {
        const uint64_t low = 0x0101010101010101ULL, high = 0x8080808080808080ULL;
        uint64_t v, quote, slash, marks;
        __builtin_memcpy(&v, p, 8);
        quote = v ^ 0x2222222222222222ULL;
        slash = v ^ 0x5C5C5C5C5C5C5C5CULL;
        marks = (((v - 0x2020202020202020ULL) & ~v) | ((quote - low) & ~quote) | ((slash - low) & ~slash) | v) & high;
        return marks ? __builtin_ctzll(marks) >> 3 : 8;
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

    /* Steps over the member `m` when it is the very next thing and its value a plain text. */
    static inline int hftx_take_member(hftx_cursor* c, const hftx_member* m, const char** value, Py_ssize_t* size) {
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        const char* p = c->p;
        int plain = 8;
        if (m->size == 0 || !hftx_is_member(p, c->end, m)) return 0;
        p += m->size;
        *value = p;
        while (plain == 8 && c->end - p >= 8) {
            plain = hftx_plain_bytes(p);
            p += plain;
        }
        if (plain == 8)
            while (p < c->end && *p != '"' && *p != 92 && (signed char)*p >= 32) p++;   /* 92: a backslash */
        if (p >= c->end || *p != '"') return 0;
        *size = p - *value;
        c->p = p + 1;
        return 1;
    #else
        return 0;
    #endif
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
    bint hftx_take_member(Cursor* c, const Member* member, const char** value, Py_ssize_t* size) noexcept nogil
    bint take_name "hftx_take_name"(Cursor* c, const Member* member) noexcept nogil


cdef inline bint take_member(Cursor* c, const Member* member, Slice* value) noexcept nogil:
    return hftx_take_member(c, member, &value.p, &value.size)
