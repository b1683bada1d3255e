"""Gate spot orders over its WebSocket. Never knows how a connection is made or kept.

Source: Gate Spot WebSocket v4 docs, "WebSocket API": order place, cancel, cancel all, amend, status, list.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any

from hftx.enums import ExchangeEnum
from hftx.errors import HftxError, UsageError
from hftx.orders import Order, OrderParams
from hftx.rest.order_text import OrderRef, PlainOrder, plain_order
from hftx.rest.outcomes import item_error
from hftx.rest.reply import Reply
from hftx.rest.trading import CancelOutcome, PlaceOutcome
from hftx.symbols import Symbol, as_symbol
from hftx.venues.gateio import private_endpoints as rows
from hftx.venues.gateio import private_rows as read
from hftx.venues.gateio.market_entry import GateioMarketEntry, client_ids, json_text
from hftx.venues.gateio.names import wire_name
from hftx.venues.gateio.order_lists import (
    cancel_fields,
    cancel_outcomes,
    checked_batch,
    checked_cancels,
    place_outcomes,
)
from hftx.venues.gateio.private_errors import PRIVATE_ERRORS
from hftx.venues.gateio.private_rest import GateioPrivateRest
from hftx.websocket.order_entry_line import EntryRow

PLACE = EntryRow("spot.order_place", rows.PLACE.charges, True)
AMEND = EntryRow("spot.order_amend", rows.AMEND.charges, True)
CANCEL = EntryRow("spot.order_cancel", rows.CANCEL.charges, True)
CANCEL_IDS = EntryRow("spot.order_cancel_ids", rows.CANCEL_BATCH.charges, True)
CANCEL_PAIR = EntryRow("spot.order_cancel_cp", rows.CANCEL_ALL.charges, True)
STATUS = EntryRow("spot.order_status")
LIST = EntryRow("spot.order_list")
_OPEN_PAGE = 100


class GateioOrderEntry(GateioMarketEntry[GateioPrivateRest]):
    """Order entry of Gate spot, of the account of `rest`, with which it shares clock, budgets and rules."""

    exchange = ExchangeEnum.GATEIO

    async def cancel_orders(self, orders: Sequence[tuple[Symbol | str, str]]) -> list[CancelOutcome]:
        """Cancel up to 20 orders, given as (symbol, order id), in one request; their outcomes, in order."""
        refs = checked_cancels(orders)
        if not refs:
            return []
        reply = await self._line.ask(CANCEL_IDS, json_text(cancel_fields(refs)))
        return cancel_outcomes(refs, reply, partial(self._failure, CANCEL_IDS))

    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[CancelOutcome]:
        """Cancel every open order of a symbol; the outcome of each. Raises `UsageError` without a symbol."""
        if symbol is None:
            raise UsageError("over the WebSocket Gate cancels all orders of one symbol; name it, or use REST")
        reply = await self._line.ask(CANCEL_PAIR, json_text({"currency_pair": wire_name(as_symbol(symbol))}))
        return [
            CancelOutcome(read.symbol_in(row), row.word("id"), self._failure(CANCEL_PAIR, row, None))
            for row in reply.rows()
        ]

    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """All resting orders of a symbol. Raises `UsageError` without one."""
        if symbol is None:
            raise UsageError("over the WebSocket Gate lists the orders of one symbol; name it, or use REST")
        found: dict[str, Order] = {}  # an order that ends meanwhile shifts the pages: the same may come twice
        page, more = 1, True
        while more:
            fields = {"currency_pair": wire_name(as_symbol(symbol)), "status": "open"}
            reply = await self._line.ask(LIST, json_text(fields | {"page": page, "limit": _OPEN_PAGE}))
            orders = [read.order_of(row) for row in reply.rows()]
            found |= {order.order_id: order for order in orders}
            page, more = page + 1, len(orders) == _OPEN_PAGE
        return list(found.values())

    def _place(self, params: OrderParams) -> Coroutine[Any, Any, Order]:
        if not isinstance(params, OrderParams):
            plain_order(params)   # says what is wrong
        symbol = params.symbol
        if self._rest.options.symbols.get(symbol) is not self._seen.get(symbol):
            self._follow(symbol)
        keys = self._keys.get(symbol)
        if keys is None:
            order = self._checked(params)
            keys, param = (wire_name(order.symbol),), json_text(read.order_fields(order))
        else:
            param = self._encoder.encode_param(params)
        client_id = params.client_order_id
        ids = () if client_id is None else (client_id,)
        return self._line.order(read.order_of, PLACE, param, keys, ids)

    async def _place_batch(self, orders: list[PlainOrder]) -> list[PlaceOutcome]:
        pairs, ids = checked_batch(orders)
        reply = await self._line.ask(PLACE, json_text([read.order_fields(order) for order in orders]), pairs, ids)
        return place_outcomes(orders, reply, partial(self._failure, PLACE))

    async def _amend(self, ref: OrderRef, price: str | None, quantity: str | None) -> Order:
        fields = _where(ref) | rows.given({"price": price, "amount": quantity})
        keys = (wire_name(ref.symbol),)
        return await self._line.order(read.order_of, AMEND, json_text(fields), keys, client_ids(ref))

    async def _cancel(self, ref: OrderRef) -> Order:
        return await self._line.order(read.order_of, CANCEL, json_text(_where(ref)), ids=client_ids(ref))

    async def _order(self, ref: OrderRef) -> Order:
        return await self._line.order(read.order_of, STATUS, json_text(_where(ref)))

    def _failure(self, kind: EntryRow, row: Reply, client_order_id: str | None) -> HftxError | None:
        # Here the venue leaves `succeeded` out of what failed, and out of whole orders that did not.
        if row.flag("succeeded") if row.has("succeeded") else not row.has("label"):
            return None
        text = row.text("message") if row.has("message") else ""
        label, venue = row.text("label"), self.exchange.value
        return item_error(venue, kind.channel, label, text, PRIVATE_ERRORS, client_order_id)


def _where(ref: OrderRef) -> dict[str, str | int]:
    return {"order_id": read.id_in_path(ref), "currency_pair": wire_name(ref.symbol)}
