"""Frames of Gate futures' order entry: those of spot with names and limits of their own. Knows no order.

Source: Gate Futures WebSocket v4 docs, "WebSocket API".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from hftx._core.receiver import Receiver
from hftx._core.venues.gateio_entry import GateioEntryReceiver
from hftx._core.venues.gateio_futures_entry import GateioFuturesEntryReader
from hftx.enums import ExchangeEnum
from hftx.rest.error_map import ErrorMap
from hftx.venues.gateio.order_entry_dialect import GateioEntryDialect
from hftx.venues.gateio_futures.private_endpoints import RULES
from hftx.venues.gateio_futures.private_errors import PRIVATE_ERRORS


class GateioFuturesEntryDialect(GateioEntryDialect):
    """Requests and answers about contracts."""

    market: ClassVar[str] = "futures"
    venue: ClassVar[str] = ExchangeEnum.GATEIO_FUTURES.value
    errors: ClassVar[ErrorMap] = PRIVATE_ERRORS
    window_seconds: ClassVar[float] = RULES["socket"].window_seconds

    def receiver(self, answered: Callable[[str, Any, bool], None]) -> Receiver:
        """Receipts and results that hold one order are read compiled."""
        return GateioEntryReceiver(GateioFuturesEntryReader({}), answered)
