"""The basis between Gate's spot market and its futures, as two observed venues show it. Draws nothing, trades nothing.

Only proven books are compared; where there is no basis, the reason is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from hftx.cli.observed import ObservedVenue
from hftx.cli.options import spelled
from hftx.composite.futures import CompositePublicFuturesExchange
from hftx.enums import ExchangeEnum
from hftx.errors import InitializationError
from hftx.records import Ticker
from hftx.symbols import Symbol

SPOT, FUTURES = ExchangeEnum.GATEIO.value, ExchangeEnum.GATEIO_FUTURES.value
_BPS_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a price of the future is above spot's mid: in quote units, exactly, and in basis points, rounded."""

    price: Decimal
    absolute: Decimal
    bps: Decimal

    @classmethod
    def between(cls, price: Decimal, spot: Decimal) -> Gap:
        """Of a price and spot's mid."""
        bps = ((price - spot) * 10_000 / spot).quantize(_BPS_STEP, ROUND_HALF_EVEN)
        return cls(price, price - spot, bps)


@dataclass(frozen=True, slots=True)
class Basis:
    """The basis of one symbol; `funding_rate` is a fraction, longs pay when it is above 0."""

    symbol: Symbol
    spot_mid: Decimal
    mid: Gap
    mark: Gap
    funding_rate: Decimal

    def line(self) -> str:
        """One line for people."""
        spot, mid, mark = (format(price, "f") for price in (self.spot_mid, self.mid.price, self.mark.price))
        return (
            f"basis {spelled(self.symbol)}: spot mid {spot}, futures mid {mid} ({_told(self.mid)}),"
            f" mark {mark} ({_told(self.mark)}), funding rate {self.funding_rate:f}"
        )

    def report(self) -> dict[str, Any]:
        """As the JSON of `hftx demo` has it; numbers as exact text, basis points rounded."""
        return {
            "symbol": spelled(self.symbol),
            "line": self.line(),
            "why_not": None,
            "spot_mid": format(self.spot_mid, "f"),
            "futures_mid": _numbers(self.mid),
            "mark": _numbers(self.mark),
            "funding_rate": format(self.funding_rate, "f"),
        }


@dataclass(frozen=True, slots=True)
class NoBasis:
    """Why a symbol has no basis now."""

    symbol: Symbol
    why_not: str

    def line(self) -> str:
        """One line for people."""
        return f"basis {spelled(self.symbol)}: none, {self.why_not}"

    def report(self) -> dict[str, Any]:
        """As the JSON of `hftx demo` has it."""
        return {"symbol": spelled(self.symbol), "line": self.line(), "why_not": self.why_not}


def basis_of(venues: Sequence[ObservedVenue]) -> Basis | NoBasis | None:
    """The basis of the first symbol that both of Gate's markets show; None when they are not both observed."""
    by_name = {venue.name: venue for venue in venues}
    spot, futures = by_name.get(SPOT), by_name.get(FUTURES)
    if spot is None or futures is None:
        return None
    symbol = next((symbol for symbol in spot.exchange.orderbooks if symbol in futures.exchange.orderbooks), None)
    return None if symbol is None else _of(symbol, spot, futures)


def _of(symbol: Symbol, spot: ObservedVenue, futures: ObservedVenue) -> Basis | NoBasis:
    for venue in (spot, futures):
        book = venue.exchange.orderbooks[symbol]
        if not book.is_live:
            return NoBasis(symbol, f"the book of {venue.name} is {book.status.name} {book.stale_reason}".strip())
    ticker = _ticker(symbol, futures)
    if ticker is None or ticker.mark_price is None or ticker.funding_rate is None:
        return NoBasis(symbol, f"{futures.name} has told neither mark price nor funding rate yet")
    near, far = (venue.exchange.orderbooks[symbol].mid for venue in (spot, futures))
    if near is None or far is None:
        return NoBasis(symbol, "a side of a book is empty")
    return Basis(symbol, near, Gap.between(far, near), Gap.between(ticker.mark_price, near), ticker.funding_rate)


def _ticker(symbol: Symbol, futures: ObservedVenue) -> Ticker | None:
    exchange = futures.exchange
    if not isinstance(exchange, CompositePublicFuturesExchange):
        return None
    try:
        return exchange.ticker(symbol)
    except InitializationError:   # none was heard
        return None


def _told(gap: Gap) -> str:
    return f"{gap.absolute:+f}, {gap.bps:+.2f} bps"


def _numbers(gap: Gap) -> dict[str, str]:
    return {"price": format(gap.price, "f"), "basis": format(gap.absolute, "f"), "basis_bps": format(gap.bps, "f")}
