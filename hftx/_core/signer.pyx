"""HMAC-SHA256 and HMAC-SHA512 from prepared key states, over the block functions of the libcrypto that Python uses.

The library is found through Python's own `_hashlib`, so nothing but Python is needed to build or run. A hash that
cannot be reached so, or does not agree with hashlib at import, is left to hashlib.
"""

import hashlib
import os
from typing import NoReturn

cimport cython
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_New
from libc.stdint cimport uint64_t
from libc.string cimport memcpy, memset

from hftx._core.writer cimport Writer

from hftx.config import Credentials
from hftx.errors import UsageError

cdef extern from *:
    """
    #include <dlfcn.h>
    static hftx_hash hftx_hashes[2];    /* SHA-256, SHA-512 */

    /* `path` is a shared object that is linked to libcrypto and loaded already; NULL asks the program itself. */
    static void hftx_reach(const char* path) {
        static const char* const names[2][2] = {{"SHA256_Init", "SHA256_Update"}, {"SHA512_Init", "SHA512_Update"}};
        void* library = dlopen(path, RTLD_LAZY | (path ? RTLD_NOLOAD : 0));
        int i;
        for (i = 0; library && i < 2; i++) {
            hftx_hashes[i].init = (hftx_init)dlsym(library, names[i][0]);
            hftx_hashes[i].update = (hftx_update)dlsym(library, names[i][1]);
            hftx_hashes[i].word = i ? 8 : 4;
        }
    }

    /* Zeros that the compiler may not leave out. */
    static inline void hftx_wipe(void* data, size_t size) {
        volatile unsigned char* p = (volatile unsigned char*)data;
        while (size--) *p++ = 0;
    }

    /* `value` such that its first byte in memory is the most significant one. */
    static inline uint64_t hftx_order(uint64_t value) {
    #if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        return __builtin_bswap64(value);
    #else
        return value;
    #endif
    }

    static inline void hftx_put64(unsigned char* out, uint64_t value) {
        value = hftx_order(value);
        __builtin_memcpy(out, &value, 8);
    }

    static inline uint64_t hftx_get64(const char* from) {
        uint64_t value;
        __builtin_memcpy(&value, from, 8);
        return value;
    }

    /* Two numbers of four bytes each, in the order of the bytes that they are to become. */
    static inline uint64_t hftx_get32s(const char* from) {
        uint32_t two[2];
        __builtin_memcpy(two, from, 8);
        return hftx_order((uint64_t)two[0] << 32 | two[1]);
    }

    /* The eight numbers of a chaining value, most significant byte first. Two go to memory at once, as the hash will
       read them so: a load that spans two fresh stores has to wait for them. */
    static inline void hftx_bytes(const void* chain, int word, unsigned char* out) {
        typedef uint64_t pair __attribute__((vector_size(16)));
        const char* from = (const char*)chain;
        int i;
        for (i = 0; i < word; i += 2) {
            pair both;
            if (word == 8)
                both = (pair){hftx_order(hftx_get64(from + 8 * i)), hftx_order(hftx_get64(from + 8 * i + 8))};
            else
                both = (pair){hftx_get32s(from + 8 * i), hftx_get32s(from + 8 * i + 8)};
            __builtin_memcpy(out + 8 * i, &both, 16);
        }
    }

    static inline void hftx_hex(const unsigned char* data, int size, char* out) {
        int i;
        for (i = 0; i < size; i++) {
            unsigned char high = data[i] >> 4, low = data[i] & 15;
            out[2 * i] = (char)(high + '0' + (high > 9) * ('a' - '0' - 10));
            out[2 * i + 1] = (char)(low + '0' + (low > 9) * ('a' - '0' - 10));
        }
    }
    """
    hftx_hash[2] hftx_hashes
    void hftx_reach(const char* path) noexcept nogil
    void hftx_wipe(void* data, size_t size) noexcept nogil
    void hftx_put64(unsigned char* out, uint64_t value) noexcept nogil
    void hftx_bytes(const void* chain, int word, unsigned char* out) noexcept nogil
    void hftx_hex(const unsigned char* data, int size, char* out) noexcept nogil

