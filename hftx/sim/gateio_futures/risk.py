"""What the venue does to positions by itself: funding, liquidation, deleveraging.

An under-margined position is taken over at its bankruptcy price, on the grid and in the account's favour, so
that an account loses what stands behind the position and no more. Must never know: requests, sockets.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from hftx.sim.exact import minus, plus, times
from hftx.sim.gateio_futures.accounts import SETTLE, FuturesAccount
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.exchange import FuturesExchange
from hftx.sim.gateio_futures.marks import Settlement
from hftx.sim.gateio_futures.positions import Position, ratio
from hftx.sim.gateio_futures.records import Deleverage, Liquidation, RiskCut
from hftx.sim.market import Trade

_ONE = Decimal(1)


class RiskDesk:
    """Watches mark prices. ``off_book`` numbers and prints a trade outside the book.

    It is given contract, price in ticks, signed lots of the venue's order, and whether that is a liquidation.
    """

    def __init__(self, exchange: FuturesExchange, off_book: Callable[[str, int, int, bool], Trade]) -> None:
        self._exchange = exchange
        self._off_book = off_book

    def fund(self, settlement: Settlement) -> None:
        """Let every position of a contract pay or receive funding."""
        for account in self._exchange.accounts.values():
            for position in tuple(account.positions.values()):
                if position.lots and position.contract.symbol == settlement.contract:
                    paid = times(position.contract.notional(settlement.mark, -position.lots), settlement.rate)
                    position.pnl_fund = plus(position.pnl_fund, paid)
                    house = self._exchange.house
                    house[SETTLE] = minus(house[SETTLE], paid)
                    account.book("fund", paid, settlement.at_s * 1000, settlement.contract, settlement.contract)
                    self._exchange.touch(account, position)
        self._exchange.feed.settled()
        self.inspect(settlement.contract)

    def inspect(self, contract: str) -> None:
        """Liquidate what is under-margined on this contract, and what stands with it."""
        for account in self._exchange.accounts.values():
            held = [position for position in account.held() if position.contract.symbol == contract]
            for position in held:
                if not position.is_cross and position.lots and self._is_due(account, position):
                    self.liquidate(account, position)
            if any(position.is_cross for position in held):
                self._inspect_cross(account)

    def liquidate(self, account: FuturesAccount, position: Position) -> None:
        """Take a position over, whether it is due or not. The position must not be empty."""
        exchange, contract, lots = self._exchange, position.contract, abs(position.lots)
        for order in account.open_orders(None if position.is_cross else contract):
            exchange.end(order, "liquidated")
        backing, mark = account.backing(position), account.mark(contract.symbol)
        liquidated_at, entry = position.liquidated_at(backing, mark), position.entry
        margin, leverage, sign = position.margin, position.leverage, -1 if position.lots > 0 else 1
        px = _ticks(contract, position.bankrupt_at(backing), sign)
        trade = self._off_book(contract.symbol, px, lots * sign, True)
        order = exchange.take_over(account, position, contract.price(px), lots, trade, "liquidation")
        event = Liquidation(
            trade.ts_ms, contract, order.id, lots * sign, entry, mark, liquidated_at, margin, leverage,
            contract.price(px),
        )  # fmt: skip
        account.liquidations.append(event)
        exchange.feed.liquidated(account, event)
        exchange.feed.settled()

    def deleverage(self, account: FuturesAccount, position: Position, lots: int) -> None:
        """Close this many lots of a position at the mark price, as against a liquidated one."""
        exchange, contract = self._exchange, position.contract
        lots, sign, entry = min(lots, abs(position.lots)), -1 if position.lots > 0 else 1, position.entry
        px = _ticks(contract, account.mark(contract.symbol), sign)
        trade = self._off_book(contract.symbol, px, lots * sign, False)
        exchange.take_over(account, position, contract.price(px), lots, trade, "auto_deleveraging")
        event = Deleverage(trade.ts_ms, contract, lots * sign, position.lots, entry, contract.price(px))
        account.deleverages.append(event)
        exchange.feed.deleveraged(account, event)
        exchange.feed.settled()

    def cut_risk(self, account: FuturesAccount, position: Position) -> None:
        """Lower a position's risk limit to the least tier that holds it, and cancel its orders."""
        exchange, contract = self._exchange, position.contract
        orders = account.open_orders(contract)
        for order in orders:
            exchange.end(order, "liquidated")
        mark = account.mark(contract.symbol)
        position.risk_limit = position.tier(position.value(mark)).risk_limit
        exchange.touch(account, position)
        due = position.liquidated_at(account.backing(position), mark)
        exchange.feed.risk_cut(account, RiskCut(position.updated_ms, position, len(orders), due))
        exchange.feed.settled()

    def _is_due(self, account: FuturesAccount, position: Position) -> bool:
        mark = account.mark(position.contract.symbol)
        return plus(position.margin, position.unrealised(mark)) <= position.maintenance(mark)

    def _inspect_cross(self, account: FuturesAccount) -> None:
        """Liquidate cross positions, the one with the greatest loss first, until the rest can stand."""
        while True:
            held = [position for position in account.held() if position.is_cross]
            margins = account.margins()
            if not held or margins.cross_equity > margins.cross_maintenance:
                return
            worst = min(held, key=lambda position: position.unrealised(account.mark(position.contract.symbol)))
            self.liquidate(account, worst)


def _ticks(contract: Contract, price: Decimal, sign: int) -> int:
    """A price as ticks: up when the venue sells the position, down when it buys; never below one tick."""
    rounding = ROUND_CEILING if sign < 0 else ROUND_FLOOR
    return max(1, int(ratio(price, contract.tick, _ONE, rounding)))
