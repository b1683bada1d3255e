"""Ids and what is remembered of each: a hash table that answers "never heard of it" without touching a cold object.

Open addressing with linear probing; what is taken out leaves no gap. Knows no order and no venue. Its values must not
lead back to it: the collector does not look inside.
"""

cimport cython
from cpython.ref cimport Py_DECREF, Py_INCREF, PyObject
from libc.stdint cimport uint16_t
from libc.stdlib cimport calloc, free, malloc

from hftx._core.prefetch cimport AHEAD, fetch_lines

cdef extern from *:
    """
    /* Both halves of a product: every bit of the word counts in every bit of the outcome. */
    static inline uint64_t hftx_fold(uint64_t word) {
        const unsigned __int128 product = (unsigned __int128)(word ^ 0xD6E8FEB86659FD93ULL) * 0x9E3779B97F4A7C15ULL;
        return (uint64_t)product ^ (uint64_t)(product >> 64);
    }

    /* Of compact ASCII, which ids are: a third of the work of the hash of str, which must withstand attackers. */
    static inline size_t hftx_hash(PyObject* key) {
        if (!PyUnicode_IS_COMPACT_ASCII(key)) return (size_t)PyObject_Hash(key);
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
        return (size_t)hftx_fold(hash ^ word);
    }
    """
    size_t hftx_hash(PyObject* key) noexcept

cdef enum:
    FIRST_PLACES = 64
    FAR = 255      # how far, or farther: the mark does not tell


cdef inline uint16_t mark_of(size_t hash) noexcept nogil:
    # At home.
    return <uint16_t>(hash >> (8 * sizeof(size_t) - 8) << 8 | 1)


cdef inline uint16_t farther(uint16_t mark) noexcept nogil:
    return mark + (mark & FAR != FAR)


cdef inline size_t hash_of(object key) except? 0:
    if type(key) is not str:
        raise TypeError(f"an id is a str, not {type(key).__name__}")
    return hftx_hash(<PyObject*>key)


@cython.final
@cython.no_gc
cdef class IdTable:
    """A mapping of str to anything."""

    def __cinit__(self):
        self._allocate(FIRST_PLACES)

    def __dealloc__(self):
        cdef Py_ssize_t at
        for at in range(0 if self._marks is NULL else self._mask + 1):
            if self._marks[at]:
                Py_DECREF(<object>self._places[at].key)
                Py_DECREF(<object>self._places[at].value)
        free(self._places)
        free(self._marks)

    cdef object get(self, object key, object otherwise):
        cdef Py_ssize_t at = self._find(key, hash_of(key))
        return otherwise if at < 0 else <object>self._places[at].value

    cdef int put(self, object key, object value) except -1:
        self.swap(key, value)
        return 0

    cdef object swap(self, object key, object value):
        cdef size_t hash = hash_of(key)
        cdef Py_ssize_t at = self._find(key, hash)
        Py_INCREF(value)
        if at >= 0:
            before = <object>self._places[at].value
            self._places[at].value = <PyObject*>value
            Py_DECREF(before)
            return before
        if 3 * self.count >= 2 * self._mask:
            self._grow()
        Py_INCREF(key)
        self._stand(Place(key=<PyObject*>key, value=<PyObject*>value), hash)
        self.count += 1
        return None

    cdef object pop(self, object key):
        cdef Py_ssize_t at = self._find(key, hash_of(key))
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
        cdef Py_ssize_t at = hash_of(key) & self._mask
        fetch_lines(&self._marks[at], 1)
        fetch_lines(&self._places[at], 2)
        return 0

    cdef Py_ssize_t _find(self, object key, size_t hash) except -2:
        cdef uint16_t mark = mark_of(hash)
        cdef Py_ssize_t at = hash & self._mask
        cdef PyObject* other
        while self._marks[at]:
            if self._marks[at] == mark:
                other = self._places[at].key
                if other is <PyObject*>key or <str><object>other == <str>key:
                    return at
            mark, at = farther(mark), (at + 1) & self._mask
        return -1

    cdef int _allocate(self, Py_ssize_t places) except -1:
        cdef Place* made = <Place*>malloc(places * sizeof(Place))
        cdef uint16_t* marks = <uint16_t*>calloc(places, sizeof(uint16_t))
        if made is NULL or marks is NULL:
            free(made)
            free(marks)
            raise MemoryError
        self._places, self._marks, self._mask = made, marks, places - 1
        return 0

    cdef int _grow(self) except -1:
        cdef Place* places = self._places
        cdef uint16_t* marks = self._marks
        cdef Py_ssize_t count = self._mask + 1
        cdef Py_ssize_t at
        self._allocate(2 * count)
        for at in range(count):
            if at + AHEAD < count and marks[at + AHEAD]:
                fetch_lines(places[at + AHEAD].key, 2)
            if marks[at]:
                self._stand(places[at], hftx_hash(places[at].key))
        free(places)
        free(marks)
        return 0

    cdef void _stand(self, Place place, size_t hash) noexcept:
        cdef uint16_t mark = mark_of(hash)
        cdef Py_ssize_t at = hash & self._mask
        while self._marks[at]:
            mark, at = farther(mark), (at + 1) & self._mask
        self._places[at], self._marks[at] = place, mark

    cdef void _close(self, Py_ssize_t gap) noexcept:
        # What stands behind the gap, and may stand nearer to its home, moves up.
        cdef Py_ssize_t at = gap
        cdef Py_ssize_t nearer
        cdef Py_ssize_t distance
        while True:
            at = (at + 1) & self._mask
            if not self._marks[at]:
                break
            nearer, distance = (at - gap) & self._mask, self._distance(at)
            if distance >= nearer:
                self._places[gap] = self._places[at]
                self._marks[gap] = self._marks[at] & ~FAR | min(distance - nearer + 1, FAR)
                gap = at
        self._marks[gap] = 0

    cdef Py_ssize_t _distance(self, Py_ssize_t at) noexcept:
        # How far from its home it stands.
        cdef Py_ssize_t far = self._marks[at] & FAR
        return far - 1 if far < FAR else (at - hftx_hash(self._places[at].key)) & self._mask

    def __contains__(self, str key not None):
        return self._find(key, hash_of(key)) >= 0

    def __len__(self):
        return self.count

    def __iter__(self):
        return iter([<object>self._places[at].key for at in range(self._mask + 1) if self._marks[at]])

    def __getitem__(self, str key not None):
        cdef Py_ssize_t at = self._find(key, hash_of(key))
        if at < 0:
            raise KeyError(key)
        return <object>self._places[at].value

    def __setitem__(self, str key not None, value):
        self.put(key, value)

    def __delitem__(self, str key not None):
        self.pop(key)
