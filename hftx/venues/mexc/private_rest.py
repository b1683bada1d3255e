"""MEXC spot trading and wallet over REST. Source: MEXC Spot v3 docs. Never knows how a call is signed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

from hftx._core.venues.mexc_entry import placed
from hftx.config import ExchangeConfig
from hftx.enums import ExchangeEnum
from hftx.errors import HftxError, UsageError, VenueError, VenueUnavailableError
from hftx.logs import HFTLoggerInterface
from hftx.orders import AssetBalance, Execution, Order, OrderParams
from hftx.rest.arguments import whole_number
from hftx.rest.limits import RateBudget
from hftx.rest.order_text import OrderRef, PlainOrder, order_ref
from hftx.rest.outcomes import item_error
from hftx.rest.private import PrivateRestOptions, client_ids, time_range
from hftx.rest.reply import Reply
from hftx.rest.trading import CancelOutcome, PlaceOutcome, TradingFees
from hftx.signing import MexcSigner
from hftx.symbols import AssetName, Symbol, as_symbol
from hftx.venues.mexc import private_endpoints as rows
from hftx.venues.mexc import private_rows as read
from hftx.venues.mexc.names import SymbolNames
from hftx.venues.mexc.private_errors import PRIVATE_ERRORS
from hftx.venues.mexc.private_wallet import MexcWallet

_MOST_IN_BATCH, _MOST_ORDERS, _MOST_TRADES = 20, 1000, 100
_GOOD_CODES = ("0", "200")


class MexcPrivateRest(MexcWallet):
    """Private REST of MEXC spot. `budget` is the one of the address, to be shared with public
    clients; `signer` signs in the place of the compiled one.
    """

    exchange = ExchangeEnum.MEXC

    def __init__(
        self,
        config: ExchangeConfig,
        logger: HFTLoggerInterface | None = None,
        options: PrivateRestOptions | None = None,
        audit: HFTLoggerInterface | None = None,
        *,
        signer: rows.RestSigner | None = None,
        budget: RateBudget | None = None,
        names: SymbolNames | None = None,
    ) -> None:
        super().__init__(config, logger, options, audit)
        address = budget or RateBudget(self.exchange.value, config.rest_limits)
        scheme = rows.MexcScheme(self._credentials, signer or MexcSigner(self._credentials))
        self.encoder = scheme.encoder
        self._connect(scheme, PRIVATE_ERRORS, rows.account_budget(address), address)
        self._names = names or SymbolNames()

    async def get_account_balance(self) -> dict[AssetName, AssetBalance]:
        """What the account holds, by asset; `venue_ns` is the venue's time of the answer, estimated."""
        reply = await self.transport.read(rows.ACCOUNT)
        venue_ns = self.transport.clock.now_ns()
        balances = [read.balance_of(row, venue_ns) for row in reply.rows("balances")]
        return {balance.asset: balance for balance in balances}

    async def cancel_orders(self, orders: Sequence[tuple[Symbol | str, str]]) -> list[CancelOutcome]:
        """Cancel several orders, given as (symbol, order id). MEXC takes one a request, 12 a second."""
        refs = [order_ref(as_symbol(symbol), order_id, None) for symbol, order_id in orders]
        return list(await asyncio.gather(*(self._cancel_outcome(ref) for ref in refs)))

    async def cancel_all_orders(self, symbol: Symbol | str | None = None) -> list[CancelOutcome]:
        """Cancel every open order. For a whole account MEXC does not name them: the list is empty."""
        if symbol is None:
            self._check_envelope(await self.transport.write(rows.CANCEL_ALL), rows.CANCEL_ALL.path)
            return []
        symbol = as_symbol(symbol)
        reply = await self.transport.write(rows.CANCEL_SYMBOL, {"symbol": self._names.use(symbol)})
        return [CancelOutcome(symbol, row.text("orderId")) for row in reply.rows()]

    async def countdown_cancel(self, seconds: int, symbol: Symbol | str | None = None) -> int:
        """MEXC has no such switch: always raises `UsageError`."""
        raise UsageError("MEXC spot has no countdown cancel; call cancel_all_orders when the strategy stops")

    async def get_open_orders(self, symbol: Symbol | str | None = None) -> list[Order]:
        """All resting orders of a symbol, or of the account."""
        query = {} if symbol is None else {"symbol": self._names.use(as_symbol(symbol))}
        found = (await self.transport.read(rows.OPEN_ORDERS, query)).rows()
        await self._learn({row.text("symbol") for row in found})
        return [read.order_of(self._symbol(row), row) for row in found]

    async def get_order_history(
        self,
        symbol: Symbol | str,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Order]:
        """Orders of the last 24 h, or of a range within the last 7 days, oldest first."""
        symbol = as_symbol(symbol)
        query = self._range(symbol, start_ms, end_ms, limit, _MOST_ORDERS)
        reply = await self.transport.read(rows.ALL_ORDERS, query)
        orders = [read.order_of(symbol, row) for row in reply.rows()]
        return sorted(orders, key=lambda order: order.created_ns)

    async def get_account_trades(
        self,
        symbol: Symbol | str,
        order_id: str | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Execution]:
        """Own fills of the last month, oldest first; a fill may appear a little after its order's end."""
        symbol = as_symbol(symbol)
        query = self._range(symbol, start_ms, end_ms, limit or _MOST_TRADES, _MOST_TRADES)
        if order_id is not None:
            query["orderId"] = order_ref(symbol, order_id, None).order_id or ""
        reply = await self.transport.read(rows.MY_TRADES, query)
        return sorted(
            (read.execution_of(symbol, row) for row in reply.rows()), key=lambda fill: fill.venue_ns
        )

    async def get_trading_fees(self, symbol: Symbol | str) -> TradingFees:
        """The account's rates for a symbol."""
        symbol = as_symbol(symbol)
        reply = await self.transport.read(rows.TRADE_FEE, {"symbol": self._names.use(symbol)})
        self._check_envelope(reply, rows.TRADE_FEE.path)
        data = reply.part("data")
        return TradingFees(
            symbol, Decimal(data.number("makerCommission")), Decimal(data.number("takerCommission"))
        )

    def _wire_name(self, symbol: Symbol) -> str:
        return self._names.use(symbol)

    async def _place(self, params: OrderParams) -> Order:
        written = self._written(params)
        if written is None:
            order = self._checked(params)
            written = self._rewritten(params)
            if written is None:
                fields = read.order_fields(order, self._names.use(order.symbol))
                reply = await self.transport.write(rows.PLACE, fields, client_order_ids=_ids([order]))
                return read.placed(order, reply, self.transport.clock.now_ns())
        ids = client_ids(params)
        body = await self.transport.order(rows.PLACE, written, (), ids)
        return placed(params, body) or self._placed(params, self.transport.reply(rows.PLACE, body, None, ids))

    def _placed(self, params: OrderParams, reply: Reply) -> Order:
        return read.placed(self._checked(params), reply, self.transport.clock.now_ns())

    async def _place_batch(self, orders: list[PlainOrder]) -> list[PlaceOutcome]:
        if len(orders) > _MOST_IN_BATCH or len({order.symbol for order in orders}) > 1:
            raise UsageError(f"MEXC takes at most {_MOST_IN_BATCH} orders in a request, all of one symbol")
        fields = [read.order_fields(order, self._names.use(order.symbol)) for order in orders]
        reply = await self.transport.write(
            rows.PLACE_BATCH, rows.json_list(fields), client_order_ids=_ids(orders)
        )
        items = reply.rows()
        if len(items) != len(orders):
            raise reply.wrong(f"{len(items)} outcomes for {len(orders)} orders")
        return [self._place_outcome(order, item) for order, item in zip(orders, items, strict=True)]

    def _place_outcome(self, order: PlainOrder, item: Reply) -> PlaceOutcome:
        if item.has("newClientOrderId") and item.text("newClientOrderId") != order.client_order_id:
            raise item.wrong(f"is about {item.text('newClientOrderId')!r}, not {order.client_order_id!r}")
        if item.has("orderId"):
            return read.placed(order, item, self.transport.clock.now_ns())
        request, text = f"POST {rows.PLACE_BATCH.path}", item.text("msg") if item.has("msg") else ""
        return item_error(
            self.exchange.value, request, item.word("code"), text, PRIVATE_ERRORS, order.client_order_id
        )

    async def _amend(self, ref: OrderRef, price: str | None, quantity: str | None) -> Order:
        raise UsageError("MEXC spot cannot amend an order; cancel it and place a new one")

    async def _cancel(self, ref: OrderRef) -> Order:
        query = read.ref_fields(ref, self._names.use(ref.symbol))
        ids = () if ref.client_order_id is None else (ref.client_order_id,)
        reply = await self.transport.write(rows.CANCEL, query, client_order_ids=ids)
        return read.cancelling(ref.symbol, reply, self.transport.clock.now_ns())

    async def _cancel_outcome(self, ref: OrderRef) -> CancelOutcome:
        try:
            await self._cancel(ref)
        except HftxError as error:
            return CancelOutcome(ref.symbol, ref.order_id or "", error)
        return CancelOutcome(ref.symbol, ref.order_id or "")

    async def _order(self, ref: OrderRef) -> Order:
        reply = await self.transport.read(rows.ORDER, read.ref_fields(ref, self._names.use(ref.symbol)))
        return read.order_of(ref.symbol, reply)

    def _range(
        self, symbol: Symbol, start_ms: int | None, end_ms: int | None, limit: int | None, most: int
    ) -> dict[str, str | int]:
        start, end = time_range(start_ms, end_ms)
        size = None if limit is None else whole_number("limit", limit, 1, most)
        given = {"startTime": start, "endTime": end, "limit": size}
        bounds = {name: value for name, value in given.items() if value is not None}
        return {"symbol": self._names.use(symbol), **bounds}

    def _check_envelope(self, reply: Reply, path: str) -> None:
        code = reply.word("code")
        if code in _GOOD_CODES:
            return
        text = reply.text("msg") if reply.has("msg") else ""
        if issubclass(PRIVATE_ERRORS.kinds.get(code, VenueError), VenueUnavailableError):
            raise reply.wrong(f"code {code}: {text}")
        raise item_error(self.exchange.value, path, code, text, PRIVATE_ERRORS)

    async def _learn(self, wires: set[str]) -> None:
        # BTCUSDT does not say where it splits; what nobody has spelled out is asked of the venue.
        unknown = sorted(wire for wire in wires if self._names.symbol(wire) is None)
        if not unknown:
            return
        reply = await self.transport.get(rows.EXCHANGE_INFO, {"symbols": ",".join(unknown)})
        for row in reply.rows("symbols"):
            self._names.note_listed(row.text("symbol"), Symbol(row.text("baseAsset"), row.text("quoteAsset")))

    def _symbol(self, row: Reply) -> Symbol:
        symbol = self._names.symbol(row.text("symbol"))
        if symbol is None:
            raise row.wrong(f"symbol is {row.text('symbol')!r}, which the venue does not list")
        return symbol


def _ids(orders: Sequence[PlainOrder]) -> tuple[str, ...]:
    return tuple(order.client_order_id for order in orders if order.client_order_id is not None)
