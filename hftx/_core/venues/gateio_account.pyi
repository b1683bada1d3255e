from hftx._core.account import AccountSession
from hftx._core.venues.gateio_account_frames import GateioAccountFrames
from hftx.symbols import Symbol

class GateioSpotFrames(GateioAccountFrames):
    def __init__(self, symbols: dict[str, Symbol]) -> None: ...

class GateioAccountSession(AccountSession): ...
