# The text of a number as a Decimal, exactly. Knows no symbol and no format.

from hftx._core.cursor cimport Slice


cdef bint is_number(Slice text) noexcept nogil
cdef object decimal_of(Slice text)
