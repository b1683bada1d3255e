# Price levels in JSON, `[["price","quantity"], ...]`, and the REST book that both spot venues share but for names.

from hftx._core.cursor cimport Cursor
from hftx._core.json cimport Key
from hftx._core.message cimport Message
from hftx._core.side cimport LevelList

cdef enum:
    BOOK_ID = 0
    BOOK_MILLIS = 1
    BOOK_BIDS = 2
    BOOK_ASKS = 3


cdef int read_levels(Cursor* c, LevelList* out, int price_digits, int qty_digits, Message* message) except -1
cdef int read_rest_book(const char* data, Py_ssize_t size, const Key* keys, int count, int price_digits,
                        int qty_digits, Message* message) except -1
