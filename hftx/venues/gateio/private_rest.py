"""Gate spot trading over REST. Source: Gate API v4 docs, "Spot". Never knows how a call is made or signed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from hftx._core.venues.gateio_entry import GateioEntryReader
from hftx.config import ExchangeConfig
from hftx.enums import ExchangeEnum
from hftx.errors import HftxError
from hftx.logs import HFTLoggerInterface
from hftx.orders import AssetBalance, Execution, Order, OrderParams
from hftx.rest.arguments import whole_number
from hftx.rest.limits import RateBudget
from hftx.rest.order_text import OrderRef, PlainOrder, order_ref
from hftx.rest.outcomes import item_error
from hftx.rest.private import PrivateRestOptions, client_ids, time_range
from hftx.rest.reply import Reply
from hftx.rest.trading import CancelOutcome, PlaceOutcome, TradingFees
from hftx.signing import GateSigner
from hftx.symbols import AssetName, Symbol, as_symbol
from hftx.venues.gateio import private_endpoints as rows
from hftx.venues.gateio import private_rows as read
from hftx.venues.gateio.names import wire_name
from hftx.venues.gateio.order_lists import (
    cancel_fields,
    cancel_outcomes,
    checked_batch,
    checked_cancels,
    place_outcomes,
)
from hftx.venues.gateio.private_errors import PRIVATE_ERRORS
from hftx.venues.gateio.private_wallet import GateioWallet

_OPEN_PAGE, _MOST_PAST = 100, 1000
_LEAST_COUNTDOWN, _MOST_COUNTDOWN = 5, 86_400


class GateioPrivateRest(GateioWallet):
    """Private REST of Gate spot. `budget` is the one of the address, to be shared with public
    clients; `signer` signs in the place of the compiled one.
    """

    exchange = ExchangeEnum.GATEIO

    def __init__(
        self,
        config: ExchangeConfig,
        logger: HFTLoggerInterface | None = None,
        options: PrivateRestOptions | None = None,
        audit: HFTLoggerInterface | None = None,
        *,
        signer: rows.RestSigner | None = None,
        budget: RateBudget | None = None,
    ) -> None:
        super().__init__(config, logger, options, audit)
        scheme = rows.GateScheme(self._credentials, signer or GateSigner(self._credentials))
        self.encoder = scheme.encoder
        self._reader = GateioEntryReader({})
        address = budget or RateBudget(self.exchange.value, config.rest_limits)
        self._connect(scheme, PRIVATE_ERRORS, rows.account_budget(), address)

    async def get_account_balance(self) -> dict[AssetName, AssetBalance]:
        """What the account holds, by asset; `venue_ns` is the venue's time of the answer, estimated."""
        reply = await self.transport.read(rows.ACCOUNTS)
        venue_ns = self.transport.clock.now_ns()
        balances = [read.balance_of(row, venue_ns) for row in reply.rows()]
        return {balance.asset: balance for balance in balances}

    async def cancel_orders(self, orders: Sequence[tuple[Symbol | str, str]]) -> list[CancelOutcome]:
        """Cancel up to 20 orders, given as (symbol, order id), in one request; their outcomes, in order."""
        refs = checked_cancels(orders)
        if not refs:
            return []
        reply = await self.transport.write(rows.CANCEL_BATCH, cancel_fields(refs))
        return cancel_outcomes(refs, reply, partial(self._failure, rows.CANCEL_BATCH.path))

    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[CancelOutcome]:
        """Cancel every open order of a symbol, or of the account; the outcome of each."""
        query = {} if symbol is None else {"currency_pair": wire_name(as_symbol(symbol))}
        reply = await self.transport.write(rows.CANCEL_ALL, query)
        outcomes = []
        for row in reply.rows():
            error = self._failure(rows.CANCEL_ALL.path, row, None) if row.has("succeeded") else None
            outcomes.append(CancelOutcome(read.symbol_in(row), row.word("id"), error))
        return outcomes

    async def countdown_cancel(self, seconds: int, symbol: Symbol | str | None = None) -> int:
        """Let Gate cancel all orders in `seconds` (at least 5) unless called again; 0 calls it off.

        Answers the venue's time of the cancel in ms.
        """
        if seconds != 0:
            whole_number("seconds", seconds, _LEAST_COUNTDOWN, _MOST_COUNTDOWN, " or 0")
        pair = None if symbol is None else wire_name(as_symbol(symbol))
        fields = rows.given({"timeout": seconds, "currency_pair": pair})
        return (await self.transport.write(rows.COUNTDOWN, fields)).integer("triggerTime")

    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """All resting orders of a symbol, or of the account."""
        found: dict[str, Order] = {}  # an order that ends meanwhile shifts the pages: the same may come twice
        page, more = 1, True
        while more:
            orders, more = await self._open_page(None if symbol is None else as_symbol(symbol), page)
            found |= {order.order_id: order for order in orders}
            page += 1
        return list(found.values())

    async def get_order_history(
        self,
        symbol: Symbol | str,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Order]:
        """Finished orders, oldest first; a range is about when they ended, in whole seconds."""
        query = {"currency_pair": wire_name(as_symbol(symbol)), "status": "finished"}
        reply = await self.transport.read(rows.ORDERS, query | _range(start_ms, end_ms, limit))
        return sorted((read.order_of(row) for row in reply.rows()), key=lambda order: order.created_ns)

    async def get_account_trades(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Execution]:
        """Own fills, oldest first; a range, by default 7 days, is about when their orders ended."""
        pair = as_symbol(symbol)
        asked = None if order_id is None else order_ref(pair, order_id, None).order_id
        query = rows.given({"currency_pair": wire_name(pair), "order_id": asked})
        reply = await self.transport.read(rows.MY_TRADES, query | _range(start_ms, end_ms, limit))
        return sorted((read.execution_of(row) for row in reply.rows()), key=lambda fill: fill.venue_ns)

    async def get_trading_fees(self, symbol: Symbol | str) -> TradingFees:
        """The account's rates for a symbol; in GT where the account pays its fees so."""
        symbol = as_symbol(symbol)
        reply = await self.transport.read(rows.FEE, {"currency_pair": wire_name(symbol)})
        in_gt = reply.has("gt_discount") and reply.flag("gt_discount")
        maker, taker = ("gt_maker_fee", "gt_taker_fee") if in_gt else ("maker_fee", "taker_fee")
        return TradingFees(symbol, Decimal(reply.number(maker)), Decimal(reply.number(taker)))

    def _wire_name(self, symbol: Symbol) -> str:
        return wire_name(symbol)

    async def _place(self, params: OrderParams) -> Order:
        written = self._written(params)
        if written is None:
            order = self._checked(params)
            written = self._rewritten(params)
            keys, ids = (wire_name(order.symbol),), _ids([order])
            if written is None:
                return read.order_of(await self.transport.write(rows.PLACE, read.order_fields(order), None, keys, ids))
        else:
            keys, ids = (wire_name(params.symbol),), client_ids(params)
        body = await self.transport.order(rows.PLACE, written, keys, ids)
        return self._reader.order(body) or read.order_of(self.transport.reply(rows.PLACE, body, None, ids))

    async def _place_batch(self, orders: list[PlainOrder]) -> list[PlaceOutcome]:
        pairs, ids = checked_batch(orders)
        fields = [read.order_fields(order) for order in orders]
        reply = await self.transport.write(rows.PLACE_BATCH, fields, keys=pairs, client_order_ids=ids)
        return place_outcomes(orders, reply, partial(self._failure, rows.PLACE_BATCH.path))

    async def _amend(self, ref: OrderRef, price: str | None, quantity: str | None) -> Order:
        pair, wire_id = wire_name(ref.symbol), read.id_in_path(ref)
        fields = rows.given({"currency_pair": pair, "price": price, "amount": quantity})
        path, ids = rows.row_path(rows.AMEND, wire_id), _ref_ids(ref)
        body = await self.transport.carry_out(rows.AMEND, fields, path, (pair,), ids)
        return self._reader.order(body) or read.order_of(self.transport.reply(rows.AMEND, body, path, ids))

    async def _cancel(self, ref: OrderRef) -> Order:
        path = rows.row_path(rows.CANCEL, read.id_in_path(ref))
        query, ids = {"currency_pair": wire_name(ref.symbol)}, _ref_ids(ref)
        body = await self.transport.carry_out(rows.CANCEL, query, path, (), ids)
        return self._reader.order(body) or read.order_of(self.transport.reply(rows.CANCEL, body, path, ids))

    async def _order(self, ref: OrderRef) -> Order:
        path = rows.row_path(rows.ORDER, read.id_in_path(ref))
        reply = await self.transport.read(rows.ORDER, {"currency_pair": wire_name(ref.symbol)}, path)
        return read.order_of(reply)

    async def _open_page(self, symbol: Symbol | None, page: int) -> tuple[list[Order], bool]:
        query: dict[str, str | int] = {"page": page, "limit": _OPEN_PAGE}
        if symbol is not None:
            query |= {"currency_pair": wire_name(symbol), "status": "open"}
            found = (await self.transport.read(rows.ORDERS, query)).rows()
            return [read.order_of(row) for row in found], len(found) == _OPEN_PAGE
        pairs = [pair.rows("orders") for pair in (await self.transport.read(rows.OPEN_ORDERS, query)).rows()]
        more = any(len(orders) == _OPEN_PAGE for orders in pairs)
        return [read.order_of(row) for orders in pairs for row in orders], more

    def _failure(self, path: str, row: Reply, client_order_id: str | None) -> HftxError | None:
        if row.flag("succeeded"):
            return None
        text = row.text("message") if row.has("message") else ""
        return item_error(self.exchange.value, path, row.text("label"), text, PRIVATE_ERRORS, client_order_id)


def _ids(orders: Sequence[PlainOrder]) -> tuple[str, ...]:
    return tuple(order.client_order_id for order in orders if order.client_order_id is not None)


def _ref_ids(ref: OrderRef) -> tuple[str, ...]:
    return () if ref.client_order_id is None else (ref.client_order_id,)


def _range(start_ms: int | None, end_ms: int | None, limit: int | None) -> dict[str, str | int]:
    # Whole seconds; rounded outwards, so that nothing of the range is lost.
    start, end = time_range(start_ms, end_ms)
    size = None if limit is None else whole_number("limit", limit, 1, _MOST_PAST)
    return rows.given(
        {
            "from": None if start is None else start // 1000,
            "to": None if end is None else -(-end // 1000),
            "limit": size,
        }
    )
