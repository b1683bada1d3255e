"""MEXC spot market data over REST: endpoint rows and the reading of rows.

Source: MEXC Spot v3 docs, "Market Data Endpoints"; weights as of 2026. Never knows how a call is made.
"""

from __future__ import annotations

from hftx.config import ExchangeConfig
from hftx.enums import ExchangeEnum, KlineInterval, Side
from hftx.errors import UnknownSymbolError, UsageError, VenueUnavailableError
from hftx.logs import HFTLoggerInterface
from hftx.records import Kline, Ticker, Trade
from hftx.rest.arguments import time_ms
from hftx.rest.exact import TradeRow
from hftx.rest.klines import KlineRange
from hftx.rest.limits import Lane
from hftx.rest.public import PublicSpotRest, PublicTable, Query
from hftx.rest.reply import Reply
from hftx.rest.transport import Endpoint, RestTransport
from hftx.symbols import Symbol, SymbolInfo, as_symbol
from hftx.venues.mexc.errors import ERRORS
from hftx.venues.mexc.names import REST_INTERVALS, SymbolNames

_EXCHANGE_INFO = Endpoint("/api/v3/exchangeInfo", weight=25)
_HISTORICAL_TRADES = Endpoint("/api/v3/historicalTrades", weight=1)
_AGG_TRADES = Endpoint("/api/v3/aggTrades", weight=1)
_LONGEST_AGG_MS = 3_600_000
_MOST_NAMED = 100  # keeps the URL short; all symbols have the same weight
_ONLINE = ("1", "ENABLED")
_BUYABLE, _SELLABLE = (1, 2), (1, 3)


