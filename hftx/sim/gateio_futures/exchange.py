"""Settlement of futures trades: positions, profit, fees, and the orders that may only reduce.

As in the Gate API v4 docs ("Futures"): profit is (exit - entry) * size * multiplier, fees are notional * rate in
the settle currency, orders that would enlarge a position against their word are cut or ended.
Must never know: how the venue spells anything, requests, sockets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import cast

from hftx.sim.accounts import Ledger
from hftx.sim.crossing import Crossing
from hftx.sim.exact import ZERO, minus, plus, times
from hftx.sim.gateio_futures.accounts import SETTLE, FuturesAccount, Intent
from hftx.sim.gateio_futures.positions import SINGLE, Position
from hftx.sim.gateio_futures.records import FuturesFeed, FuturesFill, FuturesOrder, FuturesTicket
from hftx.sim.market import Event, Market, Trade
from hftx.sim.orders import Order, Refused, Terms, Ticket

FIRST_ORDER = 88_000_000_000_000_000  # above 2^53, as the venue's ids are


class FuturesExchange(Crossing[FuturesFeed]):
    """The futures exchange. ``house_lots`` is the position of the seeded markets and of the insurance.

    What accounts have with their open profit, house, fees and the house's position add up to what came in.
    """

    def __init__(
        self,
        ledgers: Mapping[str, Ledger],
        markets: Mapping[str, Market],
        terms: Terms,
        publish: Callable[[Market, Event], None],
        clock_ms: Callable[[], int],
        mark: Callable[[str], Decimal],
        leverage: Decimal,
    ) -> None:
        super().__init__(ledgers, terms, publish, clock_ms)
        self._markets = markets
        self._orders = FIRST_ORDER
        self.house_lots: defaultdict[str, int] = defaultdict(int)
        self.accounts = {ledger.uid: FuturesAccount(ledger, mark, leverage) for ledger in ledgers.values()}
        for account in self.accounts.values():
            given = account.ledger.account.in_futures
            self.transfer(account, account.ledger.free(SETTLE) if given is None else Decimal(given))

    def tell(self, feed: FuturesFeed) -> None:
        """Let this feed hear of everything that happens to accounts."""
        self.feed = feed
        for account in self.accounts.values():
            account.listener = feed.entry

    def account(self, ledger: Ledger) -> FuturesAccount:
        """The futures account of a ledger."""
        return self.accounts[ledger.uid]

    def transfer(self, account: FuturesAccount, amount: Decimal) -> None:
        """Move this much from spot to futures, or back when it is below zero. Raises Refused for want of money."""
        ledger, now_ms = account.ledger, self._clock_ms()
        if amount > ledger.free(SETTLE) or amount.copy_negate() > max(ZERO, account.margins().available):
            raise Refused("funds", SETTLE)
        ledger.move(SETTLE, minus(ZERO, amount), ZERO, "transfer", now_ms)
        account.book("dnw", amount, now_ms)

    def touch(self, account: FuturesAccount, position: Position) -> None:
        """Note that a position has changed, and tell of it."""
        position.update_id += 1
        position.updated_ms = self._clock_ms()
        self.feed.position(account, position)

    def take_over(
        self, account: FuturesAccount, position: Position, price: Decimal, lots: int, trade: Trade, reason: str
    ) -> FuturesOrder:
        """Close lots of a position by an order of the venue's own, outside the book and without fee.

        ``reason`` is liquidation or auto_deleveraging, which is the order's text as well.
        """
        market = self._markets[position.contract.symbol]
        is_liquidation = reason == "liquidation"
        ticket = FuturesTicket(
            market, position.lots < 0, "limit", "ioc", trade.px, lots, tags={"text": reason},
            mode=position.mode, reduces=True, is_liquidation=is_liquidation,
        )  # fmt: skip
        order = cast(FuturesOrder, self._new_order(account.ledger, ticket))
        order.maker_rate = order.taker_rate = ZERO
        self._register(order)
        self._fill(order, trade, price, False)
        self._against_house(order, trade)
        self._finish(order, "filled" if is_liquidation else "auto_deleveraged")
        self._trim(account, position)
        return order

    def end(self, order: FuturesOrder, reason: str) -> None:
        """End an open order by the venue's will; nobody is told before the feed is settled."""
        self._drop(order, reason)

    def _new_order(self, ledger: Ledger, ticket: Ticket) -> Order:
        ticket = cast(FuturesTicket, ticket)
        now_ms, lots = self._clock_ms(), ticket.qty or 0
        if ticket.reduces:
            lots = min(lots, abs(self.account(ledger).position(ticket.contract, ticket.mode).lots))
        maker, taker = self.account(ledger).rates(ticket.contract)
        return FuturesOrder(
            "", ledger, ticket, ticket.px, lots, now_ms, now_ms, fee_asset=SETTLE, maker_rate=maker, taker_rate=taker
        )

    def _admit(self, order: Order, px: int | None, lots: int, takes: bool) -> Decimal:
        order = cast(FuturesOrder, order)
        account, contract, ticket = self.account(order.ledger), order.contract, order.terms
        position = account.position(contract, ticket.mode)
        if ticket.reduces:
            self._admit_reducing(order, position)
            if position.lots * order.sign < 0 and not ticket.at_market:
                self._admit_exit(account, position, contract.price(px or 0))
            return ZERO
        price = contract.price(px or 0)
        if takes and not order.is_buy:  # it will trade at the best bid, not at its limit
            price = max(price, contract.price(-order.market.bids.keys[0]))
        new = Intent(order.is_buy, price, lots, ticket.mode)
        if account.exposure(contract, new, order) > position.risk_limit:
            raise Refused("risk_limit", f"position and orders would exceed the risk limit {position.risk_limit}")
        needed = minus(account.order_margin(contract, order, new), account.order_margin(contract))
        if needed > max(ZERO, account.margins().available):
            raise Refused("funds", SETTLE)
        return ZERO

    def _admit_reducing(self, order: FuturesOrder, position: Position) -> None:
        """Raise Refused when a reduce-only or close order has nothing to reduce."""
        ticket, against = order.terms, position.lots * order.sign < 0
        if ticket.closes and not against:
            raise Refused("empty", "there is no position to close")
        if not against and ticket.mode == SINGLE:
            raise Refused("increase", "a reduce-only order would enlarge the position")
        if ticket.mode != SINGLE and (ticket.qty or 0) > abs(position.lots):
            raise Refused("exceeded", f"the position has {position.size}")

    def _admit_exit(self, account: FuturesAccount, position: Position, price: Decimal) -> None:
        """Raise Refused when a position would be closed at a price that it does not live to see."""
        backing, way = account.backing(position), 1 if position.lots > 0 else -1
        if minus(price, position.bankrupt_at(backing)) * way < 0:
            raise Refused("over_bankrupt", "the price is beyond the bankruptcy price")
        if minus(price, position.liquidated_at(backing, account.mark(position.contract.symbol))) * way < 0:
            raise Refused("over_liquidation", "the price is beyond the liquidation price")

    def _need(self, order: Order, px: int, lots: int, takes: bool) -> Decimal:
        return ZERO

    def _freeze(self, order: Order, need: Decimal, why: str) -> None:
        """Nothing is frozen for one order: what all of them bind together is worked out when it is asked for."""

    def _affordable(self, order: Order, px: int) -> int:
        ticket = cast(FuturesTicket, order.ticket)
        if not ticket.reduces:
            return order.left
        return min(order.left, abs(self.account(order.ledger).position(ticket.contract, ticket.mode).lots))

    def _rest(self, order: Order) -> None:
        super()._rest(order)
        ticket = cast(FuturesTicket, order.ticket)
        if ticket.reduces:
            account = self.account(order.ledger)
            self._trim(account, account.position(ticket.contract, ticket.mode))

    def _settle(self, order: Order, trade: Trade, is_maker: bool, is_self: bool) -> None:
        order = cast(FuturesOrder, order)
        self._fill(order, trade, order.contract.price(trade.px), is_maker)
        if order.left == 0:
            self._finish(order, "filled")
        else:
            self.feed.order(order, "update")
        account = self.account(order.ledger)
        self._trim(account, account.position(order.contract, order.terms.mode))

    def _against_house(self, order: Order, trade: Trade) -> None:
        sign = 1 if order.is_buy else -1
        contract = cast(FuturesOrder, order).contract
        cash = contract.value(trade.px * trade.qty * sign)
        self.house[SETTLE] = plus(self.house[SETTLE], cash)
        self.house_lots[order.symbol] -= sign * trade.qty

    def _fill(self, order: FuturesOrder, trade: Trade, price: Decimal, is_maker: bool) -> None:
        """Book one fill: what it closes first, then its fee, then what it opens."""
        account, contract = self.account(order.ledger), order.contract
        position = account.position(contract, order.terms.mode)
        rate = order.maker_rate if is_maker and not order.refilled else order.taker_rate
        notional = contract.notional(price, trade.qty)
        fee = times(notional, rate)
        order.filled += trade.qty
        order.last_fill, order.is_maker, order.updated_ms = trade.qty, is_maker, trade.ts_ms
        order.spent, order.fee = plus(order.spent, notional), plus(order.fee, fee)
        order.traded = plus(order.traded, times(price, contract.size(trade.qty)))
        closing = min(trade.qty, abs(position.lots)) if position.lots * order.sign < 0 else 0
        if closing:
            self._close(account, position, order, price, closing, rate, trade)
        account.book("fee", minus(ZERO, fee), trade.ts_ms, contract.symbol, _reason(order), str(trade.seq))
        self.fees[SETTLE] = plus(self.fees[SETTLE], fee)
        if trade.qty > closing:
            opening = trade.qty - closing
            position.open_part(price, opening * order.sign, trade.ts_ms)
            position.pnl_fee = minus(position.pnl_fee, times(contract.notional(price, opening), rate))
        self.touch(account, position)
        fill = FuturesFill(trade.seq, order, price, trade.qty, closing, notional, fee, is_maker, trade.ts_ms)
        account.fills.append(fill)
        self.feed.fill(fill)

    def _close(
        self, account: FuturesAccount, position: Position, order: FuturesOrder, price: Decimal, lots: int,
        rate: Decimal, trade: Trade,
    ) -> None:  # fmt: skip
        was_long, contract = position.lots > 0, position.contract
        profit = position.close_part(price, lots)
        order.pnl = plus(order.pnl, profit)
        position.pnl_fee = minus(position.pnl_fee, times(contract.notional(price, lots), rate))
        account.book("pnl", profit, trade.ts_ms, contract.symbol, _reason(order), str(trade.seq))
        if not position.lots:
            closing = position.closed(was_long, trade.ts_ms, order.client_id or str(order.ticket.tags.get("text", "")))
            account.closings.append(closing)
            self.feed.closed(account, closing)

    def _trim(self, account: FuturesAccount, position: Position) -> None:
        """Cut or end the orders that could reduce a position by more than there is, worst prices first."""
        room, buys = abs(position.lots), position.lots < 0
        orders = [order for order in account.open_orders(position.contract) if order.terms.reduces]
        for order in sorted(orders, key=lambda order: -(order.px or 0) * order.sign):
            if order.terms.mode != position.mode:
                continue
            if not position.lots or order.is_buy != buys:
                self._drop(order, "position_closed" if order.terms.closes else "reduce_only")
            elif room == 0:
                self._drop(order, "reduce_out")
            else:
                self._cut(order, room)
                room -= order.left

    def _cut(self, order: FuturesOrder, room: int) -> None:
        """Let no more of an order be left than this."""
        if order.left > room:
            self._withdraw(order, max(0, order.resting - room))
            order.qty = order.filled + room
            order.updated_ms = self._clock_ms()
            self.feed.order(order, "update")


def _reason(order: FuturesOrder) -> str:
    """The text of a row of the account book: contract and order."""
    return f"{order.symbol}:{order.id}"
