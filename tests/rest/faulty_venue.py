"""A small HTTP server that answers what a test scripts, call by call. The last answer repeats."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Step = Callable[[web.Request], Awaitable[web.StreamResponse]]
WEB_PAGE = "<html><head><title>502 Bad Gateway</title></head></html>"


def reply(body: Any = None, status: int = 200, headers: dict[str, str] | None = None) -> Step:
    """A complete answer: text as it is, anything else as JSON."""

    async def step(_: web.Request) -> web.StreamResponse:
        text = body if isinstance(body, str) else json.dumps({} if body is None else body)
        return web.Response(status=status, text=text, headers=headers)

    return step


async def abort(request: web.Request) -> web.StreamResponse:
    """The connection ends without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def cut_body(request: web.Request) -> web.StreamResponse:
    """The connection ends in the middle of the body."""
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"serverTime":')
    assert request.transport is not None
    request.transport.abort()
    return response


async def silence(_: web.Request) -> web.StreamResponse:
    """No answer while the client waits."""
    await asyncio.sleep(30)
    return web.Response()


class FaultyVenue:
    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.url = ""
        self.calls: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.peers: set[Any] = set()
        self._steps = list(steps)

    def script(self, *steps: Step) -> None:
        self._steps = list(steps)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(f"{request.method} {request.path}")
        self.queries.append(dict(request.query))
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        return await step(request)


@asynccontextmanager
async def faulty_venue(*steps: Step) -> AsyncIterator[FaultyVenue]:
    venue = FaultyVenue(steps or (reply(),))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", venue.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    venue.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield venue
    finally:
        await runner.cleanup()
