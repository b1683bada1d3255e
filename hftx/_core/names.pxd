# From the bytes of a wire name to the index of its listing. Knows no venue's spelling.

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcmp

from hftx._core.cursor cimport Slice


cdef struct NameSlot:
    const char* name     # borrowed from the bytes object that the table keeps
    uint32_t size
    int index            # of the listing; -1 in a free slot


cdef class NameTable:
    cdef NameSlot* slots
    cdef uint64_t mask
    cdef dict _names

    cdef inline int find(self, Slice name) noexcept nogil:
        cdef uint64_t at = hash_name(name.p, name.size) & self.mask
        cdef const NameSlot* slot = &self.slots[at]
        while slot.index >= 0:
            if slot.size == name.size and memcmp(slot.name, name.p, name.size) == 0:
                return slot.index
            at = (at + 1) & self.mask
            slot = &self.slots[at]
        return -1


cdef inline uint64_t hash_name(const char* name, Py_ssize_t size) noexcept nogil:
    cdef uint64_t value = 14695981039346656037ULL   # FNV-1a
    cdef Py_ssize_t i
    for i in range(size):
        value = (value ^ <unsigned char>name[i]) * 1099511628211ULL
    return value ^ (value >> 32)
