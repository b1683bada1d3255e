"""What is listed: each symbol's digits, starting price and typical size.

Must never know: venues, sockets, or the state of a market.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

from hftx.sim.options import TwinOptions

_SYMBOL = re.compile(r"[A-Z0-9]+_[A-Z0-9]+")

# symbol: price digits, quantity digits, starting price in ticks, typical quantity in lots
_KNOWN: dict[str, tuple[int, int, int, int]] = {
    "BTC_USDT": (2, 6, 9_125_130, 40_000),
    "ETH_USDT": (2, 5, 312_540, 60_000),
    "SOL_USDT": (3, 3, 182_450, 9_000),
    "XRP_USDT": (4, 2, 24_815, 80_000),
    "DOGE_USDT": (5, 0, 21_342, 3_000),
    "ADA_USDT": (6, 8, 812_345, 25_000_000_000),
}
DEFAULT_SYMBOLS = tuple(_KNOWN)


class UnknownSymbolError(ValueError):
    """A symbol that the twin cannot list; the text says what is allowed."""


@dataclass(frozen=True)
class Listing:
    """One listed symbol. Prices are counts of ticks, quantities of 10^-qty_digits.

    A tick is ``price_step`` times 10^-price_digits: (2, 5) is one of 0.05. Ids of books and trades begin above
    ``first_book_id`` and ``first_trade_id``.
    """

    symbol: str
    price_digits: int
    qty_digits: int
    start_px: int
    typical_qty: int
    price_step: int = 1
    first_book_id: int = 0
    first_trade_id: int = 0

    @property
    def base(self) -> str:
        return self.symbol.partition("_")[0]

    @property
    def quote(self) -> str:
        return self.symbol.partition("_")[2]


def listings(symbols: Iterable[str] | None, options: TwinOptions) -> dict[str, Listing]:
    """The listing of each symbol, or of the default set when ``symbols`` is None.

    Raises UnknownSymbolError when a symbol is not of the form BASE_QUOTE, when there are none, or when the
    options give digits for one that is not listed.
    """
    names = DEFAULT_SYMBOLS if symbols is None else tuple(symbols)
    for name in options.symbol_digits:
        if name not in names:
            raise UnknownSymbolError(f"symbol_digits names {name!r}, which is not listed: {', '.join(names)}")
    if not names:
        raise UnknownSymbolError("the twin needs at least one symbol, for example BTC_USDT")
    return {name: _listing(name, options) for name in names}


def _listing(symbol: str, options: TwinOptions) -> Listing:
    if not _SYMBOL.fullmatch(symbol):
        raise UnknownSymbolError(f"symbol {symbol!r} must be BASE_QUOTE in upper case, for example BTC_USDT")
    known = _KNOWN.get(symbol) or _invented(symbol)
    price_digits, qty_digits, start_px, typical_qty = known
    if symbol in options.symbol_digits:
        price_digits, qty_digits = options.symbol_digits[symbol]
    return Listing(symbol, price_digits, qty_digits, start_px, typical_qty)


def _invented(symbol: str) -> tuple[int, int, int, int]:
    rng = random.Random(symbol)
    qty_digits = rng.randrange(0, 9)
    return rng.randrange(2, 7), qty_digits, rng.randrange(60_000, 2_000_000), 50 * 10**qty_digits
