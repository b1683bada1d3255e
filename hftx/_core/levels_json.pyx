"""Price levels in JSON and REST order books (Gate API v4 "Retrieve order book", "Futures order book", MEXC spot v3
"Order Book").
"""

from libc.stdint cimport int64_t

from hftx._core.cursor cimport Cursor, Slice, over
from hftx._core.fault cimport MALFORMED, MISSING, OK, TRUNCATED, fault_name
from hftx._core.json cimport (
    END_OF_OBJECT, Key, at_end, expect, key, next_item, next_key, read_json_int, read_scalar, skip_space, skip_value,
    starts_with_zeros, take,
)
from hftx._core.scalar cimport scale_time, seconds_to_ns
from hftx._core.message cimport Message
from hftx._core.number cimport SAFE_DIGITS, read_count
from hftx._core.side cimport LevelList, free_list, push_level, reserve_list
from hftx._core.wide_levels cimport read_named, read_pairs

from hftx.errors import DecodeError


cdef inline int read_number(Cursor* c, int digits, int64_t* out, int* needed) noexcept nogil:
    # A decimal, as a string or bare.
    cdef int fault
    cdef bint quoted
    if c.p < c.end and c.p[0] != c'"':
        skip_space(c)
    quoted = c.p < c.end and c.p[0] == c'"'
    c.p += quoted
    if not quoted and starts_with_zeros(c):
        return MALFORMED
    fault = read_count(c, digits, out, needed)
    if fault != OK:
        return fault
    if quoted:
        if c.p >= c.end:
            return TRUNCATED
        if c.p[0] != c'"':
            return MALFORMED
        c.p += 1
    return OK


cdef enum:
    L_PX = 0
    L_QTY = 1

cdef Key[2] LEVEL_KEYS = [key(b"p", L_PX), key(b"s", L_QTY)]


cdef int read_named_level(Cursor* c, int price_digits, int qty_digits, int64_t* px, int64_t* qty,
                          Message* message) noexcept nogil:
    # `{"p":"price","s":quantity}` with its members in any order.
    cdef bint first = True
    cdef int at = 0
    cdef int seen = 0
    cdef int code
    cdef int fault = expect(c, c'{')
    while fault == OK:
        code = next_key(c, LEVEL_KEYS, 2, &at, &first, &fault)
        if code == END_OF_OBJECT:
            break
        if code == L_PX:
            fault = read_number(c, price_digits, px, &message.fine_px)
        elif code == L_QTY:
            fault = read_number(c, qty_digits, qty, &message.fine_qty)
        else:
            fault = skip_value(c, 3)
        seen |= 1 << code if code >= 0 else 0
    return MALFORMED if fault == OK and (seen != 0b11 or px[0] == 0) else fault


cdef inline bint read_plain_named_level(Cursor* c, int price_digits, int qty_digits, int64_t* px, int64_t* qty,
                                        Message* message) noexcept nogil:
    # As venues write it, without spaces. False: anything else, or a fault; nothing is read then.
    cdef Cursor at = c[0]
    cdef bint quoted
    if not take(&at, b'{"p":"', 6) or read_count(&at, price_digits, px, &message.fine_px) != OK:
        return False
    if not take(&at, b'","s":', 6) or at.p >= at.end:
        return False
    quoted = at.p[0] == c'"'
    at.p += quoted
    if not quoted and starts_with_zeros(&at) or read_count(&at, qty_digits, qty, &message.fine_qty) != OK:
        return False
    if quoted and not take(&at, b'"', 1) or not take(&at, b'}', 1) or px[0] == 0:
        return False
    c.p = at.p
    return True


cdef inline int read_level(Cursor* c, int price_digits, int qty_digits, int64_t* px, int64_t* qty,
                           Message* message) noexcept nogil:
    cdef int fault
    skip_space(c)
    if c.p < c.end and c.p[0] == c'{':
        return read_named_level(c, price_digits, qty_digits, px, qty, message)
    fault = expect(c, c'[')
    if fault != OK:
        return fault
    fault = read_number(c, price_digits, px, &message.fine_px)
    if fault != OK:
        return fault
    fault = expect(c, c',')
    if fault != OK:
        return fault
    fault = read_number(c, qty_digits, qty, &message.fine_qty)
    if fault != OK:
        return fault
    if px[0] == 0:
        return MALFORMED
    return expect(c, c']')


cdef inline bint read_plain_level(Cursor* c, int price_digits, int qty_digits, int64_t* px, int64_t* qty,
                                  Message* message) noexcept nogil:
    # `["price","quantity"]` as venues write it, without spaces. False: anything else, or a fault; nothing is read then.
    cdef Cursor at = c[0]
    if at.end - at.p < 9 or at.p[0] != c'[' or at.p[1] != c'"':
        return False
    at.p += 2
    if read_count(&at, price_digits, px, &message.fine_px) != OK or at.end - at.p < 6:
        return False
    if at.p[0] != c'"' or at.p[1] != c',' or at.p[2] != c'"':
        return False
    at.p += 3
    if read_count(&at, qty_digits, qty, &message.fine_qty) != OK or at.end - at.p < 2:
        return False
    if at.p[0] != c'"' or at.p[1] != c']' or px[0] == 0:
        return False
    c.p = at.p + 2
    return True


