"""Decimal arithmetic that is exact or fails: nothing that belongs to an account is ever rounded.

Must never know: accounts, orders, venues.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
_PLAIN = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_LONGEST = 60

ZERO = Decimal(0)


def plus(left: Decimal, right: Decimal) -> Decimal:
    return _EXACT.add(left, right)


def minus(left: Decimal, right: Decimal) -> Decimal:
    return _EXACT.subtract(left, right)


def times(left: Decimal, right: Decimal) -> Decimal:
    return _EXACT.multiply(left, right)


def scaled(count: int, digits: int) -> Decimal:
    """``count`` times 10^-digits."""
    return Decimal(count).scaleb(-digits, _EXACT)


def whole(value: Decimal, digits: int) -> int | None:
    """The value as a count of 10^-digits, None when it has more decimals than that."""
    count = value.scaleb(digits, _EXACT)
    return int(count) if count == count.to_integral_value() else None


def floor(value: Decimal, step: Decimal) -> int:
    """How many whole steps fit into the value."""
    return int(_EXACT.divide_int(value, step))


def decimal(text: object) -> Decimal | None:
    """A number written plainly, as text or as a JSON integer; None for anything else."""
    if isinstance(text, int) and not isinstance(text, bool):
        return Decimal(text)
    if not isinstance(text, str) or len(text) > _LONGEST or not _PLAIN.fullmatch(text):
        return None
    return Decimal(text)


def plain(value: Decimal) -> str:
    """The shortest decimal text without exponent."""
    return format(_EXACT.normalize(value), "f") if value else "0"
