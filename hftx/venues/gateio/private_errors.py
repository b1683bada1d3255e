"""Gate labels that trading and wallet calls can meet. Source: Gate API v4 docs, "Error Handling"."""

from __future__ import annotations

from dataclasses import replace

from hftx.errors import (
    AuthenticationError,
    ClockError,
    InsufficientBalanceError,
    OrderNotFoundError,
    OrderRejectedError,
    PermissionDeniedError,
    RateLimitError,
    VenueError,
    WithdrawalNotFoundError,
)
from hftx.venues.gateio.errors import ERRORS

_GONE = ("ORDER_NOT_FOUND", "ORDER_CLOSED", "ORDER_CANCELLED")
_FUNDS = ("BALANCE_NOT_ENOUGH", "MARGIN_BALANCE_NOT_ENOUGH", "FUTURES_BALANCE_NOT_ENOUGH")
_REJECTED = (
    "INVALID_PRECISION", "POC_FILL_IMMEDIATELY", "FOK_NOT_FILL", "QUANTITY_NOT_ENOUGH", "AMOUNT_TOO_LITTLE",
    "AMOUNT_TOO_MUCH", "REPEATED_CREATION", "NO_CHANGE", "TOO_MANY_CURRENCY_PAIRS", "TOO_MANY_ORDERS",
    "MIXED_ACCOUNT_TYPE", "ORDER_BOOK_NOT_FOUND", "TRADE_RESTRICTED", "AUTO_BORROW_TOO_MUCH",
    "INITIAL_MARGIN_TOO_LOW", "INVALID_CLIENT_ORDER_ID", "ORDER_EXISTS", "DUPLICATE_REQUEST",
)  # fmt: skip
_KEY = ("INVALID_KEY", "INVALID_SIGNATURE", "INVALID_CREDENTIALS", "MISSING_REQUIRED_HEADER")
_DENIED = (
    "IP_FORBIDDEN", "READ_ONLY", "FORBIDDEN", "ACCOUNT_LOCKED", "SUB_ACCOUNT_LOCKED", "API_WITHDRAW_DISABLED",
    "ADDRESS_NOT_USED",
)  # fmt: skip

_KINDS: dict[str, type[VenueError]] = (
    dict.fromkeys(_GONE, OrderNotFoundError)
    | dict.fromkeys(_FUNDS, InsufficientBalanceError)
    | dict.fromkeys(_REJECTED, OrderRejectedError)
    | dict.fromkeys(_KEY, AuthenticationError)
    | dict.fromkeys(_DENIED, PermissionDeniedError)
    | {
        "REQUEST_EXPIRED": ClockError,
        "TOO_FAST": RateLimitError,
        "INVALID_WITHDRAW_ID": WithdrawalNotFoundError,
    }
)

PRIVATE_ERRORS = replace(ERRORS, kinds={**ERRORS.kinds, **_KINDS})
