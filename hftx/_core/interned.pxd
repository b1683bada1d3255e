# Short texts of the wire as Python objects, each made once while it is in use: ids and prices come again with every
# event of an order. Knows no venue and no message.

from cpython.ref cimport PyObject
from libc.stdint cimport uint64_t
from libc.string cimport memchr

from hftx._core.cursor cimport Slice
from hftx._core.decimals cimport Amount, read_amount

cdef extern from *:
    """
    /* Both halves of a product: every bit counts in every bit of the outcome. */
    static inline uint64_t hftx_place(uint64_t head, uint64_t tail, Py_ssize_t size) {
        const unsigned __int128 product =
            (unsigned __int128)(head ^ 0x9E3779B97F4A7C15ULL) * (tail ^ 0xD6E8FEB86659FD93ULL ^ (uint64_t)size);
        return (uint64_t)product ^ (uint64_t)(product >> 64);
    }

    /* True when the value is a str of these very bytes. */
    static inline int hftx_reads(PyObject* value, const char* p, Py_ssize_t size) {
        return PyUnicode_CheckExact(value) && PyUnicode_IS_COMPACT_ASCII(value) && PyUnicode_GET_LENGTH(value) == size
            && memcmp((PyASCIIObject*)value + 1, p, (size_t)size) == 0;
    }

    /* The first and the last bytes of a text; together with its size they are all of it up to 16 bytes. */
    static inline void hftx_ends(const char* p, Py_ssize_t size, uint64_t* head, uint64_t* tail) {
        uint32_t low, high;
        *tail = 0;
        if (size >= 8) {
            __builtin_memcpy(head, p, 8);
            __builtin_memcpy(tail, p + size - 8, 8);
        } else if (size >= 4) {
            __builtin_memcpy(&low, p, 4);
            __builtin_memcpy(&high, p + size - 4, 4);
            *head = low | (uint64_t)high << 32;
        } else {
            *head = (uint64_t)(unsigned char)p[0] | (uint64_t)(unsigned char)p[size >> 1] << 8
                | (uint64_t)(unsigned char)p[size - 1] << 16;
        }
    }
    """
    uint64_t hftx_place(uint64_t head, uint64_t tail, Py_ssize_t size) noexcept nogil
    void hftx_ends(const char* p, Py_ssize_t size, uint64_t* head, uint64_t* tail) noexcept nogil
    bint hftx_reads(PyObject* value, const char* p, Py_ssize_t size) noexcept

cdef enum:
    PLACES = 1024     # a power of two
    LONGEST = 16      # of a text that its ends are all of; a longer one is compared with its value


cdef struct Known:
    uint64_t head
    uint64_t tail
    Py_ssize_t size
    PyObject* value   # owned


cdef inline bint is_known(const Known* known, Slice text, uint64_t head, uint64_t tail) noexcept:
    return (known.head == head and known.tail == tail and known.size == text.size
            and (text.size <= LONGEST or hftx_reads(known.value, text.p, text.size)))


cdef class Interned:
    # In pairs, the younger first: a text that is not known takes the place of the older one.
    cdef Known[PLACES] _known

    cdef object make(self, Slice text)
    cdef object _keep(self, Slice text, Known* known, uint64_t head, uint64_t tail)

    cdef inline object get(self, Slice text):
        # None for an empty text, and for one that cannot be made.
        cdef uint64_t head
        cdef uint64_t tail
        cdef Known* known
        if text.size == 0:
            return None
        hftx_ends(text.p, text.size, &head, &tail)
        known = &self._known[hftx_place(head, tail, text.size) & (PLACES - 2)]
        if is_known(known, text, head, tail):
            return <object>known.value
        if is_known(known + 1, text, head, tail):
            return <object>known[1].value
        return self._keep(text, known, head, tail)


cdef class Numbers(Interned):
    cdef object odd_amount(self, Slice number, Amount* amount)

    cdef inline object amount(self, Slice number, Amount* amount):
        # The number itself when it has no count; NOTHING for what is no number.
        return None if read_amount(number, amount) else self.odd_amount(number, amount)


cdef class Texts(Interned):
    cdef bint _escaped


cdef inline bint is_zero(Slice number) noexcept nogil:
    # Nothing, or nothing but zeros before an exponent.
    cdef Py_ssize_t i
    for i in range(number.size):
        if number.p[i] != c'0' and number.p[i] != c'.' and (i or number.p[i] != c'-'):
            return number.p[i] | 32 == c'e' and i > 0
    return True


cdef inline void drop_padding(Slice* number) noexcept nogil:
    # `1.2500000` becomes `1.25`, `3.000` becomes `3`: the same value in fewer digits.
    cdef const char* dot = <const char*>memchr(number.p, c'.', number.size)
    cdef const char* last = number.p + number.size - 1
    if dot is NULL or dot == last or memchr(dot, c'e', last - dot) is not NULL \
            or memchr(dot, c'E', last - dot) is not NULL:
        return
    while last[0] == c'0':
        last -= 1
    number.size = last - number.p + (last != dot)
