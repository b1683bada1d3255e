"""Gate futures' order requests, the same for REST and WebSocket: place, amend, cancel, look up, dead man's switch.

Rules as in "API v4", futures orders. Must never know: HTTP, frames, signatures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

from hftx.sim.accounts import Ledger
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio.tickets import ACTION_MODES, bad_value, one_of
from hftx.sim.gateio_futures.accounts import FuturesAccount
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.exchange import FuturesExchange
from hftx.sim.gateio_futures.order_rows import reply_row
from hftx.sim.gateio_futures.records import FuturesOrder, FuturesTicket
from hftx.sim.gateio_futures.tickets import check_price, check_size, price_ticks, read_ticket, size_lots
from hftx.sim.orders import Refused
from hftx.sim.venue import Venue, wall_ms

T = TypeVar("T")
Row = dict[str, Any]

_MOST_PLACED = _MOST_AMENDED = 10
_MOST_CANCELLED = 20
_LEAST_COUNTDOWN_S = 5
_MAY_BE_FILLED_MS = 3_600_000  # how long the text of an order with fills is found
_REFUSALS = {
    "funds": (400, "INSUFFICIENT_AVAILABLE", "margin not enough"),
    "would_take": (400, "ORDER_POC_IMMEDIATE", "order would take immediately"),
    "not_fillable": (400, "ORDER_FOK", "order cannot be filled completely"),
    "no_change": (400, "NO_CHANGE", "nothing is changed"),
    "gone": (404, "ORDER_NOT_FOUND", "order not found"),
    "risk_limit": (400, "RISK_LIMIT_EXCEEDED", "position and orders exceed the risk limit"),
    "increase": (400, "INCREASE_POSITION", "reduce-only order would increase the position"),
    "exceeded": (400, "REDUCE_EXCEEDED", "reduce-only order is larger than the position"),
    "over_liquidation": (400, "PRICE_OVER_LIQUIDATION", "order price is beyond the liquidation price"),
    "over_bankrupt": (400, "PRICE_OVER_BANKRUPT", "order price is beyond the bankruptcy price"),
    "empty": (400, "POSITION_EMPTY", "there is no position to close"),
}


def said(act: Callable[[], T]) -> T:
    """Do it, and say a refusal of the exchange as the venue does."""
    try:
        return act()
    except Refused as refused:
        raise GateioError(*_REFUSALS[refused.kind]) from refused


class FuturesDesk:
    """Takes the orders of all accounts."""

    def __init__(self, venue: Venue, exchange: FuturesExchange, listed: dict[str, Contract]) -> None:
        self._venue = venue
        self.exchange = exchange
        self.listed = listed
        self._countdowns: dict[tuple[int, str | None], float] = {}
        self._zero_close = venue.options.futures_close_size_zero

    def row(self, order: FuturesOrder, decimals: bool, mode: str = "FULL") -> Row:
        """The order as a reply has it."""
        return reply_row(order, mode, decimals, self._zero_close)

    def contract(self, ledger: Ledger, name: object) -> Contract:
        """A contract that this key may trade. Raises GateioError."""
        if not name:
            raise GateioError(400, "MISSING_REQUIRED_PARAM", "Missing required parameter: contract")
        contract = self.listed.get(str(name))
        if contract is None:
            raise GateioError(400, "CONTRACT_NOT_FOUND", f"contract {name} not found")
        if ledger.account.pairs is not None and contract.symbol not in ledger.account.pairs:
            raise GateioError(403, "FORBIDDEN", f"the key may not trade {name}")
        return contract

    def account(self, ledger: Ledger) -> FuturesAccount:
        """The futures account of a ledger. Raises GateioError before the first transfer."""
        account = self.exchange.account(ledger)
        if not account.is_open:
            text = "please transfer funds first to create futures account"
            raise GateioError(400, "USER_NOT_FOUND", text)
        return account

    def place(self, ledger: Ledger, fields: object, decimals: bool, source: str) -> FuturesOrder:
        """One order. Raises GateioError."""
        ticket = self._ticket(ledger, fields, decimals, source)
        self._check_count(ledger, ticket)
        return cast(FuturesOrder, said(lambda: self.exchange.place(ledger, ticket)))

    def place_batch(self, ledger: Ledger, items: list[Any], decimals: bool, source: str) -> list[Row]:
        """Several orders, each with its own outcome. Raises GateioError when one of them cannot be read."""
        self._check_shape(items, _MOST_PLACED)
        for item in items:  # a malformed item fails the whole call
            self.contract(ledger, item.get("contract"))
            size_lots(self.listed[str(item["contract"])], "size", item.get("size"), decimals)
        return [
            self._outcome(item, partial(self.place, ledger, item, decimals, source), decimals) for item in items
        ]

    def amend(self, ledger: Ledger, order_id: str, fields: Row, decimals: bool) -> FuturesOrder:
        """Change price or total size of an open order. Raises GateioError."""
        order = self.find(ledger, order_id)
        one_of(fields, "action_mode", ACTION_MODES, "FULL")
        self._check_open(order)
        contract = order.contract
        px = None if fields.get("price") in (None, "") else price_ticks(contract, fields["price"])
        if px == 0:
            raise bad_value("price", fields["price"])
        if px is not None:
            check_price(contract, px, self.account(ledger).mark(contract.symbol))
        lots = self._new_size(order, fields, decimals)
        if px is None and lots is None:
            raise GateioError(400, "MISSING_REQUIRED_PARAM", "Missing required parameter: size or price")
        text = str(fields.get("amend_text") or "")
        said(lambda: self.exchange.amend(order, px, lots, text))
        return order

    def amend_batch(self, ledger: Ledger, items: list[Any], decimals: bool) -> list[Row]:
        """Up to ten amendments, in order. Raises GateioError for a wrong shape."""
        self._check_shape(items, _MOST_AMENDED)
        if not all(item.get("order_id") or item.get("text") for item in items):
            raise GateioError(400, "INVALID_PARAM_VALUE", "order_id or text is required")
        return [
            self._outcome(
                item,
                partial(self.amend, ledger, str(item.get("order_id") or item["text"]), item, decimals),
                decimals,
            )
            for item in items
        ]

    def cancel(self, ledger: Ledger, order_id: str) -> FuturesOrder:
        """Cancel one order. Raises GateioError, ORDER_FINISHED when it is over."""
        order = self.find(ledger, order_id)
        self._check_open(order)
        said(lambda: self.exchange.cancel(order))
        return order

    def cancel_batch(self, ledger: Ledger, items: list[Any]) -> list[Row]:
        """Up to twenty cancellations by id or text. Raises GateioError for a wrong shape."""
        if not 0 < len(items) <= _MOST_CANCELLED or not all(isinstance(item, str) for item in items):
            raise GateioError(400, "INVALID_PARAM_VALUE", f"a list of 1 to {_MOST_CANCELLED} ids is needed")
        rows = []
        for order_id in items:
            row: Row = {"user_id": ledger.uid, "id": order_id}
            try:
                self.cancel(ledger, order_id)
                rows.append(row | {"succeeded": True, "message": ""})
            except GateioError as error:
                rows.append(row | {"message": error.label})
        return rows

    def cancel_all(self, ledger: Ledger, fields: Row) -> list[FuturesOrder]:
        """Cancel every open order of a contract, of one side or text if given. Raises GateioError."""
        contract = self.contract(ledger, fields.get("contract"))
        side = one_of(fields, "side", ("", "bid", "ask"), "")
        spares = str(fields.get("exclude_reduce_only", "")).lower() == "true"
        orders = [
            order
            for order in self.account(ledger).open_orders(contract)
            if side in ("", "bid" if order.is_buy else "ask")
            and not (spares and order.terms.reduces)
            and fields.get("text") in (None, "", order.client_id)
        ]
        self._cancel_each(orders)
        return orders

    def find(self, ledger: Ledger, order_id: str) -> FuturesOrder:
        """The order with this id, or with this text while open and a minute longer. Raises GateioError.

        Orders without fills are forgotten some minutes after they were cancelled.
        """
        self.account(ledger)
        order = (ledger.by_client_id if order_id.startswith("t-") else ledger.orders).get(order_id)
        if order is not None and not order.is_open:
            options = self._venue.options
            kept_ms = options.futures_cancelled_kept_s * 1000 if not order.filled else None
            if order_id.startswith("t-"):
                kept_ms = _MAY_BE_FILLED_MS if order.state == "filled" else options.futures_text_kept_s * 1000
            if kept_ms is not None and wall_ms() - order.updated_ms > kept_ms:
                order = None
        if order is None:
            raise GateioError(404, "ORDER_NOT_FOUND", f"order not found: {order_id}")
        return cast(FuturesOrder, order)

    def orders(self, ledger: Ledger, fields: Row) -> list[FuturesOrder]:
        """Orders with a status, newest first. Raises GateioError."""
        status = one_of(fields, "status", ("open", "finished"), "")
        contract = self.contract(ledger, fields["contract"]) if fields.get("contract") else None
        limit, offset = self.number(fields, "limit", 100, 1000), self.number(fields, "offset", 0)
        last_id = self.number(fields, "last_id", 0)
        orders = [
            order
            for order in reversed(cast("list[FuturesOrder]", list(ledger.orders.values())))
            if order.is_open == (status == "open")
            and contract in (None, order.contract)
            and (not last_id or int(order.id) < last_id)
            and self._is_known(order)
        ]
        self.account(ledger)
        return orders[offset : offset + limit]

    def number(self, fields: Row, name: str, default: int, most: int = 1 << 62) -> int:
        """A whole number of 0 or more. Raises GateioError."""
        value = fields.get(name)
        if value in (None, ""):
            return default
        if not (str(value).isascii() and str(value).isdigit() and int(value) <= most):
            raise bad_value(name, value)
        return int(value)

    def countdown(self, ledger: Ledger, fields: Row) -> int:
        """Cancel everything when this many seconds pass without another call; when, in milliseconds."""
        timeout = fields.get("timeout")
        if isinstance(timeout, bool) or not isinstance(timeout, int) or not (
            timeout == 0 or timeout >= _LEAST_COUNTDOWN_S
        ):
            raise bad_value("timeout", timeout)
        contract = self.contract(ledger, fields["contract"]) if fields.get("contract") else None
        account, scope = self.account(ledger), (ledger.uid, contract.symbol if contract else None)
        self._countdowns.pop(scope, None)
        if timeout:
            deadline_s = self._countdowns[scope] = self._venue.now_s() + timeout

            def fire() -> None:
                if self._countdowns.get(scope) == deadline_s:
                    del self._countdowns[scope]
                    self._cancel_each(account.open_orders(contract))

            self._venue.later(timeout, fire)
        return self._venue.clock_ms() + timeout * 1000 if timeout else 0

    def _ticket(self, ledger: Ledger, fields: object, decimals: bool, source: str) -> FuturesTicket:
        if not isinstance(fields, dict):
            raise GateioError(400, "INVALID_PARAM_VALUE", "the order must be a JSON object")
        contract = self.contract(ledger, fields.get("contract"))
        market = self._venue.markets[contract.symbol]
        return read_ticket(self.account(ledger), market, contract, fields, decimals, source)

    def _check_count(self, ledger: Ledger, ticket: FuturesTicket) -> None:
        rests = ticket.tif in ("gtc", "poc")
        contract = ticket.contract
        if rests and len(self.account(ledger).open_orders(contract)) >= contract.orders_limit:
            raise GateioError(400, "TOO_MANY_ORDERS", f"at most {contract.orders_limit} open orders of a contract")

    def _new_size(self, order: FuturesOrder, fields: Row, decimals: bool) -> int | None:
        """The size of an amendment in lots, without sign. Raises GateioError."""
        if fields.get("size") in (None, ""):
            return None
        if order.terms.closes:
            raise GateioError(400, "INVALID_PARAM_VALUE", "the size of a close order cannot be changed")
        lots = size_lots(order.contract, "size", fields["size"], decimals)
        if lots * order.sign < 0:
            raise GateioError(400, "INVALID_PARAM_VALUE", "the sign of the size cannot be changed")
        if abs(lots) > order.filled:
            check_size(order.contract, abs(lots))
        return abs(lots)

    def _check_shape(self, items: list[Any], most: int) -> None:
        if not 0 < len(items) <= most or not all(isinstance(item, dict) for item in items):
            raise GateioError(400, "INVALID_PARAM_VALUE", f"a list of 1 to {most} objects is needed")

    def _check_open(self, order: FuturesOrder) -> None:
        if not order.is_open:
            raise GateioError(400, "ORDER_FINISHED", f"order {order.id} is finished: {order.reason}")

    def _cancel_each(self, orders: list[FuturesOrder]) -> None:
        for order in orders:
            if order.is_open:
                self.exchange.cancel(order)

    def _is_known(self, order: FuturesOrder) -> bool:
        kept_ms = self._venue.options.futures_cancelled_kept_s * 1000
        return order.is_open or order.filled > 0 or wall_ms() - order.updated_ms <= kept_ms

    def _outcome(self, item: Row, act: Callable[[], FuturesOrder], decimals: bool) -> Row:
        """An item of a batch reply."""
        try:
            order = act()
        except GateioError as error:
            row = {"text": str(item.get("text") or "")} if item.get("text") else {}
            return row | {"succeeded": False, "label": error.label, "detail": str(error)}
        mode = str(item.get("action_mode", "FULL"))
        return {"succeeded": True, "label": "", "detail": ""} | self.row(order, decimals, mode)

