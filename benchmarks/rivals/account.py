"""The state of an account in straightforward fast Python: typed records, dicts, every fill once. Never knows hftx."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from itertools import islice

import msgspec


class Side(Enum):
    """Of an order."""

    BUY = "buy"
    SELL = "sell"


class Kind(Enum):
    """How an order finds its price."""

    LIMIT = "limit"
    MARKET = "market"


class InForce(Enum):
    """How long an order may rest."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    POC = "poc"


class Status(Enum):
    """Where an order stands."""

    NEW = 1
    PARTLY = 2
    FILLED = 3
    CANCELLED = 4
    PARTLY_CANCELLED = 5


NEW, PARTLY, FILLED, CANCELLED, PARTLY_CANCELLED = Status
_DONE = (FILLED, CANCELLED, PARTLY_CANCELLED)
_DONE_LIMIT, _SEEN_LIMIT = 1_000, 20_000
_ZERO = Decimal(0)


class Order(msgspec.Struct, frozen=True, gc=False):
    """An order as it stands."""

    symbol: tuple[str, str]
    order_id: str
    client_order_id: str | None
    side: Side
    kind: Kind
    in_force: InForce
    status: Status
    price: Decimal
    quantity: Decimal
    filled: Decimal
    filled_quote: Decimal
    created_ms: int
    updated_ms: int
    reason: str


class Fill(msgspec.Struct, frozen=True, gc=False):
    """One fill of an order."""

    symbol: tuple[str, str]
    trade_id: str
    order_id: str
    client_order_id: str | None
    side: Side
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    is_maker: bool
    time_ms: int


class Orders:
    """Open orders, the last done ones, and which fills were seen; handlers are called in place."""

    def __init__(self, on_order: Callable[[Order], object], on_fill: Callable[[Fill], object]) -> None:
        self.open: dict[str, Order] = {}
        self.done: dict[str, Order] = {}
        self.by_client_id: dict[str, Order] = {}
        self._fills: dict[tuple[str, str], Fill] = {}
        self._filled: dict[str, tuple[Decimal, Decimal]] = {}
        self._gone: dict[str, None] = {}
        self._on_order, self._on_fill = on_order, on_fill

    def order(self, order: Order) -> None:
        """Take in an order event: late and repeated ones change nothing, fills that came before it count."""
        order_id, filled = order.order_id, order.filled
        known = self.open.get(order_id)
        if known is None:
            if order_id in self.done or order_id in self._gone:
                return
        elif order.updated_ms < known.updated_ms or filled < known.filled:
            return
        elif (
            order.status is known.status and filled == known.filled
            and order.price == known.price and order.quantity == known.quantity
        ):  # fmt: skip
            return
        early = self._filled.get(order_id)
        if early is not None and early[0] > filled:
            order = _with_fills(order, *early)
        self._keep(order)

    def _keep(self, order: Order) -> None:
        order_id = order.order_id
        if order.status in _DONE:
            self.open.pop(order_id, None)
            self.done[order_id] = order
            if len(self.done) > _DONE_LIMIT:
                self._cut()
        else:
            self.open[order_id] = order
        if order.client_order_id is not None:
            self.by_client_id[order.client_order_id] = order
        self._on_order(order)

    def fill(self, fill: Fill) -> None:
        """Take in a fill once; what an open order has filled is at least what its fills add up to."""
        key = fill.trade_id, fill.order_id
        if key in self._fills:
            return
        self._fills[key] = fill
        if len(self._fills) > _SEEN_LIMIT:
            for old in list(islice(self._fills, _SEEN_LIMIT // 5)):
                del self._fills[old]
        order_id = fill.order_id
        quantity, quote = self._filled.get(order_id, (_ZERO, _ZERO))
        quantity, quote = quantity + fill.quantity, quote + fill.quantity * fill.price
        self._filled[order_id] = quantity, quote
        self._on_fill(fill)
        known = self.open.get(order_id)
        if known is not None and quantity > known.filled:
            self._keep(_with_fills(known, quantity, quote))

    def _cut(self) -> None:
        for order_id in list(islice(self.done, _DONE_LIMIT // 5)):
            order = self.done.pop(order_id)
            self._gone[order_id] = None
            self._filled.pop(order_id, None)
            if order.client_order_id is not None:
                self.by_client_id.pop(order.client_order_id, None)
        if len(self._gone) > _SEEN_LIMIT:
            for order_id in list(islice(self._gone, _SEEN_LIMIT // 5)):
                del self._gone[order_id]


def _with_fills(order: Order, filled: Decimal, quote: Decimal) -> Order:
    status = order.status
    if status is NEW:
        status = PARTLY
    elif status is CANCELLED:
        status = PARTLY_CANCELLED
    return Order(
        order.symbol, order.order_id, order.client_order_id, order.side, order.kind, order.in_force, status,
        order.price, order.quantity, filled, quote, order.created_ms, order.updated_ms, order.reason,
    )  # fmt: skip
