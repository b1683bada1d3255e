"""Gate USDT futures trading over REST: orders and fills. Source: Gate API v4 docs, "Futures".

Never knows how a call is made or signed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TypeAlias

from hftx._core.venues.gateio_futures_entry import GateioFuturesEntryReader
from hftx.config import ExchangeConfig
from hftx.enums import ExchangeEnum, OrderStatus, Side
from hftx.errors import HftxError, VenueError
from hftx.logs import HFTLoggerInterface
from hftx.orders import Execution, FuturesOrderParams, Order, OrderParams
from hftx.rest.arguments import whole_number
from hftx.rest.limits import RateBudget
from hftx.rest.order_text import OrderRef, PlainOrder, order_ref
from hftx.rest.private import PrivateRestOptions, client_ids, time_range
from hftx.rest.reply import Reply
from hftx.rest.signing_scheme import SignedEndpoint
from hftx.rest.trading import CancelOutcome, PlaceOutcome
from hftx.signing import GateSigner
from hftx.symbols import Symbol, as_symbol
from hftx.venues.gateio.names import wire_name
from hftx.venues.gateio.order_lists import cancel_outcomes, checked_cancels, place_outcomes
from hftx.venues.gateio.private_endpoints import RestSigner, account_budget, given, row_path
from hftx.venues.gateio.private_rows import client_id, id_in_path
from hftx.venues.gateio_futures import private_endpoints as rows
from hftx.venues.gateio_futures import private_rows as read
from hftx.venues.gateio_futures.order_lists import checked_batch, item_failure, reader_of
from hftx.venues.gateio_futures.private_account import ASSET, GateioFuturesAccount
from hftx.venues.gateio_futures.private_errors import PRIVATE_ERRORS

_PAGE, _MOST_PAST = 100, 1000   # rows; no larger page is promised
_LEAST_COUNTDOWN, _MOST_COUNTDOWN = 5, 86_400
_FAR_MS, _MOST_CLOSING = 2**53, 1000
_NEEDS_CONTRACT = ("MISSING_REQUIRED_PARAM", "INVALID_PARAM_VALUE", "INVALID_ARGUMENT")
Query: TypeAlias = Mapping[str, str | int]
BOOK_SIDES = {Side.BUY: "bid", Side.SELL: "ask"}


class GateioPrivateFuturesRest(GateioFuturesAccount):
    """Private REST of Gate USDT futures. `budget` is the one of the address, to be shared with public
    clients; `signer` signs in the place of the compiled one.
    """

    exchange = ExchangeEnum.GATEIO_FUTURES
    lookup_seconds = 50.0   # Gate API v4 docs, "Get a single futures order": 60 s after the end

    def __init__(
        self,
        config: ExchangeConfig,
        logger: HFTLoggerInterface | None = None,
        options: PrivateRestOptions | None = None,
        audit: HFTLoggerInterface | None = None,
        *,
        signer: RestSigner | None = None,
        budget: RateBudget | None = None,
    ) -> None:
        super().__init__(config, logger, options, audit)
        scheme = rows.GateFuturesScheme(self._credentials, signer or GateSigner(self._credentials))
        self.encoder = scheme.encoder
        self._reader = GateioFuturesEntryReader({})
        address = budget or RateBudget(self.exchange.value, config.rest_limits)
        self._connect(scheme, PRIVATE_ERRORS, account_budget(self.exchange.value, rows.RULES), address)
        self._closing: dict[str, Side] = {}   # of orders that close positions, by client order id

    async def cancel_orders(self, orders: Sequence[tuple[Symbol | str, str]]) -> list[CancelOutcome]:
        """Cancel up to 20 orders, given as (symbol, order id), in one request; their outcomes, in order."""
        refs = checked_cancels(orders)
        if not refs:
            return []
        reply = await self.transport.write(rows.CANCEL_BATCH, [ref.order_id or "" for ref in refs])
        return cancel_outcomes(refs, reply, partial(item_failure, rows.CANCEL_BATCH.path))

    async def cancel_all_orders(
        self, symbol: Symbol | str | None = None, side: Side | None = None
    ) -> list[CancelOutcome]:
        """Cancel every open order of a contract, or of the account; those of one side only, if it is given."""
        if symbol is not None:
            return await self._cancel_contract(as_symbol(symbol), side)
        try:
            return await self._cancel_contract(None, side)
        except VenueError as error:   # older accounts must name the contract
            if error.code not in _NEEDS_CONTRACT:
                raise
        symbols = {order.symbol for order in await self.get_open_orders()}
        return [outcome for each in sorted(symbols) for outcome in await self._cancel_contract(each, side)]

    async def countdown_cancel(self, seconds: int, symbol: Symbol | str | None = None) -> int:
        """Let Gate cancel all orders in `seconds` (at least 5) unless called again; 0 calls it off.

        Answers the venue's time of the cancel in ms.
        """
        if seconds != 0:
            whole_number("seconds", seconds, _LEAST_COUNTDOWN, _MOST_COUNTDOWN, " or 0")
        name = None if symbol is None else wire_name(as_symbol(symbol))
        fields = given({"timeout": seconds, "contract": name})
        return (await self.transport.write(rows.COUNTDOWN, fields)).integer("triggerTime")

    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """All resting orders of a contract, or of the account."""
        name = None if symbol is None else wire_name(as_symbol(symbol))
        found = await self._listed(rows.ORDERS, given({"contract": name, "status": "open"}), None)
        return list({order.order_id: order for order in map(read.order_of, found)}.values())

    async def get_order_history(
        self,
        symbol: Symbol | str,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Order]:
        """Finished orders, oldest first; all of a range in whole seconds, or the newest 100, or `limit` of them."""
        query = given({"contract": wire_name(as_symbol(symbol))}) | _range(start_ms, end_ms)
        if start_ms is None and end_ms is None:
            found = await self._listed(rows.ORDERS, query | {"status": "finished"}, _most(limit) or _PAGE)
        else:
            found = await self._listed(rows.PAST_ORDERS, query, _most(limit))
        orders = [await self.order_in(row) for row in found if row.text("status") != "open" and self._tells(row)]
        return sorted({order.order_id: order for order in orders}.values(), key=lambda order: order.created_ns)

    async def get_account_trades(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Execution]:
        """Own fills, oldest first; all of a range in whole seconds or of an order, or the newest 100, or `limit`."""
        symbol, within = as_symbol(symbol), _range(start_ms, end_ms)
        if order_id is not None:   # the venue takes no range here
            asked = order_ref(symbol, order_id, None).order_id or ""
            first, last = start_ms or 0, _FAR_MS if end_ms is None else end_ms
            found = await self._fills_of(symbol, asked, None if within else _most(limit))
            fills = [fill for fill in found if first <= fill.venue_ns // 1_000_000 <= last]
        elif within:
            fills = await self._fills(rows.PAST_TRADES, within | {"contract": wire_name(symbol)}, _most(limit))
        else:
            fills = await self._fills(rows.MY_TRADES, {"contract": wire_name(symbol)}, _most(limit) or _PAGE)
        return sorted(fills, key=lambda fill: fill.venue_ns)

    async def order_in(self, row: Reply) -> Order:
        """An order row of any answer; raises as a read.

        One that closed a position may come without a size: its fills tell which way it went, and how far.
        """
        if read.has_size(row):
            return read.order_of(row)
        fills = await self._fills_of(read.symbol_in(row), row.word("id"), None)
        if not fills and read.was_filled(row):
            raise row.wrong("it is filled, but its fills are not told yet")
        return read.order_of(row, fills, self._closing.get(client_id(row) or ""))

    async def placed_in(self, row: Reply, side: Side) -> Order:
        """The answer to an order that was sent to `side`. One that closes a position is open until its fills are
        told, whatever the answer says."""
        order = read.order_of(row, side=side)
        if read.has_size(row) or not order.is_done:
            return order
        try:
            return await self.order_in(row)
        except HftxError as error:   # it was carried out all the same
            self._logger.info("order %s: %s", order.order_id, error)
            return replace(order, status=OrderStatus.NEW, filled_quantity=Decimal(0), filled_quote=Decimal(0))

    def expect(self, params: OrderParams) -> None:
        """The side of an order that closes a position is kept, of the last 1,000: the venue may not tell it."""
        if isinstance(params, FuturesOrderParams) and params.close is not None and params.client_order_id:
            self._closing[params.client_order_id] = params.side
            if len(self._closing) > _MOST_CLOSING:
                del self._closing[next(iter(self._closing))]

    def _wire_name(self, symbol: Symbol) -> str:
        return wire_name(symbol)

    async def _place(self, params: OrderParams) -> Order:
        written = self._written(params)
        if written is None:
            order = self._checked(params)
            written = self._rewritten(params)
            if written is None:
                self.expect(params)
                fields, ids = read.order_fields(order), client_ids(params)
                reply = await self.transport.write(rows.PLACE, fields, client_order_ids=ids)
                return await self.placed_in(reply, order.side)
        self.expect(params)
        ids = client_ids(params)
        body = await self.transport.order(rows.PLACE, written, (), ids)
        placed = self._reader.order(body)
        if placed is not None:
            return placed
        return await self.placed_in(self.transport.reply(rows.PLACE, body, None, ids), params.side)

    async def _place_batch(self, orders: list[PlainOrder]) -> list[PlaceOutcome]:
        ids = checked_batch(orders)
        fields = [read.order_fields(order) for order in orders]
        row = rows.several(rows.PLACE_BATCH, len(orders))
        reply = await self.transport.write(row, fields, client_order_ids=ids)
        return place_outcomes(orders, reply, partial(item_failure, row.path), reader_of(orders))

    async def _amend(self, ref: OrderRef, price: str | None, quantity: str | None) -> Order:
        # A new size must have the sign of the order, which only the venue knows for sure.
        side = None if quantity is None else (await self._order(ref)).side
        size = None if quantity is None or side is None else read.size_of(quantity, side)
        path = row_path(rows.AMEND, id_in_path(ref))
        fields = given({"size": size, "price": price})
        reply = await self.transport.write(rows.AMEND, fields, path, client_order_ids=_ref_ids(ref))
        return read.order_of(reply, side=side)

    async def _cancel(self, ref: OrderRef) -> Order:
        path = row_path(rows.CANCEL, id_in_path(ref))
        return await self.order_in(await self.transport.write(rows.CANCEL, {}, path, client_order_ids=_ref_ids(ref)))

    async def _order(self, ref: OrderRef) -> Order:
        return await self.order_in(await self.transport.read(rows.ORDER, {}, row_path(rows.ORDER, id_in_path(ref))))

    def _tells(self, row: Reply) -> bool:
        # What others wanted to close, and did not, is of no side.
        return read.has_size(row) or read.was_filled(row) or client_id(row) in self._closing

    async def _fills_of(self, symbol: Symbol, order_id: str, most: int | None) -> list[Execution]:
        return await self._fills(rows.MY_TRADES, {"contract": wire_name(symbol), "order": order_id}, most)

    async def _fills(self, row: SignedEndpoint, query: Query, most: int | None) -> list[Execution]:
        fills = [read.execution_of(each, ASSET) for each in await self._listed(row, query, most)]
        return list({fill.trade_id: fill for fill in fills}.values())

    async def _listed(self, row: SignedEndpoint, query: Query, most: int | None) -> list[Reply]:
        # Page by page: what ends or is added meanwhile shifts them, so that the same may come twice.
        found: list[Reply] = []
        while most is None or len(found) < most:
            size = _PAGE if most is None else min(_PAGE, most - len(found))
            page = (await self.transport.read(row, {**query, "limit": size, "offset": len(found)})).rows()
            found += page
            if len(page) < size:
                break
        return found

    async def _cancel_contract(self, symbol: Symbol | None, side: Side | None) -> list[CancelOutcome]:
        name = None if symbol is None else wire_name(symbol)
        query = given({"contract": name, "side": None if side is None else BOOK_SIDES[side]})
        reply = await self.transport.write(rows.CANCEL_ALL, query)
        return [CancelOutcome(read.symbol_in(row), row.word("id")) for row in reply.rows()]


def _ref_ids(ref: OrderRef) -> tuple[str, ...]:
    return () if ref.client_order_id is None else (ref.client_order_id,)


def _range(start_ms: int | None, end_ms: int | None) -> dict[str, str | int]:
    # Whole seconds; rounded outwards, so that nothing of the range is lost.
    start, end = time_range(start_ms, end_ms)
    since, until = None if start is None else start // 1000, None if end is None else -(-end // 1000)
    return given({"from": since, "to": until})


def _most(limit: int | None) -> int | None:
    return None if limit is None else whole_number("limit", limit, 1, _MOST_PAST)
