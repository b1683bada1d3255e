"""One kept HTTP/1.1 connection as asyncio drives it. What is not a usual answer is parsed by httptools (llhttp).

Never knows a venue, what was asked, or whether it may be asked again.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from typing import TypeAlias

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from multidict import CIMultiDict

from hftx._core.http_answer import HttpAnswer
from hftx._core.http_connection import HttpConnection
from hftx.rest.error_map import Answer

Answered: TypeAlias = HttpAnswer | Answer
"""A whole answer: as it was read in place, or as the parser has read it."""

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_LENGTH_HEADERS = (b"content-length", b"transfer-encoding")


class NotHttpError(Exception):
    """What came is not an HTTP answer that can be read."""


@dataclass(slots=True)
class _Draft:
    """An answer while it comes."""

    headers: list[tuple[str, str]]
    body: list[bytes]
    measured: bool = False  # the head says how long the body is
    encoded: bool = False
    whole_head: bool = False


def as_answer(answer: Answered) -> Answer:
    """With all headers by name."""
    if isinstance(answer, Answer):
        return answer
    return Answer(answer.status, CIMultiDict(answer.pairs), answer.body)


class HttpLine(HttpConnection, asyncio.BufferedProtocol):
    """Open until `is_open` is False. Whoever has asked must have the answer, or an error, before the next asks."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.gone: asyncio.Future[None] = loop.create_future()
        self._parser = HttpResponseParser(self)
        self._draft = _Draft([], [])

    def unusual(self, data: bytes, is_first: bool) -> None:
        """A part of an answer that is for the parser; from its first byte on when `is_first`."""
        if is_first:
            self._parser, self._draft = HttpResponseParser(self), _Draft([], [])
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.fail(NotHttpError(str(error)))
            self.abort()

    def eof_received(self) -> bool:
        """asyncio: no more will come; a body without a stated length ends so."""
        self.is_open = False
        if self._draft.whole_head and not self._draft.measured:
            self.on_message_complete()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the line is closed."""
        self.abort()
        reason = f"{type(error).__name__}: {error}" if error is not None else "the venue closed the connection"
        self.fail(ConnectionError(reason))
        if not self.gone.done():
            self.gone.set_result(None)

    def on_message_begin(self) -> None:
        """httptools: the first byte of an answer."""
        self._draft = _Draft([], [])
        if not self.is_awaited:  # a second answer to one request
            self.is_open = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """httptools: one header, whole."""
        draft, lower = self._draft, name.lower()
        if lower in _LENGTH_HEADERS:
            draft.measured = True
        elif lower == b"content-encoding":
            draft.encoded = value.strip().lower() != b"identity"
        draft.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """httptools: the head is whole."""
        self._draft.whole_head = True

    def on_body(self, body: bytes) -> None:
        """httptools: a part of the body."""
        self._draft.body.append(body)

    def on_message_complete(self) -> None:
        """httptools: the answer is whole. Answers of 1xx only announce the real one."""
        status, draft = self._parser.get_status_code(), self._draft
        if status < 200 or not self.is_awaited:
            return
        self._draft = _Draft([], [])   # the end of the line must not end this answer again
        if not self._parser.should_keep_alive():
            self.is_open = False
        try:
            body = b"".join(draft.body)
            whole = zlib.decompress(body, _GZIP_OR_ZLIB) if draft.encoded else body
        except zlib.error as error:
            self.fail(NotHttpError(f"its body cannot be unpacked ({error})"))
            return
        self.answer(Answer(status, CIMultiDict(draft.headers), whole))
