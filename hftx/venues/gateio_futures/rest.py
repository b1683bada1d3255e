"""Gate USDT futures market data over REST: endpoint rows and the reading of rows. Quantities are contracts.

Source: Gate API v4 docs, "Futures". Never knows how a call is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from hftx.contracts import FundingRate
from hftx.enums import ExchangeEnum, KlineInterval, Side
from hftx.records import Kline, Trade
from hftx.rest.arguments import time_ms, whole_number
from hftx.rest.exact import TradeRow
from hftx.rest.futures import PublicFuturesRest
from hftx.rest.limits import Lane
from hftx.rest.public import PublicTable, Query
from hftx.rest.reply import Reply
from hftx.rest.transport import Endpoint
from hftx.symbols import Symbol, SymbolInfo, as_symbol
from hftx.venues.gateio.history import DEFAULT_TRADES, trades_between
from hftx.venues.gateio.public_rest import GateioPublicRest
from hftx.venues.gateio_futures.errors import ERRORS
from hftx.venues.gateio_futures.names import REST_INTERVALS

_FUNDING = Endpoint("/futures/usdt/funding_rate")
_TIME = Endpoint("/spot/time", lane=Lane.URGENT)  # futures have no clock of their own
_MAX_FUNDING_RATES = 1000
_SECOND_NS = 1_000_000_000


class GateioPublicFuturesRest(GateioPublicRest, PublicFuturesRest):
    """Public REST of Gate USDT futures."""

    listed = Endpoint("/futures/usdt/contracts")
    listed_one = Endpoint("/futures/usdt/contracts/{contract}")
    name_key = "name"
    ticker_keys: ClassVar[Mapping[str, str]] = {
        "base_volume": "volume_24h_base", "quote_volume": "volume_24h_quote", "mark": "mark_price",
        "index": "index_price", "funding": "funding_rate", "open_interest": "total_size",
    }  # fmt: skip
    table = PublicTable(
        exchange=ExchangeEnum.GATEIO_FUTURES,
        errors=ERRORS,
        symbol_key="contract",
        ping=_TIME,
        time=_TIME,
        time_key="server_time",
        orderbook=Endpoint("/futures/usdt/order_book", lane=Lane.URGENT),
        book_id_key="id",
        book_time_key="update",
        book_time_unit_ns=_SECOND_NS,
        level_keys=("p", "s"),
        max_depth=300,
        max_depth_why=" (the venue refuses more)",
        trades=Endpoint("/futures/usdt/trades"),
        max_trades=1000,
        klines=Endpoint("/futures/usdt/candlesticks"),
        max_klines=2000,
        intervals=REST_INTERVALS,
        tickers=Endpoint("/futures/usdt/tickers"),
    )

    async def get_historical_trades(
        self,
        symbol: Symbol | str,
        limit: int | None = None,
        *,
        before: int | None = None,
        after: int | None = None,
    ) -> list[Trade]:
        """Trades with `after` <= time <= `before` (ms), newest last: the newest `limit` of them."""
        symbol, query, size = as_symbol(symbol), self._trade_limit(limit), limit or DEFAULT_TRADES

        async def fetch(within: Query, page: int) -> list[Trade]:
            asked = query | within | {"offset": (page - 1) * size}
            return await self._trades(symbol, self.table.trades, asked, self._trade_row)

        return await trades_between(fetch, size, before, after, sparse=True)  # internal trades are left out

    async def get_funding_rate(self, symbol: Symbol | str) -> FundingRate:
        """The rate that is to be applied next, when, and how often."""
        symbol = as_symbol(symbol)
        (row,) = await self._listing([symbol])
        next_ns = int(Decimal(row.number("funding_next_apply")) * _SECOND_NS)
        return FundingRate(symbol, Decimal(row.number("funding_rate")), next_ns, row.integer("funding_interval"))

    async def get_funding_rate_history(
        self,
        symbol: Symbol | str,
        limit: int | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> list[FundingRate]:
        """Rates that were applied within `start_ms..end_ms` (ms), oldest first; without a range, of 30 days."""
        symbol = as_symbol(symbol)
        query: Query = {"contract": self._wire(symbol)}
        if limit is not None:
            query["limit"] = whole_number("limit", limit, 1, _MAX_FUNDING_RATES)
        if start_ms is not None:
            query["from"] = -(-time_ms("start_ms", start_ms) // 1000)
        if end_ms is not None:
            query["to"] = time_ms("end_ms", end_ms) // 1000
        rows = (await self.transport.get(_FUNDING, query)).rows()
        rates = [FundingRate(symbol, Decimal(row.number("r")), row.integer("t") * _SECOND_NS) for row in rows]
        return sorted(rates, key=lambda rate: rate.time_ns)

    def _info(self, row: Reply) -> SymbolInfo:
        tick, multiplier = Decimal(row.number("order_price_round")), Decimal(row.number("quanto_multiplier"))
        if tick <= 0 or multiplier <= 0:
            raise row.wrong(f"order_price_round is {tick}, quanto_multiplier {multiplier}; both must be above 0")
        fractions = row.has("enable_decimal") and row.flag("enable_decimal")
        least = Decimal(row.number("order_size_min"))
        delisting = row.text("status") == "delisting" or (row.has("in_delisting") and row.flag("in_delisting"))
        tradable = row.text("status") == "trading" and not delisting
        return SymbolInfo(
            symbol=Symbol(row.text("name")),
            price_digits=_digits_of(tick),
            qty_digits=_digits_of(least) if fractions else 0,
            min_qty=least or None,
            max_qty=row.decimal_or_none("order_size_max"),
            tradable=tradable,
            buy_allowed=tradable,
            sell_allowed=tradable,
            maker_fee=row.decimal_or_none("maker_fee_rate"),
            taker_fee=row.decimal_or_none("taker_fee_rate"),
            quanto_multiplier=multiplier,
            price_step=tick,
            learns_digits=fractions,
            max_market_qty=row.decimal_or_none("market_order_size_max") or None,   # 0: that of other orders
            reduce_only=delisting and row.text("status") in ("trading", "delisting"),
        )

    def _book_query(self, symbol: Symbol, limit: int) -> Query:
        return {"contract": self._wire(symbol), "interval": "0", "limit": limit, "with_id": "true"}

    def _trade_row(self, row: Reply) -> TradeRow | None:
        if row.has("is_internal") and row.flag("is_internal"):
            return None  # taken over off the book, at a price of no market
        size = row.number("size")
        time_key = "create_time_ms" if row.has("create_time_ms") else "create_time"  # both are seconds
        venue_ns = int(Decimal(row.number(time_key)) * _SECOND_NS)
        side = Side.SELL if size.startswith("-") else Side.BUY
        return TradeRow(row.word("id"), side, row.number("price"), size.removeprefix("-"), venue_ns)

    def _kline_query(self, wire: str, interval: str) -> Query:
        return {"contract": wire, "interval": interval}

    def _kline(self, symbol: Symbol, interval: KlineInterval, row: Reply, recv_ns: int) -> Kline:
        return Kline(
            symbol,
            interval.value,
            int(Decimal(row.number("t")) * _SECOND_NS),
            0,
            open=row.number("o"),
            high=row.number("h"),
            low=row.number("l"),
            close=row.number("c"),
            quote_volume=row.number_or_none("sum"),
            contracts=row.number_or_none("v"),
            recv_ns=recv_ns,
        )


def _digits_of(step: Decimal) -> int:
    # Decimal places without padding zeros.
    exponent = step.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)
