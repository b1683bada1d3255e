from dataclasses import dataclass
from typing import final

from hftx._core.order_shelves import OrderShelves
from hftx.orders import Execution, Order
from hftx.symbols import Symbol
from hftx.trading.states import Contradiction

@final
@dataclass(frozen=True, slots=True)
class Applied:
    order: Order | None = None
    execution: Execution | None = None
    contradictions: tuple[Contradiction, ...] = ()

class OrderState:
    def __init__(self, executed_limit: int, remembered_limit: int) -> None: ...
    @property
    def as_of_ns(self) -> int: ...
    @property
    def shelves(self) -> dict[Symbol, OrderShelves]: ...
    def apply_order(self, order: Order, now_ns: int) -> Applied: ...
    def apply_execution(self, execution: Execution, now_ns: int) -> Applied: ...
    def at(self, symbol: Symbol) -> OrderShelves: ...
