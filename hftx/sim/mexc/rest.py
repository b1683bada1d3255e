"""MEXC spot public REST (Spot v3 docs, "Market Data Endpoints"), with weights, bans and error bodies.

Must never know: WebSocket, streams.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from hftx.sim.candles import window_end
from hftx.sim.limits import Bans, Window
from hftx.sim.market import Market
from hftx.sim.mexc.replies import MexcError, refusal, reply, too_many
from hftx.sim.mexc.rows import agg_row, book_ticker_row, day_row, symbol_row, trade_row
from hftx.sim.text import Spelling
from hftx.sim.venue import Venue, wall_ms

_PREFIX = "/api/v3"
_INTERVALS: dict[str, int | None] = {
    "1m": 60, "5m": 300, "15m": 900, "30m": 1800, "60m": 3600, "4h": 14_400, "1d": 86_400, "1W": 604_800,
    "1M": None,
}  # fmt: skip
_HOUR_MS = 3_600_000
_AVERAGED_S = 300

Handler = Callable[[web.Request], Any]


class MexcRest:
    """The endpoints, sharing one weight budget per address."""

    def __init__(self, venue: Venue, spelling: Mapping[str, Spelling]) -> None:
        options = venue.options
        self._venue = venue
        self._spelling = spelling
        self._symbols = {name.replace("_", ""): name for name in venue.markets}
        self._windows: dict[str, Window] = {}
        self._bans = Bans(options.mexc_ban_strikes, options.mexc_ban_s, options.mexc_ban_max_s)

    def routes(self) -> list[web.RouteDef]:
        endpoints: dict[str, tuple[int, Handler]] = {
            "/ping": (1, lambda _: {}),
            "/time": (1, lambda _: {"serverTime": self._venue.clock_ms()}),
            "/defaultSymbols": (1, self._default_symbols),
            "/exchangeInfo": (25, self._exchange_info),
            "/depth": (3, self._depth),
            "/trades": (5, self._trades),
            "/historicalTrades": (1, self._trades),
            "/aggTrades": (1, self._agg_trades),
            "/klines": (1, self._klines),
            "/avgPrice": (1, self._avg_price),
            "/ticker/24hr": (25, self._per_symbol(day_row)),
            "/ticker/price": (10, self._per_symbol(lambda market, spell, _: {
                "symbol": market.symbol.replace("_", ""), "price": spell.px(market.last_px)})),
            "/ticker/bookTicker": (10, self._per_symbol(book_ticker_row)),
        }  # fmt: skip
        known = [
            web.get(_PREFIX + path, self._endpoint(path, weight, handler))
            for path, (weight, handler) in endpoints.items()
        ]
        return [*known, web.route("*", _PREFIX + "/{path:.*}", self._endpoint("other", 1, self._unknown))]

    def banned_s(self, address: str) -> float:
        """Seconds that this address is still banned."""
        return self._bans.wait_s(address, self._venue.now_s())

    def stats(self) -> dict[str, Any]:
        """Weight used in each address's current window, and the bans given."""
        return {
            "weights": {address: window.used for address, window in self._windows.items()},
            "bans": self._bans.given,
        }

    def _endpoint(
        self, name: str, weight: int, handler: Handler
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            self._venue.rest_calls[name] += 1
            limited = self.limited(request.remote or "", weight)
            if limited is not None:
                return limited
            try:
                return reply(200, handler(request))
            except MexcError as error:
                return refusal(error)

        return answer

    def limited(self, address: str, weight: int) -> web.Response | None:
        """429 past the limit, 418 for those who go on."""
        options, now_s = self._venue.options, self._venue.now_s()
        window = self._windows.setdefault(
            address, Window(options.mexc_weight_limit, options.mexc_weight_window_s)
        )
        status, wait_s = 418, self._bans.wait_s(address, now_s)
        if wait_s == 0.0:
            if window.spend(weight, now_s):
                return None
            status = 418 if self._bans.strike(address, now_s) else 429
            wait_s = self._bans.wait_s(address, now_s) or window.wait_s(now_s)
        self._venue.refused[str(status)] += 1
        return too_many(wait_s, status)

    def _unknown(self, request: web.Request) -> None:
        raise MexcError(404, f"Not Found: {request.path}", 404)

    def _default_symbols(self, _: web.Request) -> dict[str, Any]:
        return {"code": 0, "data": list(self._symbols), "msg": "success", "timestamp": wall_ms()}

    def _exchange_info(self, request: web.Request) -> dict[str, Any]:
        wanted = request.query.get("symbols") or request.query.get("symbol")
        names = wanted.split(",") if wanted else list(self._symbols)
        rows = [symbol_row(self._known(name).listing) for name in names]
        return {
            "timezone": "CST",
            "serverTime": self._venue.clock_ms(),
            "rateLimits": [],
            "exchangeFilters": [],
            "symbols": rows,
        }

    def _depth(self, request: web.Request) -> str:
        symbol = self._market(request).symbol
        limit = _number(request, "limit", 100, 1, 5000)
        status = self._venue.snapshot_error(symbol)
        if status is not None:
            raise MexcError(status, "Service Unavailable", max(500, status))
        book, spell = self._venue.snapshot(symbol, limit), self._spelling[symbol]
        bids, asks = (
            ",".join(f'["{spell.px(px)}","{spell.qty(qty)}"]' for px, qty in side)
            for side in (book.bids, book.asks)
        )
        return f'{{"lastUpdateId":{book.id},"bids":[{bids}],"asks":[{asks}],"timestamp":{wall_ms()}}}'

    def _trades(self, request: web.Request) -> list[dict[str, Any]]:
        market = self._market(request)
        limit = _number(request, "limit", 500, 1, 1000)
        newest = list(reversed(market.trades))[:limit]
        return [trade_row(trade, self._spelling[market.symbol]) for trade in newest]

    def _agg_trades(self, request: web.Request) -> list[dict[str, Any]]:
        market = self._market(request)
        limit = _number(request, "limit", 500, 1, 1000)
        if ("startTime" in request.query) != ("endTime" in request.query):
            raise MexcError(-1128, "Combination of optional parameters invalid.")
        start_ms, end_ms = _number(request, "startTime", 0), _number(request, "endTime", 0)
        if end_ms - start_ms > _HOUR_MS:
            raise MexcError(-1127, "Lookup interval is too big.")
        newest = [
            trade for trade in reversed(market.trades) if not end_ms or start_ms <= trade.ts_ms <= end_ms
        ]
        return [agg_row(trade, self._spelling[market.symbol]) for trade in newest[:limit]]

    def _klines(self, request: web.Request) -> list[list[Any]]:
        market = self._market(request)
        interval = request.query.get("interval", "")
        if interval not in _INTERVALS:
            raise MexcError(-1121, "Invalid interval.")
        limit = _number(request, "limit", 500, 1, self._venue.options.mexc_klines_most)
        now_ms = wall_ms()
        start_ms, end_ms = _number(request, "startTime", 0), _number(request, "endTime", now_ms)
        width_s = _INTERVALS[interval]
        bars = market.stats.bars(width_s, limit, min(end_ms, now_ms) // 1000)
        spell = self._spelling[market.symbol]
        px, rows = spell.px, []
        for bar in bars:
            end_s = window_end(bar.start_s, width_s)
            if bar.start_s * 1000 >= start_ms:
                prices = [px(bar.open), px(bar.high), px(bar.low), px(bar.close)]
                volumes = [spell.qty(bar.base), end_s * 1000, spell.value(bar.quote)]
                rows.append([bar.start_s * 1000, *prices, *volumes])
        return rows

    def _avg_price(self, request: web.Request) -> dict[str, Any]:
        market = self._market(request)
        recent = market.stats.since(wall_ms() // 1000 - _AVERAGED_S)
        px = recent.quote // recent.base if recent else market.last_px
        return {"mins": _AVERAGED_S // 60, "price": self._spelling[market.symbol].px(px)}

    def _per_symbol(self, row: Callable[[Market, Spelling, int], dict[str, Any]]) -> Handler:
        """An object for one symbol, an array for all."""

        def answer(request: web.Request) -> Any:
            now_ms = wall_ms()
            if "symbol" in request.query:
                market = self._market(request)
                return row(market, self._spelling[market.symbol], now_ms)
            return [row(market, self._spelling[name], now_ms) for name, market in self._venue.markets.items()]

        return answer

    def _market(self, request: web.Request) -> Market:
        symbol = request.query.get("symbol")
        if not symbol:
            raise MexcError(
                700004, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."
            )
        return self._known(symbol)

    def _known(self, symbol: str) -> Market:
        name = self._symbols.get(symbol)
        if name is None:
            raise MexcError(-1121, "Invalid symbol.")
        return self._venue.markets[name]


def _number(request: web.Request, name: str, default: int, least: int = 0, most: int = 1 << 62) -> int:
    """A whole-number parameter, cut to ``most``. Raises MexcError when it is none."""
    text = request.query.get(name)
    if text is None:
        return min(default, most)
    if not (text.isascii() and text.isdigit() and int(text) >= least):
        raise MexcError(33333, f"Parameter error: {name}")
    return min(int(text), most)
