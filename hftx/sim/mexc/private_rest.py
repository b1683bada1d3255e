"""MEXC's signed REST endpoints of trading and listen keys (Spot v3 docs, "Spot Account/Trade").

Must never know: WebSocket, how the wallet works.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hftx.sim.accounts import Ledger
from hftx.sim.mexc.gate import Call, Endpoint
from hftx.sim.mexc.listen_keys import ListenKeys
from hftx.sim.mexc.order_rows import balance_rows, cancelled_row, fill_row, order_row, placed_row
from hftx.sim.mexc.replies import MexcError
from hftx.sim.mexc.signing import missing
from hftx.sim.mexc.tickets import market_of, read_ticket
from hftx.sim.orders import Order, Refused
from hftx.sim.venue import Venue, wall_ms

_MOST_BATCHED, _MOST_CANCELLED_SYMBOLS = 20, 5
_DAY_MS = 86_400_000


class Trading:
    """The endpoints of orders, fills, balances and listen keys."""

    def __init__(self, venue: Venue, keys: ListenKeys, end_stream: Callable[[str], None]) -> None:
        self._venue = venue
        self._keys = keys
        self._end_stream = end_stream

    def endpoints(self) -> list[Endpoint]:
        order, batch = ("uid", "order"), ("uid", "order", "batch")
        return [
            Endpoint("POST", "/order", "trade", 1, self._place, order),
            Endpoint("POST", "/order/test", "trade", 1, self._test),
            Endpoint("POST", "/batchOrders", "trade", 1, self._batch, batch),
            Endpoint("DELETE", "/order", "trade", 1, self._cancel, ("order",)),
            Endpoint("DELETE", "/openOrders", "trade", 1, self._cancel_symbols, ("order",)),
            Endpoint("DELETE", "/order/all", "trade", 1, self._cancel_all, ("order",)),
            Endpoint("GET", "/order", "read", 2, self._get),
            Endpoint("GET", "/openOrders", "read", 3, self._open_orders),
            Endpoint("GET", "/allOrders", "read", 10, self._all_orders),
            Endpoint("GET", "/myTrades", "read", 10, self._my_trades),
            Endpoint("GET", "/account", "read", 10, self._account, ("account",)),
            Endpoint("POST", "/userDataStream", "read", 1, self._make_key),
            Endpoint("GET", "/userDataStream", "read", 1, self._list_keys),
            Endpoint("PUT", "/userDataStream", "read", 1, self._renew_key),
            Endpoint("DELETE", "/userDataStream", "read", 1, self._delete_key),
        ]

    def _place(self, call: Call) -> dict[str, Any]:
        order = self._new_order(call.ledger, call.params)
        call.placed.append(order)
        return placed_row(order)

    def _new_order(self, ledger: Ledger, params: dict[str, Any]) -> Order:
        ticket = read_ticket(self._venue, ledger, params)
        try:
            return self._venue.exchange.place(ledger, ticket)
        except Refused as refused:  # only for want of money: all else is accepted and ends at once
            code, text = (30004, "Insufficient position") if ticket.is_buy else (30005, "Oversold")
            raise MexcError(code, text) from refused

    def _test(self, call: Call) -> dict[str, Any]:
        read_ticket(self._venue, call.ledger, call.params)
        return {}

    def _batch(self, call: Call) -> list[dict[str, Any]]:
        try:
            items = json.loads(call.need("batchOrders"))
        except json.JSONDecodeError:
            raise MexcError(33333, "Parameter error: batchOrders") from None
        if not isinstance(items, list) or not 0 < len(items) <= _MOST_BATCHED:
            raise MexcError(33333, f"Parameter error: batchOrders takes 1 to {_MOST_BATCHED} orders")
        if len({str(item.get("symbol")) if isinstance(item, dict) else "" for item in items}) != 1:
            raise MexcError(33333, "Parameter error: batchOrders takes orders of one symbol")
        return [self._batched(call.ledger, item) for item in items]

    def _batched(self, ledger: Ledger, item: Any) -> dict[str, Any]:
        if not isinstance(item, dict):
            return {"newClientOrderId": None, "msg": "Parameter error: batchOrders", "code": 33333}
        client_id = item.get("newClientOrderId")
        try:
            order = self._new_order(ledger, item)
        except MexcError as error:
            return {"newClientOrderId": client_id, "msg": str(error), "code": error.code}
        ids = {"orderId": order.id, "newClientOrderId": client_id}
        return {"symbol": item["symbol"]} | ids | {"orderListId": -1}

    def _find(self, call: Call, code: int, text: str) -> Order:
        market = market_of(self._venue, call.ledger, call.params.get("symbol"))
        order_id, client_id = call.params.get("orderId"), call.params.get("origClientOrderId")
        if not order_id and not client_id:
            raise missing("origClientOrderId' or 'orderId")
        ledger = call.ledger
        order = ledger.orders.get(order_id) if order_id else ledger.by_client_id.get(client_id or "")
        if order is None or order.market is not market:
            raise MexcError(code, text)
        return order

    def _cancel(self, call: Call) -> dict[str, Any]:
        order = self._find(call, -2011, "Unknown order sent.")
        if not order.is_open:
            raise MexcError(-2011, "Unknown order sent.")
        self._venue.exchange.cancel(order)
        return cancelled_row(order, call.params.get("newClientOrderId"))

    def _cancel_symbols(self, call: Call) -> list[dict[str, Any]]:
        names = call.need("symbol").split(",")
        if len(names) > _MOST_CANCELLED_SYMBOLS:
            raise MexcError(33333, f"Parameter error: at most {_MOST_CANCELLED_SYMBOLS} symbols")
        markets = [market_of(self._venue, call.ledger, name) for name in names]
        rows = []
        for market in markets:
            for order in self._venue.exchange.open_orders(call.ledger, market.symbol):
                self._venue.exchange.cancel(order)
                rows.append(cancelled_row(order, None) | {"orderListId": -1})
        return rows

    def _cancel_all(self, call: Call) -> dict[str, Any]:
        for order in self._venue.exchange.open_orders(call.ledger):
            self._venue.exchange.cancel(order)
        return {"code": 200, "msg": "success", "timestamp": self._venue.clock_ms()}

    def _get(self, call: Call) -> dict[str, Any]:
        return order_row(self._find(call, -2013, "Order does not exist."))

    def _open_orders(self, call: Call) -> list[dict[str, Any]]:
        symbol = call.params.get("symbol")
        wanted = market_of(self._venue, call.ledger, symbol).symbol if symbol else None
        return [order_row(order) for order in self._venue.exchange.open_orders(call.ledger, wanted)]

    def _all_orders(self, call: Call) -> list[dict[str, Any]]:
        market = market_of(self._venue, call.ledger, call.params.get("symbol"))
        now_ms = wall_ms()
        start_ms, end_ms = call.number("startTime", now_ms - _DAY_MS), call.number("endTime", now_ms)
        limit = call.number("limit", 500, 1000)
        rows = [
            order_row(order)
            for order in reversed(call.ledger.orders.values())
            if order.market is market and start_ms <= order.created_ms <= end_ms
        ]
        return rows[:limit]

    def _my_trades(self, call: Call) -> list[dict[str, Any]]:
        market = market_of(self._venue, call.ledger, call.params.get("symbol"))
        order_id = call.params.get("orderId")
        start_ms, end_ms = call.number("startTime", 0), call.number("endTime", 1 << 62)
        limit = call.number("limit", 100, 1000)
        rows = [
            fill_row(fill)
            for fill in reversed(call.ledger.fills)
            if fill.order.market is market
            and order_id in (None, "", fill.order.id)
            and start_ms <= fill.ts_ms <= end_ms
        ]
        return rows[:limit]

    def _account(self, call: Call) -> dict[str, Any]:
        may = call.ledger.account.permissions
        nothing = ("makerCommission", "takerCommission", "buyerCommission", "sellerCommission")
        return dict.fromkeys(nothing) | {
            "canTrade": "trade" in may,
            "canWithdraw": "withdraw" in may,
            "canDeposit": True,
            "updateTime": None,
            "accountType": "SPOT",
            "balances": balance_rows(call.ledger),
            "permissions": ["SPOT"],
        }

    def _make_key(self, call: Call) -> dict[str, Any]:
        return {"listenKey": self._keys.make(call.ledger)}

    def _list_keys(self, call: Call) -> dict[str, Any]:
        held, most = self._keys.of(call.ledger), self._venue.options.mexc_listen_keys
        return {"listenKey": held, "total": most, "available": most - len(held)}

    def _renew_key(self, call: Call) -> dict[str, Any]:
        key = call.need("listenKey")
        if not self._keys.renew(call.ledger, key):
            raise MexcError(730003, "This listenKey does not exist.")
        return {"listenKey": key}

    def _delete_key(self, call: Call) -> dict[str, Any]:
        key = call.need("listenKey")
        if not self._keys.delete(call.ledger, key):
            raise MexcError(730003, "This listenKey does not exist.")
        self._end_stream(key)
        return {"listenKey": key}
