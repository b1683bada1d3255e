"""MEXC's private channels as protobuf pushes (Spot v3 docs, "User Data Streams").

Must never know: sockets, listen keys, REST.
"""

from __future__ import annotations

from typing import Any

from hftx.sim.accounts import BalanceChange, Ledger
from hftx.sim.feeds import AccountStream, deliver_fill, post
from hftx.sim.mexc.mexc_pb2 import PushDataV3ApiWrapper
from hftx.sim.mexc.order_rows import fill_account_body, fill_deal_body, fill_order_body, wire_symbol
from hftx.sim.orders import Fill, Order
from hftx.sim.venue import Venue, wall_ms

ORDERS = "spot@private.orders.v3.api.pb"
DEALS = "spot@private.deals.v3.api.pb"
ACCOUNT = "spot@private.account.v3.api.pb"
CHANNELS = frozenset({ORDERS, DEALS, ACCOUNT})


def stream_name(channel: str, ledger: Ledger) -> str:
    """The name under which an account's channel is kept."""
    return f"{channel}#{ledger.uid}"


def make_stream(channel: str, ledger: Ledger) -> AccountStream:
    return AccountStream(stream_name(channel, ledger), channel)


class MexcFeed:
    """Pushes what happens to accounts; the AccountFeed of this venue."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    def order(self, order: Order, event: str) -> None:
        wrapper = self._wrapper(ORDERS, order.ledger, wire_symbol(order))
        if wrapper is not None:
            fill_order_body(wrapper.privateOrders, order)
            post(self._venue, stream_name(ORDERS, order.ledger), wrapper.SerializeToString())

    def fill(self, fill: Fill) -> None:
        body = PushDataV3ApiWrapper().privateDeals
        fill_deal_body(body, fill)

        def push() -> None:
            wrapper = self._wrapper(DEALS, fill.order.ledger, wire_symbol(fill.order))
            if wrapper is not None:
                wrapper.privateDeals.CopyFrom(body)
                post(self._venue, stream_name(DEALS, fill.order.ledger), wrapper.SerializeToString())

        deliver_fill(self._venue, fill.order.symbol, push)

    def balance(self, ledger: Ledger, change: BalanceChange) -> None:
        wrapper = self._wrapper(ACCOUNT, ledger, None)
        if wrapper is not None:
            wrapper.createTime = change.ts_ms
            fill_account_body(wrapper.privateAccount, change)
            post(self._venue, stream_name(ACCOUNT, ledger), wrapper.SerializeToString())

    def settled(self) -> None:
        """Everything has left already."""

    def _wrapper(self, channel: str, ledger: Ledger, symbol: str | None) -> Any:
        """The envelope of a push, None when nobody listens."""
        if stream_name(channel, ledger) not in self._venue.hub.streams:
            return None
        named = {"symbol": symbol} if symbol else {}
        return PushDataV3ApiWrapper(channel=channel, sendTime=wall_ms(), **named)
