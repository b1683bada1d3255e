"""Futures in numbers: contracts, base quantity and notional of a linear contract, exactly; and funding rates.

One contract is `quanto_multiplier` base units (Gate API v4 docs, "Futures"). Never knows a venue or an account.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, localcontext
from typing import Self

from hftx.errors import RuleError, UsageError
from hftx.symbols import Number, Symbol, SymbolInfo

_DIGITS = 300  # of any intermediate result; an inexact one is refused
_QUOTED_DIGITS, _QUOTED_PLACES = 10, 8  # a price that is quoted has no more digits, or not so many decimals


@dataclass(frozen=True, slots=True)
class FundingRate:
    """A rate as a fraction, longs pay when it is above 0; `time_ns` is when it is or was applied."""

    symbol: Symbol
    rate: Decimal
    time_ns: int
    interval_seconds: int | None = None


def worth_of(average: Decimal, size: Decimal) -> Decimal:
    """The sum of price times contracts of fills that come to `size` at the price `average`.

    A venue rounds an average, but the sum is one of short numbers: it is the shortest one within that rounding.
    """
    with _exactly():
        product = average * size
        _, digits, exponent = average.normalize(Context(prec=_DIGITS)).as_tuple()
        if not isinstance(exponent, int) or len(digits) <= _QUOTED_DIGITS or exponent > -_QUOTED_PLACES:
            return product   # a price as it is quoted, exact
        slack = abs(size) * Decimal(1).scaleb(exponent)
    for places in range(-exponent):
        rounded = product.quantize(Decimal(1).scaleb(-places), context=Context(prec=_DIGITS))
        if abs(rounded - product) <= slack:
            return rounded
    return product


@dataclass(frozen=True, slots=True)
class ContractUnits:
    """Conversions of one contract. `multiplier`: base units of one contract; `step`: smallest step of a size.

    All sizes keep their sign, and all results are exact. `UsageError` for what is no number.
    """

    symbol: Symbol
    multiplier: Decimal
    step: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        for name, value in (("multiplier", self.multiplier), ("step", self.step)):
            if not value.is_finite() or value <= 0:
                raise UsageError(f"{name} of {self.symbol} must be above 0, not {value}")

    @classmethod
    def of(cls, info: SymbolInfo) -> Self:
        """Of the rules of a contract; raises `UsageError` for a symbol that is none."""
        if info.quanto_multiplier is None:
            raise UsageError(f"{info.symbol} has no quanto_multiplier: its quantities are base units already")
        return cls(info.symbol, info.quanto_multiplier, info.lot_size)

    def check_size(self, contracts: Number) -> Decimal:
        """`contracts` when the venue can hold it; else `RuleError` that names the nearest sizes."""
        return self._whole_steps(_exact(contracts), Decimal(1), "contracts")

    def base_of(self, contracts: Number) -> Decimal:
        """Base quantity of a size."""
        with _exactly():
            return self.check_size(contracts) * self.multiplier

    def contracts_of(self, base: Number) -> Decimal:
        """Size of a base quantity; `RuleError` with the nearest ones when no size is exactly that."""
        return self._whole_steps(_exact(base), self.multiplier, f"base units of {self.symbol.base}")

    def notional_of(self, contracts: Number, price: Number) -> Decimal:
        """Worth of a size at `price`, in quote units."""
        with _exactly():
            return self.base_of(contracts) * _priced(price)

    def contracts_for(self, notional: Number, price: Number) -> Decimal:
        """Size that is worth exactly `notional` at `price`; `RuleError` with the nearest ones when there is none."""
        with _exactly():
            worth = self.multiplier * _priced(price)
        return self._whole_steps(_exact(notional), worth, f"{self.symbol.quote} at {price}")

    def _whole_steps(self, amount: Decimal, each: Decimal, unit: str) -> Decimal:
        # `amount` in contracts that are worth `each`, as a whole count of steps.
        with _exactly():
            worth = each * self.step
            count = _floor(amount, worth)
            if count * worth == amount:
                return count * self.step
            below, above = count * self.step, (count + 1) * self.step
            nearest = above if 2 * amount > (2 * count + 1) * worth else below
            raise RuleError(
                "size", amount, nearest,
                f"{amount:f} {unit} is no size of {self.symbol}; the nearest are {_plain(below)} contracts "
                f"({_plain(count * worth)}) and {_plain(above)} ({_plain((count + 1) * worth)})",
            )  # fmt: skip


def _exactly() -> AbstractContextManager[Context]:
    return localcontext(Context(prec=_DIGITS, traps=[Inexact, InvalidOperation]))


def _floor(amount: Decimal, unit: Decimal) -> Decimal:
    count = Decimal(int(amount // unit))
    return count - 1 if count * unit > amount else count


def _exact(value: Number) -> Decimal:
    # A float means its shortest decimal text.
    try:
        exact = Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError, ValueError):
        raise UsageError(f"not a number: {value!r}") from None
    if not exact.is_finite() or abs(exact.adjusted()) > 40 or len(exact.as_tuple().digits) > 40:
        raise UsageError(f"not a number of at most 40 digits: {value!r}")
    return exact


def _priced(price: Number) -> Decimal:
    exact = _exact(price)
    if exact <= 0:
        raise UsageError(f"a price must be above 0, not {price!r}")
    return exact


def _plain(number: Decimal) -> str:
    return format(number.normalize(Context(prec=_DIGITS)), "f")
