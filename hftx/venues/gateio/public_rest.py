"""What the markets of Gate share of their REST market data: names, lists and tickers. Never knows a market's paths.

Source: Gate API v4 docs, "Spot" and "Futures".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from hftx.records import Ticker
from hftx.rest.klines import KlineRange
from hftx.rest.public import PublicRest, Query
from hftx.rest.reply import Reply, plain
from hftx.rest.transport import Endpoint
from hftx.symbols import Symbol
from hftx.venues.gateio.names import symbol_of, wire_name


class GateioPublicRest(PublicRest):
    """Subclasses name the endpoints of their symbols, the key of a name in them, and what else tickers hold."""

    listed: ClassVar[Endpoint]
    listed_one: ClassVar[Endpoint]
    name_key: ClassVar[str]
    ticker_keys: ClassVar[Mapping[str, str]]   # field of `Ticker` -> key

    def _wire(self, symbol: Symbol) -> str:
        return wire_name(symbol)

    def _symbol(self, wire: str) -> Symbol | None:
        return symbol_of(wire)

    async def _learn_names(self, wanted: list[Symbol] | None) -> None:
        return None  # the wire name says where it splits

    async def _listing(self, wanted: list[Symbol] | None) -> list[Reply]:
        if wanted is not None and len(wanted) == 1:
            return [await self.transport.get(self.listed_one, path=f"{self.listed.path}/{self._wire(wanted[0])}")]
        rows = (await self.transport.get(self.listed)).rows()
        if wanted is None:
            return rows
        wires = {self._wire(symbol) for symbol in wanted}
        return [row for row in rows if row.text(self.name_key) in wires]

    def _range_query(self, within: KlineRange) -> Query:
        # Whole seconds; bars open on whole seconds, so rounding inwards loses none. No limit beside a range.
        return {"from": -(-within.start_ms // 1000), "to": within.end_ms // 1000}

    def _ticker(self, symbol: Symbol, row: Reply, recv_ns: int) -> Ticker:
        percent = row.decimal_or_none("change_percentage")
        more: dict[str, Any] = {field: row.number_or_none(key) for field, key in self.ticker_keys.items()}
        return Ticker(
            symbol,
            last=row.number_or_none("last"),
            bid=row.number_or_none("highest_bid"),
            ask=row.number_or_none("lowest_ask"),
            high=row.number_or_none("high_24h"),
            low=row.number_or_none("low_24h"),
            change=None if percent is None else plain(percent.scaleb(-2)),
            recv_ns=recv_ns,
            **more,
        )
