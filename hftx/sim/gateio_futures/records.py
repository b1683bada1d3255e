"""What the futures exchange keeps and tells: tickets, orders, fills, rows of the account book, events.

Must never know: how the venue spells any of it, requests, sockets.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from hftx.sim.exact import ZERO
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.positions import SINGLE, Closing, Position
from hftx.sim.orders import Order, Ticket

if TYPE_CHECKING:
    from hftx.sim.gateio_futures.accounts import FuturesAccount


@dataclass(frozen=True)
class FuturesTicket(Ticket):
    """An order asked for; ``mode`` names the position that it works on.

    ``reduces`` orders never enlarge it, ``closes`` ones end all of it. A market order has its worst price as price.
    """

    mode: str = SINGLE
    reduces: bool = False
    closes: bool = False
    at_market: bool = False
    is_liquidation: bool = False

    @property
    def contract(self) -> Contract:
        return cast(Contract, self.market.listing)


@dataclass(eq=False)
class FuturesOrder(Order):
    """An accepted order. ``update_id`` rises with each change, ``traded`` is the sum of price times size."""

    maker_rate: Decimal = ZERO
    taker_rate: Decimal = ZERO
    update_id: int = 0
    traded: Decimal = ZERO
    pnl: Decimal = ZERO

    @property
    def terms(self) -> FuturesTicket:
        return cast(FuturesTicket, self.ticket)

    @property
    def contract(self) -> Contract:
        return self.terms.contract

    @property
    def sign(self) -> int:
        return 1 if self.is_buy else -1

    def limit(self) -> Decimal:
        """The limit price, or the worst price of a market order."""
        return self.contract.price(self.px or 0)


class FuturesFill(NamedTuple):
    """One side of one trade. ``closed`` is how many of the lots closed a position, before any opened one."""

    trade_id: int
    order: FuturesOrder
    price: Decimal
    lots: int
    closed: int
    notional: Decimal
    fee: Decimal
    is_maker: bool
    ts_ms: int


class Entry(NamedTuple):
    """One row of the account book; ``kind`` is dnw, pnl, fee, refr or fund."""

    number: int
    ts_ms: int
    kind: str
    change: Decimal
    balance: Decimal
    contract: str
    text: str
    trade_id: str


class Liquidation(NamedTuple):
    """A position that the venue took over; figures of before. ``lots`` is what was taken, with the order's sign."""

    ts_ms: int
    contract: Contract
    order_id: str
    lots: int
    entry: Decimal
    mark: Decimal
    liquidated_at: Decimal
    margin: Decimal
    leverage: Decimal
    price: Decimal


class Deleverage(NamedTuple):
    """A part of a position that the venue closed against a liquidated one; ``left`` is the size after it."""

    ts_ms: int
    contract: Contract
    lots: int
    left: int
    entry: Decimal
    price: Decimal


class RiskCut(NamedTuple):
    """A risk limit that the venue has lowered, and how many orders it has cancelled for that."""

    ts_ms: int
    position: Position
    cancelled: int
    liquidated_at: Decimal


class FuturesFeed(Protocol):
    """Who tells the accounts what happens to them. Everything changes after the call: render at once."""

    def order(self, order: Order, event: str) -> None:
        """The order was put, updated or finished."""

    def fill(self, fill: FuturesFill) -> None:
        """The order of this fill has it already in its figures."""

    def position(self, account: FuturesAccount, position: Position) -> None:
        """A position has changed."""

    def entry(self, account: FuturesAccount, entry: Entry) -> None:
        """A row has come to the account book."""

    def closed(self, account: FuturesAccount, closing: Closing) -> None:
        """A position has gone to zero."""

    def liquidated(self, account: FuturesAccount, liquidation: Liquidation) -> None:
        """The venue has taken a position over."""

    def deleveraged(self, account: FuturesAccount, deleverage: Deleverage) -> None:
        """The venue has closed a part of a position."""

    def risk_cut(self, account: FuturesAccount, cut: RiskCut) -> None:
        """The venue has lowered the risk limit of a position."""

    def settled(self) -> None:
        """What began with one request or one market event is over."""
