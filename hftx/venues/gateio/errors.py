"""Gate error bodies and limit headers. Source: Gate API v4 docs, "Error Handling", "Frequency limit rule"."""

from __future__ import annotations

from hftx.errors import RateLimitError, UnlistedSymbolError, VenueUnavailableError
from hftx.rest.error_map import ErrorMap

ERRORS = ErrorMap(
    code_key="label",
    text_keys=("message", "detail"),
    kinds={
        "INVALID_CURRENCY": UnlistedSymbolError,
        "INVALID_CURRENCY_PAIR": UnlistedSymbolError,
        "TOO_MANY_REQUESTS": RateLimitError,
        "TOO_BUSY": RateLimitError,
        "INTERNAL": VenueUnavailableError,
        "SERVER_ERROR": VenueUnavailableError,
    },
    limit_header="X-Gate-RateLimit-Limit",
    remaining_header="X-Gate-RateLimit-Requests-Remain",
    reset_header="X-Gate-RateLimit-Reset-Timestamp",
    now_header="X-Out-Time",
)
