# The envelope of Gate.io's pushes over WebSocket v4, the same for public and private channels of all its markets. Knows
# no channel's name and no row; makes no Python object.

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.json cimport Key

cdef enum:      # members of the envelope
    E_CHANNEL, E_EVENT, E_RESULT

cdef enum:      # in the place of a channel's code, or of an event's
    NOT_SEEN = -1
    NO_CHANNEL = -2
    UPDATE_EVENT = 1
    OTHER_EVENT = 2

# As `next_key`, of an envelope.
cdef int next_member(Cursor* c, int* at, bint* first, int* fault) noexcept nogil
# The code of the channel of `{"time":1,"time_ms":1,"channel":"..","event":"update","result":` at the cursor, which is
# at the result then; NOT_SEEN for anything that is not so letter by letter, or names none of `channels`.
cdef int plain_push(Cursor* c, const Key* channels, int count) noexcept nogil
cdef int channel_of(Slice name, const Key* channels, int count) noexcept nogil    # its code, or NO_CHANNEL
