"""Orders and fills as the matching engine keeps them, and what sets one venue's trading apart from another's.

Prices are ticks and quantities lots of the market; money is Decimal.
Must never know: how a venue spells any of it, sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from hftx.sim.accounts import BalanceChange, Ledger
from hftx.sim.exact import ZERO, plain, scaled
from hftx.sim.market import Market


@dataclass(frozen=True)
class Terms:
    """A venue's terms of trade. ``fee_in_quote``: buyers pay in quote as well, else in what they receive.

    ``refuses_unfillable``: a post-only order that would take and an all-or-nothing order that cannot fill are
    refused, else they are accepted and end at once. ``order_id`` spells the order with this number.
    """

    maker_fee: Decimal
    taker_fee: Decimal
    fee_in_quote: bool
    refuses_unfillable: bool
    order_id: Callable[[int], str]


class Refused(Exception):
    """A request that changes nothing; ``kind`` is funds, would_take, not_fillable, no_change or gone."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True)
class Ticket:
    """An order asked for, already checked against the venue's rules.

    ``tif`` is gtc, poc, ioc or fok. A limit order has a price; a market order may have a worst price, and a
    market buy may have a quote amount in place of a quantity. ``stp`` is "", taker, maker or both.
    """

    market: Market
    is_buy: bool
    kind: str
    tif: str
    px: int | None = None
    qty: int | None = None
    quote: Decimal | None = None
    client_id: str = ""
    stp: str = ""
    tags: Mapping[str, Any] = field(default_factory=dict)
    shown: int = 0
    """Lots that an iceberg shows at a time, 0 for all."""


@dataclass(eq=False)
class Order:
    """An accepted order. ``state`` is open, filled or cancelled; ``reason`` says how it ended."""

    id: str
    ledger: Ledger
    ticket: Ticket
    px: int | None
    qty: int | None
    created_ms: int
    updated_ms: int
    filled: int = 0
    spent: Decimal = ZERO
    fee: Decimal = ZERO
    fee_asset: str = ""
    frozen: Decimal = ZERO
    state: str = "open"
    reason: str = "open"
    last_fill: int = 0
    is_maker: bool = False
    resting: int = 0
    """Lots that stand in line."""
    refilled: bool = False
    """Whether what stands in line was hidden before."""
    amend_text: str = "-"

    @property
    def market(self) -> Market:
        return self.ticket.market

    @property
    def symbol(self) -> str:
        return self.ticket.market.symbol

    @property
    def is_buy(self) -> bool:
        return self.ticket.is_buy

    @property
    def client_id(self) -> str:
        return self.ticket.client_id

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def left(self) -> int:
        """Lots not filled; 0 for an order given in quote."""
        return 0 if self.qty is None else self.qty - self.filled

    @property
    def frozen_asset(self) -> str:
        listing = self.market.listing
        return listing.quote if self.is_buy else listing.base

    def price(self) -> Decimal:
        """The limit or worst price, 0 without one."""
        return ZERO if self.px is None else scaled(self.px, self.market.listing.price_digits)

    def base(self, lots: int) -> Decimal:
        """Lots as base units."""
        return scaled(lots, self.market.listing.qty_digits)

    def quote(self, ticks_times_lots: int) -> Decimal:
        """Price times quantity as quote units."""
        listing = self.market.listing
        return scaled(ticks_times_lots, listing.price_digits + listing.qty_digits)

    def average(self, digits: int = 12) -> str:
        """Average price of the fills, "0" before the first."""
        return plain(round(self.spent / self.base(self.filled), digits)) if self.filled else "0"


class Fill(NamedTuple):
    """One side of one trade."""

    number: int
    market_seq: int
    book_id: int
    order: Order
    px: int
    qty: int
    quote: Decimal
    fee: Decimal
    fee_asset: str
    is_maker: bool
    is_self: bool
    ts_ms: int


class OrderFeed(Protocol):
    """Who tells what becomes of orders. They change after the call: render at once."""

    def order(self, order: Order, event: str) -> None:
        """The order was put, updated or finished."""

    def settled(self) -> None:
        """What began with one request or one market event is over."""


class AccountFeed(OrderFeed, Protocol):
    """Who tells the accounts what happens to them."""

    def fill(self, fill: Fill) -> None:
        """The order of this fill has it already in its figures."""

    def balance(self, ledger: Ledger, change: BalanceChange) -> None:
        """An asset of the account has changed."""
