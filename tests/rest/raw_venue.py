"""A server of plain bytes: each connection answers by the script of the test. For what no HTTP server would send."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from hftx.rest.error_map import Answer
from hftx.rest.http_pool import HttpPool, origin_of

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"
Script = Callable[["RawLine"], Awaitable[None]]


class RawLine:
    """One connection, as the server sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def request(self) -> bytes:
        """The next request, with its body."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        sizes = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return head + await self._reader.readexactly(int(sizes[0].split(b":")[1]) if sizes else 0)

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def end(self) -> None:
        """No more will come from here."""
        self._writer.write_eof()

    async def hung_up(self) -> None:
        """Until the client has closed."""
        while await self._reader.read(1000):
            pass


class RawVenue:
    """What came, in order, and how many connections there were."""

    def __init__(self) -> None:
        self.url = ""
        self.lines = 0


@asynccontextmanager
async def raw_venue(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawVenue]:
    venue, running = RawVenue(), set[asyncio.Task[None]]()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        venue.lines += 1
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await script(RawLine(reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client has gone, or the test is over
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    venue.url = f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield venue
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def pool_of() -> AsyncIterator[HttpPool]:
    pool = HttpPool("venue")
    try:
        yield pool
    finally:
        await pool.close()


async def ask(pool: HttpPool, url: str, seconds: float = 2.0, **more: Any) -> Answer:
    given: dict[str, Any] = {"method": "POST", "target": "/x", "headers": {"KEY": "k"}, "body": b"{}"} | more
    return await pool.exchange(
        "POST /x", origin_of(url), given["method"], given["target"], given["headers"], given["body"], seconds
    )


def always(*answers: bytes) -> Script:
    """Each request is answered with the same parts, each in a segment of its own."""

    async def script(line: RawLine) -> None:
        while await line.request():
            for part in answers:
                await line.send(part)
                await asyncio.sleep(0)

    return script


def once(data: bytes) -> Script:
    """The first request is answered so, then the server ends the connection."""

    async def script(line: RawLine) -> None:
        await line.request()
        await line.send(data)
        await line.end()
        await line.hung_up()

    return script
