from collections.abc import Callable
from decimal import Decimal

from hftx._core.futures_account import FuturesAccountSession
from hftx._core.venues.gateio_account_frames import GateioAccountFrames
from hftx.enums import Side
from hftx.logs import HFTLoggerInterface
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.symbols import AssetName, Symbol
from hftx.trading.order_store import OrderStore

class GateioFuturesFrames(GateioAccountFrames):
    def __init__(
        self,
        symbols: dict[str, Symbol],
        settle: AssetName,
        closing: Callable[[Symbol, str, str | None], tuple[Side | None, Decimal, Decimal]],
    ) -> None: ...

class GateioFuturesAccountSession(FuturesAccountSession):
    def __init__(
        self,
        store: OrderStore,
        handlers: PrivateWebsocketHandlers,
        lost: Callable[[str], None],
        logger: HFTLoggerInterface,
        moved: Callable[[], None],
        settle: AssetName = "USDT",
    ) -> None: ...
