"""The events of an account on one page: a bot sets the ones that it wants.

Each handler is a plain function (fastest, called in place) or a coroutine function (driven in place until it first
waits). All events of an account come in one order, whichever handler they are for. Never knows who calls it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from hftx.errors import UsageError
from hftx.orders import AssetBalance, Execution, Order
from hftx.positions import Deleverage, Liquidation, Position
from hftx.symbols import AssetName

_Record = TypeVar("_Record")
PrivateHandler: TypeAlias = Callable[[_Record], Awaitable[None] | None]


@dataclass(slots=True)
class PrivateWebsocketHandlers:
    """Receivers of account events.

    `order_handler` hears of an order whenever more than its stamps has changed, `execution_handler` of every fill
    exactly once and before the order that it changes, `balance_handler` of the assets that have changed.
    The others are for futures accounts: `position_handler` hears of a position whenever the venue has changed it,
    `liquidation_handler` and `deleverage_handler` of contracts that the venue has closed by itself.
    """

    order_handler: PrivateHandler[Order] | None = None
    balance_handler: PrivateHandler[dict[AssetName, AssetBalance]] | None = None
    execution_handler: PrivateHandler[Execution] | None = None
    position_handler: PrivateHandler[Position] | None = None
    liquidation_handler: PrivateHandler[Liquidation] | None = None
    deleverage_handler: PrivateHandler[Deleverage] | None = None

    def __post_init__(self) -> None:
        for name in self.__slots__:
            handler = getattr(self, name)
            if handler is not None and not callable(handler):
                raise UsageError(f"{name} must be a function or a coroutine function, not {type(handler).__name__}")
