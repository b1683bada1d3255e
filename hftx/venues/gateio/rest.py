"""Gate spot market data over REST: endpoint rows and the reading of rows.

Source: Gate API v4 docs, "Spot". Never knows how a call is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from hftx.enums import ExchangeEnum, KlineInterval, Side
from hftx.records import Kline, Trade
from hftx.rest.exact import TradeRow
from hftx.rest.limits import Lane
from hftx.rest.public import PublicSpotRest, PublicTable, Query
from hftx.rest.reply import Reply
from hftx.rest.transport import Endpoint
from hftx.symbols import Symbol, SymbolInfo, as_symbol
from hftx.venues.gateio.errors import ERRORS
from hftx.venues.gateio.history import DEFAULT_TRADES, trades_between
from hftx.venues.gateio.names import REST_INTERVALS
from hftx.venues.gateio.public_rest import GateioPublicRest

_TIME = Endpoint("/spot/time", lane=Lane.URGENT)
_SIDES = {"buy": Side.BUY, "sell": Side.SELL}


class GateioPublicSpotRest(GateioPublicRest, PublicSpotRest):
    """Public REST of Gate spot."""

    listed = Endpoint("/spot/currency_pairs")
    listed_one = Endpoint("/spot/currency_pairs/{pair}")
    name_key = "id"
    ticker_keys: ClassVar[Mapping[str, str]] = {"base_volume": "base_volume", "quote_volume": "quote_volume"}
    table = PublicTable(
        exchange=ExchangeEnum.GATEIO,
        errors=ERRORS,
        symbol_key="currency_pair",
        ping=_TIME,  # the venue has no ping
        time=_TIME,
        time_key="server_time",
        orderbook=Endpoint("/spot/order_book", lane=Lane.URGENT),
        book_id_key="id",
        book_time_key="update",
        max_depth=100,
        max_depth_why=" (the venue answers deeper books from a cache that is up to 30 s old)",
        trades=Endpoint("/spot/trades"),
        max_trades=1000,
        klines=Endpoint("/spot/candlesticks"),
        max_klines=1000,
        intervals=REST_INTERVALS,
        tickers=Endpoint("/spot/tickers"),
    )

    async def get_historical_trades(
        self,
        symbol: Symbol | str,
        limit: int | None = None,
        *,
        before: int | None = None,
        after: int | None = None,
    ) -> list[Trade]:
        """Trades with `after` <= time <= `before` (ms), newest last: the newest `limit` of them.

        Without `after` the venue reaches back 30 days.
        """
        symbol, query, size = as_symbol(symbol), self._trade_limit(limit), limit or DEFAULT_TRADES

        async def fetch(within: Query, page: int) -> list[Trade]:
            return await self._trades(symbol, self.table.trades, query | within | {"page": page}, self._trade_row)

        return await trades_between(fetch, size, before, after)

    def _info(self, row: Reply) -> SymbolInfo:
        status = row.text("trade_status")
        return SymbolInfo(
            symbol=Symbol(row.text("base"), row.text("quote")),
            price_digits=row.digits("precision"),
            qty_digits=row.digits("amount_precision"),
            min_qty=row.decimal_or_none("min_base_amount"),
            max_qty=row.decimal_or_none("max_base_amount"),
            min_notional=row.decimal_or_none("min_quote_amount"),
            max_notional=row.decimal_or_none("max_quote_amount"),
            tradable=status in ("tradable", "buyable", "sellable"),
            buy_allowed=status in ("tradable", "buyable"),
            sell_allowed=status in ("tradable", "sellable"),
        )

    def _book_query(self, symbol: Symbol, limit: int) -> Query:
        return {"currency_pair": self._wire(symbol), "limit": limit, "with_id": "true"}

    def _trade_row(self, row: Reply) -> TradeRow:
        side = _SIDES.get(row.text("side"))
        if side is None:
            raise row.wrong(f"side is {row.text('side')!r}, not buy or sell")
        venue_ns = int(Decimal(row.number("create_time_ms")) * 1_000_000)
        return TradeRow(row.word("id"), side, row.number("price"), row.number("amount"), venue_ns)

    def _kline_query(self, wire: str, interval: str) -> Query:
        return {"currency_pair": wire, "interval": interval}

    def _kline(self, symbol: Symbol, interval: KlineInterval, row: Reply, recv_ns: int) -> Kline:
        return Kline(
            symbol,
            interval.value,
            row.integer(0) * 1_000_000_000,
            0,
            open=row.number(5),
            high=row.number(3),
            low=row.number(4),
            close=row.number(2),
            base_volume=row.number_or_none(6),
            quote_volume=row.number_or_none(1),
            closed=row.flag(7) if row.has(7) else None,
            recv_ns=recv_ns,
        )
