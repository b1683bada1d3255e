/* HMAC to lower-case hex from prepared inner and outer states, as a C program does it that knows its key: libcrypto's
   own hash, a copy of each state, nothing else. Knows no Python: it is given the functions that Python's hashlib uses. */

#include <stddef.h>
#include <string.h>

enum { STATE = 512, MOST_BLOCK = 128, MOST_DIGEST = 64 };   /* no SHA-2 context is larger than 216 bytes */

typedef struct {
    int (*init)(void *);
    int (*update)(void *, const void *, size_t);
    int (*final)(unsigned char *, void *);
    size_t block, digest;
    unsigned char inner[STATE], outer[STATE];
} signer;

/* `key` is at most a block long. */
void prepare(signer *s, const unsigned char *key, size_t size) {
    unsigned char pad[MOST_BLOCK];
    for (int outer = 0; outer < 2; outer++) {
        unsigned char *state = outer ? s->outer : s->inner;
        memset(pad, outer ? 0x5C : 0x36, s->block);
        for (size_t i = 0; i < size; i++) pad[i] ^= key[i];
        s->init(state);
        s->update(state, pad, s->block);
    }
}

/* The signatures of `count` messages of `size` bytes each, one behind the other, into `out`. */
void sign_all(const signer *s, const unsigned char *messages, size_t size, size_t count, char *out) {
    static const char hex[] = "0123456789abcdef";
    unsigned char state[STATE], digest[MOST_DIGEST];
    for (size_t n = 0; n < count; n++) {
        memcpy(state, s->inner, 216);
        s->update(state, messages + n * size, size);
        s->final(digest, state);
        memcpy(state, s->outer, 216);
        s->update(state, digest, s->digest);
        s->final(digest, state);
        for (size_t i = 0; i < s->digest; i++) {
            *out++ = hex[digest[i] >> 4];
            *out++ = hex[digest[i] & 15];
        }
    }
}

size_t signer_bytes(void) { return sizeof(signer); }
