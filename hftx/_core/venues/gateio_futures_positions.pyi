from hftx._core.venues.gateio_events import GateioEvents
from hftx.symbols import AssetName, Symbol

class GateioPositionEvents(GateioEvents):
    def __init__(self, symbols: dict[str, Symbol], settle: AssetName) -> None: ...
