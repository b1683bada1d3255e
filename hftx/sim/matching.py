"""Price-time matching of the accounts' orders against the seeded markets and each other, and its settlement.

Orders that come here have passed the venue's rules; only money and the book can still refuse them.
Must never know: how a venue spells anything, requests, sockets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import cast

from hftx.sim.accounts import Ledger
from hftx.sim.exact import ZERO, floor, minus, plus, times
from hftx.sim.market import Event, Market, Trade
from hftx.sim.orders import AccountFeed, Fill, Order, Refused, Terms, Ticket
from hftx.sim.reach import crosses, fillable, reaches, same_group

_FIRST_NUMBER = 700_100_200_000
_ONE = Decimal(1)


class Exchange:
    """The matching engine of one venue. ``house`` is what the seeded markets won from accounts.

    Balances, house and fees add up to what the accounts brought in, less what was withdrawn.
    """

    feed: AccountFeed

    def __init__(
        self,
        ledgers: Mapping[str, Ledger],
        terms: Terms,
        publish: Callable[[Market, Event], None],
        clock_ms: Callable[[], int],
    ) -> None:
        self.ledgers = ledgers
        self.terms = terms
        self.house: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.fees: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._publish = publish
        self._clock_ms = clock_ms
        self._orders = self._trades = _FIRST_NUMBER

    def tell(self, feed: AccountFeed) -> None:
        """Let this feed hear of every order, fill and balance."""
        self.feed = feed
        for ledger in self.ledgers.values():
            ledger.listener = feed.balance

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
        need = self._need(order, px, qty - order.filled, takes)
        if minus(need, order.frozen) > order.ledger.free(order.frozen_asset):
            raise Refused("funds", order.frozen_asset)
        keeps = px == order.px and qty < (order.qty or 0)
        self._publish(order.market, self._leave(order, (order.qty or 0) - qty if keeps else order.left))
        order.px, order.qty, order.updated_ms = px, qty, self._clock_ms()
        order.amend_text = text or order.amend_text
        self._freeze(order, need, "amend")
        self.feed.order(order, "update")
        if not keeps:
            self._work(order)
        self.feed.settled()

    def hits(self, market: Market) -> None:
        """Settle the accounts' orders that the seeded market has just hit."""
        for owner, trade in market.filled:
            self._trades += 1
            self._settle(cast(Order, owner), trade, True, False)
            self._against_house(cast(Order, owner), trade)
        market.filled.clear()
        self.feed.settled()

    def open_orders(self, ledger: Ledger, symbol: str | None = None, side: str | None = None) -> list[Order]:
        """Open orders of an account, oldest first; of one symbol, of one side ("buy" or "sell")."""
        return [
            order
            for order in ledger.open.values()
            if (symbol is None or order.symbol == symbol)
            and side in (None, "buy" if order.is_buy else "sell")
        ]

    def _unfillable(self, ledger: Ledger, ticket: Ticket) -> str:
        """ "poc" or "fok" when the order cannot do what it must, else nothing."""
        if ticket.tif == "poc" and ticket.px is not None:
            return "poc" if crosses(ticket.market, ticket.is_buy, ticket.px) else ""
        return "fok" if ticket.tif == "fok" and not fillable(ledger, ticket) else ""

    def _accept(self, ledger: Ledger, ticket: Ticket) -> Order:
        now_ms = self._clock_ms()
        order = Order("", ledger, ticket, ticket.px, ticket.qty, now_ms, now_ms)
        listing = ticket.market.listing
        in_quote = self.terms.fee_in_quote or not ticket.is_buy
        order.fee_asset = listing.quote if in_quote else listing.base
        if ticket.quote is None:
            takes = ticket.px is None or crosses(ticket.market, ticket.is_buy, ticket.px)
            need = self._need(order, ticket.px or 0, order.left, takes)
        else:
            need = ticket.quote
        if need > ledger.free(order.frozen_asset):
            raise Refused("funds", order.frozen_asset)
        self._orders += 1
        order.id = self.terms.order_id(self._orders)
        ledger.add(order)
        self._freeze(order, need, "place")
        return order

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
            key = -(order.px or 0) if order.is_buy else order.px or 0
            self._publish(
                order.market, order.market.join(order, order.is_buy, key, order.left, self._clock_ms())
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
        self._settle(order, trade, False, is_self)
        if maker is None:
            self._against_house(order, trade)
        else:
            self._settle(maker, trade, True, is_self)

    def _settle(self, order: Order, trade: Trade, is_maker: bool, is_self: bool) -> None:
        ledger, listing = order.ledger, order.market.listing
        base, quote = order.base(trade.qty), order.quote(trade.px * trade.qty)
        rate = ledger.maker_fee if is_maker else ledger.taker_fee
        fee = times(quote if order.fee_asset == listing.quote else base, rate)
        given, received = (quote, base) if order.is_buy else (base, quote)
        received_asset = listing.base if order.is_buy else listing.quote
        ledger.move(order.frozen_asset, ZERO, -given, "match", trade.ts_ms)
        ledger.move(received_asset, received, ZERO, "match", trade.ts_ms)
        order.frozen = minus(order.frozen, given)
        if order.fee_asset == received_asset:
            ledger.move(received_asset, -fee, ZERO, "fee", trade.ts_ms)
        else:
            ledger.move(order.fee_asset, ZERO, -fee, "fee", trade.ts_ms)
            order.frozen = minus(order.frozen, fee)
        self.fees[order.fee_asset] = plus(self.fees[order.fee_asset], fee)
        order.filled += trade.qty
        order.spent, order.fee = plus(order.spent, quote), plus(order.fee, fee)
        order.last_fill, order.is_maker, order.updated_ms = trade.qty, is_maker, trade.ts_ms
        fill = Fill(
            self._trades, trade.seq, trade.book_id, order, trade.px, trade.qty, quote, fee, order.fee_asset,
            is_maker, is_self, trade.ts_ms,
        )  # fmt: skip
        ledger.fills.append(fill)
        self.feed.fill(fill)
        if order.qty is not None and order.left == 0:
            self._finish(order, "filled")
            return
        if order.qty is not None:
            self._freeze(order, self._need(order, order.px or 0, order.left, not is_maker), "unfreeze")
        self.feed.order(order, "update")

    def _against_house(self, order: Order, trade: Trade) -> None:
        listing, sign = order.market.listing, 1 if order.is_buy else -1
        base, quote = order.base(trade.qty * sign), order.quote(trade.px * trade.qty * sign)
        self.house[listing.base] = minus(self.house[listing.base], base)
        self.house[listing.quote] = plus(self.house[listing.quote], quote)

    def _drop(self, order: Order, reason: str) -> None:
        self._publish(order.market, self._leave(order, order.left))
        self._finish(order, reason)

    def _finish(self, order: Order, reason: str) -> None:
        order.state = "filled" if reason == "filled" else "cancelled"
        order.reason = reason
        order.updated_ms = self._clock_ms()
        order.ledger.open.pop(order.id, None)
        self._freeze(order, ZERO, "cancel" if reason == "cancelled" else "unfreeze")
        self.feed.order(order, "finish")

    def _freeze(self, order: Order, need: Decimal, why: str) -> None:
        """Let exactly this much be frozen for the order."""
        change = minus(need, order.frozen)
        order.frozen = need
        order.ledger.move(order.frozen_asset, -change, change, why, self._clock_ms())

    def _need(self, order: Order, px: int, lots: int, takes: bool) -> Decimal:
        """What must be frozen for this many lots at this price, fees in quote included."""
        if not order.is_buy:
            return order.base(lots)
        cost = order.quote(px * lots)
        return times(cost, self._with_fee(order.ledger, takes))

    def _with_fee(self, ledger: Ledger, takes: bool) -> Decimal:
        if not self.terms.fee_in_quote:
            return _ONE
        return plus(_ONE, max(ledger.maker_fee, ledger.taker_fee) if takes else ledger.maker_fee)

    def _affordable(self, order: Order, px: int) -> int:
        """Lots that the order still wants, or that what is left of its quote amount buys at this price."""
        if order.qty is not None:
            return order.left
        return floor(order.frozen, times(order.quote(px), self._with_fee(order.ledger, True)))

    def _leave(self, order: Order, qty: int) -> Event:
        key = -(order.px or 0) if order.is_buy else order.px or 0
        return order.market.leave(order, order.is_buy, key, qty, self._clock_ms())
