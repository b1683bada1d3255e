"""A TCP relay between a client and a twin that can stop passing bytes on: a line that is dead without being closed.

Must never know: WebSocket, venues.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Relay:
    """Passes bytes both ways while `flowing`; `connections` counts those that came."""

    def __init__(self, host: str, port: int) -> None:
        self.url = ""
        self.connections = 0
        self.dead: set[int] = set()
        self._host, self._port = host, port
        self._tasks: set[asyncio.Task[None]] = set()

    def kill_line(self) -> None:
        """Bytes of all connections so far are swallowed from now on."""
        self.dead.update(range(1, self.connections + 1))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        number = self.connections
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        tasks = [
            asyncio.create_task(self._pump(number, reader, far_writer)),
            asyncio.create_task(self._pump(number, far_reader, writer)),
        ]
        self._tasks.update(tasks)
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        writer.close()
        far_writer.close()

    async def _pump(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if number not in self.dead:
                    writer.write(data)

    async def stop(self) -> None:
        """End what still runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def relay(url: str) -> AsyncIterator[Relay]:
    """A relay in front of `url`; its own `url` has the same path."""
    parts = urlsplit(url)
    made = Relay(str(parts.hostname), int(parts.port or 0))
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = parts._replace(netloc=f"127.0.0.1:{server.sockets[0].getsockname()[1]}").geturl()
    try:
        yield made
    finally:
        server.close()
        await made.stop()
