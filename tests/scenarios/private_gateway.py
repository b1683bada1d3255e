"""An HTTP door in front of a twin's REST that can be shut: then every request gets 503, or no answer at all.

Must never know: venues.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from yarl import URL


class Gateway:
    """`mode` is "open", "failing" or "silent"; `requests` are the methods and paths that came, `refused` how many
    were not let through."""

    def __init__(self, target: str) -> None:
        self._target = URL(target)
        self._http = aiohttp.ClientSession(auto_decompress=False)
        self.mode = "open"
        self.url = ""
        self.refused = 0
        self.requests: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.requests.append(f"{request.method} {request.path}")
        if self.mode != "open":
            self.refused += 1
        if self.mode == "silent":
            await asyncio.sleep(30.0)
        if self.mode == "failing":
            return web.Response(status=503, text="<html>down</html>", content_type="text/html")
        url = URL(str(self._target.origin()) + request.raw_path, encoded=True)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in ("host", "content-length")}
        async with self._http.request(
            request.method, url, headers=headers, data=await request.read() or None, allow_redirects=False
        ) as answer:
            kept = {k: v for k, v in answer.headers.items()
                    if k.lower() not in ("content-length", "transfer-encoding", "connection")}  # fmt: skip
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)

    async def close(self) -> None:
        """Release the client."""
        await self._http.close()


@asynccontextmanager
async def gateway(target: str) -> AsyncIterator[Gateway]:
    """A gateway in front of `target`; its own `url` has the same path."""
    made = Gateway(target)
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    made.url = f"http://{host}:{port}{URL(target).raw_path.rstrip('/')}"
    try:
        yield made
    finally:
        await runner.cleanup()
        await made.close()
