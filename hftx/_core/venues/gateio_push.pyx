"""The envelope of Gate.io's pushes (Gate API docs "Spot WebSocket v4" and "Futures WebSocket v4"). Knows no channel."""

from libc.string cimport memchr

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.fault cimport OK
from hftx._core.json cimport UNKNOWN_KEY, Key, find_key, key, next_key, skip_digits, take

cdef Key[5] ENVELOPE = [
    key(b"time", UNKNOWN_KEY), key(b"time_ms", UNKNOWN_KEY), key(b"channel", E_CHANNEL), key(b"event", E_EVENT),
    key(b"result", E_RESULT),
]


cdef int next_member(Cursor* c, int* at, bint* first, int* fault) noexcept nogil:
    return next_key(c, ENVELOPE, 5, at, first, fault)


cdef int channel_of(Slice name, const Key* channels, int count) noexcept nogil:
    cdef int found = find_key(name, channels, count)
    return channels[found].code if found >= 0 else NO_CHANNEL


cdef int plain_push(Cursor* c, const Key* channels, int count) noexcept nogil:
    cdef Slice name
    cdef const char* end
    cdef int channel
    if not take(c, b'{"time":', 8) or skip_digits(c) != OK or not take(c, b',"time_ms":', 11) \
            or skip_digits(c) != OK or not take(c, b',"channel":"', 12):
        return NOT_SEEN
    end = <const char*>memchr(c.p, c'"', c.end - c.p)
    if end is NULL:
        return NOT_SEEN
    name.p, name.size = c.p, end - c.p
    channel = channel_of(name, channels, count)
    c.p = end
    return channel if channel >= 0 and take(c, b'","event":"update","result":', 28) else NOT_SEEN
