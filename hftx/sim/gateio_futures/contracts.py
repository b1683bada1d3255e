"""The contracts that the futures twin lists: sizes, ticks, fees, limits (Gate API v4 docs, "Futures", contracts).

Must never know: sockets, requests, the state of a market.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from hftx.sim.exact import plus, scaled, times, whole
from hftx.sim.listing import Listing, UnknownSymbolError
from hftx.sim.options import TwinOptions

_FIRST_TRADE_ID = 9_100_000_000_000_000  # above 2^53, as ids of the venue may be
_MARK_DIGITS = 1  # decimals that mark prices have beyond those of the tick
_MOST_LOTS = 1_000_000
_TIERS = 4
_FIRST_LIMIT = Decimal(1_000_000)
_RATE_STEP = Decimal("0.0001")


@dataclass(frozen=True)
class Contract(Listing):
    """A linear contract. A lot is the size step: one contract, or a tenth where ``qty_digits`` is 1.

    ``multiplier`` is base units of one contract; fees are fractions of the notional, below zero a rebate;
    ``status`` delisting lets positions only be reduced;
    ``deviation`` is how far from mark an order's price may be, ``slip`` how far a market order may walk.
    """

    multiplier: Decimal = Decimal(1)
    maker_fee: Decimal = Decimal("0.0002")
    taker_fee: Decimal = Decimal("0.0005")
    leverage_max: int = 100
    maintenance_rate: Decimal = Decimal("0.005")
    orders_limit: int = 100
    deviation: Decimal = Decimal("0.5")
    slip: Decimal = Decimal("0.05")
    status: str = "trading"

    @property
    def takes_decimals(self) -> bool:
        """Whether sizes may be fractions of a contract."""
        return self.qty_digits > 0

    @property
    def tick(self) -> Decimal:
        """The smallest step of a price."""
        return scaled(self.price_step, self.price_digits)

    @property
    def mark_digits(self) -> int:
        """Decimals of mark and index prices."""
        return self.price_digits + _MARK_DIGITS

    @property
    def least_lots(self) -> int:
        return 1

    @property
    def most_lots(self) -> int:
        return int(_MOST_LOTS * 10**self.qty_digits)

    @property
    def lot(self) -> Decimal:
        """The size step, in contracts."""
        return scaled(1, self.qty_digits)

    def price(self, ticks: int) -> Decimal:
        """The price of a count of ticks."""
        return scaled(ticks * self.price_step, self.price_digits)

    def ticks(self, price: Decimal) -> int | None:
        """A price as a count of ticks, None when it is off the grid."""
        units = whole(price, self.price_digits)
        return None if units is None or units % self.price_step else units // self.price_step

    def size(self, lots: int) -> Decimal:
        """Contracts of a count of lots, with its sign."""
        return scaled(lots, self.qty_digits)

    def lots(self, size: Decimal) -> int | None:
        """A size in contracts as a count of lots, None when it is no multiple of the size step."""
        return whole(size, self.qty_digits)

    def base_quantity(self, lots: int) -> Decimal:
        """Base units of a count of lots."""
        return times(self.size(lots), self.multiplier)

    def value(self, ticks_times_lots: int) -> Decimal:
        """Notional in settle currency of a sum of ticks times lots."""
        units = scaled(ticks_times_lots * self.price_step, self.price_digits + self.qty_digits)
        return times(units, self.multiplier)

    def notional(self, price: Decimal, lots: int) -> Decimal:
        """Notional in settle currency of a count of lots at any price, with the sign of the lots."""
        return times(price, self.base_quantity(lots))

    @property
    def risk_tiers(self) -> tuple[RiskTier, ...]:
        """What a position of each size must hold, smallest first."""
        tiers: list[RiskTier] = []
        deduction, previous = Decimal(0), Decimal(0)
        for number in range(1, _TIERS + 1):
            rate = times(self.maintenance_rate, Decimal(number))
            if tiers:  # no jump where one tier ends and the next begins
                deduction = plus(deduction, times(tiers[-1].risk_limit, rate - previous))
            leverage = self.leverage_max // number
            initial = max(rate + rate, (Decimal(1) / leverage).quantize(_RATE_STEP, ROUND_UP))
            tiers.append(RiskTier(number, _FIRST_LIMIT * 5 ** (number - 1), initial, rate, leverage, deduction))
            previous = rate
        return tuple(tiers)


class RiskTier(NamedTuple):
    """One row of the risk limit tiers: up to ``risk_limit`` of notional in settle currency."""

    tier: int
    risk_limit: Decimal
    initial_rate: Decimal
    maintenance_rate: Decimal
    leverage_max: int
    deduction: Decimal


_REBATE = Decimal("-0.00005")
_KNOWN = {
    contract.symbol: contract
    for contract in (
        Contract("BTC_USDT", 1, 0, 912_640, 4_000, multiplier=Decimal("0.0001"), leverage_max=125),
        Contract("ETH_USDT", 2, 0, 62_523, 600, price_step=5, multiplier=Decimal("0.01")),
        Contract("SOL_USDT", 2, 0, 18_249, 900, multiplier=Decimal(1), maker_fee=_REBATE),
        Contract("XRP_USDT", 4, 0, 24_819, 800, multiplier=Decimal(10)),
        Contract("DOGE_USDT", 5, 0, 21_344, 3_000, multiplier=Decimal(10), leverage_max=50),
        Contract("ADA_USDT", 4, 1, 8_124, 25_000, multiplier=Decimal(10), leverage_max=50),
        Contract("币安人生_USDT", 5, 0, 18_236, 700, multiplier=Decimal(100), leverage_max=20),
    )
}
"""Prices near those of the spot twins; a tick of 0.05, sizes by tenths, a rebate and a name beyond ASCII."""

DEFAULT_CONTRACTS = tuple(_KNOWN)


def contracts(names: Iterable[str] | None, options: TwinOptions) -> dict[str, Contract]:
    """Each contract by name, or the default set when ``names`` is None.

    Raises UnknownSymbolError when a name is not of the form BASE_QUOTE, when there are none, or when the options
    give digits for one that is not listed.
    """
    wanted = DEFAULT_CONTRACTS if names is None else tuple(names)
    for name in options.symbol_digits:
        if name not in wanted:
            raise UnknownSymbolError(f"symbol_digits names {name!r}, which is not listed: {', '.join(wanted)}")
    if not wanted:
        raise UnknownSymbolError("the twin needs at least one contract, for example BTC_USDT")
    return {name: _contract(name, options) for name in wanted}


def _contract(name: str, options: TwinOptions) -> Contract:
    base, _, quote = name.partition("_")
    if not base.isalnum() or not quote.isalnum() or name != name.upper():
        raise UnknownSymbolError(f"contract {name!r} must be BASE_QUOTE in upper case, for example BTC_USDT")
    known = _KNOWN.get(name) or _invented(name)
    changed = vars(known) | {
        "first_book_id": options.futures_first_book_id,
        "first_trade_id": _FIRST_TRADE_ID,
        "status": "delisting" if name in options.futures_delisting else "trading",
    }
    if name in options.symbol_digits:
        price_digits, qty_digits = options.symbol_digits[name]
        changed |= {"price_digits": price_digits, "qty_digits": qty_digits, "price_step": 1}
    return Contract(**changed)


def _invented(name: str) -> Contract:
    rng = random.Random(name)
    return Contract(
        name,
        rng.randrange(2, 6),
        rng.choice((0, 0, 0, 1)),
        rng.randrange(60_000, 2_000_000),
        500,
        price_step=rng.choice((1, 1, 5)),
        multiplier=Decimal(1).scaleb(rng.randrange(-4, 3)),
    )
