from hftx._core.venues.gateio_entry import GateioEntryReader
from hftx._core.venues.gateio_futures_events import GateioFuturesEvents
from hftx.symbols import Symbol

class EntryOrders(GateioFuturesEvents): ...

class GateioFuturesEntryReader(GateioEntryReader):
    def __init__(self, symbols: dict[str, Symbol]) -> None: ...
