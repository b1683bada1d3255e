from decimal import Decimal

from hftx.enums import Side
from hftx.symbols import Symbol

class PublicLiquidation:
    def __init__(
        self,
        symbol: Symbol,
        side: Side,
        px: int,
        qty: int,
        price_digits: int,
        qty_digits: int,
        venue_ns: int = 0,
        recv_ns: int = 0,
    ) -> None: ...
    @property
    def symbol(self) -> Symbol: ...
    @property
    def side(self) -> Side: ...
    @property
    def px(self) -> int: ...
    @property
    def qty(self) -> int: ...
    @property
    def price_digits(self) -> int: ...
    @property
    def qty_digits(self) -> int: ...
    @property
    def venue_ns(self) -> int: ...
    @property
    def recv_ns(self) -> int: ...
    @property
    def price(self) -> Decimal: ...
    @property
    def quantity(self) -> Decimal: ...
