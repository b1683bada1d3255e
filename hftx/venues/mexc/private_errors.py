"""MEXC spot codes that trading and wallet calls can meet. Source: MEXC Spot v3 docs, "Error Code"."""

from __future__ import annotations

from dataclasses import replace

from hftx.errors import (
    AuthenticationError,
    ClockError,
    InsufficientBalanceError,
    OrderNotFoundError,
    OrderRejectedError,
    PermissionDeniedError,
    VenueError,
)
from hftx.venues.mexc.errors import ERRORS

_GONE = ("-2011", "-2013", "22222", "30026")
_FUNDS = ("30004", "30005", "10101")
_REJECTED = (
    "30000", "30001", "30002", "30003", "30010", "30016", "30018", "30019", "30025", "30027", "30028",
    "30029", "30032", "30041", "30051", "30087",
)  # fmt: skip
_CLOCK = ("700003", "10073")
_KEY = ("10072", "402", "602", "700001", "700002")
_DENIED = (
    "26", "401", "403", "406", "511", "10098", "10206", "10211", "10265", "30020", "60005", "70011", "140002",
    "700006", "700007",
)  # fmt: skip

_KINDS: dict[str, type[VenueError]] = (
    dict.fromkeys(_GONE, OrderNotFoundError)
    | dict.fromkeys(_FUNDS, InsufficientBalanceError)
    | dict.fromkeys(_REJECTED, OrderRejectedError)
    | dict.fromkeys(_CLOCK, ClockError)
    | dict.fromkeys(_KEY, AuthenticationError)
    | dict.fromkeys(_DENIED, PermissionDeniedError)
)

PRIVATE_ERRORS = replace(ERRORS, kinds={**ERRORS.kinds, **_KINDS})
