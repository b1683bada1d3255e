# HMAC (RFC 2104) with one key over a message in a Writer. Knows no venue; never keeps the key itself.

from libc.stdint cimport uint64_t

from hftx._core.writer cimport Writer

cdef extern from *:
    """
    typedef int (*hftx_init)(void* state);
    typedef int (*hftx_update)(void* state, const void* data, size_t size);
    /* One hash of libcrypto. `word` is the size of a number of its chaining value, in bytes. */
    typedef struct { hftx_init init; hftx_update update; int word; } hftx_hash;
    """
    ctypedef struct hftx_hash:
        int (*init)(void* state) noexcept nogil
        int (*update)(void* state, const void* data, size_t size) noexcept nogil
        int word

cdef enum:
    STATE_WORDS = 64       # 512 bytes: more than any SHA256_CTX or SHA512_CTX, of which 112 and 216 are used
    CHAIN_BYTES = 64       # eight words of at most eight bytes
    LAST_BYTES = 256       # the longest inner digest and what fills its block, and to spare
    MOST_HEX = 128


cdef class Signer:
    # The hash in use
    cdef const hftx_hash* hash       # NULL: hashlib does the work
    cdef object plain                # hashlib's constructor
    cdef readonly int hex_size       # characters of a signature: 64 or 128
    cdef int block
    # What is left of the key: the states behind the key's two padded blocks
    cdef unsigned char[CHAIN_BYTES] inner
    cdef unsigned char[CHAIN_BYTES] outer
    cdef object plain_inner
    cdef object plain_outer
    # Where the work is done
    cdef Writer given                # of `hexdigest`
    cdef unsigned char[CHAIN_BYTES] initial
    cdef uint64_t[STATE_WORDS] state
    cdef unsigned char[LAST_BYTES] last

    cdef int sign(self, Writer message, char* out) except -1
    cdef int digest(self, Writer message, char* out) except -1
    cdef str sign_text(self, Writer message)
    cdef int _prepare(self, bytes key) except -1
    cdef int _sign_plain(self, Writer message, char* out) except -1
    cdef int _pad_key(self, bytes key, unsigned char pad, unsigned char* chain) except -1
    cdef int _prepare_plain(self, bytes key) except -1
    cdef int _run(self, const unsigned char* chain, Writer message, uint64_t before, unsigned char* out) except -1


cdef bytes secret_of(object secret)
