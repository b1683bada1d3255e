"""Gate's signed REST calls on every market: who may call, from which budget, faults, headers ("API v4").

Must never know: what an endpoint does, WebSocket.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from aiohttp import web

from hftx.sim.accounts import Ledger
from hftx.sim.answers import hinder, slow, storms
from hftx.sim.gateio.replies import GateioError, add_budget, add_times, bad_gateway, refusal, reply, too_many
from hftx.sim.gateio.signing import Doorkeeper, permit
from hftx.sim.gateio.tickets import bad_value
from hftx.sim.limits import Window
from hftx.sim.orders import Order
from hftx.sim.venue import Venue

PREFIX = "/api/v4"


@dataclass(frozen=True)
class Call:
    """One signed call that has passed the gate; ``placed`` learns which order it places.

    ``symbol_key`` is the parameter in which this market's calls name what is traded.
    """

    ledger: Ledger
    request: web.Request
    query: dict[str, str]
    body: Any
    symbol_key: str
    placed: list[Order] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, Any]:
        """The body of a call that needs an object. Raises GateioError."""
        if not isinstance(self.body, dict):
            raise GateioError(400, "INVALID_REQUEST_BODY", "the body must be a JSON object")
        return self.body

    @property
    def items(self) -> list[Any]:
        """The body of a call that needs a list. Raises GateioError."""
        if not isinstance(self.body, list):
            raise GateioError(400, "INVALID_REQUEST_BODY", "the body must be a JSON array")
        return self.body

    def symbols(self) -> set[str]:
        """What is traded, as the call names it; an empty text where it names nothing."""
        rows = self.body if isinstance(self.body, list) else [self.body]
        key = self.symbol_key
        named = {str(row[key]) for row in rows if isinstance(row, dict) and row.get(key)}
        return named or {self.query.get(key) or self.request.match_info.get(key, "")}

    def number(self, name: str, default: int, most: int = 1 << 40) -> int:
        """A whole-number query parameter. Raises GateioError."""
        text = self.query.get(name, str(default))
        if not (text.isascii() and text.isdigit() and int(text) <= most):
            raise bad_value(name, text)
        return int(text)


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: who may call it, from which budget, and what it answers."""

    method: str
    path: str
    permission: str
    budget: str
    act: Callable[[Call], Any]
    status: int = 200

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def trades(self) -> bool:
        """Whether faults of order requests may hit it."""
        return self.permission == "trade"


class Budgets(ABC):
    """The budgets of an account's calls."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self._windows: dict[tuple[int, str], Window] = {}

    @abstractmethod
    def spend(self, endpoint: Endpoint, call: Call) -> Window:
        """Take a call from its budget. Raises GateioError."""

    def take(self, ledger: Ledger, name: str, limit: int, span_s: float, weight: int = 1) -> Window:
        """Take from a budget that is opened with its first call. Raises GateioError."""
        window = self._windows.setdefault((ledger.uid, name), Window(limit, span_s))
        if not window.spend(weight, self.venue.now_s()):
            self.venue.refused["429"] += 1
            raise too_many()
        return window


class Gate:
    """Serves endpoints: signature, permission, budget, faults, headers."""

    def __init__(self, venue: Venue, door: Doorkeeper, budgets: Budgets, symbol_key: str) -> None:
        self._venue = venue
        self._door = door
        self._budgets = budgets
        self._symbol_key = symbol_key

    def route(self, endpoint: Endpoint) -> web.RouteDef:
        return web.route(endpoint.method, PREFIX + endpoint.path, self._serve(endpoint))

    def _serve(self, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            venue = self._venue
            in_us = venue.clock_ms() * 1000
            venue.rest_calls[endpoint.name] += 1
            window = None
            try:
                call = await self._enter(endpoint, request)
                window = self._spend(endpoint, call)
                response = reply(endpoint.status, endpoint.act(call))
                failed = await self._hinder(endpoint, call)
                if failed is not None:
                    return bad_gateway(failed)
            except GateioError as error:
                response = refusal(error)
            await slow(venue, endpoint.name, None)
            if window is not None:
                add_budget(response, window, window.limit, venue)
            add_times(response, in_us, venue)
            return response

        return answer

    async def _enter(self, endpoint: Endpoint, request: web.Request) -> Call:
        raw = b""
        if endpoint.method not in ("GET", "DELETE"):
            raw = await request.read()
            if raw and request.content_type != "application/json":
                raise GateioError(400, "INVALID_CONTENT_TYPE", "Content-Type must be application/json")
        if not any(kind in request.headers.get("Accept", "*/*") for kind in ("*/*", "application/json")):
            raise GateioError(406, "NOT_ACCEPTABLE", "Accept must be application/json")
        ledger = self._door.rest(request, raw)
        permit(ledger, endpoint.permission)
        expires = request.headers.get("x-gate-exptime")
        if expires is not None and (not expires.isdigit() or int(expires) < self._venue.clock_ms()):
            raise GateioError(403, "REQUEST_EXPIRED", "the request came after its x-gate-exptime")
        try:
            body = json.loads(raw, parse_float=Decimal) if raw else None
        except json.JSONDecodeError:
            raise GateioError(400, "INVALID_REQUEST_BODY", "the body must be JSON") from None
        return Call(ledger, request, dict(request.query), body, self._symbol_key)

    def _spend(self, endpoint: Endpoint, call: Call) -> Window:
        if storms(self._venue, endpoint.name, next(iter(call.symbols())) or None):
            self._venue.refused["429"] += 1
            raise too_many()
        return self._budgets.spend(endpoint, call)

    async def _hinder(self, endpoint: Endpoint, call: Call) -> int | None:
        if not endpoint.trades:
            return None
        symbol = next(iter(call.symbols())) or None
        return await hinder(self._venue, call.request, endpoint.name, symbol, next(iter(call.placed), None))
