"""Runs of price levels in their usual spelling, sixteen bytes at once (SSE4.1, chosen when the program starts).

A number is put into sixteen digits around its decimal point by one shuffle, and price and quantity are multiplied out
together. The environment variable HFTX_SIMD=off leaves all to the readers of single levels.
"""

from libc.stdint cimport int64_t

import os

from hftx._core.cursor cimport Cursor

cdef extern from *:
    """
    #if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
    #include <smmintrin.h>
    #define HFTX_SSE41 __attribute__((target("sse4.1")))
    #define HFTX_INLINE static inline HFTX_SSE41 __attribute__((always_inline))
    #define HFTX_RARE(condition) __builtin_expect(!!(condition), 0)

    enum {
        HFTX_WINDOW = 48,       /* of the longest price: see `hftx_window` */
        HFTX_PAIR = 0, HFTX_NAMED = 1, HFTX_FIELD = 2
    };

    /* Read at an offset, 16 bytes of these are `i + offset - 16`, and 1 or 0x80 in the last `offset` places. */
    static const signed char HFTX_INDICES[32] = {-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    static const signed char HFTX_STEPS[32] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    static const signed char HFTX_BLANKS[32] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        -128, -128, -128, -128, -128, -128, -128, -128, -128, -128, -128, -128, -128, -128, -128, -128};

    typedef struct {
        Py_ssize_t digits;      /* wanted behind the decimal point */
        __m128i step;           /* over the point: 1 in as many last places */
    } hftx_column;

    typedef struct {
        int digits;             /* of the column that it was learnt for, and one more */
        unsigned cover, others; /* the bytes that matter, and which of them are no digits */
        Py_ssize_t size, whole; /* letters in all, and before the decimal point */
        char point;             /* what stands there */
        __m128i order;
    } hftx_shape;

    /* Of the last price of each kind of level; the next one, of any symbol, mostly has the same. */
    static hftx_shape hftx_shapes[3];

    HFTX_INLINE __m128i hftx_load(const void* p) { return _mm_loadu_si128((const __m128i*)p); }

    HFTX_INLINE hftx_column hftx_column_of(int digits) {
        hftx_column column = {digits, hftx_load(HFTX_STEPS + digits)};
        return column;
    }

    /* Which of sixteen bytes are no digits; all bits behind them are set. */
    HFTX_INLINE unsigned hftx_others(__m128i text) {
        return ~(unsigned)_mm_movemask_epi8(
            _mm_cmpgt_epi8(_mm_add_epi8(text, _mm_set1_epi8(127 - '9')), _mm_set1_epi8(117)));
    }

    HFTX_INLINE unsigned hftx_dots(__m128i text) {
        return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('.')));
    }

    /* The order of the digits of the number that ends before the first byte that is neither digit nor dot, and how
       many letters it has. False unless it is `digits[.digits]` of at most 16 letters and fits into sixteen digits as a
       count of the column's unit. No branch on a dot or a size: it would be mispredicted. */
    HFTX_INLINE int hftx_order(unsigned others, unsigned dots, const hftx_column* column, __m128i* order,
                               Py_ssize_t* size) {
        const unsigned ends = others & ~dots, dot = dots & (ends - 1);
        const Py_ssize_t whole = (unsigned)__builtin_ctz(others);
        const Py_ssize_t rest = (Py_ssize_t)(unsigned)__builtin_ctz(ends) - whole;
        const Py_ssize_t blanks = column->digits - rest + (rest != 0);
        *size = whole + rest;
        if (HFTX_RARE((size_t)(whole - 1) >= (size_t)(16 - column->digits))) return 0;
        if (HFTX_RARE(dot & (dot - 1))) return 0;
        if (HFTX_RARE(rest == 1)) return 0;
        if (HFTX_RARE(blanks < 0)) return 0;
        *order = _mm_or_si128(_mm_add_epi8(hftx_load(HFTX_INDICES + whole + column->digits), column->step),
                              hftx_load(HFTX_BLANKS + blanks));
        return 1;
    }

    /* Two texts, their digits in order, as two integers. */
    HFTX_INLINE __m128i hftx_values(__m128i px, __m128i qty) {
        const __m128i low = _mm_set1_epi8(15), tens = _mm_set1_epi16(0x010A), hundreds = _mm_set1_epi32(0x00010064);
        __m128i both;
        px = _mm_madd_epi16(_mm_maddubs_epi16(_mm_and_si128(px, low), tens), hundreds);
        qty = _mm_madd_epi16(_mm_maddubs_epi16(_mm_and_si128(qty, low), tens), hundreds);
        both = _mm_madd_epi16(_mm_packus_epi32(px, qty), _mm_set1_epi32(0x00012710));
        return _mm_add_epi64(_mm_mul_epu32(both, _mm_set1_epi32(100000000)), _mm_srli_epi64(both, 32));
    }

    HFTX_INLINE int hftx_learn(const char* p, __m128i text, const hftx_column* column, hftx_shape* shape) {
        const unsigned others = hftx_others(text);
        hftx_shape seen;
        if (!hftx_order(others, hftx_dots(text), column, &seen.order, &seen.size)) return 0;
        seen.digits = (int)column->digits + 1;
        seen.cover = (2u << seen.size) - 1;
        seen.others = others & seen.cover;
        seen.whole = __builtin_ctz(others);
        seen.point = p[seen.whole];
        *shape = seen;
        return 1;
    }

    /* What a level begins with. */
    HFTX_INLINE int hftx_is_head(const char* p, int kind, char tag) {
        if (kind == HFTX_FIELD) return p[0] == tag && (signed char)p[1] > 0 && p[2] == 0x0A;
        return __builtin_memcmp(p, kind == HFTX_PAIR ? "[\\"" : "{\\"p\\":\\"", kind == HFTX_PAIR ? 2 : 6) == 0;
    }

    /* What stands between its numbers. */
    HFTX_INLINE int hftx_is_middle(const char* p, int kind) {
        if (kind == HFTX_FIELD) return p[0] == 0x12;
        return __builtin_memcmp(p, kind == HFTX_PAIR ? "\\",\\"" : "\\",\\"s\\":", kind == HFTX_PAIR ? 3 : 6) == 0;
    }

    /* What stands behind them: how many bytes, or -1. */
    HFTX_INLINE int hftx_tail(const char* p, int kind, int quoted) {
        if (kind == HFTX_FIELD) return 0;
        if (kind == HFTX_NAMED && !quoted) return *p == '}' ? 1 : -1;
        return p[0] == '"' && p[1] == (kind == HFTX_PAIR ? ']' : '}') ? 2 : -1;
    }

    /* How far from its start a level with a price of so many letters is read, with one byte behind it. */
    HFTX_INLINE Py_ssize_t hftx_window(int kind, Py_ssize_t size) {
        return size + (kind == HFTX_PAIR ? 24 : kind == HFTX_NAMED ? 32 : 22);
    }

    /* One level at `p`, where `left` bytes can be read, enough for a price as long as the last one. Its size; 0 when it
       is not of the usual kind, -1 when its price is longer and `left` is too small. */
    HFTX_INLINE Py_ssize_t hftx_level(const char* p, Py_ssize_t left, int kind, char tag, const hftx_column* px_column,
                                      const hftx_column* qty_column, hftx_shape* shape, int64_t* out) {
        const char* at = p + (kind == HFTX_PAIR ? 2 : kind == HFTX_NAMED ? 6 : 4);
        const __m128i px = hftx_load(at);
        __m128i qty, order, level;
        Py_ssize_t size;
        int tail, quoted = 0;
        if (HFTX_RARE(!hftx_is_head(p, kind, tag))) return 0;
        if (HFTX_RARE((hftx_others(px) & shape->cover) != shape->others || at[shape->whole] != shape->point)) {
            if (!hftx_learn(at, px, px_column, shape)) return 0;
            if (left < hftx_window(kind, shape->size)) return -1;
        }
        if (kind == HFTX_FIELD && HFTX_RARE(at[-1] != shape->size)) return 0;
        at += shape->size;
        if (HFTX_RARE(!hftx_is_middle(at, kind))) return 0;
        at += kind == HFTX_PAIR ? 3 : kind == HFTX_NAMED ? 6 : 2;
        if (kind == HFTX_NAMED) at += quoted = *at == '"';
        qty = hftx_load(at);
        if (HFTX_RARE(!hftx_order(hftx_others(qty), hftx_dots(qty), qty_column, &order, &size))) return 0;
        if (kind == HFTX_FIELD && HFTX_RARE(at[-1] != size)) return 0;
        if (kind == HFTX_NAMED && !quoted && at[0] == '0' && size > 1 && at[1] != '.') return 0;   /* as in JSON */
        at += size;
        tail = hftx_tail(at, kind, quoted);
        if (HFTX_RARE(tail < 0)) return 0;
        level = hftx_values(_mm_shuffle_epi8(px, shape->order), _mm_shuffle_epi8(qty, order));
        if (HFTX_RARE(_mm_cvtsi128_si64(level) == 0)) return 0;
        if (kind == HFTX_FIELD && HFTX_RARE(at - p != 2 + p[1])) return 0;
        _mm_storeu_si128((__m128i*)out, level);
        return kind == HFTX_FIELD ? 2 + p[1] : at - p + tail;
    }

    /* A run of levels; the last ones of a frame are read in a copy, so that nothing is read behind its end. */
    HFTX_INLINE Py_ssize_t hftx_run(hftx_cursor* c, int kind, char tag, int64_t* out, Py_ssize_t room, int px_digits,
                                    int qty_digits) {
        int64_t* const last = out + 2 * room;
        hftx_column px_column, qty_column;
        hftx_shape* const shape = &hftx_shapes[kind];
        char tail[HFTX_WINDOW];
        const char* p = c->p;
        Py_ssize_t size;
        if (px_digits > 16 || qty_digits > 16) return 0;
        px_column = hftx_column_of(px_digits);
        qty_column = hftx_column_of(qty_digits);
        if (shape->digits != px_digits + 1) shape->cover = 0, shape->others = 1;   /* like none */
        while (out < last) {
            const char* at = p;
            Py_ssize_t left = c->end - p;
            if (HFTX_RARE(left < hftx_window(kind, shape->size))) {
                __builtin_memset(tail, 0, HFTX_WINDOW);
                __builtin_memcpy(tail, p, (size_t)left);
                at = tail;
                left = HFTX_WINDOW;
            }
            size = hftx_level(at, left, kind, tag, &px_column, &qty_column, shape, out);
            if (HFTX_RARE(size <= 0)) {
                if (size == 0) break;
                continue;
            }
            c->p = p += size;
            out += 2;
            if (kind != HFTX_FIELD && at[size] != ',') break;
            p += kind != HFTX_FIELD;
        }
        return room - (last - out) / 2;
    }

    HFTX_SSE41 static Py_ssize_t hftx_pairs(hftx_cursor* c, int64_t* out, Py_ssize_t room, int px, int qty) {
        return hftx_run(c, HFTX_PAIR, 0, out, room, px, qty);
    }
    HFTX_SSE41 static Py_ssize_t hftx_named(hftx_cursor* c, int64_t* out, Py_ssize_t room, int px, int qty) {
        return hftx_run(c, HFTX_NAMED, 0, out, room, px, qty);
    }
    HFTX_SSE41 static Py_ssize_t hftx_fields(hftx_cursor* c, char tag, int64_t* out, Py_ssize_t room, int px, int qty) {
        return hftx_run(c, HFTX_FIELD, tag, out, room, px, qty);
    }
    static int hftx_can_simd(void) { return __builtin_cpu_supports("sse4.1"); }
    #else
    static Py_ssize_t hftx_pairs(hftx_cursor* c, int64_t* out, Py_ssize_t room, int px, int qty) { return 0; }
    static Py_ssize_t hftx_named(hftx_cursor* c, int64_t* out, Py_ssize_t room, int px, int qty) { return 0; }
    static Py_ssize_t hftx_fields(hftx_cursor* c, char tag, int64_t* out, Py_ssize_t room, int px, int qty) {
        return 0;
    }
    static int hftx_can_simd(void) { return 0; }
    #endif
    """
    Py_ssize_t hftx_pairs(Cursor* c, int64_t* out, Py_ssize_t room, int px, int qty) noexcept nogil
    Py_ssize_t hftx_named(Cursor* c, int64_t* out, Py_ssize_t room, int px, int qty) noexcept nogil
    Py_ssize_t hftx_fields(Cursor* c, char tag, int64_t* out, Py_ssize_t room, int px, int qty) noexcept nogil
    bint hftx_can_simd() noexcept nogil

cdef bint is_on = False


cdef Py_ssize_t read_pairs(Cursor* c, int64_t* out, Py_ssize_t room, int price_digits, int qty_digits) noexcept nogil:
    return hftx_pairs(c, out, room, price_digits, qty_digits) if is_on else 0


cdef Py_ssize_t read_named(Cursor* c, int64_t* out, Py_ssize_t room, int price_digits, int qty_digits) noexcept nogil:
    return hftx_named(c, out, room, price_digits, qty_digits) if is_on else 0


cdef Py_ssize_t read_fields(Cursor* c, char tag, int64_t* out, Py_ssize_t room, int price_digits,
                            int qty_digits) noexcept nogil:
    return hftx_fields(c, tag, out, room, price_digits, qty_digits) if is_on else 0


def simd():
    """What levels are read with: "sse4.1", or "scalar"."""
    return "sse4.1" if is_on else "scalar"


def use_simd(bint on):
    """Wide reading on, where the processor can, or off; for tests of both ways."""
    global is_on
    is_on = on and hftx_can_simd()


use_simd(os.environ.get("HFTX_SIMD", "") != "off")
