"""Ids and what is remembered of each: a hash table that answers "never heard of it" without touching a cold object.

Open addressing with linear probing; what is taken out leaves no gap. Knows no order and no venue. Its values must not
lead back to it: the collector does not look inside.
"""

cimport cython
from cpython.ref cimport Py_DECREF, Py_INCREF, PyObject
from libc.stdint cimport uint8_t
from libc.stdlib cimport calloc, free

from hftx._core.prefetch cimport fetch_lines

cdef extern from *:
    """
    /* Both halves of a product: every bit of the word counts in every bit of the outcome. */
    static inline uint64_t hftx_fold(uint64_t word) {
        const unsigned __int128 product = (unsigned __int128)(word ^ 0xD6E8FEB86659FD93ULL) * 0x9E3779B97F4A7C15ULL;
        return (uint64_t)product ^ (uint64_t)(product >> 64);
    }

    /* Of compact ASCII, which ids are: a third of the work of the hash of str, which must withstand attackers. */
    static inline Py_hash_t hftx_hash(PyObject* key) {
        if (!PyUnicode_IS_COMPACT_ASCII(key)) return PyObject_Hash(key);
        const char* p = (const char*)((PyASCIIObject*)key + 1);
        const Py_ssize_t size = PyUnicode_GET_LENGTH(key);
        uint64_t word = 0, hash = (uint64_t)size;
        Py_ssize_t left = size;
        for (; left > 8; p += 8, left -= 8) {
            __builtin_memcpy(&word, p, 8);
            hash = hftx_fold(hash ^ word);
        }
        word = 0;
        if (size >= 8) __builtin_memcpy(&word, p + left - 8, 8);   /* the last eight, some of them once more */
        else for (; left > 0; left--) word = word << 8 | (unsigned char)p[left - 1];
        return (Py_hash_t)hftx_fold(hash ^ word);
    }
    """
    Py_hash_t hftx_hash(object key) noexcept

cdef enum:
    FIRST_PLACES = 64


cdef inline uint8_t tag_of(Py_hash_t hash) noexcept nogil:
    return 1 + <uint8_t>((<size_t>hash) >> (8 * sizeof(size_t) - 7))


@cython.final
@cython.no_gc
cdef class IdTable:
    """A mapping of str to anything."""

    def __cinit__(self):
        self._allocate(FIRST_PLACES)

    def __dealloc__(self):
        cdef Py_ssize_t at
        for at in range(0 if self._tags is NULL else self._mask + 1):
            if self._tags[at]:
                Py_DECREF(<object>self._places[at].key)
                Py_DECREF(<object>self._places[at].value)
        free(self._places)
        free(self._tags)

    cdef object get(self, object key, object otherwise):
        cdef Py_ssize_t at = self._find(key)
        return otherwise if at < 0 else <object>self._places[at].value

    cdef int put(self, object key, object value) except -1:
        self.swap(key, value)
        return 0

    cdef object swap(self, object key, object value):
        cdef Py_ssize_t at = self._find(key)
        cdef Place place
        Py_INCREF(value)
        if at >= 0:
            before = <object>self._places[at].value
            self._places[at].value = <PyObject*>value
            Py_DECREF(before)
            return before
        if 3 * self.count >= 2 * self._mask:
            self._grow()
        Py_INCREF(key)
        place.hash, place.key, place.value = hftx_hash(key), <PyObject*>key, <PyObject*>value
        self._stand(&place)
        self.count += 1
        return None

    cdef object pop(self, object key):
        cdef Py_ssize_t at = self._find(key)
        cdef Place place
        if at < 0:
            raise KeyError(key)
        place = self._places[at]
        self._close(at)
        self.count -= 1
        value = <object>place.value
        Py_DECREF(value)
        Py_DECREF(<object>place.key)
        return value

    cdef int fetch(self, object key) except -1:
        cdef Py_ssize_t at = hftx_hash(key) & self._mask
        fetch_lines(&self._tags[at], 1)
        fetch_lines(&self._places[at], 2)
        return 0

    cdef Py_ssize_t _find(self, object key) except -2:
        cdef Py_hash_t hash
        cdef uint8_t tag
        cdef Py_ssize_t at
        cdef Place* place
        if type(key) is not str:
            raise TypeError(f"an id is a str, not {type(key).__name__}")
        hash = hftx_hash(key)
        tag, at = tag_of(hash), hash & self._mask
        while self._tags[at]:
            place = &self._places[at]
            if self._tags[at] == tag and place.hash == hash \
                    and (place.key is <PyObject*>key or <str><object>place.key == <str>key):
                return at
            at = (at + 1) & self._mask
        return -1

    cdef int _allocate(self, Py_ssize_t places) except -1:
        cdef Place* made = <Place*>calloc(places, sizeof(Place))
        cdef uint8_t* tags = <uint8_t*>calloc(places, 1)
        if made is NULL or tags is NULL:
            free(made)
            free(tags)
            raise MemoryError
        self._places, self._tags, self._mask = made, tags, places - 1
        return 0

    cdef int _grow(self) except -1:
        cdef Place* places = self._places
        cdef uint8_t* tags = self._tags
        cdef Py_ssize_t count = self._mask + 1
        cdef Py_ssize_t at
        self._allocate(2 * count)
        for at in range(count):
            if tags[at]:
                self._stand(&places[at])
        free(places)
        free(tags)
        return 0

    cdef void _stand(self, const Place* place) noexcept nogil:
        cdef Py_ssize_t at = place.hash & self._mask
        while self._tags[at]:
            at = (at + 1) & self._mask
        self._places[at], self._tags[at] = place[0], tag_of(place.hash)

    cdef void _close(self, Py_ssize_t gap) noexcept nogil:
        # What stands behind the gap, and may stand nearer to where it belongs, moves up.
        cdef Py_ssize_t at = gap
        cdef Py_ssize_t home
        while True:
            at = (at + 1) & self._mask
            if not self._tags[at]:
                break
            home = self._places[at].hash & self._mask
            if ((at - home) & self._mask) >= ((at - gap) & self._mask):
                self._places[gap], self._tags[gap] = self._places[at], self._tags[at]
                gap = at
        self._tags[gap] = 0

    def __contains__(self, str key not None):
        return self._find(key) >= 0

    def __len__(self):
        return self.count

    def __iter__(self):
        return iter([<object>self._places[at].key for at in range(self._mask + 1) if self._tags[at]])

    def __getitem__(self, str key not None):
        cdef Py_ssize_t at = self._find(key)
        if at < 0:
            raise KeyError(key)
        return <object>self._places[at].value

    def __setitem__(self, str key not None, value):
        self.put(key, value)

    def __delitem__(self, str key not None):
        self.pop(key)
