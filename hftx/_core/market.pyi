from collections import deque
from collections.abc import Callable

from hftx._core.book import OrderBook
from hftx._core.latency import Histogram
from hftx._core.receiver import Receiver
from hftx.handlers import PublicWebsocketHandlers
from hftx.logs import HFTLoggerInterface
from hftx.symbols import Symbol

KEPT_FRAMES: int
KEPT_BYTES: int
BUFFERED_FRAMES: int

class MarketSession(Receiver):
    wall_offset_ns: int
    def __init__(
        self,
        handlers: PublicWebsocketHandlers,
        max_depth: int,
        request: Callable[[Symbol | None, str], None],
        logger: HFTLoggerInterface,
    ) -> None: ...
    @property
    def books(self) -> dict[Symbol, OrderBook]: ...
    @property
    def frame_to_book(self) -> Histogram: ...
    @property
    def fault_source(self) -> int: ...
    @property
    def kept(self) -> deque[tuple[str, int, bytes]]: ...
    @property
    def messages(self) -> int: ...
    @property
    def applied(self) -> int: ...
    @property
    def dropped(self) -> int: ...
    @property
    def gaps(self) -> int: ...
    @property
    def ignored(self) -> int: ...
    @property
    def duplicates(self) -> int: ...
    @property
    def trade_gaps(self) -> int: ...
    def add_symbol(
        self, symbol: Symbol, name: str, price_digits: int | None = None, qty_digits: int | None = None
    ) -> OrderBook: ...
    def remove_symbol(self, symbol: Symbol) -> None: ...
