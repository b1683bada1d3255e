from collections.abc import Callable, Iterable
from decimal import Decimal

from hftx._core.account import AccountSession
from hftx._core.positions import PositionState
from hftx.enums import PositionSide, Side
from hftx.logs import HFTLoggerInterface
from hftx.positions import Position, WalletBalance
from hftx.private_handlers import PrivateWebsocketHandlers
from hftx.symbols import AssetName, Symbol
from hftx.trading.order_store import OrderStore

class FuturesAccountSession(AccountSession):
    has_moved: bool
    def __init__(
        self,
        store: OrderStore,
        handlers: PrivateWebsocketHandlers,
        lost: Callable[[str], None],
        logger: HFTLoggerInterface,
        moved: Callable[[], None],
    ) -> None: ...
    @property
    def position_state(self) -> PositionState: ...
    @property
    def wallets(self) -> dict[AssetName, WalletBalance]: ...
    @property
    def position_pushes(self) -> int: ...
    @property
    def closings(self) -> int: ...
    @property
    def positions(self) -> dict[tuple[Symbol, PositionSide], Position]: ...
    def closing(
        self, symbol: Symbol, order_id: str, client_order_id: str | None
    ) -> tuple[Side | None, Decimal, Decimal]: ...
    def reconcile_positions(
        self, listed: Iterable[Position], asked_ns: int, now_ns: int, symbol: Symbol | None = None
    ) -> list[str]: ...
    @property
    def counters(self) -> dict[str, int]: ...
