"""MEXC spot error bodies and codes. Source: MEXC Spot v3 docs, "Public API Definitions > Error Code"."""

from __future__ import annotations

from hftx.errors import RateLimitError, UnlistedSymbolError, VenueUnavailableError
from hftx.rest.error_map import ErrorMap

ERRORS = ErrorMap(
    code_key="code",
    text_keys=("msg",),
    kinds={
        "-1121": UnlistedSymbolError,
        "10007": UnlistedSymbolError,  # listed, but not tradable over the API
        "30014": UnlistedSymbolError,
        "30021": UnlistedSymbolError,
        "429": RateLimitError,
        "510": RateLimitError,
        "500": VenueUnavailableError,
        "501": VenueUnavailableError,
        "503": VenueUnavailableError,
        "504": VenueUnavailableError,
        "604": VenueUnavailableError,
        "20002": VenueUnavailableError,
    },
    unstated_ban_seconds=120.0,  # "Limits": a ban lasts from 2 minutes up to 3 days
)