_ALGORITHMS = ("sha256", "sha512")


cdef class Signer:
    """HMAC with one key. `algorithm` is "sha256" or "sha512"; `secret` is text, bytes or `Credentials`.

    Does not print, pickle, copy or compare what it holds, and overwrites it when it goes. Raises `UsageError`
    for a secret that is empty or not ASCII text. `prepared=False` leaves the work to hashlib.
    """

    def __cinit__(self, secret, str algorithm not None, bint prepared=True):
        if algorithm not in _ALGORITHMS:
            raise UsageError(f"algorithm must be one of {', '.join(_ALGORITHMS)}, not {algorithm!r}")
        cdef const hftx_hash* hash = &hftx_hashes[_ALGORITHMS.index(algorithm)]
        cdef bytes key = secret_of(secret)
        self.given = Writer()
        self.plain = getattr(hashlib, algorithm)
        self.block = self.plain().block_size
        self.hex_size = 2 * self.plain().digest_size
        if len(key) > self.block:
            key = self.plain(key).digest()
        if prepared and hash.update is not NULL:
            self.hash = hash
            self._prepare(key)
        else:
            self._prepare_plain(key)

    def __dealloc__(self):
        hftx_wipe(self.inner, CHAIN_BYTES)
        hftx_wipe(self.outer, CHAIN_BYTES)
        hftx_wipe(self.state, 8 * STATE_WORDS)
        hftx_wipe(self.last, LAST_BYTES)

    def __repr__(self):
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("signers are not pickled or copied")

    @cython.binding(False)
    @cython.always_allow_keywords(False)
    def hexdigest(self, bytes message not None):
        """The HMAC of `message` as lower-case hex."""
        self.given.size = 0
        self.given.put_bytes(message)
        return self.sign_text(self.given)

    cdef int _prepare(self, bytes key) except -1:
        # What follows the inner digest in the outer hash never changes: one bit, zeros, and the length in bits.
        cdef int size = self.hex_size // 2
        cdef uint64_t bits = 8 * (self.block + size)
        self.hash.init(self.state)
        memcpy(self.initial, self.state, CHAIN_BYTES)
        self._pad_key(key, 0x36, self.inner)
        self._pad_key(key, 0x5C, self.outer)
        hftx_wipe(self.last, LAST_BYTES)
        self.last[size] = 0x80
        hftx_put64(self.last + self.block - 8, bits)
        return 0

    cdef int _pad_key(self, bytes key, unsigned char pad, unsigned char* chain) except -1:
        # The state behind the block `key ^ pad` to `chain`.
        cdef int i
        memset(self.last, pad, self.block)
        for i in range(len(key)):
            self.last[i] ^= <unsigned char>key[i]
        memcpy(self.state, self.initial, CHAIN_BYTES)
        self.hash.update(self.state, self.last, self.block)
        memcpy(chain, self.state, CHAIN_BYTES)
        return 0

    cdef int _prepare_plain(self, bytes key) except -1:
        padded = key.ljust(self.block, b"\0")
        self.plain_inner = self.plain(bytes(letter ^ 0x36 for letter in padded))
        self.plain_outer = self.plain(bytes(letter ^ 0x5C for letter in padded))
        return 0

    cdef int sign(self, Writer message, char* out) except -1:
        # The HMAC of all that `message` holds: `hex_size` characters to `out`. The message stays as it is.
        if self.hash is NULL:
            return self._sign_plain(message, out)
        self._run(self.inner, message, self.block, self.last)
        memcpy(self.state, self.outer, CHAIN_BYTES)
        self.hash.update(self.state, self.last, self.block)
        cdef unsigned char[CHAIN_BYTES] digest
        hftx_bytes(self.state, self.hash.word, digest)
        hftx_hex(digest, self.hex_size // 2, out)
        return 0

    cdef int digest(self, Writer message, char* out) except -1:
        # The hash without a key of all that `message` holds.
        cdef unsigned char[CHAIN_BYTES] digest
        if self.hash is NULL:
            return copy_hex(self.plain(message.data[:message.size]).hexdigest(), out)
        self._run(self.initial, message, 0, digest)
        hftx_hex(digest, self.hex_size // 2, out)
        return 0

    cdef int _sign_plain(self, Writer message, char* out) except -1:
        inner, outer = self.plain_inner.copy(), self.plain_outer.copy()
        inner.update(message.data[:message.size])
        outer.update(inner.digest())
        return copy_hex(outer.hexdigest(), out)

    cdef int _run(self, const unsigned char* chain, Writer message, uint64_t before, unsigned char* out) except -1:
        # Hashes whole blocks from the state `chain`, `before` bytes into it. The padding is written behind the message.
        cdef Py_ssize_t word = self.hash.word
        cdef Py_ssize_t padded = (message.size + 2 * word + self.block) & -self.block   # a power of two
        cdef uint64_t bits = 8 * (before + <uint64_t>message.size)
        message.reserve(padded - message.size)
        cdef unsigned char* data = <unsigned char*>message.data
        memset(data + message.size, 0, padded - message.size)
        data[message.size] = 0x80
        hftx_put64(data + padded - 8, bits)
        memcpy(self.state, chain, CHAIN_BYTES)
        self.hash.update(self.state, data, padded)
        hftx_bytes(self.state, <int>word, out)
        return 0

    cdef str sign_text(self, Writer message):
        # The signature as a new str, written in place.
        cdef str text = PyUnicode_New(self.hex_size, 127)
        self.sign(message, <char*>PyUnicode_DATA(text))
        return text


cdef int copy_hex(str text, char* out) except -1:
    cdef bytes encoded = text.encode()
    memcpy(out, <const char*>encoded, len(encoded))
    return 0


cdef bytes secret_of(object secret):
    # The bytes of a secret. No message of an exception may show any of it.
    cdef bytes key = b""
    if isinstance(secret, Credentials):
        key = secret.secret_bytes()
    elif isinstance(secret, bytes):
        key = secret
    elif not isinstance(secret, str):
        raise UsageError(f"a secret is text, bytes or Credentials, not {type(secret).__name__}")
    elif not secret.isascii():
        raise UsageError("the secret is not ASCII text")
    else:
        key = secret.encode()
    if not key:
        raise UsageError("the secret is empty")
    return key


def backend():
    """Who computes the hashes: "openssl" (its block functions, called directly) or "hashlib"."""
    return "openssl" if all(hftx_hashes[i].update is not NULL for i in range(2)) else "hashlib"


def _reach():
    # Through `_hashlib`, or the program itself where `_hashlib` is part of it.
    import _hashlib

    cdef bytes path
    if getattr(_hashlib, "__file__", None):
        path = os.fsencode(_hashlib.__file__)
        hftx_reach(path)
    else:
        hftx_reach(NULL)


def _prove():
    # The layout of a state is part of libcrypto's interface, but it is not ours: without agreement, it is not used.
    for number, algorithm in enumerate(_ALGORITHMS):
        if hftx_hashes[number].init is NULL or hftx_hashes[number].update is NULL:
            hftx_hashes[number].update = NULL
            continue
        for size in (0, 1, 55, 56, 111, 112, 120, 300):
            message = bytes(range(256)) * 2
            signers = Signer(b"Jefe", algorithm), Signer(b"Jefe", algorithm, prepared=False)
            if len({signer.hexdigest(message[:size]) for signer in signers}) != 1:
                hftx_hashes[number].update = NULL


try:
    _reach()
except ImportError:
    pass   # a Python without OpenSSL: hashlib has hashes of its own
_prove()
