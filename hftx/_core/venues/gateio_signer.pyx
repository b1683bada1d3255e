"""How Gate wants requests, channels and logins signed: Gate API v4 docs, "APIv4 signed request requirements" and
"WebSocket v4, Authentication" and "WebSocket API, Login": HMAC-SHA512."""

from typing import NoReturn

from libc.stdint cimport int64_t

from hftx._core.signer cimport MOST_HEX, Signer
from hftx._core.writer cimport Writer, put_text


cdef class GateSigner:
    """Signs Gate requests. `secret` is text, bytes or `Credentials`; nothing of it is shown, pickled or copied.

    Every text may be given as bytes too; a `timestamp` is in unix seconds and is signed as the same text that is sent.
    """

    def __cinit__(self, secret):
        self.signer = Signer(secret, "sha512")
        self.message, self.body = Writer(), Writer()

    def __repr__(self):
        return "<GateSigner>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("signers are not pickled or copied")

    def rest(self, method, path, query, body, timestamp):
        """The `SIGN` of a call. `path` begins with /api/v4; `query` is without `?` and not percent-encoded."""
        self.message.size = self.body.size = 0
        for part in (method, path, query):
            put_text(self.message, part)
            self.message.put(b"\n", 1)
        put_text(self.body, body)
        self._finish(self.body, timestamp)
        return self.signer.sign_text(self.message)

    def channel(self, channel, event, time):
        """The `SIGN` of a subscription; `time` (s) and `event` are those of the request."""
        self.message.size = 0
        for label, part in ((b"channel=", channel), (b"&event=", event), (b"&time=", time)):
            put_text(self.message, label)
            put_text(self.message, part)
        return self.signer.sign_text(self.message)

    def login(self, channel, req_param, timestamp):
        """The `signature` of a WebSocket API request; `req_param` are its bytes as sent, empty for `spot.login`."""
        self.message.size = 0
        for label, part in ((b"api\n", channel), (b"\n", req_param), (b"\n", timestamp)):
            put_text(self.message, label)
            put_text(self.message, part)
        return self.signer.sign_text(self.message)

    cdef int sign_call(self, const char* head, Py_ssize_t size, Writer body, object timestamp, char* out) except -1:
        # `rest` for a prepared `head` (method, path and query, each with its line feed) and a body in a Writer.
        self.message.size = 0
        self.message.put(head, size)
        self._finish(body, timestamp)
        return self.signer.sign(self.message, out)

    cdef int sign_at(self, bytes head, Writer body, int64_t seconds, char* out) except -1:
        # As `sign_call`, with the timestamp as a number.
        self.message.size = 0
        self.message.put_bytes(head)
        self._hash(body)
        self.message.put_int(seconds)
        return self.signer.sign(self.message, out)

    cdef int _finish(self, Writer body, object timestamp) except -1:
        self._hash(body)
        return put_text(self.message, timestamp)

    cdef int _hash(self, Writer body) except -1:
        cdef Writer message = self.message
        message.reserve(MOST_HEX)
        self.signer.digest(body, message.data + message.size)
        message.size += self.signer.hex_size
        return message.put(b"\n", 1)
