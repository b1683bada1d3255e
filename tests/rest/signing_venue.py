"""A small venue that checks every signature with the standard library and answers what a test scripts."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from hftx.config import Credentials
from hftx.rest.breaker import BreakerLimits
from hftx.rest.private import PrivateRestOptions, PrivateSpotRest
from hftx.rest.signed import CallLimits
from hftx.venues.gateio.defaults import config as gate_config
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.venues.gateio_futures.defaults import config as futures_config
from hftx.venues.gateio_futures.private_rest import GateioPrivateFuturesRest
from hftx.venues.mexc.defaults import config as mexc_config
from hftx.venues.mexc.private_rest import MexcPrivateRest

from .faulty_venue import Step, reply

KEY, SECRET = "mx0vACMEDEMO00000001", "6f1d0c9b8a7e4d5fa3b2c1d0e9f80716"
SPOT = ["mexc", "gateio"]
KINDS = [*SPOT, "gateio_futures"]


class MexcStandIn:
    """The signer's contract, in plain Python."""

    def __init__(self, secret: str = SECRET) -> None:
        self._secret = secret.encode()

    def rest(self, query: str, body: bytes = b"") -> str:
        return hmac.new(self._secret, query.encode() + body, hashlib.sha256).hexdigest()


class GateStandIn:
    """The signer's contract, in plain Python."""

    def __init__(self, secret: str = SECRET) -> None:
        self._secret = secret.encode()

    def rest(self, method: str, path: str, query: str, body: bytes, timestamp: str) -> str:
        parts = (method, path, query, hashlib.sha512(body).hexdigest(), timestamp)
        return hmac.new(self._secret, "\n".join(parts).encode(), hashlib.sha512).hexdigest()


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    name: str
    fields: Any
    query: str
    headers: dict[str, str]
    signed: bool


class SigningVenue:
    """Answers by "METHOD /path"; the last step of a list repeats. A wrong signature is kept in `refused`."""

    def __init__(self, kind: str) -> None:
        self.kind, self.url, self.skew_s = kind, "", 0.0
        self.calls: list[Call] = []
        self.refused: list[str] = []
        self._steps: dict[str, list[Step]] = {}

    def on(self, name: str, *steps: Step | Any) -> None:
        """Script the answers of one endpoint; what is no step is sent as JSON with 200."""
        self._steps[name] = [step if callable(step) else reply(step) for step in steps]

    def named(self, name: str) -> list[Call]:
        """The calls of one endpoint."""
        return [call for call in self.calls if call.name == name]

    def writes(self) -> list[str]:
        """What was asked to change."""
        return [call.name for call in self.calls if not call.name.startswith("GET")]

    def now(self) -> float:
        """The venue's own clock, in s."""
        return time.time() + self.skew_s

    async def handle(self, request: web.Request) -> web.StreamResponse:
        received = self.now()
        path = request.path if self.kind == "mexc" else request.path.removeprefix("/api/v4")
        name, body = f"{request.method} {path}", await request.read()
        query = request.raw_path.partition("?")[2]
        fault = self._wrong_signature(request, query, body)
        fields = json.loads(body) if body else dict(parse_qsl(query))
        self.calls.append(Call(name, fields, query, dict(request.headers), fault is not None))
        if fault:
            self.refused.append(f"{name}: {fault}")
            return web.json_response({"code": 700002, "label": "INVALID_SIGNATURE", "msg": fault}, status=401)
        if name in ("GET /api/v3/time", "GET /spot/time") and name not in self._steps:
            stamp = int(self.now() * 1000)
            answer: web.StreamResponse = web.json_response({"serverTime": stamp, "server_time": stamp})
        else:
            steps = self._steps[name]
            answer = await (steps.pop(0) if len(steps) > 1 else steps[0])(request)
        if self.kind != "mexc" and not answer.prepared:
            answer.headers["X-In-Time"] = str(int(received * 1e6))
            answer.headers["X-Out-Time"] = str(int(self.now() * 1e6))
        return answer

    def _wrong_signature(self, request: web.Request, query: str, body: bytes) -> str | None:
        # None: not signed at all; empty: right.
        if self.kind == "mexc":
            return self._wrong_mexc(request, query, body)
        return self._wrong_gate(request, query, body)

    def _wrong_mexc(self, request: web.Request, query: str, body: bytes) -> str | None:
        if "X-MEXC-APIKEY" not in request.headers:
            return None
        message, _, signature = query.rpartition("&signature=")
        if MexcStandIn().rest(message, body) != signature or request.headers["X-MEXC-APIKEY"] != KEY:
            return "signature"
        if request.headers["Content-Type"] != "application/json" or body:
            return "content type or body"
        fields = dict(parse_qsl(message))
        late = self.now() * 1000 - int(fields["timestamp"])
        return "" if -1000 < late <= int(fields["recvWindow"]) <= 60_000 else f"late by {late} ms"

    def _wrong_gate(self, request: web.Request, query: str, body: bytes) -> str | None:
        if "KEY" not in request.headers:
            return None
        stamp = request.headers["Timestamp"]
        path = request.raw_path.partition("?")[0]
        wanted = GateStandIn().rest(request.method, path, unquote(query), body, stamp)
        if request.headers["SIGN"] != wanted or request.headers["KEY"] != KEY:
            return "signature"
        return "" if abs(self.now() - int(stamp)) <= 60 else "stale"


@asynccontextmanager
async def signing_venue(kind: str) -> AsyncIterator[SigningVenue]:
    venue = SigningVenue(kind)
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


def futures_client_of(venue: SigningVenue, options: PrivateRestOptions | None = None) -> GateioPrivateFuturesRest:
    """A client of a venue of the kind "gateio_futures"."""
    made = replace(futures_config(f"{venue.url}/api/v4"), credentials=Credentials(KEY, SECRET))
    made = replace(made, rest_limits=replace(made.rest_limits, timeout_seconds=2.0))
    options = options or PrivateRestOptions(calls=CallLimits(breaker=BreakerLimits(failures=100)))
    return GateioPrivateFuturesRest(made, options=options)


_GATE: dict[str, tuple[Any, Any]] = {
    "gateio": (gate_config, GateioPrivateRest), "gateio_futures": (futures_config, GateioPrivateFuturesRest),
}  # fmt: skip


def client_of(
    venue: SigningVenue,
    options: PrivateRestOptions | None = None,
    timeout: float = 2.0,
    logger: Any = None,
    audit: Any = None,
) -> PrivateSpotRest:
    """A client of the venue; few failures open its circuit only when the options say so."""
    options = options or PrivateRestOptions(calls=CallLimits(breaker=BreakerLimits(failures=100)))
    credentials = Credentials(KEY, SECRET)
    if venue.kind == "mexc":
        made = replace(mexc_config(venue.url), credentials=credentials)
        limits = replace(made.rest_limits, timeout_seconds=timeout)
        made = replace(made, rest_limits=limits)
        return MexcPrivateRest(made, logger, options, audit, signer=MexcStandIn())
    config, kind = _GATE[venue.kind]
    made = replace(config(f"{venue.url}/api/v4"), credentials=credentials)
    made = replace(made, rest_limits=replace(made.rest_limits, timeout_seconds=timeout))
    return kind(made, logger, options, audit, signer=GateStandIn())  # type: ignore[no-any-return]
