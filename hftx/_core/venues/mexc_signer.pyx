"""How MEXC wants requests signed: MEXC Spot v3 docs, "Signed": HMAC-SHA256 over the query, right behind it the body."""

from typing import NoReturn

from hftx._core.signer cimport MOST_HEX, Signer
from hftx._core.writer cimport Writer, put_text


cdef class MexcSigner:
    """Signs MEXC requests. `secret` is text, bytes or `Credentials`; nothing of it is shown, pickled or copied."""

    def __cinit__(self, secret):
        self.signer = Signer(secret, "sha256")
        self.message = Writer()

    def __repr__(self):
        return "<MexcSigner>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("signers are not pickled or copied")

    def rest(self, query, body=b""):
        """The `signature` of a call: `query` (without `?`) and `body` exactly as they are sent, text or bytes.

        Values are percent-encoded already; `timestamp` (ms) is one of the parameters, `signature` is not.
        """
        self.message.size = 0
        put_text(self.message, query)
        put_text(self.message, body)
        return self.signer.sign_text(self.message)

    cdef int append_signature(self, Writer query) except -1:
        # `&signature=` with the signature of all that `query` holds.
        cdef char[MOST_HEX] text
        self.signer.sign(query, text)
        query.put(b"&signature=", 11)
        return query.put(text, self.signer.hex_size)
