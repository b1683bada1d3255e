# Price levels in JSON, `["price","quantity"]` or `{"p":"price","s":quantity}`, and the REST book that venues share but
# for names and the unit of its time.

from hftx._core.cursor cimport Cursor
from hftx._core.json cimport Key
from hftx._core.message cimport Message
from hftx._core.side cimport LevelList

cdef enum:
    BOOK_ID = 0
    BOOK_MILLIS = 1
    BOOK_BIDS = 2
    BOOK_ASKS = 3
    BOOK_SECONDS = 4     # in place of BOOK_MILLIS, with decimals


cdef int read_levels(Cursor* c, LevelList* out, int price_digits, int qty_digits, Message* message) except -1
cdef int read_rest_book(const char* data, Py_ssize_t size, const Key* keys, int count, int price_digits,
                        int qty_digits, Message* message) except -1
