"""Gate futures labels that orders and position calls can meet; the rest is as on Gate spot.

Source: Gate API v4 docs, "Error Handling", "Futures".
"""

from __future__ import annotations

from dataclasses import replace

from hftx.errors import (
    InsufficientBalanceError,
    LeverageError,
    OrderNotFoundError,
    OrderRejectedError,
    PermissionDeniedError,
    PositionNotFoundError,
    VenueError,
)
from hftx.venues.gateio.private_errors import PRIVATE_ERRORS as SPOT_ERRORS
from hftx.venues.gateio_futures.errors import ERRORS

_GONE = ("ORDER_NOT_FOUND", "ORDER_FINISHED")
_FUNDS = ("INSUFFICIENT_AVAILABLE", "MARGIN_NOT_ENOUGH")
_REJECTED = (
    "ORDER_POC_IMMEDIATE", "ORDER_FOK", "INCREASE_POSITION", "REDUCE_EXCEEDED", "LIQUIDATE_IMMEDIATELY",
    "PRICE_OVER_LIQUIDATION", "PRICE_OVER_BANKRUPT", "PRICE_TOO_DEVIATED", "SIZE_TOO_LARGE", "SIZE_TOO_SMALL",
    "ERR_QUOTA_LOWER_LIMIT", "TOO_MANY_ORDERS", "CONTRACT_NO_COUNTER", "CONTRACT_IN_DELISTING", "ORDER_PENDING",
    "ORDER_NOT_OWNED", "NO_CHANGE", "AMEND_WITH_STOP", "POSITION_IN_LIQUIDATION", "POSITION_IN_CLOSE",
)  # fmt: skip
_LEVERAGE = (
    "LEVERAGE_TOO_HIGH", "LEVERAGE_TOO_LOW", "RISK_LIMIT_EXCEEDED", "RISK_LIMIT_NOT_MULTIPLE", "RISK_LIMIT_TOO_HIGH",
    "RISK_LIMIT_TOO_lOW", "RISK_LIMIT_TOO_LOW",
)  # fmt: skip
NO_POSITION = ("POSITION_NOT_FOUND", "POSITION_EMPTY")

_KINDS: dict[str, type[VenueError]] = (
    dict.fromkeys(_GONE, OrderNotFoundError)
    | dict.fromkeys(_FUNDS, InsufficientBalanceError)
    | dict.fromkeys(_REJECTED, OrderRejectedError)
    | dict.fromkeys(_LEVERAGE, LeverageError)
    | dict.fromkeys(NO_POSITION, PositionNotFoundError)
    | {"USER_NOT_FOUND": PermissionDeniedError}   # no futures purse until the first transfer into it
)

PRIVATE_ERRORS = replace(ERRORS, kinds={**SPOT_ERRORS.kinds, **ERRORS.kinds, **_KINDS})
