"""Gate's signed REST endpoints of spot trading, and their budgets ("API v4", spot).

Must never know: WebSocket, signatures, how the wallet works.
"""

from __future__ import annotations

from typing import Any

from hftx.sim.gateio.desk import Desk
from hftx.sim.gateio.gate import Budgets, Call, Endpoint
from hftx.sim.gateio.order_rows import account_row, book_row, fill_row, order_row, reply_row
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio.tickets import pair_of
from hftx.sim.limits import Window
from hftx.sim.venue import Venue

_SOURCE = "apiv4"
_WEEK_S = 604_800


class SpotBudgets(Budgets):
    """Placing and amending by account and pair, the rest by account and endpoint."""

    def __init__(self, venue: Venue, desk: Desk) -> None:
        super().__init__(venue)
        self._desk = desk

    def spend(self, endpoint: Endpoint, call: Call) -> Window:
        options = self.venue.options
        if endpoint.budget == "place":
            return self._desk.spend(call.ledger, call.symbols())
        limit, span_s, name = {
            "cancel": (options.gate_cancel_limit, 1.0, "cancel"),
            "withdraw": (1, options.gate_withdraw_window_s, "withdraw"),
            "transfer": (80, 10.0, endpoint.name),
            "other": (options.gate_request_limit, options.gate_request_window_s, endpoint.name),
        }[endpoint.budget]
        return self.take(call.ledger, name, limit, span_s)


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
