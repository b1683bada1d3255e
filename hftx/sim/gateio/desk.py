"""Gate's order requests, the same for REST and WebSocket: place, amend, cancel, look up, dead man's switch.

Rules as in "API v4", spot orders. Must never know: HTTP, frames, signatures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from hftx.sim.accounts import Ledger
from hftx.sim.gateio.order_rows import order_row, reply_row
from hftx.sim.gateio.replies import GateioError, too_many
from hftx.sim.gateio.tickets import (
    ACTION_MODES,
    amount_lots,
    bad_value,
    check_value,
    one_of,
    pair_of,
    price_ticks,
    read_ticket,
)
from hftx.sim.limits import Window
from hftx.sim.orders import Order, Refused
from hftx.sim.venue import Venue, wall_ms

T = TypeVar("T")

_TEXT_KEPT_MS = 3_600_000
_TEXT_BATCH_MS = 1_800_000
_MOST_PAIRS, _MOST_A_PAIR, _MOST_AMENDS, _MOST_CANCELS = 4, 10, 5, 20
_LEAST_COUNTDOWN_S = 5

_REFUSALS = {
    "funds": (400, "BALANCE_NOT_ENOUGH", "Not enough balance"),
    "would_take": (400, "POC_FILL_IMMEDIATELY", "Order would match and take immediately so its cancelled"),
    "not_fillable": (400, "FOK_NOT_FILL", "Order cannot be filled completely"),
    "no_change": (400, "NO_CHANGE", "No change in the order"),
    "gone": (404, "ORDER_NOT_FOUND", "Order not found"),
}


class Desk:
    """Takes the orders of all accounts; ``budgets`` are the 10 a second of each account and pair."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self.budgets: dict[tuple[int, str], Window] = {}
        self._countdowns: dict[tuple[int, str | None], float] = {}

    def budget(self, ledger: Ledger, pair: str) -> Window:
        """The budget of placing and amending on a pair."""
        options = self._venue.options
        key = (ledger.uid, pair)
        return self.budgets.setdefault(key, Window(options.gate_order_limit, options.gate_order_window_s))

    def spend(self, ledger: Ledger, pairs: set[str]) -> Window:
        """Take one request from the budget of each pair; one of them. Raises GateioError."""
        windows = [self.budget(ledger, pair) for pair in sorted(pairs or {""})]
        for window in windows:
            if not window.spend(1, self._venue.now_s()):
                self._venue.refused["429"] += 1
                raise too_many()
        return windows[0]

    def place(self, ledger: Ledger, fields: object, source: str) -> Order:
        """One order. Raises GateioError."""
        ticket = read_ticket(self._venue, ledger, fields, source)
        return _venue_says(lambda: self._venue.exchange.place(ledger, ticket))

    def place_batch(self, ledger: Ledger, items: list[Any], source: str) -> list[dict[str, Any]]:
        """Several orders, each with its own outcome. Raises GateioError for a wrong shape."""
        if not items or not all(isinstance(item, dict) and item.get("text") for item in items):
            raise GateioError(400, "INVALID_REQUEST_BODY", "a list of orders, each with a text, is needed")
        pairs = [str(item.get("currency_pair")) for item in items]
        if len(set(pairs)) > _MOST_PAIRS:
            raise GateioError(400, "TOO_MANY_CURRENCY_PAIRS", f"at most {_MOST_PAIRS} currency pairs")
        if max(pairs.count(pair) for pair in pairs) > _MOST_A_PAIR:
            raise GateioError(400, "TOO_MANY_ORDERS", f"at most {_MOST_A_PAIR} orders of one currency pair")
        if len({item.get("account", "spot") for item in items}) > 1:
            raise GateioError(400, "MIXED_ACCOUNT_TYPE", "one account type in a batch")
        return [_outcome(item, partial(self.place, ledger, item, source)) for item in items]

    def amend(self, ledger: Ledger, order_id: str, fields: dict[str, Any]) -> Order:
        """Change price or amount of an open order. Raises GateioError."""
        order = self.find(ledger, order_id, fields.get("currency_pair"))
        one_of(fields, "action_mode", ACTION_MODES, "FULL")
        _closed(order)
        market = order.market
        if fields.get("amount") is None and fields.get("price") is None:
            raise GateioError(400, "MISSING_REQUIRED_PARAM", "Missing required parameter: amount or price")
        px = None if fields.get("price") is None else price_ticks(market, fields["price"])
        lots = None if fields.get("amount") is None else amount_lots(market, fields["amount"])
        value = order.quote((px or order.px or 0) * (lots or order.qty or 0))
        check_value(market, value, "5000000")
        text = str(fields.get("amend_text") or "")
        _venue_says(lambda: self._venue.exchange.amend(order, px, lots, text))
        return order

    def amend_batch(self, ledger: Ledger, items: list[Any]) -> list[dict[str, Any]]:
        """Up to five amendments, in order. Raises GateioError for a wrong shape."""
        if not 0 < len(items) <= _MOST_AMENDS or not all(isinstance(item, dict) for item in items):
            raise GateioError(
                400, "INVALID_REQUEST_BODY", f"a list of 1 to {_MOST_AMENDS} amendments is needed"
            )
        return [
            _outcome(item, partial(self.amend, ledger, str(item.get("order_id")), item)) for item in items
        ]

    def cancel(self, ledger: Ledger, order_id: str, pair: object) -> Order:
        """Cancel one order. Raises GateioError, ORDER_CLOSED or ORDER_CANCELLED when it is over."""
        order = self.find(ledger, order_id, pair)
        _closed(order)
        _venue_says(lambda: self._venue.exchange.cancel(order))
        return order

    def cancel_batch(self, ledger: Ledger, items: list[Any]) -> list[dict[str, Any]]:
        """Up to twenty cancellations. Raises GateioError for a wrong shape."""
        if not 0 < len(items) <= _MOST_CANCELS or not all(isinstance(item, dict) for item in items):
            raise GateioError(400, "INVALID_REQUEST_BODY", f"a list of 1 to {_MOST_CANCELS} orders is needed")
        return [self._cancel_row(ledger, item) for item in items]

    def cancel_all(self, ledger: Ledger, pair: object, side: str | None) -> list[Order]:
        """Cancel every open order, of one pair or side if given. Raises GateioError."""
        symbol = pair_of(self._venue, ledger, pair).symbol if pair else None
        if side not in (None, "", "buy", "sell"):
            raise bad_value("side", side)
        orders = self._venue.exchange.open_orders(ledger, symbol, side or None)
        for order in orders:
            self._venue.exchange.cancel(order)
        return orders

    def find(self, ledger: Ledger, order_id: str, pair: object) -> Order:
        """The order with this id, or with this text while open and an hour longer. Raises GateioError."""
        market = pair_of(self._venue, ledger, pair)
        if order_id.startswith("t-"):
            order = ledger.by_client_id.get(order_id)
            if order is not None and not order.is_open and wall_ms() - order.updated_ms > _TEXT_KEPT_MS:
                order = None
        else:
            order = ledger.orders.get(order_id)
        if order is None or order.symbol != market.symbol:
            raise GateioError(404, "ORDER_NOT_FOUND", f"Order not found: {order_id}")
        return order

    def list(self, ledger: Ledger, fields: dict[str, Any]) -> list[Order]:
        """Open orders of a pair, or finished ones by the time of their end. Raises GateioError."""
        status = one_of(fields, "status", ("open", "finished"), "")
        symbol = None
        if status == "open" or fields.get("currency_pair"):
            symbol = pair_of(self._venue, ledger, fields.get("currency_pair")).symbol
        side = one_of(fields, "side", ("", "buy", "sell"), "")
        page, limit = _number(fields, "page", 1), _number(fields, "limit", 100)
        if status == "open":
            found = self._venue.exchange.open_orders(ledger, symbol, side or None)
        else:
            from_ms = _number(fields, "from", 0) * 1000
            to_ms = _number(fields, "to", 1 << 40) * 1000 + 999
            found = [
                order
                for order in ledger.orders.values()
                if not order.is_open
                and symbol in (None, order.symbol)
                and side in ("", "buy" if order.is_buy else "sell")
                and from_ms <= order.updated_ms <= to_ms
            ]
        newest = sorted(found, key=lambda order: int(order.id), reverse=True)
        return newest[(page - 1) * limit : page * limit]

    def countdown(self, ledger: Ledger, fields: dict[str, Any]) -> int:
        """Arm, re-arm or (0) disarm the dead man's switch; when it fires, in ms. Raises GateioError."""
        timeout = fields.get("timeout")
        if (
            not isinstance(timeout, int)
            or isinstance(timeout, bool)
            or 0 < timeout < _LEAST_COUNTDOWN_S
            or timeout < 0
        ):
            raise bad_value("timeout", timeout)
        pair = fields.get("currency_pair")
        symbol = pair_of(self._venue, ledger, pair).symbol if pair else None
        scope = (ledger.uid, symbol)
        self._countdowns.pop(scope, None)
        if timeout:
            deadline_s = self._countdowns[scope] = self._venue.now_s() + timeout

            def fire() -> None:
                if self._countdowns.get(scope) == deadline_s:
                    del self._countdowns[scope]
                    self.cancel_all(ledger, symbol, None)

            self._venue.later(timeout, fire)
        return self._venue.clock_ms() + timeout * 1000

    def _cancel_row(self, ledger: Ledger, item: dict[str, Any]) -> dict[str, Any]:
        order_id, pair = str(item.get("id")), item.get("currency_pair")
        row = {"currency_pair": pair, "id": order_id, "text": "", "account": "spot"}
        try:
            order = self.find(ledger, order_id, pair)
            if order_id.startswith("t-") and wall_ms() - order.created_ms > _TEXT_BATCH_MS:
                raise GateioError(404, "ORDER_NOT_FOUND", f"Order not found: {order_id}")
            row |= {"id": order.id, "text": order.client_id}
            self.cancel(ledger, order.id, pair)
        except GateioError as error:
            return row | {"succeeded": False, "label": error.label, "message": str(error)}
        return row | {"succeeded": True, "label": "", "message": ""}


def _venue_says(act: Callable[[], T]) -> T:
    try:
        return act()
    except Refused as refused:
        raise GateioError(*_REFUSALS[refused.kind]) from refused


def _closed(order: Order) -> None:
    if order.is_open:
        return
    label = "ORDER_CLOSED" if order.state == "filled" else "ORDER_CANCELLED"
    raise GateioError(400, label, f"order {order.id} is {order_row(order)['status']}")


def _outcome(item: dict[str, Any], act: Callable[[], Order]) -> dict[str, Any]:
    """An item of a batch reply."""
    try:
        order = act()
    except GateioError as error:
        text = str(item.get("text") or "")
        return {"text": text, "succeeded": False, "label": error.label, "message": str(error)}
    row = reply_row(order, str(item.get("action_mode", "FULL")))
    return {"order_id": order.id, "succeeded": True, "label": "", "message": ""} | row


def _number(fields: dict[str, Any], name: str, default: int) -> int:
    value = fields.get(name)
    if value in (None, ""):
        return default
    text = str(value)
    if not (text.isascii() and text.isdigit()):
        raise bad_value(name, value)
    return int(text)
