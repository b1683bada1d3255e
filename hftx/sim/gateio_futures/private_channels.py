"""Gate futures' private channels: who may subscribe, and what is pushed when.

"Futures WebSocket v4", private channels. A wrong user id is acknowledged and hears nothing. What one request or
market event has led to is pushed when it is over: fills, orders, positions, balances, then the rarer events.
Must never know: sockets, acks, REST.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hftx.sim.feeds import AccountStream, deliver_fill, post
from hftx.sim.gateio.channels import Refusal, Request
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio.signing import Doorkeeper
from hftx.sim.gateio.streams import update
from hftx.sim.gateio_futures.account_rows import (
    closing_push,
    deleverage_push,
    entry_push,
    liquidation_push,
    position_push,
    risk_cut_push,
)
from hftx.sim.gateio_futures.accounts import FuturesAccount
from hftx.sim.gateio_futures.json_text import json_text
from hftx.sim.gateio_futures.order_rows import fill_push, order_push
from hftx.sim.gateio_futures.positions import Closing, Position
from hftx.sim.gateio_futures.records import Deleverage, Entry, FuturesFill, FuturesOrder, Liquidation, RiskCut
from hftx.sim.orders import Order
from hftx.sim.venue import Venue, wall_ms

_BY_CONTRACT = (
    "futures.orders", "futures.usertrades", "futures.positions", "futures.autoorders", "futures.liquidates",
    "futures.auto_deleverages", "futures.position_closes", "futures.reduce_risk_limits",
)  # fmt: skip
_BALANCES, _RANK = "futures.balances", "futures.position_adl_rank"
CHANNELS = frozenset((*_BY_CONTRACT, _BALANCES, _RANK))
_ALL = "!all"
_BAD_ARGUMENT, _AUTHENTICATION = 2, 4

Row = dict[str, Any]
Push = Callable[[bool], Row]



class PrivateChannels:
    """Reads private subscriptions."""

    def __init__(self, venue: Venue, door: Doorkeeper) -> None:
        self._venue = venue
        self._door = door

    def parse(self, message: dict[str, Any], as_text: bool) -> list[Request]:
        """The streams that a signed request names. Raises Refusal: one bad entry refuses the whole list."""
        channel, payload = message["channel"], message.get("payload")
        try:
            ledger = self._door.channel(message)
        except GateioError as error:
            raise Refusal(_AUTHENTICATION, f"{error.label}: {error}") from error
        if "read" not in ledger.account.permissions:
            raise Refusal(_AUTHENTICATION, "FORBIDDEN: the key has no read permission")
        if not isinstance(payload, list) or not payload or not all(isinstance(item, str) for item in payload):
            raise Refusal(_BAD_ARGUMENT, "invalid payload: the user id and contracts or !all are needed")
        own = str(ledger.uid)
        user = own if payload[0] == own or channel == "futures.positions" else ""  # there it only holds the place
        if channel == _BALANCES:
            return [_request(channel, user, "", as_text)]
        if channel == _RANK:
            return [_request(channel, own, self._known(name), as_text) for name in payload]
        if len(payload) < 2:
            raise Refusal(_BAD_ARGUMENT, "invalid payload: a contract or !all is needed after the user id")
        return [_request(channel, user, self._known(name), as_text) for name in payload[1:]]

    def _known(self, name: str) -> str:
        if name != _ALL and name not in self._venue.markets:
            raise Refusal(_BAD_ARGUMENT, f"unknown contract: {name}")
        return name


class GateioFuturesFeed:
    """Pushes what happens to accounts; the FuturesFeed of this venue."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._zero_close = venue.options.futures_close_size_zero
        self._fills: list[FuturesFill] = []
        self._orders: list[tuple[int, str, dict[bool, Row]]] = []
        self._positions: list[tuple[int, str, dict[bool, Row]]] = []
        self._balances: dict[int, list[Row]] = {}
        self._events: list[tuple[str, int, str, dict[bool, Row]]] = []

    def order(self, order: Order, event: str) -> None:
        assert isinstance(order, FuturesOrder)
        order.update_id += 1
        rows = _both(lambda as_text: order_push(order, event, as_text, self._zero_close))
        self._orders.append((order.ledger.uid, order.symbol, rows))

    def fill(self, fill: FuturesFill) -> None:
        self._fills.append(fill)

    def position(self, account: FuturesAccount, position: Position) -> None:
        rows = _both(lambda as_text: position_push(account, position, as_text))
        self._positions.append((account.ledger.uid, position.contract.symbol, rows))

    def entry(self, account: FuturesAccount, entry: Entry) -> None:
        self._balances.setdefault(account.ledger.uid, []).append(entry_push(account, entry))
        if entry.kind == "dnw":
            self.settled()

    def closed(self, account: FuturesAccount, closing: Closing) -> None:
        rows = _both(lambda as_text: closing_push(closing, account))
        self._events.append(("futures.position_closes", account.ledger.uid, closing.contract.symbol, rows))

    def liquidated(self, account: FuturesAccount, liquidation: Liquidation) -> None:
        rows = _both(lambda as_text: liquidation_push(liquidation, account, as_text))
        self._events.append(("futures.liquidates", account.ledger.uid, liquidation.contract.symbol, rows))

    def deleveraged(self, account: FuturesAccount, deleverage: Deleverage) -> None:
        rows = _both(lambda as_text: deleverage_push(deleverage, account, as_text))
        self._events.append(("futures.auto_deleverages", account.ledger.uid, deleverage.contract.symbol, rows))

    def risk_cut(self, account: FuturesAccount, cut: RiskCut) -> None:
        rows = _both(lambda as_text: risk_cut_push(cut, account))
        self._events.append(("futures.reduce_risk_limits", account.ledger.uid, cut.position.contract.symbol, rows))

    def settled(self) -> None:
        fills, self._fills = self._fills, []
        orders, self._orders = self._orders, []
        positions, self._positions = self._positions, []
        balances, self._balances = self._balances, {}
        events, self._events = self._events, []
        for fill in fills:
            self._push_fill(fill)
        for uid, contract, rows in orders:
            self._push("futures.orders", uid, contract, rows)
        for uid, contract, rows in positions:
            self._push("futures.positions", uid, contract, rows)
        for uid, entries in balances.items():
            for as_text in (False, True):
                self._post(_name("futures.balances", str(uid), "", as_text), "futures.balances", entries)
        for channel, uid, contract, rows in events:
            self._push(channel, uid, contract, rows)

    def _push_fill(self, fill: FuturesFill) -> None:
        rows = _both(lambda as_text: fill_push(fill, as_text))
        uid, contract = fill.order.ledger.uid, fill.order.symbol
        deliver_fill(self._venue, contract, lambda: self._push("futures.usertrades", uid, contract, rows))

    def _push(self, channel: str, uid: int, contract: str, rows: dict[bool, Row]) -> None:
        for scope in (contract, _ALL):
            for as_text, row in rows.items():
                self._post(_name(channel, str(uid), scope, as_text), channel, [row])

    def _post(self, name: str, channel: str, rows: list[Any]) -> None:
        if name in self._venue.hub.streams:
            post(self._venue, name, update(channel, wall_ms(), json_text(rows)))


def _both(write: Push) -> dict[bool, Row]:
    """A row in both forms of sizes, written at once."""
    return {as_text: write(as_text) for as_text in (False, True)}


def _name(channel: str, user: str, scope: str, as_text: bool) -> str:
    return f"{channel}@{user}:{scope}{'#' if as_text else ''}"


def _request(channel: str, user: str, scope: str, as_text: bool) -> Request:
    name = _name(channel, user, scope, as_text)
    return Request(name, None, lambda: AccountStream(name, channel))
