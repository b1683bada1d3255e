"""The picows listener: frames go to the receiver as borrowed bytes, what it does not read to the owner.

The owner has `on_open()`, `on_control(text: bytes)`, `on_close_frame(code, reason)` and `on_lost()`.
"""

from picows.picows cimport WSFrame, WSListener, WSMsgType, WSTransport

from hftx._core.latency cimport hftx_monotonic_ns
from hftx._core.receiver cimport OTHER, Receiver

cdef enum:
    LONGEST_MESSAGE = 16 * 1024 * 1024


cdef class Feed(WSListener):
    """One connection's frames, into `session` as those of connection `source`."""

    def __init__(self, Receiver receiver not None, owner, int source):
        self._receiver, self._owner, self.source = receiver, owner, source

    cpdef on_ws_connected(self, WSTransport transport):
        self.transport = transport
        self.seen_ns = hftx_monotonic_ns()
        self._owner.on_open()

    cpdef on_ws_frame(self, WSTransport transport, WSFrame frame):
        self.seen_ns = hftx_monotonic_ns()
        if frame.fin and (frame.msg_type == WSMsgType.TEXT or frame.msg_type == WSMsgType.BINARY):
            self._message(frame.payload_ptr, frame.payload_size, frame.msg_type == WSMsgType.TEXT)
        elif frame.msg_type == WSMsgType.CLOSE:
            self._owner.on_close_frame(int(frame.get_close_code()), frame.get_close_message() or b"")
        elif frame.msg_type != WSMsgType.PING and frame.msg_type != WSMsgType.PONG:
            self._part(frame)

    cpdef on_ws_disconnected(self, WSTransport transport):
        self._owner.on_lost()

    cdef int _message(self, const char* data, Py_ssize_t size, bint is_text) except -1:
        self.messages += 1
        self.bytes_received += size
        if self.tap is not None:
            self.tap(self.seen_ns, is_text, data[:size])
        if self._receiver.receive_borrowed(data, size, is_text, self.seen_ns, self.source) == OTHER:
            self._owner.on_control(data[:size])
        return 0

    cdef int _part(self, WSFrame frame) except -1:
        # A message in several frames (RFC 6455, 5.4) is handled when its last one is there.
        if frame.msg_type != WSMsgType.CONTINUATION:
            self._parts = bytearray()
            self._parts_text = frame.msg_type == WSMsgType.TEXT
        elif self._parts is None:
            raise ValueError("a continuation frame without a beginning")
        self._parts += frame.payload_ptr[:frame.payload_size]
        if len(self._parts) > LONGEST_MESSAGE:
            raise ValueError(f"a fragmented message of more than {LONGEST_MESSAGE} bytes")
        if frame.fin:
            whole, self._parts = bytes(self._parts), None
            self._message(whole, len(whole), self._parts_text)
        return 0
