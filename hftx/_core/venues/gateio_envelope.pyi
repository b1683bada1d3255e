from collections.abc import Callable

from hftx._core.venues.gateio_rows import GateioRowSession
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import HFTLoggerInterface
from hftx.symbols import Symbol

class GateioEnvelopeSession(GateioRowSession):
    def __init__(
        self,
        handlers: PublicWebsocketHandlers,
        max_depth: int,
        request: Callable[[Symbol | None, str], None],
        logger: HFTLoggerInterface,
        books: str = "obu",
    ) -> None: ...
