from collections.abc import Callable
from decimal import Decimal

from hftx._core.venues.gateio_events import GateioEvents
from hftx.enums import Side
from hftx.symbols import AssetName, Symbol

class GateioFuturesEvents(GateioEvents):
    def __init__(
        self,
        symbols: dict[str, Symbol],
        settle: AssetName,
        closing: Callable[[Symbol, str, str | None], tuple[Side | None, Decimal, Decimal]],
    ) -> None: ...
