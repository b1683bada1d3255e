"""Decimal text to an integer count of 10^-digits, slow and obvious. Never knows what the number means."""

from __future__ import annotations

import re
from decimal import Context, Decimal

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
MALFORMED, PRECISION, OVERFLOW = "malformed", "precision", "overflow"

_LEGAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def read_number(text: str | bytes, digits: int) -> int | str:
    """The count, or the kind of fault. A number that is both too fine and too big is called too fine."""
    try:
        written = text.decode("ascii") if isinstance(text, bytes) else text
    except UnicodeDecodeError:
        return MALFORMED
    if not _LEGAL.fullmatch(written):
        return MALFORMED
    exact = Context(prec=len(written) + digits + 1)
    count = exact.create_decimal(written).scaleb(digits, exact)
    if count != count.to_integral_value():
        return PRECISION
    return int(count) if INT64_MIN <= count <= INT64_MAX else OVERFLOW


def write_number(count: int, digits: int) -> Decimal:
    """The number that a count stands for, exactly."""
    return Decimal((int(count < 0), tuple(int(d) for d in str(abs(count))), -digits))
