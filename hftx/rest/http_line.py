"""One kept HTTP/1.1 connection: a request out, its answer in, one at a time. The parser is httptools (llhttp).

Never knows a venue, what was asked, or whether it may be asked again.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from typing import cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from multidict import CIMultiDict

from hftx.rest.error_map import Answer

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


class HttpLine(asyncio.Protocol):
    """Open until `is_open` is False. Whoever has asked must have the answer, or an error, before the next asks."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.is_open = False
        self.used_at = 0.0
        self.gone: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._parser = HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._draft = _Draft([], [])

    async def ask(self, request: bytes, seconds: float) -> Answer:
        """Send `request` whole and wait for its answer.

        Raises `TimeoutError`, `ConnectionError` or `NotHttpError`; then, or when the task is cancelled, the line is
        closed, as the answer may still come.
        """
        assert self._transport is not None and self._waiting is None
        waiting = self._waiting = self._loop.create_future()
        timer = self._loop.call_later(seconds, self._expire)
        try:
            self._transport.write(request)
            answer: Answer = await waiting
        except BaseException:
            self.abort()
            raise
        finally:
            timer.cancel()
            self._waiting = None
        self.used_at = self._loop.time()
        return answer

    def abort(self) -> None:
        """Close at once."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the line is open."""
        self._transport, self.is_open = cast(asyncio.Transport, transport), True
        self.used_at = self._loop.time()

    def data_received(self, data: bytes) -> None:
        """asyncio: a part of an answer, or something that nobody has asked for."""
        if self._waiting is None:
            self.abort()
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(NotHttpError(str(error)))
            self.abort()

    def eof_received(self) -> bool:
        """asyncio: no more will come; a body without a stated length ends so."""
        self.is_open = False
        if self._draft.whole_head and not self._draft.measured:
            self.on_message_complete()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the line is closed."""
        self.is_open = False
        reason = f"{type(error).__name__}: {error}" if error is not None else "the venue closed the connection"
        self._fail(ConnectionError(reason))
        if not self.gone.done():
            self.gone.set_result(None)

    def on_message_begin(self) -> None:
        """httptools: the first byte of an answer."""
        self._draft = _Draft([], [])
        if self._waiting is None or self._waiting.done():  # a second answer to one request
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
        waiting = self._waiting
        if status < 200 or waiting is None or waiting.done():
            return
        if not self._parser.should_keep_alive():
            self.is_open = False
        try:
            body = b"".join(draft.body)
            whole = zlib.decompress(body, _GZIP_OR_ZLIB) if draft.encoded else body
        except zlib.error as error:
            self._fail(NotHttpError(f"its body cannot be unpacked ({error})"))
            return
        waiting.set_result(Answer(status, CIMultiDict(draft.headers), whole))

    def _expire(self) -> None:
        self._fail(TimeoutError())

    def _fail(self, error: Exception) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