class MexcPublicSpotRest(PublicSpotRest):
    """Public REST of MEXC spot."""

    table = PublicTable(
        exchange=ExchangeEnum.MEXC,
        errors=ERRORS,
        symbol_key="symbol",
        ping=Endpoint("/api/v3/ping", lane=Lane.URGENT),
        time=Endpoint("/api/v3/time", lane=Lane.URGENT),
        time_key="serverTime",
        orderbook=Endpoint("/api/v3/depth", weight=3, lane=Lane.URGENT),
        book_id_key="lastUpdateId",
        book_time_key="timestamp",
        max_depth=5000,
        max_depth_why="",
        trades=Endpoint("/api/v3/trades", weight=5),
        max_trades=1000,
        klines=Endpoint("/api/v3/klines", weight=1),
        max_klines=500,
        intervals=REST_INTERVALS,
        tickers=Endpoint("/api/v3/ticker/24hr", weight=25),
    )

    def __init__(
        self,
        config: ExchangeConfig,
        logger: HFTLoggerInterface | None = None,
        transport: RestTransport | None = None,
    ) -> None:
        super().__init__(config, logger, transport)
        self._names = SymbolNames()

    async def get_historical_trades(
        self,
        symbol: Symbol | str,
        limit: int | None = None,
        *,
        before: int | None = None,
        after: int | None = None,
    ) -> list[Trade]:
        """Trades with `after` <= time <= `before` (ms), newest last: the newest `limit` of them.

        MEXC gives a range only as aggregated trades with times in whole seconds, only with both ends, and of
        at most one hour; anything else raises `UsageError`. Without a range: the newest trades.
        """
        symbol, query = as_symbol(symbol), self._trade_limit(limit)
        if before is None and after is None:
            return await self._trades(symbol, _HISTORICAL_TRADES, query, self._trade_row)
        if before is None or after is None:
            raise UsageError("MEXC gives past trades only between two times: give before and after, in ms")
        start, end = time_ms("after", after), time_ms("before", before)
        if not 0 <= end - start <= _LONGEST_AGG_MS:
            raise UsageError(f"before must be 0 to {_LONGEST_AGG_MS} ms later than after, not {end - start}")
        return await self._trades(symbol, _AGG_TRADES, query | {"startTime": start, "endTime": end}, _agg_row)

    def _wire(self, symbol: Symbol) -> str:
        return self._names.use(symbol)

    def _symbol(self, wire: str) -> Symbol | None:
        return self._names.symbol(wire)

    async def _learn_names(self, wanted: list[Symbol] | None) -> None:
        for symbol in wanted or ():
            self._names.use(symbol)
        if wanted is None and not self._names.has_listing():
            await self._listing(None)

    async def _listing(self, wanted: list[Symbol] | None) -> list[Reply]:
        wires = [self._wire(symbol) for symbol in wanted or ()]
        query = {"symbols": ",".join(wires)} if 0 < len(wires) <= _MOST_NAMED else None
        rows = (await self.transport.get(_EXCHANGE_INFO, query)).rows("symbols")
        for row in rows:
            symbol = _pair(row)
            if symbol is not None:
                self._names.note_listed(row.text("symbol"), symbol)
        return rows if wanted is None else [row for row in rows if row.text("symbol") in wires]

    def _info(self, row: Reply) -> SymbolInfo:
        online = row.word("status") in _ONLINE
        side_type = row.integer_or_none("tradeSideType")
        return SymbolInfo(
            symbol=Symbol(row.text("baseAsset"), row.text("quoteAsset")),
            price_digits=row.digits("quotePrecision"),
            qty_digits=row.digits("baseAssetPrecision"),
            min_qty=row.decimal_or_none("baseSizePrecision"),
            min_notional=row.decimal_or_none("quoteAmountPrecision"),
            max_notional=row.decimal_or_none("maxQuoteAmount"),
            tradable=online and side_type != 4,
            buy_allowed=online and (side_type is None or side_type in _BUYABLE),
            sell_allowed=online and (side_type is None or side_type in _SELLABLE),
            order_types=row.texts("orderTypes"),
            maker_fee=row.decimal_or_none("makerCommission"),
            taker_fee=row.decimal_or_none("takerCommission"),
        )

    def _book_query(self, symbol: Symbol, limit: int) -> Query:
        return {"symbol": self._wire(symbol), "limit": limit}

    def _trade_row(self, row: Reply) -> TradeRow:
        trade_id = row.word("id") if row.has("id") else None
        return _deal(row, trade_id, "isBuyerMaker", "price", "qty", "time")

    def _kline_query(self, wire: str, interval: str) -> Query:
        return {"symbol": wire, "interval": interval}

    def _range_query(self, within: KlineRange) -> Query:
        return {"startTime": within.start_ms, "endTime": within.end_ms, "limit": self.table.max_klines}

    def _kline(self, symbol: Symbol, interval: KlineInterval, row: Reply, recv_ns: int) -> Kline:
        return Kline(
            symbol,
            interval.value,
            row.integer(0) * 1_000_000,
            row.integer(6) * 1_000_000,
            open=row.number(1),
            high=row.number(2),
            low=row.number(3),
            close=row.number(4),
            base_volume=row.number_or_none(5),
            quote_volume=row.number_or_none(7),
            recv_ns=recv_ns,
        )

    def _ticker(self, symbol: Symbol, row: Reply, recv_ns: int) -> Ticker:
        return Ticker(
            symbol,
            last=row.number_or_none("lastPrice"),
            bid=row.number_or_none("bidPrice"),
            ask=row.number_or_none("askPrice"),
            high=row.number_or_none("highPrice"),
            low=row.number_or_none("lowPrice"),
            open=row.number_or_none("openPrice"),
            change=row.number_or_none("priceChangePercent"),  # a fraction in spite of its name
            base_volume=row.number_or_none("volume"),
            quote_volume=row.number_or_none("quoteVolume"),
            venue_ns=(row.integer_or_none("closeTime") or 0) * 1_000_000,
            recv_ns=recv_ns,
        )


def _pair(row: Reply) -> Symbol | None:
    try:
        return Symbol(row.text("baseAsset"), row.text("quoteAsset"))
    except (UnknownSymbolError, VenueUnavailableError):  # such a row is told about where its rules are read
        return None


def _agg_row(row: Reply) -> TradeRow:
    trade_id = row.word("a") if row.has("a") else None
    return _deal(row, trade_id, "m", "p", "q", "T")


def _deal(row: Reply, trade_id: str | None, maker: str, price: str, qty: str, time_ms: str) -> TradeRow:
    side = Side.SELL if row.flag(maker) else Side.BUY  # a buyer who is the maker was sold to
    return TradeRow(trade_id, side, row.number(price), row.number(qty), row.integer(time_ms) * 1_000_000)
