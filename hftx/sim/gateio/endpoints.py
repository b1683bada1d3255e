"""Public REST calls of Gate on every market: a budget for each endpoint and address, headers, errors, parameters.

Must never know: what an endpoint answers, WebSocket.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from hftx.sim.gateio.replies import (
    GateioError,
    GatewayFailure,
    add_budget,
    add_times,
    bad_gateway,
    refusal,
    reply,
    too_many,
)
from hftx.sim.limits import Window
from hftx.sim.venue import Venue

PREFIX = "/api/v4"

Handler = Callable[[web.Request], Awaitable[Any]]


class PublicEndpoints:
    """Makes handlers into routes, each with its own request budget per address."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._windows: dict[tuple[str, str], Window] = {}

    def routes(self, handlers: dict[str, Handler], method: str = "GET") -> list[web.RouteDef]:
        """A route for each path below PREFIX."""
        return [
            web.route(method, PREFIX + path, self._endpoint(path, handler))
            for path, handler in handlers.items()
        ]

    def others(self, private: tuple[str, ...]) -> web.RouteDef:
        """The route of everything else; below ``private`` a signature is asked for first."""

        async def unknown(request: web.Request) -> None:
            path = request.path.removeprefix(PREFIX)
            if request.method != "GET":
                raise GateioError(405, "METHOD_NOT_ALLOWED", "Method not allowed")
            if path.startswith(private) and "SIGN" not in request.headers:  # asked before the route is looked up
                raise GateioError(400, "MISSING_REQUIRED_HEADER", "Missing required header: Timestamp")
            raise GateioError(404, "NOT_FOUND", "URL not found")

        return web.route("*", PREFIX + "/{path:.*}", self._endpoint("other", unknown))

    def requests_left(self) -> dict[str, int]:
        """Endpoint and address -> what is left of the current window."""
        return {f"{name} {address}": window.left for (name, address), window in self._windows.items()}

    def _endpoint(
        self, name: str, handler: Handler
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            in_us = self._venue.clock_ms() * 1000
            self._venue.rest_calls[name] += 1
            options, now_s = self._venue.options, self._venue.now_s()
            window = self._windows.setdefault(
                (name, request.remote or ""), Window(options.gate_request_limit, options.gate_request_window_s)
            )
            try:
                if not window.spend(1, now_s):
                    self._venue.refused["429"] += 1
                    raise too_many()
                response = reply(200, await handler(request))
            except GateioError as error:
                response = refusal(error)
            except GatewayFailure as failure:
                return bad_gateway(failure.status)
            add_budget(response, window, options.gate_request_limit, self._venue)
            add_times(response, in_us, self._venue)
            return response

        return answer


def number(request: web.Request, name: str, default: int, least: int = 0, most: int = 1 << 40) -> int:
    """A whole-number parameter. Raises GateioError when it is none or out of range."""
    text = request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise GateioError(400, "INVALID_PARAM_VALUE", f"Invalid parameter {name}: {text}")
    return int(text)
