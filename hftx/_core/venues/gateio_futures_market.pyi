from hftx._core.book import OrderBook
from hftx._core.venues.gateio_envelope import GateioEnvelopeSession
from hftx.symbols import Symbol

class GateioFuturesMarketSession(GateioEnvelopeSession):
    def add_symbol(
        self, symbol: Symbol, name: str, price_digits: int | None = None, qty_digits: int | None = None
    ) -> OrderBook: ...
    def remove_symbol(self, symbol: Symbol) -> None: ...

def escaped(name: str) -> bytes: ...
