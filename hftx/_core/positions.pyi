from collections.abc import Iterable

from hftx.enums import PositionSide
from hftx.positions import Position
from hftx.symbols import Symbol

class PositionState:
    @property
    def known(self) -> dict[tuple[Symbol, PositionSide], Position]: ...
    @property
    def doubted(self) -> dict[tuple[Symbol, PositionSide], Position]: ...
    @property
    def is_asked(self) -> bool: ...
    def hear(self, position: Position, now_ns: int) -> bool: ...
    def reconcile(
        self, listed: Iterable[Position], asked_ns: int, symbol: Symbol | None = None
    ) -> tuple[list[Position], list[str]]: ...
