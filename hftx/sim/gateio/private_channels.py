"""Gate's private channels: who may subscribe, and how orders, fills and balances are pushed.

"Spot WebSocket v4", private channels. Fills leave at once, orders and balances when the request or market
event that changed them is over, so that a fill may precede its order as it does at the venue.
Must never know: sockets, acks, REST.
"""

from __future__ import annotations

import json
from typing import Any

from hftx.sim.accounts import BalanceChange, Ledger
from hftx.sim.feeds import AccountStream, deliver_fill, post
from hftx.sim.gateio.channels import Refusal, Request
from hftx.sim.gateio.order_rows import balance_push, fill_push, order_push, without_fees
from hftx.sim.gateio.replies import GateioError
from hftx.sim.gateio.signing import Doorkeeper
from hftx.sim.gateio.streams import update
from hftx.sim.orders import Fill, Order
from hftx.sim.venue import Venue, wall_ms

_BY_PAIR = ("spot.orders", "spot.orders_v2", "spot.usertrades", "spot.usertrades_v2", "spot.priceorders")
_BY_ACCOUNT = ("spot.balances", "spot.margin_balances", "spot.funding_balances", "spot.cross_balances")
CHANNELS = frozenset(_BY_PAIR + _BY_ACCOUNT)
_ALL = "!all"
_AUTHENTICATION = 4


class PrivateChannels:
    """Reads private subscriptions."""

    def __init__(self, venue: Venue, door: Doorkeeper) -> None:
        self._venue = venue
        self._door = door

    def parse(self, message: dict[str, Any]) -> list[Request]:
        """The streams that a signed request names. Raises Refusal: one bad entry refuses the whole list."""
        channel = message["channel"]
        try:
            ledger = self._door.channel(message)
        except GateioError as error:
            raise Refusal(_AUTHENTICATION, f"{error.label}: {error}") from error
        if "read" not in ledger.account.permissions:
            raise Refusal(_AUTHENTICATION, "FORBIDDEN: the key has no read permission")
        payload = message.get("payload")
        if channel in _BY_ACCOUNT:
            return [_request(channel, ledger.uid, "")]
        if not isinstance(payload, list) or not payload or not all(isinstance(item, str) for item in payload):
            raise Refusal(2, "invalid payload: a list of currency pairs or !all is needed")
        for pair in payload:
            if pair != _ALL and pair not in self._venue.markets:
                raise Refusal(2, f"unknown currency pair: {pair}")
        return [_request(channel, ledger.uid, pair) for pair in payload]


class GateioFeed:
    """Pushes what happens to accounts; the AccountFeed of this venue."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._orders: list[tuple[Order, dict[str, Any]]] = []
        self._balances: dict[Ledger, list[dict[str, str]]] = {}

    def order(self, order: Order, event: str) -> None:
        self._orders.append((order, order_push(order, event)))
        if not self._venue.options.gate_fill_before_put:
            self._flush_orders()

    def fill(self, fill: Fill) -> None:
        row = fill_push(fill)
        uid, pair = fill.order.ledger.uid, fill.order.symbol

        def push() -> None:
            self._post("spot.usertrades", uid, pair, row)
            self._post("spot.usertrades_v2", uid, pair, without_fees(row))

        deliver_fill(self._venue, pair, push)

    def balance(self, ledger: Ledger, change: BalanceChange) -> None:
        self._balances.setdefault(ledger, []).append(balance_push(ledger, change))
        if change.why in ("withdraw", "transfer"):
            self.settled()

    def settled(self) -> None:
        self._flush_orders()
        balances, self._balances = self._balances, {}
        for ledger, rows in balances.items():
            self._post_rows(f"spot.balances@{ledger.uid}:", "spot.balances", rows)

    def _flush_orders(self) -> None:
        orders, self._orders = self._orders, []
        for order, row in orders:
            self._post("spot.orders_v2", order.ledger.uid, order.symbol, without_fees(row))
            self._post("spot.orders", order.ledger.uid, order.symbol, row)

    def _post(self, channel: str, uid: int, pair: str, row: dict[str, Any]) -> None:
        for scope in (pair, _ALL):
            self._post_rows(f"{channel}@{uid}:{scope}", channel, [row])

    def _post_rows(self, name: str, channel: str, rows: list[Any]) -> None:
        if name in self._venue.hub.streams:
            post(self._venue, name, update(channel, wall_ms(), json.dumps(rows, separators=(",", ":"))))


def _request(channel: str, uid: int, scope: str) -> Request:
    name = f"{channel}@{uid}:{scope}"
    return Request(name, None, lambda: AccountStream(name, channel))
