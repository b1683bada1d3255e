"""Gate spot public REST endpoints ("API v4", market data), with limits, headers and error bodies.

Must never know: WebSocket, streams.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from aiohttp import web

from hftx.sim.gateio.endpoints import Handler, PublicEndpoints, number
from hftx.sim.gateio.replies import GateioError, GatewayFailure
from hftx.sim.gateio.rows import currency_row, grouped, pair_row, trade_row
from hftx.sim.gateio.spelling import CANDLE_WIDTHS, candle_fields, side_text, ticker_fields
from hftx.sim.market import Market, Snapshot
from hftx.sim.text import Spelling
from hftx.sim.venue import Venue, wall_ms

_PRIVATE = ("/spot/", "/wallet/", "/withdrawals", "/account", "/sub_accounts", "/unified", "/margin")
_LIVE_LEVELS = 100  # REST books beyond this come from a slow cache


class GateioRest:
    """The endpoints, each with its own request budget per address."""

    def __init__(
        self,
        venue: Venue,
        spelling: Mapping[str, Spelling],
        chain_rows: Callable[[str], list[dict[str, Any]]],
    ) -> None:
        self._venue = venue
        self._chain_rows = chain_rows
        self._spelling = spelling
        self._endpoints = PublicEndpoints(venue)
        self._deep_books: dict[str, tuple[float, Snapshot]] = {}

    def routes(self) -> list[web.RouteDef]:
        endpoints: dict[str, Handler] = {
            "/spot/time": self._time,
            "/spot/currencies": self._currencies,
            "/spot/currencies/{currency}": self._currency,
            "/spot/currency_pairs": self._pairs,
            "/spot/currency_pairs/{pair}": self._pair,
            "/spot/tickers": self._tickers,
            "/spot/order_book": self._order_book,
            "/spot/trades": self._trades,
            "/spot/candlesticks": self._candlesticks,
            "/margin/currency_pairs": self._margin_pairs,
            "/wallet/currency_chains": self._chains,
        }
        return [*self._endpoints.routes(endpoints), self._endpoints.others(_PRIVATE)]

    def requests_left(self) -> dict[str, int]:
        """Endpoint and address -> what is left of the current window."""
        return self._endpoints.requests_left()

    async def _time(self, _: web.Request) -> dict[str, Any]:
        return {"server_time": self._venue.clock_ms()}

    async def _currencies(self, _: web.Request) -> list[dict[str, Any]]:
        names = {
            name
            for market in self._venue.markets.values()
            for name in (market.listing.base, market.listing.quote)
        }
        return [currency_row(name) for name in sorted(names)]

    async def _currency(self, request: web.Request) -> dict[str, Any]:
        wanted = request.match_info["currency"]
        for row in await self._currencies(request):
            if row["currency"] == wanted:
                return row
        raise GateioError(400, "INVALID_CURRENCY", f"Invalid currency {wanted}")

    async def _pairs(self, _: web.Request) -> list[dict[str, Any]]:
        return [pair_row(market.listing) for market in self._venue.markets.values()]

    async def _pair(self, request: web.Request) -> dict[str, Any]:
        return pair_row(self._market(request.match_info["pair"]).listing)

    async def _chains(self, request: web.Request) -> list[dict[str, Any]]:
        return self._chain_rows(request.query.get("currency", ""))

    async def _margin_pairs(self, _: web.Request) -> list[dict[str, Any]]:
        """Public, and asked for by clients that load the spot markets: no pair has margin."""
        return []

    async def _tickers(self, request: web.Request) -> list[dict[str, str]]:
        now_ms = wall_ms()
        wanted = request.query.get("currency_pair")
        if wanted is None:
            return [ticker_fields(m, self._spelling[name], now_ms) for name, m in self._venue.markets.items()]
        market = self._market(wanted)
        spell = self._spelling[wanted]
        row = ticker_fields(market, spell, now_ms)
        row["lowest_size"] = spell.qty(market.asks.qty[market.asks.keys[0]])
        row["highest_size"] = spell.qty(market.bids.qty[market.bids.keys[0]])
        return [row]

    async def _order_book(self, request: web.Request) -> str:
        symbol = self._market(request.query.get("currency_pair")).symbol
        limit = number(request, "limit", 10, 1, 5000)
        status = self._venue.snapshot_error(symbol)
        if status is not None:
            raise GatewayFailure(status)
        spell = self._spelling[symbol]
        book = self._book(symbol, limit)
        step = _step(request, spell)
        bids, asks = grouped(book.bids, -step)[:limit], grouped(book.asks, step)[:limit]
        head = f'"id":{book.id},' if request.query.get("with_id") == "true" else ""
        return (
            f'{{{head}"current":{wall_ms()},"update":{book.ts_ms},'
            f'"asks":{side_text(asks, spell)},"bids":{side_text(bids, spell)}}}'
        )

    async def _trades(self, request: web.Request) -> list[dict[str, str]]:
        market = self._market(request.query.get("currency_pair"))
        limit = number(request, "limit", 100, 1, 1000)
        skip = limit * (number(request, "page", 1, 1, 100_000) - 1)
        from_s, to_s = number(request, "from", 0), number(request, "to", 1 << 40)
        rows = [
            trade for trade in reversed(market.trades) if from_s * 1000 <= trade.ts_ms <= to_s * 1000 + 999
        ]
        if "last_id" in request.query:  # overrides the time range
            last_id = number(request, "last_id", 0)
            if request.query.get("reverse") == "true":
                rows = [trade for trade in reversed(market.trades) if trade.book_id < last_id]
            else:
                rows = [trade for trade in reversed(market.trades) if trade.book_id > last_id]
        spell = self._spelling[market.symbol]
        return [trade_row(trade, market.symbol, spell) for trade in rows[skip : skip + limit]]

    async def _candlesticks(self, request: web.Request) -> list[list[str]]:
        market = self._market(request.query.get("currency_pair"))
        interval = request.query.get("interval", "30m")
        if interval not in CANDLE_WIDTHS:
            raise GateioError(400, "INVALID_PARAM_VALUE", f"Invalid interval {interval}")
        ranged = "from" in request.query or "to" in request.query
        if ranged and "limit" in request.query:
            raise GateioError(400, "INVALID_PARAM_VALUE", "limit conflicts with from and to")
        width_s, now_s = CANDLE_WIDTHS[interval], wall_ms() // 1000
        limit = 1000 if ranged else number(request, "limit", 100, 1, 1000)
        to_s = number(request, "to", now_s)
        from_s = number(request, "from", to_s - 100 * (width_s or 2_592_000) if ranged else 0)
        rows = []
        for bar in market.stats.bars(width_s, limit, min(to_s, now_s)):
            closed = bar.start_s + (width_s or 2_592_000) <= now_s
            if bar.start_s >= from_s:
                rows.append(
                    [*candle_fields(bar, self._spelling[market.symbol]), "true" if closed else "false"]
                )
        return rows

    def _market(self, symbol: str | None) -> Market:
        if not symbol:
            raise GateioError(400, "MISSING_REQUIRED_PARAM", "Missing required parameter: currency_pair")
        market = self._venue.markets.get(symbol)
        if market is None:
            raise GateioError(400, "INVALID_CURRENCY_PAIR", f"Invalid currency pair {symbol}")
        return market

    def _book(self, symbol: str, limit: int) -> Snapshot:
        if limit <= _LIVE_LEVELS:
            return self._venue.snapshot(symbol, None)
        now_s = self._venue.now_s()
        made_s, book = self._deep_books.get(symbol, (0.0, None))
        if book is None or now_s - made_s > self._venue.options.gate_deep_book_cache_s:
            book = self._venue.snapshot(symbol, None)
            self._deep_books[symbol] = now_s, book
        return book


def _step(request: web.Request, spell: Spelling) -> int:
    """The price grouping in ticks, 0 for none."""
    text = request.query.get("interval", "0")
    try:
        step = Decimal(text).scaleb(spell.price_digits)
    except InvalidOperation:
        raise GateioError(400, "INVALID_PARAM_VALUE", f"Invalid parameter interval: {text}") from None
    if not step.is_finite() or step < 0 or step != int(step):
        raise GateioError(400, "INVALID_PARAM_VALUE", f"Invalid parameter interval: {text}")
    return int(step)
