"""The envelope of Gate.io's pushes (Gate API docs "Spot WebSocket v4" and "Futures WebSocket v4"). Knows no channel."""

from hftx._core.cursor cimport Cursor, Slice, behind_digits, is_same
from hftx._core.json cimport UNKNOWN_KEY, Key, find_key, key, next_key, take

cdef Key[5] ENVELOPE = [
    key(b"time", UNKNOWN_KEY), key(b"time_ms", UNKNOWN_KEY), key(b"channel", E_CHANNEL), key(b"event", E_EVENT),
    key(b"result", E_RESULT),
]


cdef int next_member(Cursor* c, int* at, bint* first, int* fault) noexcept nogil:
    return next_key(c, ENVELOPE, 5, at, first, fault)


cdef int channel_of(Slice name, const Key* channels, int count) noexcept nogil:
    cdef int found = find_key(name, channels, count)
    return channels[found].code if found >= 0 else NO_CHANNEL


cdef inline bint take_digits(Cursor* c) noexcept nogil:
    # Steps over what is digits, if anything.
    cdef const char* p = behind_digits(c.p, c.end)
    cdef bint any_is = p != c.p
    c.p = p
    return any_is


cdef int plain_push(Cursor* c, const Key* channels, int count) noexcept nogil:
    cdef const Key* channel
    cdef int i
    if not take(c, b'{"time":', 8) or not take_digits(c) or not take(c, b',"time_ms":', 11) or not take_digits(c) \
            or not take(c, b',"channel":"', 12):
        return NOT_SEEN
    for i in range(count):
        channel = &channels[i]
        if c.end - c.p > channel.size and c.p[channel.size] == c'"' and is_same(c.p, channel.text, channel.size):
            c.p += channel.size
            return channel.code if take(c, b'","event":"update","result":', 28) else NOT_SEEN
    return NOT_SEEN
