"""How Gate futures spells prices, sizes, levels and bars, on REST and WebSocket alike.

A size is a JSON integer, cut toward zero, or a decimal text for clients that sent ``X-Gate-Size-Decimal: 1``.
Must never know: requests, streams, sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from hftx.sim.candles import Bar, TradeStats
from hftx.sim.exact import plain
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.marks import Gauge
from hftx.sim.market import Market
from hftx.sim.text import Spelling, trimmed

DECIMAL_HEADER = "X-Gate-Size-Decimal"

WS_WIDTHS: Mapping[str, int] = {
    "10s": 10, "1m": 60, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "4h": 14_400, "8h": 28_800,
    "1d": 86_400, "7d": 604_800,
}  # fmt: skip
REST_WIDTHS: Mapping[str, int | None] = {**WS_WIDTHS, "1w": 604_800, "30d": None}
"""Interval -> seconds; 30d is the calendar month."""


def asks_decimals(headers: Mapping[str, str]) -> bool:
    """Whether a request's headers ask for sizes as decimal text."""
    return headers.get(DECIMAL_HEADER) == "1"


def cut(lots: int, digits: int) -> int:
    """Whole contracts of a count of lots, toward zero."""
    whole = abs(lots) // 10**digits
    return int(-whole if lots < 0 else whole)


def size_value(lots: int, digits: int, as_text: bool) -> int | str:
    """A size as a JSON value."""
    return trimmed(lots, digits) if as_text else cut(lots, digits)


def size_json(lots: int, digits: int, as_text: bool) -> str:
    """A size as JSON."""
    return f'"{trimmed(lots, digits)}"' if as_text else str(cut(lots, digits))


class ContractSpelling(Spelling):
    """Spells one contract; ``as_text`` says in which form sizes are asked for."""

    def __init__(self, contract: Contract) -> None:
        super().__init__(contract.price_digits, contract.qty_digits, trimmed, contract.price_step)
        self.contract = contract

    def size(self, lots: int, as_text: bool) -> int | str:
        return size_value(lots, self.qty_digits, as_text)

    def mark(self, count: int) -> str:
        """A mark or index price."""
        return trimmed(count, self.contract.mark_digits)

    def levels(self, levels: Iterable[tuple[int, int]], as_text: bool) -> str:
        """Levels as a JSON array of objects."""
        px, digits = self.px, self.qty_digits
        rows = [f'{{"p":"{px(key)}","s":{size_json(lots, digits, as_text)}}}' for key, lots in levels]
        return "[" + ",".join(rows) + "]"


class Series(NamedTuple):
    """A series of bars; those of mark and index have no volume."""

    name: str
    market: Market
    stats: TradeStats
    px: Callable[[int], str]
    has_volume: bool


def series(name: str, markets: Mapping[str, Market], spelling: Mapping[str, ContractSpelling],
           gauge: Callable[[str], Gauge]) -> Series | None:  # fmt: skip
    """The series of a contract's name, with ``mark_`` or ``index_`` before it for those; None for no contract."""
    for prefix in ("mark_", "index_", ""):
        contract = name.removeprefix(prefix)
        if name.startswith(prefix) and contract in markets:
            break
    else:
        return None
    market, spell = markets[contract], spelling[contract]
    if not prefix:
        return Series(name, market, market.stats, spell.px, True)
    stats = gauge(contract).marks if prefix == "mark_" else gauge(contract).indexes
    return Series(name, market, stats, spell.mark, False)


def bar_prices(bar: Bar, px: Callable[[int], str]) -> dict[str, str]:
    """Open, high, low and close."""
    return {"o": px(bar.open), "h": px(bar.high), "l": px(bar.low), "c": px(bar.close)}


def base_amount(contract: Contract, bar: Bar) -> str:
    """What a bar has traded, in base units."""
    return plain(contract.base_quantity(bar.base))
