"""Market data over REST: one interface, the same for every venue. Knows no venue and no credentials.

A venue is a `PublicTable` (endpoint rows and key names) and the small methods that read its rows.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import ClassVar, Self, TypeAlias

from hftx.config import ExchangeConfig
from hftx.enums import ExchangeEnum, KlineInterval
from hftx.errors import UnknownSymbolError, UsageError, VenueUnavailableError
from hftx.logs import HFTLoggerInterface, get_exchange_logger
from hftx.records import Kline, OrderBook, Ticker, Trade
from hftx.rest.arguments import spelled, symbol_list, time_ms, whole_number
from hftx.rest.error_map import ErrorMap
from hftx.rest.exact import Digits, TradeRow, book_of, trades_of
from hftx.rest.klines import KlineRange, pages, range_of, select
from hftx.rest.reply import Key, Reply
from hftx.rest.transport import Endpoint, RestTransport
from hftx.symbols import Symbol, SymbolInfo, SymbolsInfo, as_symbol

Query: TypeAlias = dict[str, str | int]

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class PublicTable:
    """What one venue says: endpoints, key names and the largest counts it gives."""

    exchange: ExchangeEnum
    errors: ErrorMap
    symbol_key: str
    ping: Endpoint
    time: Endpoint
    time_key: str
    orderbook: Endpoint
    book_id_key: str
    book_time_key: str
    max_depth: int
    max_depth_why: str
    trades: Endpoint
    max_trades: int
    klines: Endpoint
    max_klines: int
    intervals: Mapping[KlineInterval, str]
    tickers: Endpoint
    book_time_unit_ns: int = 1_000_000
    level_keys: tuple[Key, Key] = (0, 1)


class PublicRest(ABC):
    """Public REST client of one venue. Close it when done, or use `async with`.

    Every call raises `UsageError` before anything is sent when an argument is wrong, `UnlistedSymbolError`
    when the venue does not list the symbol, `VenueError` and its kinds, `ConnectionLost` or
    `RequestTimeoutError`.
    """

    table: ClassVar[PublicTable]

    def __init__(
        self,
        config: ExchangeConfig,
        logger: HFTLoggerInterface | None = None,
        transport: RestTransport | None = None,
    ) -> None:
        venue = self.table.exchange
        if not isinstance(config, ExchangeConfig) or config.exchange is not venue:
            given = config.exchange.value if isinstance(config, ExchangeConfig) else type(config).__name__
            raise UsageError(f"{type(self).__name__} needs an ExchangeConfig of {venue.value}, not {given}")
        self.config = config
        self._logger = logger or get_exchange_logger(venue.value, "rest")
        self.transport = transport or RestTransport(config, self.table.errors, self._logger)
        self._rules: SymbolsInfo = {}

    async def ping(self) -> None:
        """Return when the venue answers."""
        await self.transport.get(self.table.ping)

    async def get_server_time(self) -> int:
        """The venue's clock, in ms since the epoch."""
        return (await self.transport.get(self.table.time)).integer(self.table.time_key)

    async def get_symbols_info(self, symbols: Sequence[Symbol | str] | None = None) -> SymbolsInfo:
        """Rules of the given symbols, or of all. Raises `UnknownSymbolError` when one is not listed.

        Without `symbols`, rows whose rules cannot be read are left out with a warning.
        """
        wanted = None if symbols is None else symbol_list(symbols)
        if wanted == []:
            return {}
        found: SymbolsInfo = {}
        for row in await self._listing(wanted):
            info = self._info_or_none(row, wanted)
            if info is not None and (wanted is None or info.symbol in wanted):
                found[info.symbol] = info
        self._require(wanted, found)
        self._rules.update(found)
        return found

    async def get_orderbook(self, symbol: Symbol | str, limit: int | None = None) -> OrderBook:
        """A detached book of `limit` levels a side; without `limit`, of the configured depth."""
        symbol = as_symbol(symbol)
        reply = await self.transport.get(self.table.orderbook, self._book_query(symbol, self._depth(limit)))
        book_id = reply.integer(self.table.book_id_key)
        venue_ns = int((reply.decimal_or_none(self.table.book_time_key) or 0) * self.table.book_time_unit_ns)
        return book_of(symbol, reply, book_id, venue_ns, self._digits(symbol), self.table.level_keys)

    async def get_orderbook_raw(self, symbol: Symbol | str, limit: int | None = None) -> bytes:
        """The body of the same answer as the venue sent it."""
        query = self._book_query(as_symbol(symbol), self._depth(limit))
        return await self.transport.get_raw(self.table.orderbook, query)

    async def get_recent_trades(self, symbol: Symbol | str, limit: int | None = None) -> list[Trade]:
        """The last trades, newest last; without `limit` as many as the venue gives by itself."""
        symbol = as_symbol(symbol)
        return await self._trades(symbol, self.table.trades, self._trade_limit(limit), self._trade_row)

    @abstractmethod
    async def get_historical_trades(
        self,
        symbol: Symbol | str,
        limit: int | None = None,
        *,
        before: int | None = None,
        after: int | None = None,
    ) -> list[Trade]:
        """Trades with `after` <= time <= `before` (ms), newest last: the newest `limit` of them.

        Raises `UsageError` for a range that the venue cannot give.
        """

    async def get_klines(
        self,
        symbol: Symbol | str,
        interval: KlineInterval,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Kline]:
        """Bars that open within `start_ms..end_ms` (ms, both included), ascending, from one call.

        Only a start gives the first `limit` bars from there, only an end the last ones up to there, neither
        the newest. A range that may exceed one call is refused unless `limit` is given.
        """
        wire, most = self._wire(as_symbol(symbol)), self.table.max_klines
        spelling = spelled(interval, self.table.intervals, self.table.exchange.value)
        start = None if start_ms is None else time_ms("start_ms", start_ms)
        end = None if end_ms is None else time_ms("end_ms", end_ms)
        if limit is not None:
            whole_number("limit", limit, 1, most)
        within = range_of(interval, start, end, limit, most)
        newest: Query = {} if limit is None else {"limit": limit}
        query = newest if within is None else self._range_query(within)
        query = self._kline_query(wire, spelling) | query
        return await self._klines(as_symbol(symbol), interval, query, within)

    async def get_klines_batch(
        self, symbol: Symbol | str, interval: KlineInterval, start_ms: int, end_ms: int
    ) -> list[Kline]:
        """All bars that open within `start_ms..end_ms` (ms, both included), ascending, over many calls."""
        symbol = as_symbol(symbol)
        spelling = spelled(interval, self.table.intervals, self.table.exchange.value)
        start, end = time_ms("start_ms", start_ms), time_ms("end_ms", end_ms)
        ranges = pages(interval, start, end, self.table.max_klines)
        # Bars of the future need no call; a day is left for clocks that differ.
        newest_open = time.time_ns() // 1_000_000 + _DAY_MS
        bars: list[Kline] = []
        for within in ranges:
            if within.start_ms > newest_open:
                break
            query = self._kline_query(self._wire(symbol), spelling) | self._range_query(within)
            bars += await self._klines(symbol, interval, query, within)
        return select(bars, None)

    async def get_ticker_info(self, symbols: Sequence[Symbol | str] | None = None) -> dict[Symbol, Ticker]:
        """24 h statistics of the given symbols, or of all. `UnknownSymbolError` when one is not listed."""
        wanted = None if symbols is None else symbol_list(symbols)
        if wanted == []:
            return {}
        await self._learn_names(wanted)
        alone = wanted is not None and len(wanted) == 1
        query = {self.table.symbol_key: self._wire(wanted[0])} if wanted and alone else None
        reply = await self.transport.get(self.table.tickers, query)
        recv_ns = time.time_ns()
        found: dict[Symbol, Ticker] = {}
        for row in reply.rows() if reply.is_array() else [reply]:
            symbol = self._symbol(row.text(self.table.symbol_key))
            if symbol is not None and (wanted is None or symbol in wanted):
                found[symbol] = self._ticker(symbol, row, recv_ns)
        self._require(wanted, found)
        return found

    async def close(self) -> None:
        """Close the kept connections. May be called again."""
        await self.transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _trades(
        self, symbol: Symbol, endpoint: Endpoint, query: Query, read: Callable[[Reply], TradeRow | None]
    ) -> list[Trade]:
        reply = await self.transport.get(endpoint, {self.table.symbol_key: self._wire(symbol)} | query)
        recv_ns = time.time_ns()
        rows = [row for row in map(read, reply.rows()) if row is not None]
        return trades_of(symbol, reply, rows, self._digits(symbol), recv_ns)

    async def _klines(
        self, symbol: Symbol, interval: KlineInterval, query: Query, within: KlineRange | None
    ) -> list[Kline]:
        reply = await self.transport.get(self.table.klines, query)
        recv_ns = time.time_ns()
        return select([self._kline(symbol, interval, row, recv_ns) for row in reply.rows()], within)

    def _trade_limit(self, limit: int | None) -> Query:
        return {} if limit is None else {"limit": whole_number("limit", limit, 1, self.table.max_trades)}

    def _depth(self, limit: int | None) -> int:
        most = self.table.max_depth
        if limit is None:
            return min(self.config.book_depth, most)
        return whole_number("limit", limit, 1, most, self.table.max_depth_why)

    def _digits(self, symbol: Symbol) -> Digits:
        rules = self._rules.get(symbol)
        return Digits() if rules is None else Digits(rules.price_digits, rules.qty_digits)

    def _info_or_none(self, row: Reply, wanted: list[Symbol] | None) -> SymbolInfo | None:
        try:
            return self._info(row)
        except (UnknownSymbolError, VenueUnavailableError) as error:
            if wanted is not None and isinstance(error, VenueUnavailableError):
                raise
            self._logger.warning("%s symbol left out: %s", self.table.exchange.value, error)
            return None

    def _require(self, wanted: list[Symbol] | None, found: Mapping[Symbol, object]) -> None:
        missing = [str(symbol) for symbol in wanted or () if symbol not in found]
        if missing:
            raise UnknownSymbolError(f"{self.table.exchange.value} does not list {', '.join(missing)}")

    @abstractmethod
    def _wire(self, symbol: Symbol) -> str: ...

    @abstractmethod
    def _symbol(self, wire: str) -> Symbol | None: ...

    @abstractmethod
    async def _learn_names(self, wanted: list[Symbol] | None) -> None: ...

    @abstractmethod
    async def _listing(self, wanted: list[Symbol] | None) -> list[Reply]: ...

    @abstractmethod
    def _info(self, row: Reply) -> SymbolInfo: ...

    @abstractmethod
    def _book_query(self, symbol: Symbol, limit: int) -> Query: ...

    @abstractmethod
    def _trade_row(self, row: Reply) -> TradeRow | None: ...

    @abstractmethod
    def _kline_query(self, wire: str, interval: str) -> Query: ...

    @abstractmethod
    def _range_query(self, within: KlineRange) -> Query: ...

    @abstractmethod
    def _kline(self, symbol: Symbol, interval: KlineInterval, row: Reply, recv_ns: int) -> Kline: ...

    @abstractmethod
    def _ticker(self, symbol: Symbol, row: Reply, recv_ns: int) -> Ticker: ...


class PublicSpotRest(PublicRest):
    """Public REST client of one spot venue. Quantities are in base units."""
