# Two observations of one order, where nothing has to be decided. Knows no rule, no store and no clock.

from cpython.unicode cimport PyUnicode_GET_LENGTH

from hftx._core.account_records cimport Order
from hftx._core.decimals cimport NOTHING, Amount, hftx_compare, is_count

cdef enum:
    ODD = 2      # of two amounts: one of them has no count


cdef bint is_plausible(Order order) noexcept
# What `merge` makes of both when nothing surprises; None: not seen to be so, ask `contradictions` and `merge`.
cdef Order usual_merge(Order old, Order new)
cdef bint same_state(Order one, Order other) except -1      # equal but for their stamps


cdef inline int compared(const Amount* one, const Amount* other) noexcept nogil:
    # -1, 0 or 1 as usual, or ODD.
    if one.digits == other.digits:
        return ODD if one.digits < NOTHING else (one.count > other.count) - (one.count < other.count)
    return hftx_compare(one, other) if is_count(one) and is_count(other) else ODD


cdef inline bint same_text(object one, object other) except -1:
    return one is other or <str>one == <str>other


cdef inline bint is_given(object text) except -1:
    # Neither None nor empty.
    return PyUnicode_GET_LENGTH(text) > 0 if type(text) is str else bool(text)
