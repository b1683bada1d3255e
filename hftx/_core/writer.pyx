"""One growing buffer that a message is written into, with numbers and escaped text made in place."""

from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport int64_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy, memset

from hftx.errors import UsageError

cdef extern from *:
    """
    static const char HFTX_DECADES[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354"
        "555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    static const char HFTX_UPPER_HEX[] = "0123456789ABCDEF";
    static const char HFTX_LOWER_HEX[] = "0123456789abcdef";
    """
    const char HFTX_DECADES[]
    const char HFTX_UPPER_HEX[]
    const char HFTX_LOWER_HEX[]

cdef enum:
    FIRST_BYTES = 1024     # more than any order or signed request that hftx writes
    MOST_DIGITS = 18

cdef bint[256] UNRESERVED  # RFC 3986, section 2.3: sent as they are
cdef char[256] SHORT       # RFC 8259, section 7: the letter behind the backslash, 'u' for controls without one


cdef void fill_tables():
    cdef unsigned char letter
    for letter in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~":
        UNRESERVED[letter] = True
    memset(SHORT, c'u', 32)
    for plain, short in zip(b'"\\\b\f\n\r\t', b'"\\bfnrt'):
        SHORT[<unsigned char>plain] = <char>short


fill_tables()


cdef class Writer:
    """A buffer that keeps its memory from message to message. `growths` counts how often it was too small."""

    def __cinit__(self):
        self.data = <char*>malloc(FIRST_BYTES)
        if self.data is NULL:
            raise MemoryError()
        self.capacity = FIRST_BYTES

    def __dealloc__(self):
        free(self.data)

    cdef int grow(self, Py_ssize_t more) except -1:
        cdef Py_ssize_t capacity = max(2 * self.capacity, self.size + more)
        cdef char* data = <char*>realloc(self.data, capacity)
        if data is NULL:
            raise MemoryError()
        self.data, self.capacity = data, capacity
        self.growths += 1
        return 0

    cdef int put_percent(self, const char* text, Py_ssize_t size) except -1:
        # RFC 3986: all but unreserved bytes as %XX in upper case; a space is %20, never +.
        cdef unsigned char letter
        cdef Py_ssize_t i
        self.reserve(3 * size)
        cdef char* out = self.data + self.size
        for i in range(size):
            letter = <unsigned char>text[i]
            if UNRESERVED[letter]:
                out[0] = text[i]
                out += 1
            else:
                out[0], out[1], out[2] = c'%', HFTX_UPPER_HEX[letter >> 4], HFTX_UPPER_HEX[letter & 15]
                out += 3
        self.size = out - self.data
        return 0

    cdef int put_json(self, const char* text, Py_ssize_t size) except -1:
        # UTF-8 text as the inside of a JSON string, its quotes not written.
        cdef unsigned char letter
        cdef Py_ssize_t i
        self.reserve(6 * size)
        cdef char* out = self.data + self.size
        for i in range(size):
            letter = <unsigned char>text[i]
            if SHORT[letter] == 0:
                out[0] = text[i]
                out += 1
                continue
            out[0], out[1] = c'\\', SHORT[letter]
            out += 2
            if SHORT[letter] == c'u':
                memcpy(out, b"00", 2)
                out[2], out[3] = HFTX_LOWER_HEX[letter >> 4], HFTX_LOWER_HEX[letter & 15]
                out += 4
        self.size = out - self.data
        return 0

    def add(self, bytes text not None):
        """Append `text` as it is."""
        self.put_bytes(text)

    def add_int(self, int64_t value):
        """Append an integer; OverflowError beyond 64 bits."""
        self.put_int(value)

    def add_count(self, int64_t count, int digits):
        """Append `count` units of 10^-digits as plain decimal text without trailing zeros."""
        if not 0 <= digits <= MOST_DIGITS:
            raise UsageError(f"digits must be 0 to {MOST_DIGITS}, not {digits}")
        self.put_count(count, digits)

    def add_percent(self, str text not None):
        """Append `text` percent-encoded, as it must stand in a query."""
        cdef bytes encoded = text.encode()
        self.put_percent(encoded, len(encoded))

    def add_json(self, str text not None):
        """Append `text` escaped, as it must stand between the quotes of a JSON string."""
        cdef bytes encoded = text.encode()
        self.put_json(encoded, len(encoded))

    def take(self):
        """What was written, as bytes; the buffer is empty then."""
        cdef bytes taken = self.data[:self.size]
        self.size = 0
        return taken


cdef int put_text(Writer writer, object text) except -1:
    # Appends text (as UTF-8), bytes or an integer, as they are.
    cdef const char* encoded
    cdef Py_ssize_t size = 0
    if type(text) is bytes:
        return writer.put_bytes(<bytes>text)
    if type(text) is int:
        text = str(text)
    if not isinstance(text, str):
        raise UsageError(f"only text, bytes and integers can be written, not {type(text).__name__}")
    encoded = PyUnicode_AsUTF8AndSize(text, &size)
    return writer.put(encoded, size)


cdef Py_ssize_t write_count(char* out, int64_t count, int digits) noexcept nogil:
    # Digits are made from the last to the first, in a place of their own, then moved to `out`.
    cdef char[NUMBER_BYTES] place
    cdef char* end = place + NUMBER_BYTES
    cdef char* p = end
    cdef uint64_t value = <uint64_t>count if count >= 0 else 0 - <uint64_t>count
    while digits > 0 and value % 10 == 0:
        value //= 10
        digits -= 1
    if digits > 0:
        while digits > 0:
            p -= 1
            p[0] = <char>(c'0' + value % 10)
            value //= 10
            digits -= 1
        p -= 1
        p[0] = c'.'
    while value >= 100:
        p -= 2
        memcpy(p, HFTX_DECADES + 2 * (value % 100), 2)
        value //= 100
    if value >= 10:
        p -= 2
        memcpy(p, HFTX_DECADES + 2 * value, 2)
    else:
        p -= 1
        p[0] = <char>(c'0' + value)
    if count < 0:
        p -= 1
        p[0] = c'-'
    memcpy(out, p, end - p)
    return end - p
