"""Gate's signed REST endpoints: gate, budgets, faults, and the calls of trading ("API v4", spot).

Must never know: WebSocket, how the wallet works.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from hftx.sim.accounts import Ledger
from hftx.sim.answers import hinder, slow, storms
from hftx.sim.gateio.desk import Desk
from hftx.sim.gateio.order_rows import account_row, book_row, fill_row, order_row, reply_row
from hftx.sim.gateio.replies import GateioError, add_budget, add_times, bad_gateway, refusal, reply, too_many
from hftx.sim.gateio.signing import Doorkeeper, permit
from hftx.sim.gateio.tickets import bad_value, pair_of
from hftx.sim.limits import Window
from hftx.sim.orders import Order
from hftx.sim.venue import Venue

PREFIX = "/api/v4"
_SOURCE = "apiv4"
_WEEK_S = 604_800


@dataclass(frozen=True)
class Call:
    """One signed call that has passed the gate; ``placed`` learns which order it places."""

    ledger: Ledger
    request: web.Request
    query: dict[str, str]
    body: Any
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

    def pairs(self) -> set[str]:
        """The pairs that the call names."""
        rows = self.body if isinstance(self.body, list) else [self.body]
        named = {
            str(row["currency_pair"]) for row in rows if isinstance(row, dict) and row.get("currency_pair")
        }
        return named or {self.query.get("currency_pair", "")}

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


class Gate:
    """Serves endpoints: signature, permission, budget, faults, headers."""

    def __init__(self, venue: Venue, door: Doorkeeper, desk: Desk) -> None:
        self._venue = venue
        self._door = door
        self._desk = desk
        self._windows: dict[tuple[int, str], Window] = {}

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
            body = json.loads(raw) if raw else None
        except json.JSONDecodeError:
            raise GateioError(400, "INVALID_REQUEST_BODY", "the body must be JSON") from None
        return Call(ledger, request, dict(request.query), body)

    def _spend(self, endpoint: Endpoint, call: Call) -> Window:
        options, pairs = self._venue.options, call.pairs()
        if storms(self._venue, endpoint.name, next(iter(pairs)) or None):
            self._venue.refused["429"] += 1
            raise too_many()
        if endpoint.budget == "place":
            return self._desk.spend(call.ledger, pairs)
        limit, span_s, name = {
            "cancel": (options.gate_cancel_limit, 1.0, "cancel"),
            "withdraw": (1, options.gate_withdraw_window_s, "withdraw"),
            "transfer": (80, 10.0, endpoint.name),
            "other": (options.gate_request_limit, options.gate_request_window_s, endpoint.name),
        }[endpoint.budget]
        window = self._windows.setdefault((call.ledger.uid, name), Window(limit, span_s))
        if not window.spend(1, self._venue.now_s()):
            self._venue.refused["429"] += 1
            raise too_many()
        return window

    async def _hinder(self, endpoint: Endpoint, call: Call) -> int | None:
        if not endpoint.trades:
            return None
        symbol = next(iter(call.pairs())) or None
        return await hinder(self._venue, call.request, endpoint.name, symbol, next(iter(call.placed), None))


class Trading:
    """The endpoints of orders, fills and balances."""

    def __init__(self, venue: Venue, desk: Desk) -> None:
        self._venue = venue
        self._desk = desk

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint("POST", "/spot/orders", "trade", "place", self._place, 201),
            Endpoint("GET", "/spot/orders", "read", "other", self._list),
            Endpoint("DELETE", "/spot/orders", "trade", "cancel", self._cancel_all),
            Endpoint("GET", "/spot/orders/{id}", "read", "other", self._get),
            Endpoint("PATCH", "/spot/orders/{id}", "trade", "place", self._amend),
            Endpoint("DELETE", "/spot/orders/{id}", "trade", "cancel", self._cancel),
            Endpoint("GET", "/spot/open_orders", "read", "other", self._open_orders),
            Endpoint("POST", "/spot/batch_orders", "trade", "place", self._place_batch),
            Endpoint("POST", "/spot/amend_batch_orders", "trade", "place", self._amend_batch),
            Endpoint("POST", "/spot/cancel_batch_orders", "trade", "cancel", self._cancel_batch),
            Endpoint("POST", "/spot/countdown_cancel_all", "trade", "other", self._countdown),
            Endpoint("GET", "/spot/my_trades", "read", "other", self._my_trades),
            Endpoint("GET", "/spot/accounts", "read", "other", self._accounts),
            Endpoint("GET", "/spot/account_book", "read", "other", self._account_book),
        ]

    def _place(self, call: Call) -> dict[str, Any]:
        order = self._desk.place(call.ledger, call.body, _SOURCE)
        call.placed.append(order)
        return reply_row(order, str(call.fields.get("action_mode", "FULL")))

    def _place_batch(self, call: Call) -> list[dict[str, Any]]:
        return self._desk.place_batch(call.ledger, call.items, _SOURCE)

    def _amend(self, call: Call) -> dict[str, Any]:
        fields = dict(call.query) | call.fields
        order = self._desk.amend(call.ledger, call.request.match_info["id"], fields)
        return reply_row(order, str(fields.get("action_mode", "FULL")))

    def _amend_batch(self, call: Call) -> list[dict[str, Any]]:
        return self._desk.amend_batch(call.ledger, call.items)

    def _cancel(self, call: Call) -> dict[str, Any]:
        pair = call.query.get("currency_pair")
        order = self._desk.cancel(call.ledger, call.request.match_info["id"], pair)
        return reply_row(order, call.query.get("action_mode", "FULL"))

    def _cancel_batch(self, call: Call) -> list[dict[str, Any]]:
        return self._desk.cancel_batch(call.ledger, call.items)

    def _cancel_all(self, call: Call) -> list[dict[str, Any]]:
        mode = call.query.get("action_mode", "FULL")
        orders = self._desk.cancel_all(call.ledger, call.query.get("currency_pair"), call.query.get("side"))
        return [reply_row(order, mode) | {"succeeded": True, "label": "", "message": ""} for order in orders]

    def _get(self, call: Call) -> dict[str, Any]:
        order_id = call.request.match_info["id"]
        return order_row(self._desk.find(call.ledger, order_id, call.query.get("currency_pair")))

    def _list(self, call: Call) -> list[dict[str, Any]]:
        return [order_row(order) for order in self._desk.list(call.ledger, dict(call.query))]

    def _open_orders(self, call: Call) -> list[dict[str, Any]]:
        page, limit = call.number("page", 1), call.number("limit", 100, 100)
        rows: dict[str, list[dict[str, Any]]] = {}
        for order in self._venue.exchange.open_orders(call.ledger):
            rows.setdefault(order.symbol, []).append(order_row(order))
        return [
            {"currency_pair": pair, "total": len(own), "orders": own[(page - 1) * limit : page * limit]}
            for pair, own in rows.items()
        ]

    def _countdown(self, call: Call) -> dict[str, Any]:
        return {"triggerTime": self._desk.countdown(call.ledger, call.fields)}

    def _my_trades(self, call: Call) -> list[dict[str, Any]]:
        pair, order_id = call.query.get("currency_pair"), call.query.get("order_id")
        if order_id and not pair:
            raise GateioError(400, "MISSING_REQUIRED_PARAM", "order_id needs currency_pair")
        symbol = pair_of(self._venue, call.ledger, pair).symbol if pair else None
        now_s = self._venue.clock_ms() // 1000
        from_s, to_s = call.number("from", now_s - _WEEK_S), call.number("to", now_s + 1)
        page, limit = call.number("page", 1), call.number("limit", 100, 1000)
        found = [
            fill
            for fill in reversed(call.ledger.fills)
            if symbol in (None, fill.order.symbol)
            and order_id in (None, "", fill.order.id)
            and from_s * 1000 <= fill.ts_ms <= to_s * 1000 + 999
        ]
        return [fill_row(fill) for fill in found[(page - 1) * limit : page * limit]]

    def _accounts(self, call: Call) -> list[dict[str, Any]]:
        wanted = call.query.get("currency")
        assets = [wanted] if wanted else list(call.ledger.available)
        return [account_row(call.ledger, asset) for asset in assets]

    def _account_book(self, call: Call) -> list[dict[str, Any]]:
        wanted = call.query.get("currency")
        page, limit = call.number("page", 1), call.number("limit", 100, 1000)
        rows = [change for change in reversed(call.ledger.changes) if wanted in (None, change.asset)]
        return [book_row(change) for change in rows[(page - 1) * limit : page * limit]]
