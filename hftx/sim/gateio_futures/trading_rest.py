"""Gate futures' signed REST endpoints of orders and fills, and their budgets ("API v4", futures orders).

Must never know: WebSocket, signatures, what a position is.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

from hftx.sim.gateio.gate import Budgets, Call, Endpoint
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio.tickets import bad_value
from hftx.sim.gateio_futures.desk import FuturesDesk
from hftx.sim.gateio_futures.order_rows import timerange_row, trade_row
from hftx.sim.gateio_futures.records import FuturesFill, FuturesOrder
from hftx.sim.gateio_futures.spelling import asks_decimals
from hftx.sim.limits import Window
from hftx.sim.venue import Venue

T = TypeVar("T")
Row = dict[str, Any]

ROOT = "/futures/usdt"
_SOURCE = "api"
_MOST_LEVEL = 20
_MONTHS_S = 183 * 86_400


class FuturesBudgets(Budgets):
    """Placing and amending together, each order of a batch counted; cancels; the rest by endpoint."""

    def spend(self, endpoint: Endpoint, call: Call) -> Window:
        options = self.venue.options
        if endpoint.budget == "place":
            weight = max(1, len(call.body)) if isinstance(call.body, list) else 1
            return self.take(call.ledger, "place", options.futures_order_limit, 1.0, weight)
        if endpoint.budget == "cancel":
            return self.take(call.ledger, "cancel", options.futures_cancel_limit, 1.0)
        if endpoint.budget == "withdraw":
            return self.take(call.ledger, "withdraw", 1, options.gate_withdraw_window_s)
        return self.take(
            call.ledger, endpoint.name, options.gate_request_limit, options.gate_request_window_s
        )


def decimals(call: Call) -> bool:
    """Whether sizes are decimal text for this call."""
    return asks_decimals(call.request.headers)


def between(call: Call, now_ms: int, span_s: int) -> tuple[int, int]:
    """The times of ``from`` and ``to``, in milliseconds. Raises GateioError."""
    now_s = now_ms // 1000
    return call.number("from", now_s - span_s) * 1000, call.number("to", now_s + 1) * 1000 + 999


def page(call: Call, rows: Sequence[T], most: int = 1000) -> list[T]:
    """The part of a list that ``limit`` and ``offset`` ask for. Raises GateioError."""
    limit, offset = call.number("limit", 100, most), call.number("offset", 0)
    return list(rows[offset : offset + limit])


class FuturesTrading:
    """The endpoints."""

    def __init__(self, venue: Venue, desk: FuturesDesk) -> None:
        self._venue = venue
        self._desk = desk

    def endpoints(self) -> list[Endpoint]:
        rows = [
            ("POST", "/orders", "trade", "place", self._place, 201),
            ("GET", "/orders", "read", "other", self._list, 200),
            ("DELETE", "/orders", "trade", "cancel", self._cancel_all, 200),
            ("GET", "/orders_timerange", "read", "other", self._timerange, 200),
            ("GET", "/orders/{id}", "read", "other", self._get, 200),
            ("PUT", "/orders/{id}", "trade", "place", self._amend, 200),
            ("DELETE", "/orders/{id}", "trade", "cancel", self._cancel, 200),
            ("POST", "/batch_orders", "trade", "place", self._place_batch, 200),
            ("POST", "/batch_amend_orders", "trade", "place", self._amend_batch, 200),
            ("POST", "/batch_cancel_orders", "trade", "cancel", self._cancel_batch, 200),
            ("POST", "/bbo_orders", "trade", "place", self._place_bbo, 201),
            ("POST", "/countdown_cancel_all", "trade", "other", self._countdown, 200),
            ("GET", "/my_trades", "read", "other", self._my_trades, 200),
            ("GET", "/my_trades_timerange", "read", "other", self._trades_timerange, 200),
        ]
        return [
            Endpoint(method, ROOT + path, permission, budget, act, status)
            for method, path, permission, budget, act, status in rows
        ]

    def _row(self, call: Call, order: FuturesOrder) -> Row:
        fields = call.body if isinstance(call.body, dict) else call.query
        return self._desk.row(order, decimals(call), str(fields.get("action_mode", "FULL")))

    def _rows(self, call: Call, orders: Sequence[FuturesOrder]) -> list[Row]:
        return [self._row(call, order) for order in orders]

    def _place(self, call: Call) -> Row:
        order = self._desk.place(call.ledger, call.body, decimals(call), _SOURCE)
        call.placed.append(order)
        return self._row(call, order)

    def _place_bbo(self, call: Call) -> Row:
        """An order at the price of a level: a sell at that of a bid, a buy at that of an ask."""
        fields = dict(call.fields)
        direction, level = fields.pop("direction", None), fields.pop("level", None)
        contract = self._desk.contract(call.ledger, fields.get("contract"))
        if direction not in ("buy", "sell"):
            raise bad_value("direction", direction)
        if not isinstance(level, int) or not 1 <= level <= _MOST_LEVEL:
            raise bad_value("level", level)
        market = self._venue.markets[contract.symbol]
        keys = (market.asks if direction == "buy" else market.bids).keys
        size = Decimal(str(fields.get("size"))) if str(fields.get("size")).isdigit() else None
        if size is None:
            raise bad_value("size", fields.get("size"))
        price = contract.price(abs(keys[min(level, len(keys)) - 1]))
        fields |= {"price": price, "size": size if direction == "buy" else -size}
        order = self._desk.place(call.ledger, fields, decimals(call), _SOURCE)
        call.placed.append(order)
        return self._row(call, order)

    def _place_batch(self, call: Call) -> list[Row]:
        return self._desk.place_batch(call.ledger, call.items, decimals(call), _SOURCE)

    def _amend(self, call: Call) -> Row:
        order_id = call.request.match_info["id"]
        return self._row(call, self._desk.amend(call.ledger, order_id, call.fields, decimals(call)))

    def _amend_batch(self, call: Call) -> list[Row]:
        return self._desk.amend_batch(call.ledger, call.items, decimals(call))

    def _cancel(self, call: Call) -> Row:
        return self._row(call, self._desk.cancel(call.ledger, call.request.match_info["id"]))

    def _cancel_batch(self, call: Call) -> list[Row]:
        return self._desk.cancel_batch(call.ledger, call.items)

    def _cancel_all(self, call: Call) -> list[Row]:
        return self._rows(call, self._desk.cancel_all(call.ledger, call.query))

    def _get(self, call: Call) -> Row:
        return self._row(call, self._desk.find(call.ledger, call.request.match_info["id"]))

    def _list(self, call: Call) -> list[Row]:
        return self._rows(call, self._desk.orders(call.ledger, call.query))

    def _timerange(self, call: Call) -> list[Row]:
        """Ended orders, newest first."""
        from_ms, to_ms = between(call, self._venue.clock_ms(), _MONTHS_S)
        fields = {"contract": call.query.get("contract"), "status": "finished", "limit": 1000}
        orders = self._desk.orders(call.ledger, fields)
        return self._rows(call, page(call, [order for order in orders if from_ms <= order.created_ms <= to_ms]))

    def _countdown(self, call: Call) -> Row:
        return {"triggerTime": self._desk.countdown(call.ledger, call.fields)}

    def _fills(self, call: Call) -> list[FuturesFill]:
        """The fills of a contract, or of all, newest first."""
        name = call.query.get("contract")
        contract = self._desk.contract(call.ledger, name) if name else None
        fills = reversed(self._desk.account(call.ledger).fills)
        return [fill for fill in fills if contract in (None, fill.order.contract)]

    def _my_trades(self, call: Call) -> list[Row]:
        order_id, last_id = call.query.get("order") or "0", call.number("last_id", 0)
        if not order_id.isdigit():
            raise GateioError(400, "INVALID_PARAM_VALUE", f"Invalid parameter `order` with value: {order_id}")
        fills = [
            fill
            for fill in self._fills(call)
            if order_id in ("0", fill.order.id) and (not last_id or fill.trade_id < last_id)
        ]
        return [trade_row(fill, decimals(call)) for fill in page(call, fills)]

    def _trades_timerange(self, call: Call) -> list[Row]:
        from_ms, to_ms = between(call, self._venue.clock_ms(), _MONTHS_S)
        role = call.query.get("role") or ""
        fills = [
            fill
            for fill in self._fills(call)
            if from_ms <= fill.ts_ms <= to_ms and role in ("", "maker" if fill.is_maker else "taker")
        ]
        return [timerange_row(fill, decimals(call)) for fill in page(call, fills)]
