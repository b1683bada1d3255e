# From the bytes of a wire name to the index of its listing. Knows no venue's spelling.

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcpy

from hftx._core.cursor cimport Slice, is_same


cdef struct NameSlot:
    const char* name     # borrowed from the bytes object that the table keeps
    uint32_t size
    int index            # of the listing; -1 in a free slot


cdef class NameTable:
    cdef NameSlot* slots
    cdef uint64_t mask
    cdef dict _names

    cdef inline int find(self, Slice name) noexcept:
        cdef uint64_t at = hash_name(name.p, name.size) & self.mask
        cdef const NameSlot* slot = &self.slots[at]
        while slot.index >= 0:
            if slot.size == name.size and is_same(slot.name, name.p, name.size):
                return slot.index
            at = (at + 1) & self.mask
            slot = &self.slots[at]
        return -1


cdef inline uint64_t hash_name(const char* name, Py_ssize_t size) noexcept nogil:
    # The first and the last eight bytes tell symbols apart; shorter names are read byte by byte.
    cdef uint64_t head = 0
    cdef uint64_t tail = 0
    cdef Py_ssize_t i
    if size >= 8:
        memcpy(&head, name, 8)
        memcpy(&tail, name + size - 8, 8)
    else:
        for i in range(size):
            head = head << 8 | <unsigned char>name[i]
    head = (head ^ <uint64_t>size) * 0x9E3779B97F4A7C15ULL ^ tail * 0xC2B2AE3D27D4EB4FULL
    head = (head ^ head >> 32) * 0xD6E8FEB86659FD93ULL   # the low bits must depend on all of it
    return head ^ head >> 32
