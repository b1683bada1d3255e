"""Short texts of the wire as Python objects, each made once while it is in use."""

from cpython.ref cimport Py_INCREF, Py_XDECREF, PyObject
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint64_t
from libc.string cimport memchr

import json

from hftx._core.cursor cimport Slice
from hftx._core.decimals cimport EXACT, NOTHING, Amount, decimal_of
from hftx._core.plain_text cimport plain_text
from hftx._core.prefetch cimport fetch_lines


cdef class Interned:
    """Base of the tables; `make` is of the subclass."""

    def __dealloc__(self):
        cdef Py_ssize_t at
        for at in range(PLACES):
            Py_XDECREF(self._known[at].value)

    cdef object make(self, Slice text):
        raise NotImplementedError("of the table's kind")

    cdef object _keep(self, Slice text, Known* known, uint64_t head, uint64_t tail):
        fetch_lines(known[1].value, 1)   # it has to go, and has mostly left the cache
        value = self.make(text)
        if value is not None and (text.size <= LONGEST or hftx_reads(<PyObject*>value, text.p, text.size)):
            Py_XDECREF(known[1].value)
            Py_INCREF(value)
            known[1] = known[0]
            known.head, known.tail, known.size, known.value = head, tail, text.size, <PyObject*>value
        return value


cdef class Numbers(Interned):
    """Decimal numbers, exactly as written."""

    cdef object make(self, Slice text):
        return decimal_of(text)

    cdef object odd_amount(self, Slice number, Amount* amount):
        value = self.get(number)
        amount.digits = NOTHING if value is None else EXACT
        return value

    def number(self, bytes text not None):
        """The value of `text`, None when it is no decimal number. For tests."""
        return self.get(Slice(p=text, size=len(text)))


cdef class Texts(Interned):
    """Texts in UTF-8; `escaped` ones come from between the quotes of JSON."""

    def __init__(self, bint escaped):
        self._escaped = escaped

    cdef object make(self, Slice text):
        made = plain_text(text.p, text.size)
        if made is not None:
            return made
        try:
            if self._escaped and memchr(text.p, c'\\', text.size) is not NULL:
                return json.loads(b'"' + text.p[:text.size] + b'"')
            return PyUnicode_DecodeUTF8(text.p, text.size, NULL)
        except ValueError:
            return None

    def text(self, bytes text not None):
        """What `text` says, None when it is empty or no UTF-8. For tests."""
        return self.get(Slice(p=text, size=len(text)))
