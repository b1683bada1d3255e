"""Open-addressing table from wire names to listing indices; rebuilt on every change, read without a lock."""

from libc.stdint cimport uint64_t
from libc.stdlib cimport calloc, free


cdef class NameTable:
    """Names are bytes as the venue writes them."""

    def __cinit__(self):
        self._names = {}
        self._build()

    def __dealloc__(self):
        free(self.slots)

    def set(self, bytes name not None, int index):
        """`name` means the listing `index` from now on."""
        self._names[name] = index
        self._build()

    def remove(self, bytes name not None):
        """`name` means nothing from now on."""
        del self._names[name]
        self._build()

    def _build(self):
        cdef uint64_t size = 16
        cdef uint64_t at
        cdef NameSlot* slots
        cdef bytes name
        while size < 4 * <uint64_t>len(self._names):
            size *= 2
        slots = <NameSlot*>calloc(size, sizeof(NameSlot))
        if slots is NULL:
            raise MemoryError()
        for at in range(size):
            slots[at].index = -1
        for name, index in self._names.items():
            at = hash_name(name, len(name)) & (size - 1)
            while slots[at].index >= 0:
                at = (at + 1) & (size - 1)
            slots[at].name, slots[at].size, slots[at].index = name, len(name), index
        free(self.slots)
        self.slots, self.mask = slots, size - 1