cdef inline Py_ssize_t read_run(Cursor* c, LevelList* out, int price_digits, int qty_digits) noexcept nogil:
    # As many levels as are spelled as usual.
    cdef int64_t* behind = <int64_t*>(out.items + out.len)
    cdef Py_ssize_t room = out.capacity - out.len
    cdef Py_ssize_t count
    if c.p < c.end and c.p[0] == c'[':
        count = read_pairs(c, behind, room, price_digits, qty_digits)
    else:
        count = read_named(c, behind, room, price_digits, qty_digits)
    out.len += count
    return count


cdef int read_levels(Cursor* c, LevelList* out, int price_digits, int qty_digits, Message* message) except -1:
    cdef bint first = True
    cdef bint more = True
    cdef int64_t px = 0
    cdef int64_t qty = 0
    cdef int fault = expect(c, c'[')
    out.len = 0
    if fault == OK and read_run(c, out, price_digits, qty_digits):
        first = False
    while fault == OK:
        fault = next_item(c, &first, &more)
        if fault != OK or not more:
            return fault
        if read_run(c, out, price_digits, qty_digits):
            continue
        if not read_plain_level(c, price_digits, qty_digits, &px, &qty, message) \
                and not read_plain_named_level(c, price_digits, qty_digits, &px, &qty, message):
            fault = read_level(c, price_digits, qty_digits, &px, &qty, message)
        if fault == OK:
            push_level(out, px, qty)
    return fault


cdef int read_book_time(Cursor* c, int code, int64_t* out) noexcept:
    cdef Slice text
    cdef int64_t millis = 0
    cdef int fault
    if code == BOOK_MILLIS:
        fault = read_json_int(c, &millis)
        return fault if fault != OK else scale_time(millis, 1_000_000, out)
    fault = read_scalar(c, &text)
    return fault if fault != OK else seconds_to_ns(text, out)


cdef int read_rest_member(Cursor* c, int code, int price_digits, int qty_digits, Message* message) except -1:
    if code == BOOK_ID:
        return read_json_int(c, &message.last_id)
    if code == BOOK_MILLIS or code == BOOK_SECONDS:
        return read_book_time(c, code, &message.venue_ns)
    if code == BOOK_BIDS:
        return read_levels(c, &message.bids, price_digits, qty_digits, message)
    if code == BOOK_ASKS:
        return read_levels(c, &message.asks, price_digits, qty_digits, message)
    return skip_value(c, 1)


cdef int read_rest_book(const char* data, Py_ssize_t size, const Key* keys, int count, int price_digits,
                        int qty_digits, Message* message) except -1:
    cdef Cursor c = over(data, size)
    cdef bint first = True
    cdef int at = 0
    cdef int code
    cdef int seen = 0
    cdef int needed = 1 << BOOK_ID | 1 << BOOK_BIDS | 1 << BOOK_ASKS   # the time may be absent
    cdef int fault = expect(&c, c'{')
    message.venue_ns = 0
    message.full = True
    while fault == OK:
        code = next_key(&c, keys, count, &at, &first, &fault)
        if code == END_OF_OBJECT:
            break
        fault = read_rest_member(&c, code, price_digits, qty_digits, message)
        seen |= 1 << code if code >= 0 else 0
    if fault == OK:
        fault = at_end(&c)
    message.where = c.p
    return MISSING if fault == OK and seen & needed != needed else fault


def parse_levels(bytes text not None, int price_digits, int qty_digits):
    """`([(price, quantity), ...], size)`: the list of levels that `text` begins with, and where it ends.

    Raises `DecodeError`. For tools and tests.
    """
    cdef Cursor c = over(text, len(text))
    cdef LevelList levels = LevelList(NULL, 0, 0)
    cdef Message message
    cdef Py_ssize_t i
    cdef int fault
    if not (0 <= price_digits <= SAFE_DIGITS and 0 <= qty_digits <= SAFE_DIGITS):
        raise ValueError(f"digits must be 0 to {SAFE_DIGITS}, not {price_digits} and {qty_digits}")
    try:
        reserve_list(&levels, 1)
        fault = read_levels(&c, &levels, price_digits, qty_digits, &message)
        found = [(levels.items[i].px, levels.items[i].qty) for i in range(levels.len)]
    finally:
        free_list(&levels)
    if fault != OK:
        raise DecodeError(fault_name(fault), c.p - <const char*>text, len(text))
    return found, c.p - <const char*>text
