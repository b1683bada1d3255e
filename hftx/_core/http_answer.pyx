"""HTTP/1.1 answers as venues usually send them: a plain head that states the length of the body, and the body.

Whatever else a head says or leaves out is not judged here: it is left to a real HTTP parser. So nothing is read in
another way than that parser would read it. Knows no connection.
"""

from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport int64_t
from libc.string cimport memcmp

from hftx._core.cursor cimport Slice
from hftx._core.fault cimport OK
from hftx._core.scalar cimport whole_of

cdef extern from *:
    """
    #if defined(__SSE2__)
    #include <emmintrin.h>
    #endif
    /* Behind the printable ASCII at `p`. */
    static inline const char* hftx_behind_text(const char* p, const char* end) {
    #if defined(__SSE2__)
        while (end - p >= 16) {
            const __m128i value = _mm_loadu_si128((const __m128i*)p);
            const __m128i other = _mm_or_si128(   /* bytes above 0x7F are negative here */
                _mm_cmplt_epi8(value, _mm_set1_epi8(0x20)), _mm_cmpeq_epi8(value, _mm_set1_epi8(0x7F)));
            const unsigned others = (unsigned)_mm_movemask_epi8(other);
            if (others) return p + __builtin_ctz(others);
            p += 16;
        }
    #endif
        while (p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7F) p++;
        return p;
    }
    """
    const char* behind_text "hftx_behind_text"(const char* p, const char* end) noexcept nogil

cdef enum:
    START_BYTES = 9        # HTTP/1.1 and a space
    STATUS_END = 12
    MOST_LENGTH = 9        # digits of a stated length
    MOST_WHOLE = 18        # digits of a number that is sure to fit

cdef bint[256] TOKEN       # RFC 9110, section 5.6.2: what names of headers are made of


cdef void fill_tokens():
    cdef unsigned char letter
    for letter in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~":
        TOKEN[letter] = True


fill_tokens()


cdef class HttpAnswer:
    """One usual answer, whole. Names of headers are matched without case; of several, the first counts."""

    @property
    def pairs(self):
        """Names and values of all headers, in order."""
        _, *lines = self._head.decode("ascii").rstrip().split("\r\n")
        return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    def whole_number(self, str header not None):
        """A header as a whole number, None when it is missing or something else."""
        cdef Slice value
        cdef int64_t number = 0
        cdef Py_ssize_t size = 0
        cdef const char* name = PyUnicode_AsUTF8AndSize(header, &size)
        if size == 0 or not self.find(name, size, &value) or not 0 < value.size <= MOST_WHOLE or value.p[0] == c'-':
            return None
        return number if whole_of(value, &number) == OK else None

    cdef bint find(self, const char* name, Py_ssize_t size, Slice* value) noexcept:
        # The value of the first header of that name, without the spaces around it.
        cdef const char* p = self._head
        cdef const char* end = p + len(self._head) - 2
        p = behind_text(p, end) + 2
        while p < end:
            value.p = behind_text(p, end)
            if value.p - p > size and p[size] == c':' and same(p, name, size):
                value.size = value.p - p - size - 1
                value.p = p + size + 1
                strip(value)
                return True
            p = value.p + 2
        return False


def read_answer(bytes data not None):
    """`data` when it is one usual answer, whole and nothing else; otherwise None."""
    cdef Head head
    if read_head(data, len(data), &head) != WHOLE or len(data) != head.size + head.body:
        return None
    return answer_of(data, &head)


cdef HttpAnswer answer_of(const char* data, const Head* head):
    cdef HttpAnswer answer = HttpAnswer.__new__(HttpAnswer)
    answer.status = head.status
    answer._head = data[:head.size]
    answer.body = data[head.size:head.size + head.body]
    return answer


cdef int read_head(const char* data, Py_ssize_t size, Head* head) noexcept nogil:
    # WHOLE when the head is, whatever there is of the body.
    cdef const char* end = data + size
    cdef const char* p = data + STATUS_END
    cdef int found
    head.body = -1
    if memcmp(data, b"HTTP/1.1 ", min(size, START_BYTES)) != 0:
        return UNUSUAL
    if size <= STATUS_END:
        return PARTIAL
    if not read_status(data + START_BYTES, &head.status) or p[0] != c' ' and p[0] != c'\r':
        return UNUSUAL
    p = behind_text(p, end)
    found = end_line(&p, end)
    while found == WHOLE:
        if p < end and p[0] == c'\r':
            found = end_line(&p, end)
            head.size = p - data
            return UNUSUAL if found == WHOLE and head.body < 0 else found
        found = read_header(&p, end, head)
    return found


cdef bint read_status(const char* p, int* status) noexcept nogil:
    # False for a status that ends no call, and for those that never have a body.
    if not (c'2' <= p[0] <= c'5' and c'0' <= p[1] <= c'9' and c'0' <= p[2] <= c'9'):
        return False
    status[0] = 100 * (p[0] - c'0') + 10 * (p[1] - c'0') + p[2] - c'0'
    return status[0] != 204 and status[0] != 304


cdef int end_line(const char** p, const char* end) noexcept nogil:
    if p[0] < end and p[0][0] != c'\r' or p[0] + 1 < end and p[0][1] != c'\n':
        return UNUSUAL
    if p[0] + 2 > end:
        return PARTIAL
    p[0] += 2
    return WHOLE


cdef int read_header(const char** p, const char* end, Head* head) noexcept nogil:
    cdef Slice name
    cdef Slice value
    name.p = p[0]
    while p[0] < end and TOKEN[<unsigned char>p[0][0]]:
        p[0] += 1
    if p[0] == end:
        return PARTIAL
    name.size = p[0] - name.p
    if name.size == 0 or p[0][0] != c':':
        return UNUSUAL
    value.p = p[0] + 1
    p[0] = behind_text(value.p, end)
    value.size = p[0] - value.p
    cdef int found = end_line(p, end)
    return found if found != WHOLE or note(name, &value, head) else UNUSUAL


cdef bint note(Slice name, Slice* value, Head* head) noexcept nogil:
    # False for a header that says more about the body, or about the connection, than is usual.
    if name.size == 10 and same(name.p, b"connection", 10):
        strip(value)
        return value.size == 10 and same(value.p, b"keep-alive", 10)
    if name.size == 14 and same(name.p, b"content-length", 14):
        strip(value)
        return head.body < 0 and read_length(value, &head.body)
    if name.size == 17:
        return not same(name.p, b"transfer-encoding", 17)
    if name.size == 16:
        return not same(name.p, b"content-encoding", 16)
    return name.size != 7 or not (same(name.p, b"upgrade", 7) or same(name.p, b"trailer", 7))


cdef bint read_length(const Slice* text, Py_ssize_t* length) noexcept nogil:
    cdef Py_ssize_t i
    if not 0 < text.size <= MOST_LENGTH:
        return False
    length[0] = 0
    for i in range(text.size):
        if not c'0' <= text.p[i] <= c'9':
            return False
        length[0] = 10 * length[0] + text.p[i] - c'0'
    return True


cdef bint same(const char* one, const char* other, Py_ssize_t size) noexcept nogil:
    # Letters without case. Both are made of what names are made of, where bit 5 tells nothing else apart that matters.
    cdef Py_ssize_t i
    for i in range(size):
        if one[i] | 32 != other[i] | 32:
            return False
    return True


cdef void strip(Slice* text) noexcept nogil:
    while text.size and text.p[0] == c' ':
        text.p += 1
        text.size -= 1
    while text.size and text.p[text.size - 1] == c' ':
        text.size -= 1
