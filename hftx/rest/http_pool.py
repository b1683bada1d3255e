"""Kept HTTP/1.1 connections by origin, and exactly one attempt for a request: no repeat, no redirect, no proxy.

The error says whether anything was sent: `ConnectFailedError` means that nothing was. Bursts are bounded by the budget
of the caller, not here. Never knows a venue's words; never logs, and no error names the target of a request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from yarl import URL

from hftx.errors import (
    ConnectFailedError,
    ConnectionLost,
    HftxError,
    InitializationError,
    RequestTimeoutError,
    UsageError,
    VenueUnavailableError,
)
from hftx.rest.error_map import Answer
from hftx.rest.http_line import HttpLine, NotHttpError, as_answer
from hftx.rest.tls import ResumingContext, client_context

_KEEP_ALIVE_SECONDS = 60.0
_CLOSE_SECONDS = 1.0
_FIXED = (
    "Accept: application/json\r\nContent-Type: application/json\r\nAccept-Encoding: identity\r\nUser-Agent: hftx\r\n"
)
_BODILESS = ("GET", "DELETE")


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where requests go: what a connection needs, and the part of every head that never changes. Made once."""

    host: str
    port: int
    is_tls: bool
    path: str
    fixed: str = field(repr=False)


@lru_cache(maxsize=64)
def origin_of(base: str) -> Origin:
    """The origin of a base URL, and its path without the last slash."""
    url = URL(base)
    host = url.raw_host or ""
    named = f"[{host}]" if ":" in host else host
    name = named if url.is_default_port() else f"{named}:{url.port}"
    return Origin(host, url.port or 0, url.scheme == "https", url.raw_path.rstrip("/"), f"Host: {name}\r\n{_FIXED}")


class HttpPool:
    """Connections of one client. Bound to the event loop of its first call; close it when done."""

    def __init__(self, venue: str) -> None:
        self._venue = venue
        self._idle: dict[Origin, list[HttpLine]] = {}
        self._lines: set[HttpLine] = set()
        self._tls: ResumingContext | None = None
        self._closed = False

    async def exchange(
        self,
        request: str,
        origin: Origin,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float,
    ) -> Answer:
        """The answer to one request, whatever its status; `request` stands for it in errors.

        Raises `ConnectFailedError` when nothing was sent, `ConnectionLost`, `RequestTimeoutError` and
        `VenueUnavailableError` (no HTTP) when it may have arrived.
        """
        data = written(origin, method, target, headers, body)
        line = self.kept(origin) or await self.connect(request, origin, seconds)
        try:
            return as_answer(await line.ask(data, seconds))
        except BaseException as error:
            raise self.fault(request, line, error, seconds) from None
        finally:
            self.give_back(origin, line)

    async def warm(self, request: str, origin: Origin, seconds: float) -> None:
        """A connection is kept and ready when this returns, for a call that begins before anything else can.

        Raises `ConnectFailedError` when there is none within `seconds`.
        """
        line = self.kept(origin) or await self.connect(request, origin, seconds)
        self.give_back(origin, line)

    def kept(self, origin: Origin) -> HttpLine | None:
        """An open connection for one request, if there is one; `give_back` it."""
        # The one used last first: the others grow old and are closed.
        idle = self._idle.get(origin)
        while idle:
            line = idle.pop()
            if line.is_open and line.idle_seconds() < _KEEP_ALIVE_SECONDS:
                return line
            self._drop(line)
        return None

    def give_back(self, origin: Origin, line: HttpLine) -> None:
        """The request is answered, or was never sent; a line that is not open any more is dropped."""
        if not line.is_open or self._closed:
            self._drop(line)
            return
        idle = self._idle.get(origin)
        if idle is None:
            self._idle[origin] = [line]
        else:
            idle.append(line)

    def fault(self, request: str, line: HttpLine, error: BaseException, seconds: float) -> BaseException:
        """What the end of `HttpLine.ask` means; the line is closed, as the answer may still come.

        An error of hftx's own is from before: it stays what it is, and nothing was sent.
        """
        if isinstance(error, HftxError):
            return error
        line.abort()
        if isinstance(error, TimeoutError):
            return RequestTimeoutError(f"{self._venue} {request}: no answer within {seconds:g} s")
        if isinstance(error, NotHttpError):
            return VenueUnavailableError(self._venue, request, 0, "", f"not HTTP: {error}")
        return ConnectionLost(f"{self._venue} {request}: {error}") if isinstance(error, OSError) else error

    async def close(self) -> None:
        """Close every connection; later calls raise `InitializationError`. May be called again."""
        self._closed = True
        lines, self._lines = list(self._lines), set()
        self._idle.clear()
        for line in lines:
            line.abort()
        if lines:
            await asyncio.wait([line.gone for line in lines], timeout=_CLOSE_SECONDS)

    async def connect(self, request: str, origin: Origin, seconds: float) -> HttpLine:
        """A new connection for one request; `give_back` it. Raises `ConnectFailedError`."""
        self._check_open(request)
        loop = asyncio.get_running_loop()
        tls = self._context() if origin.is_tls else None
        name = origin.host if origin.is_tls else None
        try:
            async with asyncio.timeout(seconds):
                _, line = await loop.create_connection(
                    lambda: HttpLine(loop), origin.host, origin.port, ssl=tls, server_hostname=name
                )
        except TimeoutError:
            raise ConnectFailedError(f"{self._venue} {request}: no connection within {seconds:g} s") from None
        except OSError as error:
            text = f"{self._venue} {request}: {type(error).__name__}: {error}"
            raise ConnectFailedError(text) from None
        self._lines.add(line)
        if self._closed:  # meanwhile
            self._drop(line)
        self._check_open(request)
        return line

    def _drop(self, line: HttpLine) -> None:
        if self._tls is not None:
            self._tls.note(line.extra("ssl_object"))
        line.abort()
        self._lines.discard(line)

    def _context(self) -> ResumingContext:
        if self._tls is None:
            self._tls = client_context()
        for line in self._lines:   # tickets come with the first answer, not with the handshake
            self._tls.note(line.extra("ssl_object"))
        return self._tls

    def _check_open(self, request: str) -> None:
        if self._closed:
            raise InitializationError(f"{self._venue} {request}: the client is closed; make a new one")


def head_of(origin: Origin, method: str, path: str, headers: Mapping[str, str]) -> bytes:
    """The head of every such request, up to the headers that change. Raises as `written`."""
    return written(origin, method, path, headers, b"").removesuffix(b"Content-Length: 0\r\n\r\n")


def written(origin: Origin, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """The bytes of a request. Raises `UsageError` for what cannot stand in its head."""
    more = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    size = "" if body is None and method in _BODILESS else f"Content-Length: {len(body or b'')}\r\n"
    plain = target.isascii() and target.isprintable() and " " not in target
    if not plain or not more.isascii() or not more.count("\n") == more.count("\r") == len(headers):
        raise UsageError("a path, query or header holds what cannot stand there; nothing was sent")
    head = f"{method} {target} HTTP/1.1\r\n{origin.fixed}{more}{size}\r\n".encode("ascii")
    return head if body is None else head + body
