"""Symbols and their rules, and the only doors between integers and float, Decimal or text.

Prices and quantities inside hftx are int64 counts of 10^-digits. Never knows a venue's spelling of a symbol.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import TypeAlias

from hftx.errors import UnknownSymbolError, UsageError

AssetName: TypeAlias = str
Number: TypeAlias = Decimal | str | int | float

INT64_MAX = 2**63 - 1
MAX_DIGITS = 18
_LONG = Context(prec=200)   # the default context would round what is longer than 28 digits
_SEPARATORS = "/_-"
_QUOTES = ("USDT", "USDC", "USD1", "FDUSD", "USDE", "TUSD", "DAI", "USD", "EUR", "BTC", "ETH", "BNB", "GT", "MX")


class Symbol:
    """A pair of assets, written BASE/QUOTE. Immutable, hashable, ordered by its text.

    `Symbol("BTC", "USDT")`, `Symbol("BTC/USDT")`, `Symbol("BTC_USDT")` and, for a known quote asset,
    `Symbol("BTCUSDT")` are equal. Anything else raises `UnknownSymbolError`.
    """

    __slots__ = ("_hash", "base", "quote")
    base: AssetName
    quote: AssetName

    def __init__(self, base: str, quote: str | None = None) -> None:
        if not isinstance(base, str) or not (quote is None or isinstance(quote, str)):
            given = base if not isinstance(base, str) else quote
            raise UnknownSymbolError(f"a symbol is text such as 'BTC/USDT', not {type(given).__name__}")
        if quote is None:
            base, quote = _split(base)
        if not base or not quote or any(c in _SEPARATORS or c.isspace() for c in base + quote):
            raise UnknownSymbolError(f"not a symbol: {base!r}, {quote!r}; write BASE/QUOTE, such as 'BTC/USDT'")
        object.__setattr__(self, "base", base.upper())
        object.__setattr__(self, "quote", quote.upper())
        object.__setattr__(self, "_hash", hash((self.base, self.quote)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Symbol is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Symbol is immutable: cannot delete {name!r}")

    def __hash__(self) -> int:
        return self._hash  # type: ignore[no-any-return,attr-defined]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and self.base == other.base and self.quote == other.quote

    def __lt__(self, other: Symbol) -> bool:
        return str(self) < str(other)

    def __reduce__(self) -> tuple[type[Symbol], tuple[str, str]]:
        return Symbol, (self.base, self.quote)

    def __str__(self) -> str:
        return f"{self.base}/{self.quote}"

    def __repr__(self) -> str:
        return f"Symbol('{self}')"


def _split(text: str) -> tuple[str, str]:
    for separator in _SEPARATORS:
        base, found, quote = text.partition(separator)
        if found:
            return base, quote
    for quote in _QUOTES:
        if len(text) > len(quote) and text.upper().endswith(quote):
            return text[: -len(quote)], quote
    raise UnknownSymbolError(f"cannot read {text!r} as a symbol; write BASE/QUOTE, such as 'BTC/USDT'")


@dataclass(frozen=True, slots=True)
class SymbolInfo:
    """Rules of one symbol as the venue states them. None means that the venue states no such limit.

    Quantities of futures are contracts; one is `quanto_multiplier` base units. `price_step` is there when prices move
    in other steps than 10^-price_digits; `learns_digits` when data may be finer than the rules say. `max_market_qty`
    bounds market orders; with `reduce_only` a symbol that is not `tradable` takes orders that reduce a position.
    """

    symbol: Symbol
    price_digits: int
    qty_digits: int
    min_qty: Decimal | None = None
    max_qty: Decimal | None = None
    min_notional: Decimal | None = None
    max_notional: Decimal | None = None
    tradable: bool = True
    buy_allowed: bool = True
    sell_allowed: bool = True
    order_types: tuple[str, ...] = ()
    maker_fee: Decimal | None = None
    taker_fee: Decimal | None = None
    quanto_multiplier: Decimal | None = None
    price_step: Decimal | None = None
    learns_digits: bool = False
    max_market_qty: Decimal | None = None
    reduce_only: bool = False

    @property
    def tick_size(self) -> Decimal:
        """Smallest step of a price, in quote units."""
        return self.price_step or Decimal(1).scaleb(-self.price_digits)

    @property
    def lot_size(self) -> Decimal:
        """Smallest step of a quantity, in base units; of futures in contracts."""
        return Decimal(1).scaleb(-self.qty_digits)


SymbolsInfo: TypeAlias = dict[Symbol, SymbolInfo]


def to_decimal(count: int, digits: int) -> Decimal:
    """The exact decimal value of `count` units of 10^-digits."""
    return Decimal(count).scaleb(-digits)


def to_float(count: int, digits: int) -> float:
    """The nearest float to `count` units of 10^-digits; for display and statistics, never for comparison."""
    return float(count) / float(10**digits)


def to_text(count: int, digits: int) -> str:
    """Plain decimal text without trailing zeros, e.g. `to_text(150, 2) == '1.5'`."""
    return format(to_decimal(count, digits).normalize(), "f")


def to_count(value: Number, digits: int) -> int:
    """`value` as a count of 10^-digits, exactly. A float means its shortest decimal text.

    Raises `UsageError` when it is not a number, is finer than `digits`, or exceeds int64.
    """
    try:
        exact = Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError, ValueError):
        raise UsageError(f"not a number: {value!r}") from None
    if not exact.is_finite():
        raise UsageError(f"not a finite number: {value!r}")
    too_large = UsageError(f"{value} with {digits} decimal digits does not fit into 64 bits")
    if exact and exact.adjusted() + digits > MAX_DIGITS:
        raise too_large
    scaled = exact.scaleb(digits, _LONG)
    if exact.is_zero():
        return 0
    if len(exact.as_tuple().digits) > _LONG.prec or scaled != scaled.to_integral_value(context=_LONG):
        raise UsageError(f"{value} is finer than {digits} decimal digits")
    count = int(scaled)
    if not -INT64_MAX <= count <= INT64_MAX:
        raise too_large
    return count


def as_symbol(value: Symbol | str) -> Symbol:
    """A `Symbol` from itself or from text; raises `UnknownSymbolError`."""
    return value if isinstance(value, Symbol) else Symbol(value)
