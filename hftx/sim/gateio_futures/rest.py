"""Gate USDT futures public REST endpoints ("API v4", "Futures", market data).

Must never know: WebSocket, streams, accounts.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from hftx.sim.gateio.endpoints import Handler, PublicEndpoints, number
from hftx.sim.gateio.replies import GateioError, GatewayFailure
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.marks import Marks
from hftx.sim.gateio_futures.rows import (
    candle_row,
    contract_row,
    liquidation_row,
    stats_row,
    tier_row,
    trade_row,
)
from hftx.sim.gateio_futures.spelling import REST_WIDTHS, ContractSpelling, asks_decimals, series
from hftx.sim.gateio_futures.tape import Tape
from hftx.sim.gateio_futures.tickers import ticker_fields, touch_fields
from hftx.sim.market import Market
from hftx.sim.venue import Venue, wall_ms

_ROOT = "/futures/usdt"
_PRIVATE = ("/futures/", "/wallet/", "/withdrawals", "/account", "/sub_accounts", "/unified")
_MOST_LEVELS, _MOST_TRADES, _MOST_BARS, _MOST_RATES = 300, 1000, 2000, 1000
_LIQUIDATION_WINDOW_S = 3600
_FUNDING_WINDOW_S = 30 * 86_400


class FuturesRest:
    """The endpoints; all that depends on a contract is looked up by name at each call."""

    def __init__(
        self,
        venue: Venue,
        listed: dict[str, Contract],
        spelling: dict[str, ContractSpelling],
        marks: Marks,
        tape: Tape,
    ) -> None:
        self._venue = venue
        self._listed = listed
        self._spelling = spelling
        self._marks = marks
        self._tape = tape
        self._endpoints = PublicEndpoints(venue)

    def routes(self) -> list[web.RouteDef]:
        calls: dict[str, Handler] = {
            "/contracts": self._contracts,
            "/contracts_all": self._contracts,
            "/contracts/{contract}": self._contract,
            "/order_book": self._order_book,
            "/trades": self._trades,
            "/candlesticks": self._candlesticks,
            "/tickers": self._tickers,
            "/funding_rate": self._funding_rate,
            "/contract_stats": self._contract_stats,
            "/liq_orders": self._liq_orders,
            "/risk_limit_tiers": self._tiers,
        }
        return [
            *self._endpoints.routes({_ROOT + path: call for path, call in calls.items()}),
            *self._endpoints.routes({"/spot/time": self._time}),
            *self._endpoints.routes({_ROOT + "/funding_rates": self._funding_rates}, "POST"),
            self._endpoints.others(_PRIVATE),
        ]

    def requests_left(self) -> dict[str, int]:
        """Endpoint and address -> what is left of the current window."""
        return self._endpoints.requests_left()

    async def _time(self, _: web.Request) -> dict[str, Any]:
        return {"server_time": self._venue.clock_ms()}

    async def _contracts(self, request: web.Request) -> list[dict[str, Any]]:
        offset, limit = number(request, "offset", 0), number(request, "limit", len(self._listed), 1, 1000)
        as_text = asks_decimals(request.headers)
        return [self._row(name, as_text) for name in list(self._listed)[offset : offset + limit]]

    async def _contract(self, request: web.Request) -> dict[str, Any]:
        name = self._market(request.match_info["contract"]).symbol
        return self._row(name, asks_decimals(request.headers))

    def _row(self, name: str, as_text: bool) -> dict[str, Any]:
        return contract_row(self._venue.markets[name], self._listed[name], self._marks, as_text)

    async def _order_book(self, request: web.Request) -> str:
        symbol = self._asked(request).symbol
        limit = number(request, "limit", 10, 1)
        if limit > _MOST_LEVELS:
            raise GateioError(400, "TOO_BIG", f"limit {_MOST_LEVELS}")
        if request.query.get("interval", "0") != "0":
            raise GateioError(400, "INVALID_PARAM_VALUE", "Invalid parameter interval: only 0 is kept here")
        status = self._venue.snapshot_error(symbol)
        if status is not None:
            raise GatewayFailure(status)
        book, spell = self._venue.snapshot(symbol, limit), self._spelling[symbol]
        as_text = asks_decimals(request.headers)
        head = f'"id":{book.id},' if request.query.get("with_id") == "true" else ""
        return (
            f'{{{head}"current":{_seconds(wall_ms())},"update":{_seconds(book.ts_ms)},'
            f'"asks":{spell.levels(book.asks, as_text)},"bids":{spell.levels(book.bids, as_text)}}}'
        )

    async def _trades(self, request: web.Request) -> list[dict[str, Any]]:
        market = self._asked(request)
        limit, offset = number(request, "limit", 100, 1, _MOST_TRADES), number(request, "offset", 0)
        from_s, to_s = number(request, "from", 0), number(request, "to", 1 << 40)
        last_id = number(request, "last_id", 1 << 62, most=1 << 62)
        as_text, spell = asks_decimals(request.headers), self._spelling[market.symbol]
        rows = [
            trade_row(trade, is_internal, spell, as_text)
            for trade, is_internal in self._tape.trades(market.symbol)
            if from_s * 1000 <= trade.ts_ms <= to_s * 1000 + 999 and trade.seq < last_id
        ]
        return rows[offset : offset + limit]

    async def _candlesticks(self, request: web.Request) -> list[dict[str, Any]]:
        wanted = request.query.get("contract")
        if not wanted:
            raise _missing("contract")
        shown = series(wanted, self._venue.markets, self._spelling, self._marks.gauge)
        if shown is None:
            raise _unknown()
        interval = request.query.get("interval", "5m")
        if interval not in REST_WIDTHS:
            raise GateioError(400, "INVALID_PARAM_VALUE", f"Invalid interval {interval}")
        ranged = "from" in request.query or "to" in request.query
        if ranged and "limit" in request.query:
            raise GateioError(400, "INVALID_PARAM_VALUE", "limit conflicts with from and to")
        now_s = wall_ms() // 1000
        limit = _MOST_BARS if ranged else number(request, "limit", 100, 1, _MOST_BARS)
        from_s, to_s = number(request, "from", 0), number(request, "to", now_s)
        bars = shown.stats.bars(REST_WIDTHS[interval], limit, min(to_s, now_s))
        spell, as_text = self._spelling[shown.market.symbol], asks_decimals(request.headers)
        return [candle_row(bar, shown, spell, as_text) for bar in bars if bar.start_s >= from_s]

    async def _tickers(self, request: web.Request) -> list[dict[str, str]]:
        now_ms, as_text = wall_ms(), asks_decimals(request.headers)
        wanted = request.query.get("contract")
        markets = list(self._venue.markets.values()) if wanted is None else [self._market(wanted)]
        rows = []
        for market in markets:
            spell = self._spelling[market.symbol]
            fields = ticker_fields(market, spell, self._marks, now_ms, as_text)
            rows.append(fields | touch_fields(market, spell, now_ms, as_text))
        return rows

    async def _funding_rate(self, request: web.Request) -> list[dict[str, Any]]:
        symbol = self._asked(request).symbol
        now_s = wall_ms() // 1000
        from_s = number(request, "from", now_s - _FUNDING_WINDOW_S)
        to_s, limit = number(request, "to", 1 << 40), number(request, "limit", 100, 1, _MOST_RATES)
        return self._rates(symbol, from_s, to_s)[:limit]

    async def _funding_rates(self, request: web.Request) -> list[dict[str, Any]]:
        try:
            body = json.loads(await request.text())
        except json.JSONDecodeError:
            body = None
        names = body.get("contracts") if isinstance(body, dict) else None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise GateioError(400, "INVALID_REQUEST_BODY", "contracts: a list of names is needed")
        return [{"contract": self._market(name).symbol, "data": self._rates(name, 0, 1 << 40)} for name in names]

    def _rates(self, symbol: str, from_s: int, to_s: int) -> list[dict[str, Any]]:
        settled = reversed(self._marks.settlements(symbol))
        return [{"t": one.at_s, "r": format(one.rate, "f")} for one in settled if from_s <= one.at_s <= to_s]

    async def _contract_stats(self, request: web.Request) -> list[dict[str, Any]]:
        market = self._asked(request)
        return [stats_row(market, self._listed[market.symbol], self._marks, asks_decimals(request.headers))]

    async def _liq_orders(self, request: web.Request) -> list[dict[str, Any]]:
        wanted, now_s = request.query.get("contract"), wall_ms() // 1000
        names = list(self._listed) if wanted is None else [self._market(wanted).symbol]
        to_s = number(request, "to", now_s)
        from_s = number(request, "from", to_s - _LIQUIDATION_WINDOW_S)
        if to_s - from_s > _LIQUIDATION_WINDOW_S:
            raise GateioError(400, "INVALID_PARAM_VALUE", "from and to may be 3600 seconds apart at most")
        limit, as_text = number(request, "limit", 100, 1, 1000), asks_decimals(request.headers)
        found = [one for name in names for one in self._tape.liquidations(name)]
        found.sort(key=lambda one: one.ts_ms, reverse=True)
        rows = [
            liquidation_row(one, self._spelling[one.contract], as_text)
            for one in found
            if from_s <= one.ts_ms // 1000 <= to_s
        ]
        return rows[:limit]

    async def _tiers(self, request: web.Request) -> list[dict[str, Any]]:
        wanted = request.query.get("contract")
        names = list(self._listed) if wanted is None else [self._market(wanted).symbol]
        return [tier_row(name, tier) for name in names for tier in self._listed[name].risk_tiers]

    def _asked(self, request: web.Request) -> Market:
        name = request.query.get("contract")
        if not name:
            raise _missing("contract")
        return self._market(name)

    def _market(self, name: str) -> Market:
        market = self._venue.markets.get(name)
        if market is None:
            raise _unknown()
        return market


def _missing(name: str) -> GateioError:
    return GateioError(400, "MISSING_REQUIRED_PARAM", f"Missing required parameter: {name}")


def _unknown() -> GateioError:
    return GateioError(400, "CONTRACT_NOT_FOUND", "contract not found")


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03d}"
