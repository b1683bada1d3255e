"""Settlement of spot trades: what an order freezes, and what each fill moves between balances.

Must never know: how a venue spells anything, requests, sockets, who stands where in a book.
"""

from __future__ import annotations

from decimal import Decimal

from hftx.sim.accounts import Ledger
from hftx.sim.crossing import Crossing
from hftx.sim.exact import ZERO, floor, minus, plus, times
from hftx.sim.market import Trade
from hftx.sim.orders import AccountFeed, Fill, Order, Refused, Ticket

_ONE = Decimal(1)


class Exchange(Crossing[AccountFeed]):
    """The spot exchange of one venue.

    Balances, house and fees add up to what the accounts brought in, less what was withdrawn.
    """

    def tell(self, feed: AccountFeed) -> None:
        """Let this feed hear of every order, fill and balance."""
        self.feed = feed
        for ledger in self.ledgers.values():
            ledger.listener = feed.balance

    def _new_order(self, ledger: Ledger, ticket: Ticket) -> Order:
        order = super()._new_order(ledger, ticket)
        listing = ticket.market.listing
        in_quote = self.terms.fee_in_quote or not ticket.is_buy
        order.fee_asset = listing.quote if in_quote else listing.base
        return order

    def _admit(self, order: Order, px: int | None, lots: int, takes: bool) -> Decimal:
        quote = order.ticket.quote
        need = self._need(order, px or 0, lots, takes) if quote is None else quote
        if minus(need, order.frozen) > order.ledger.free(order.frozen_asset):
            raise Refused("funds", order.frozen_asset)
        return need

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
