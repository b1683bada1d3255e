"""Gate futures error bodies. Source: Gate API v4 docs, "Error Handling"; the rest is as on Gate spot."""

from __future__ import annotations

from dataclasses import replace

from hftx.errors import UnlistedSymbolError
from hftx.venues.gateio.errors import ERRORS as SPOT_ERRORS

ERRORS = replace(SPOT_ERRORS, kinds={**SPOT_ERRORS.kinds, "CONTRACT_NOT_FOUND": UnlistedSymbolError})
