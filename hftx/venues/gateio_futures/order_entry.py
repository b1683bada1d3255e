"""Gate USDT futures orders over their WebSocket. Never knows how a connection is made or kept.

Source: Gate Futures WebSocket v4 docs, "WebSocket API": order place, batch place, amend, cancel, status, list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from hftx._core.venues.gateio_futures_orders import GateFuturesOrderEncoder
from hftx.enums import ExchangeEnum, Side
from hftx.errors import UsageError
from hftx.orders import Order, OrderParams
from hftx.rest.account_budget import Charge
from hftx.rest.limits import Lane
from hftx.rest.order_text import OrderRef, PlainOrder, plain_order
from hftx.rest.reply import Reply
from hftx.rest.trading import CancelOutcome, PlaceOutcome
from hftx.symbols import Symbol, as_symbol
from hftx.venues.gateio.market_entry import GateioMarketEntry, client_ids, json_text
from hftx.venues.gateio.names import wire_name
from hftx.venues.gateio.order_lists import cancel_outcomes, checked_cancels, place_outcomes
from hftx.venues.gateio.private_endpoints import given
from hftx.venues.gateio.private_rows import id_in_path
from hftx.venues.gateio_futures import private_rows as read
from hftx.venues.gateio_futures.order_entry_dialect import GateioFuturesEntryDialect
from hftx.venues.gateio_futures.order_lists import checked_batch, item_failure, reader_of
from hftx.venues.gateio_futures.private_rest import BOOK_SIDES, GateioPrivateFuturesRest
from hftx.websocket.order_entry_line import EntryRow

_COST = (Charge("socket", 1, Lane.URGENT),)   # one limit for all that changes anything
PLACE = EntryRow("futures.order_place", _COST, True)
PLACE_BATCH = EntryRow("futures.order_batch_place", _COST, True)
AMEND = EntryRow("futures.order_amend", _COST, True)
CANCEL = EntryRow("futures.order_cancel", _COST, True)
CANCEL_IDS = EntryRow("futures.order_cancel_ids", _COST, True)
CANCEL_CONTRACT = EntryRow("futures.order_cancel_cp", _COST, True)
STATUS = EntryRow("futures.order_status")
LIST = EntryRow("futures.order_list")
_OPEN_PAGE = 100


class GateioFuturesOrderEntry(GateioMarketEntry[GateioPrivateFuturesRest]):
    """Order entry of Gate futures, of the account of `rest`, with which it shares clock, budgets and rules."""

    exchange = ExchangeEnum.GATEIO_FUTURES

    encoder_kind = GateFuturesOrderEncoder
    dialect_kind = GateioFuturesEntryDialect

    async def cancel_orders(self, orders: Sequence[tuple[Symbol | str, str]]) -> list[CancelOutcome]:
        """Cancel up to 20 orders, given as (symbol, order id), in one request; their outcomes, in order."""
        refs = checked_cancels(orders)
        if not refs:
            return []
        reply = await self._line.ask(CANCEL_IDS, json_text([ref.order_id for ref in refs]))
        return cancel_outcomes(refs, reply, partial(item_failure, CANCEL_IDS.channel))

    async def cancel_all_orders(
        self, symbol: Symbol | str | None = None, side: Side | None = None
    ) -> list[CancelOutcome]:
        """Cancel every open order of a contract, or of one side of it. Raises `UsageError` without a contract."""
        if symbol is None:
            raise UsageError("over the WebSocket Gate cancels all orders of one contract; name it, or use REST")
        word = None if side is None else BOOK_SIDES[side]
        fields = given({"contract": wire_name(as_symbol(symbol)), "side": word})
        reply = await self._line.ask(CANCEL_CONTRACT, json_text(fields))
        return [CancelOutcome(read.symbol_in(row), row.word("id")) for row in reply.rows()]

    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """All resting orders of a contract. Raises `UsageError` without one."""
        if symbol is None:
            raise UsageError("over the WebSocket Gate lists the orders of one contract; name it, or use REST")
        found: dict[str, Order] = {}  # an order that ends meanwhile shifts the pages: the same may come twice
        offset, more = 0, True
        while more:
            fields = {"contract": wire_name(as_symbol(symbol)), "status": "open"}
            reply = await self._line.ask(LIST, json_text(fields | {"limit": _OPEN_PAGE, "offset": offset}))
            orders = [read.order_of(row) for row in reply.rows()]
            found |= {order.order_id: order for order in orders}
            offset, more = offset + _OPEN_PAGE, len(orders) == _OPEN_PAGE
        return list(found.values())

    async def _place(self, params: OrderParams) -> Order:
        if not isinstance(params, OrderParams):
            plain_order(params, contracts=True)   # says what is wrong
        self._follow(params.symbol)
        if params.symbol in self._rules:
            param = self._encoder.encode_param(params)
        else:
            param = json_text(read.order_fields(self._checked(params)))
        ids = () if params.client_order_id is None else (params.client_order_id,)
        self._account.expect(params)
        answer: Order | Reply = await self._line.order(_as_it_is, PLACE, param, ids=ids)
        return answer if isinstance(answer, Order) else await self._account.placed_in(answer, params.side)

    async def _place_batch(self, orders: list[PlainOrder]) -> list[PlaceOutcome]:
        ids = checked_batch(orders)
        row = replace(PLACE_BATCH, charges=(replace(_COST[0], weight=len(orders)),))   # each order counts
        reply = await self._line.ask(row, json_text([read.order_fields(order) for order in orders]), ids=ids)
        return place_outcomes(orders, reply, partial(item_failure, row.channel), reader_of(orders))

    async def _amend(self, ref: OrderRef, price: str | None, quantity: str | None) -> Order:
        # A new size must have the sign of the order, which only the venue knows for sure.
        side = None if quantity is None else (await self._order(ref)).side
        size = None if quantity is None or side is None else read.size_of(quantity, side)
        fields = _where(ref) | given({"size": size, "price": price})
        return await self._line.order(partial(read.order_of, side=side), AMEND, json_text(fields), ids=client_ids(ref))

    async def _cancel(self, ref: OrderRef) -> Order:
        answer: Order | Reply = await self._line.order(_as_it_is, CANCEL, json_text(_where(ref)), ids=client_ids(ref))
        return answer if isinstance(answer, Order) else await self._account.order_in(answer)

    async def _order(self, ref: OrderRef) -> Order:
        answer: Order | Reply = await self._line.order(_as_it_is, STATUS, json_text(_where(ref)))
        return answer if isinstance(answer, Order) else await self._account.order_in(answer)


def _as_it_is(reply: Reply) -> Any:
    # What the dialect has not read may take another question to be understood.
    return reply


def _where(ref: OrderRef) -> dict[str, str | int]:
    return {"order_id": id_in_path(ref)}
