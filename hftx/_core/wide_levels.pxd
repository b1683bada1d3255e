# Runs of price levels as venues usually write them, sixteen bytes at once where the processor can. What is not usual,
# in spelling, length or digits, is left to the readers of single levels. Knows no message, no symbol and no fault.
#
# Each reads as many levels as there are at the cursor, appends them to `out` as price and quantity in turn (`room`
# levels at most), leaves the cursor behind the last one, and gives their count: always 0 on other processors.

from libc.stdint cimport int64_t

from hftx._core.cursor cimport Cursor

# `["price","quantity"],[...`
cdef Py_ssize_t read_pairs(Cursor* c, int64_t* out, Py_ssize_t room, int price_digits, int qty_digits) noexcept nogil
# `{"p":"price","s":quantity},{...`; the quantity bare or as a string.
cdef Py_ssize_t read_named(Cursor* c, int64_t* out, Py_ssize_t room, int price_digits, int qty_digits) noexcept nogil
# Protobuf fields `tag`, each a message of price (1) and quantity (2) as strings.
cdef Py_ssize_t read_fields(Cursor* c, char tag, int64_t* out, Py_ssize_t room, int price_digits,
                            int qty_digits) noexcept nogil
