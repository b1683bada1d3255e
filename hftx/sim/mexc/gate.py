"""MEXC's gate to signed REST endpoints: weights, content type, signature, permission, buckets, faults.

Must never know: what an endpoint does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from hftx.sim.accounts import Ledger
from hftx.sim.answers import hinder, slow, storms
from hftx.sim.limits import Window
from hftx.sim.mexc.replies import MexcError, refusal, reply, too_many
from hftx.sim.mexc.rest import MexcRest
from hftx.sim.mexc.signing import Doorkeeper, missing, permit
from hftx.sim.orders import Order
from hftx.sim.venue import Venue

PREFIX = "/api/v3"


@dataclass(frozen=True)
class Call:
    """One signed call that has passed the gate; ``placed`` learns which order it places."""

    ledger: Ledger
    request: web.Request
    params: dict[str, str]
    placed: list[Order] = field(default_factory=list)

    def need(self, name: str) -> str:
        """A parameter that must be there. Raises MexcError."""
        value = self.params.get(name)
        if not value:
            raise missing(name)
        return value

    def number(self, name: str, default: int, most: int = 1 << 62) -> int:
        """A whole-number parameter, cut to ``most``. Raises MexcError."""
        text = self.params.get(name) or str(default)
        if not (text.isascii() and text.isdigit()):
            raise MexcError(33333, f"Parameter error: {name}")
        return min(int(text), most)


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: who may call it, what it costs (``buckets`` besides the weight), what it answers."""

    method: str
    path: str
    permission: str
    weight: int
    act: Callable[[Call], Any]
    buckets: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


class Gate:
    """Serves endpoints: weights, content type, signature, permission, buckets, faults."""

    def __init__(self, venue: Venue, rest: MexcRest) -> None:
        self._venue = venue
        self._rest = rest
        self._door = Doorkeeper(venue)
        self._windows: dict[tuple[int, str], Window] = {}

    def route(self, endpoint: Endpoint) -> web.RouteDef:
        return web.route(endpoint.method, PREFIX + endpoint.path, self._serve(endpoint))

    def _serve(self, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            self._venue.rest_calls[endpoint.name] += 1
            limited = self._rest.limited(request.remote or "", endpoint.weight)
            if limited is not None:
                return limited
            try:
                call = await self._enter(endpoint, request)
                response = self._excess(endpoint, call)
                if response is None:
                    response = reply(200, endpoint.act(call))
                    response = await self._hinder(endpoint, call) or response
            except MexcError as error:
                response = refusal(error)
            await slow(self._venue, endpoint.name, None)
            return response

        return answer

    async def _enter(self, endpoint: Endpoint, request: web.Request) -> Call:
        if endpoint.method != "GET" and request.content_type != "application/json":
            raise MexcError(700013, "Invalid content Type.")
        body = "" if endpoint.method == "GET" else await request.text()
        ledger, params = self._door.enter(request, body)
        permit(ledger, endpoint.permission)
        return Call(ledger, request, params)

    def _excess(self, endpoint: Endpoint, call: Call) -> web.Response | None:
        """429 when the account has used up one of the endpoint's buckets."""
        options, now_s = self._venue.options, self._venue.now_s()
        if storms(self._venue, endpoint.name, _symbol(self._venue, call)):
            self._venue.refused["429"] += 1
            return too_many(1.0)
        limits = {
            "uid": (options.mexc_uid_weight_limit, options.mexc_weight_window_s),
            "order": (options.mexc_order_limit, 1.0),
            "batch": (options.mexc_batch_limit, 1.0),
            "account": (options.mexc_account_limit, 1.0),
        }
        for bucket in endpoint.buckets:
            window = self._windows.setdefault((call.ledger.uid, bucket), Window(*limits[bucket]))
            if not window.spend(1, now_s):
                self._venue.refused["429"] += 1
                return too_many(window.wait_s(now_s))
        return None

    async def _hinder(self, endpoint: Endpoint, call: Call) -> web.Response | None:
        if endpoint.permission != "trade":
            return None
        symbol = _symbol(self._venue, call)
        failed = await hinder(self._venue, call.request, endpoint.name, symbol, next(iter(call.placed), None))
        return None if failed is None else web.Response(status=failed, text="Service Unavailable")


def _symbol(venue: Venue, call: Call) -> str | None:
    """The symbol of a call as BASE_QUOTE, for faults."""
    wire = call.params.get("symbol")
    return next((name for name in venue.markets if name.replace("_", "") == wire), None)
