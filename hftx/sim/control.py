"""The twin's handle over HTTP: state, books, accounts, pause and resume, faults, events on demand.

Must never know: a venue's dialect beyond the book it spells.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from hftx.sim.accounts import AccountError
from hftx.sim.dialect import ControlError
from hftx.sim.faults import FaultError
from hftx.sim.listing import UnknownSymbolError

if TYPE_CHECKING:
    from hftx.sim.twin import Twin

CONTROL_PATH = "/control"
_MOST_EVENTS = 1_000_000


def control_routes(twin: Twin) -> list[web.RouteDef]:
    """The routes under CONTROL_PATH."""
    control = _Control(twin)
    return [
        web.get(f"{CONTROL_PATH}/state", control.state),
        web.get(f"{CONTROL_PATH}/stats", control.stats),
        web.get(f"{CONTROL_PATH}/book", control.book),
        web.get(f"{CONTROL_PATH}/account", control.account),
        web.post(f"{CONTROL_PATH}/pause", control.pause),
        web.post(f"{CONTROL_PATH}/resume", control.resume),
        web.post(f"{CONTROL_PATH}/fault", control.fault),
        web.post(f"{CONTROL_PATH}/clear", control.clear),
        web.post(f"{CONTROL_PATH}/event", control.event),
        web.post(f"{CONTROL_PATH}/act", control.act),
    ]


def _refusal(text: str) -> web.Response:
    return web.json_response({"error": text}, status=400)


class _BadBody(ValueError):
    """A body that is no JSON object with the name that it needs."""


async def _named(request: web.Request, name: str) -> tuple[str, dict[str, Any]]:
    """The text of a body under this name, and the rest of the body. Raises _BadBody."""
    try:
        body: Any = json.loads(await request.text())
    except json.JSONDecodeError as error:
        raise _BadBody(f"the body must be a JSON object: {error}") from error
    if not isinstance(body, dict) or not isinstance(body.get(name), str):
        raise _BadBody(f"the body must be a JSON object with a {name!r}")
    return body.pop(name), body


class _Control:
    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    async def state(self, _: web.Request) -> web.Response:
        return web.json_response(self._twin.state())

    async def stats(self, _: web.Request) -> web.Response:
        return web.json_response(self._twin.stats())

    async def book(self, request: web.Request) -> web.Response:
        symbol = request.query.get("symbol", "")
        try:
            return web.json_response(self._twin.book(symbol))
        except UnknownSymbolError as error:
            return _refusal(str(error))

    async def account(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(self._twin.account(request.query.get("key", "")))
        except AccountError as error:
            return _refusal(str(error))

    async def pause(self, _: web.Request) -> web.Response:
        self._twin.pause()
        return web.json_response(self._twin.state())

    async def resume(self, _: web.Request) -> web.Response:
        self._twin.resume()
        return web.json_response(self._twin.state())

    async def clear(self, _: web.Request) -> web.Response:
        self._twin.clear_faults()
        return web.json_response(self._twin.state())

    async def fault(self, request: web.Request) -> web.Response:
        try:
            kind, args = await _named(request, "kind")
            return web.json_response({"id": self._twin.inject(kind, **args)})
        except (FaultError, UnknownSymbolError, _BadBody) as error:
            return _refusal(str(error))

    async def act(self, request: web.Request) -> web.Response:
        try:
            verb, args = await _named(request, "verb")
            return web.json_response(self._twin.act(verb, **args))
        except (ControlError, AccountError, UnknownSymbolError, _BadBody) as error:
            return _refusal(str(error))

    async def event(self, request: web.Request) -> web.Response:
        text = request.query.get("n", "1")
        if not text.isdigit() or not 0 < int(text) <= _MOST_EVENTS:
            return _refusal(f"n must be a whole number from 1 to {_MOST_EVENTS}, got {text!r}")
        self._twin.play(int(text))
        return web.json_response(self._twin.state())
