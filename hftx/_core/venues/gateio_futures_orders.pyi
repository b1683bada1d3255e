from hftx._core.venues.gateio_orders import GateOrderEncoder, GateTemplate
from hftx._core.venues.gateio_signer import GateSigner
from hftx.symbols import SymbolInfo

class GateFuturesTemplate(GateTemplate):
    def __init__(self, info: SymbolInfo, name: str) -> None: ...

class GateFuturesOrderEncoder(GateOrderEncoder):
    def __init__(self, signer: GateSigner, action_mode: str | None = None) -> None: ...
    def set_symbol(self, info: SymbolInfo, name: str) -> None: ...
