"""Price-time matching of the accounts' orders against the seeded markets and each other; money is a subclass's.

Orders that come here have passed the venue's rules; only money and the book can still refuse them.
Must never know: what an order costs or brings, how a venue spells anything, requests, sockets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Generic, TypeVar, cast

from hftx.sim.accounts import Ledger
from hftx.sim.exact import ZERO
from hftx.sim.market import Event, Market, Trade
from hftx.sim.orders import Order, OrderFeed, Refused, Terms, Ticket
from hftx.sim.reach import crosses, fillable, reaches, same_group

_FIRST_NUMBER = 700_100_200_000


F = TypeVar("F", bound=OrderFeed)


class Crossing(ABC, Generic[F]):
    """The life of an order from acceptance to its end. A subclass settles each fill.

    ``house`` is what the seeded markets won from accounts, ``fees`` what these paid, by asset.
    """

    feed: F

    def __init__(
        self,
        ledgers: Mapping[str, Ledger],
        terms: Terms,
        publish: Callable[[Market, Event], None],
        clock_ms: Callable[[], int],
    ) -> None:
        self.ledgers = ledgers
        self.terms = terms
        self._publish = publish
        self._clock_ms = clock_ms
        self.house: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.fees: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._orders = self._trades = _FIRST_NUMBER

    def place(self, ledger: Ledger, ticket: Ticket) -> Order:
        """Accept an order and match it. Raises Refused, and then nothing has happened."""
        unfillable = self._unfillable(ledger, ticket)
        if unfillable and self.terms.refuses_unfillable:
            raise Refused("would_take" if unfillable == "poc" else "not_fillable", unfillable)
        order = self._accept(ledger, ticket)
        self.feed.order(order, "put")
        if unfillable:
            self._finish(order, unfillable)
        else:
            self._work(order)
        self.feed.settled()
        return order

    def cancel(self, order: Order, reason: str = "cancelled") -> None:
        """Take an open order out of the book. Raises Refused when it is over already."""
        if not order.is_open:
            raise Refused("gone", f"order {order.id} is {order.state}")
        self._drop(order, reason)
        self.feed.settled()

    def amend(self, order: Order, px: int | None, qty: int | None, text: str) -> None:
        """Change price or total quantity of a resting order. Raises Refused, and then nothing has changed.

        Less at the same price keeps the place in line, anything else goes to the end of the new level.
        """
        px, qty = order.px if px is None else px, order.qty if qty is None else qty
        if px is None or qty is None or not order.is_open:
            raise Refused("gone", f"order {order.id} is {order.state}")
        if (px, qty) == (order.px, order.qty):
            raise Refused("no_change", "nothing to change")
        if qty <= order.filled:
            order.amend_text = text or order.amend_text
            self.cancel(order)
            return
        takes = crosses(order.market, order.is_buy, px)
        if takes and order.ticket.tif == "poc":
            raise Refused("would_take", "poc")
        need = self._admit(order, px, qty - order.filled, takes)
        keeps = px == order.px and qty < (order.qty or 0)
        self._withdraw(order, max(0, order.resting - (qty - order.filled)) if keeps else order.resting)
        order.px, order.qty, order.updated_ms = px, qty, self._clock_ms()
        order.amend_text = text or order.amend_text
        self._freeze(order, need, "amend")
        self.feed.order(order, "update")
        if not keeps:
            self._work(order)
        self.feed.settled()

    def hits(self, market: Market) -> None:
        """Settle the accounts' orders that the seeded market has just hit."""
        struck, market.filled[:] = list(market.filled), []
        for owner, trade in struck:
            self._trades += 1
            maker = cast(Order, owner)
            maker.resting -= trade.qty
            self._struck(maker, trade, False)
            self._against_house(maker, trade)
        self.feed.settled()

    def open_orders(self, ledger: Ledger, symbol: str | None = None, side: str | None = None) -> list[Order]:
        """Open orders of an account, oldest first; of one symbol, of one side ("buy" or "sell")."""
        return [
            order
            for order in ledger.open.values()
            if (symbol is None or order.symbol == symbol) and side in (None, "buy" if order.is_buy else "sell")
        ]

    @abstractmethod
    def tell(self, feed: F) -> None:
        """Let this feed hear of everything that happens to accounts."""

    @abstractmethod
    def _admit(self, order: Order, px: int | None, lots: int, takes: bool) -> Decimal:
        """What must be frozen for these lots at this price. Raises Refused when the account has not enough."""

    @abstractmethod
    def _need(self, order: Order, px: int, lots: int, takes: bool) -> Decimal:
        """The same without a look at what the account has."""

    @abstractmethod
    def _freeze(self, order: Order, need: Decimal, why: str) -> None:
        """Let exactly this much be frozen for the order."""

    @abstractmethod
    def _affordable(self, order: Order, px: int) -> int:
        """Lots that the order still wants at this price, 0 to end it as filled."""

    @abstractmethod
    def _settle(self, order: Order, trade: Trade, is_maker: bool, is_self: bool) -> None:
        """Book one fill, and end the order with its last one."""

    @abstractmethod
    def _against_house(self, order: Order, trade: Trade) -> None:
        """Book what the seeded market got for this fill."""

    def _new_order(self, ledger: Ledger, ticket: Ticket) -> Order:
        now_ms = self._clock_ms()
        return Order("", ledger, ticket, ticket.px, ticket.qty, now_ms, now_ms)

    def _unfillable(self, ledger: Ledger, ticket: Ticket) -> str:
        """ "poc" or "fok" when the order cannot do what it must, else nothing."""
        if ticket.tif == "poc" and ticket.px is not None:
            return "poc" if crosses(ticket.market, ticket.is_buy, ticket.px) else ""
        return "fok" if ticket.tif == "fok" and not fillable(ledger, ticket) else ""

    def _accept(self, ledger: Ledger, ticket: Ticket) -> Order:
        order = self._new_order(ledger, ticket)
        takes = ticket.px is None or crosses(ticket.market, ticket.is_buy, ticket.px)
        need = self._admit(order, ticket.px, order.left, takes)
        self._register(order)
        self._freeze(order, need, "place")
        return order

    def _register(self, order: Order) -> None:
        """Give the order its number and note it."""
        self._orders += 1
        order.id = self.terms.order_id(self._orders)
        order.ledger.add(order)

    def _work(self, order: Order) -> None:
        """Match an order and let it rest or end."""
        ended = self._match(order)
        if not order.is_open:
            return
        if ended:
            self._finish(order, ended)
        elif order.ticket.kind == "market":
            self._finish(order, "depth")
        elif order.ticket.tif in ("ioc", "fok"):
            self._finish(order, order.ticket.tif)
        else:
            self._freeze(order, self._need(order, order.px or 0, order.left, False), "unfreeze")
            self._rest(order)

    def _rest(self, order: Order) -> None:
        """Put what the order shows at the end of the line."""
        order.resting = min(order.left, order.ticket.shown or order.left)
        self._publish(
            order.market,
            order.market.join(order, order.is_buy, _key(order), order.resting, self._clock_ms()),
        )

    def _match(self, order: Order) -> str:
        """Take what the order reaches; "filled" or "stp" when that ended it, else nothing."""
        market, theirs = order.market, not order.is_buy
        while True:
            found = market.replenish(theirs, self._clock_ms())
            if found is not None:
                self._publish(market, found)
            key, owner, first = market.front(theirs)
            most = self._affordable(order, abs(key))
            if most == 0:
                return "filled"
            if not reaches(order.is_buy, order.px, key):
                return ""
            if owner is not None and same_group(order.ledger, order.ticket, cast(Order, owner)):
                if order.ticket.stp != "taker":
                    self._drop(cast(Order, owner), "stp")
                if order.ticket.stp != "maker":
                    return "stp"
                continue
            self._trade(order, theirs, min(first, most))
            if not order.is_open:
                return ""

    def _trade(self, order: Order, theirs: bool, qty: int) -> None:
        market = order.market
        self._trades += 1
        self._publish(market, market.take(theirs, qty, self._clock_ms()))
        trade = market.trades[-1]
        maker = cast(Order, market.filled.pop()[0]) if market.filled else None
        is_self = maker is not None and maker.ledger is order.ledger
        if maker is not None:  # it stands in line no more with these, whatever the other side's fill leads to
            maker.resting -= qty
        self._settle(order, trade, False, is_self)
        if maker is None:
            self._against_house(order, trade)
        else:
            self._struck(maker, trade, is_self)

    def _struck(self, maker: Order, trade: Trade, is_self: bool) -> None:
        """Book a fill of a resting order, and let it show more of what it hides."""
        self._settle(maker, trade, True, is_self)
        if maker.is_open and not maker.resting:
            maker.refilled = True
            self._rest(maker)

    def _drop(self, order: Order, reason: str) -> None:
        self._withdraw(order, order.resting)
        self._finish(order, reason)

    def _withdraw(self, order: Order, lots: int) -> None:
        """Take this much of the order back out of the line."""
        if lots:
            order.resting -= lots
            event = order.market.leave(order, order.is_buy, _key(order), lots, self._clock_ms())
            self._publish(order.market, event)

    def _finish(self, order: Order, reason: str) -> None:
        order.state = "filled" if reason == "filled" else "cancelled"
        order.reason = reason
        order.updated_ms = self._clock_ms()
        order.ledger.open.pop(order.id, None)
        self._freeze(order, ZERO, "cancel" if reason == "cancelled" else "unfreeze")
        self.feed.order(order, "finish")


def _key(order: Order) -> int:
    return -(order.px or 0) if order.is_buy else order.px or 0
