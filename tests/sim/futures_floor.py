"""The futures engine without a venue around it, and a plain model of what it must come to.

Must never know: requests, sockets.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any, cast

from hftx.sim import Account, TwinOptions
from hftx.sim.accounts import Ledger, ledgers
from hftx.sim.gateio_futures.accounts import Entry, FuturesAccount
from hftx.sim.gateio_futures.contracts import Contract, contracts
from hftx.sim.gateio_futures.exchange import FuturesExchange
from hftx.sim.gateio_futures.marks import Settlement
from hftx.sim.gateio_futures.positions import DUAL_LONG, DUAL_SHORT, SINGLE, Closing, Position
from hftx.sim.gateio_futures.records import Deleverage, FuturesFill, FuturesOrder, FuturesTicket, Liquidation, RiskCut
from hftx.sim.gateio_futures.risk import RiskDesk
from hftx.sim.market import Event, Market, Trade
from hftx.sim.orders import Order, Terms

TERMS = Terms(Decimal(0), Decimal(0), fee_in_quote=True, refuses_unfillable=True, order_id=str)
NEAR = Decimal("1e-8")


class Recorder:
    """A FuturesFeed that keeps what it hears, in order."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []

    def of(self, kind: str) -> list[Any]:
        return [what for said, what in self.heard if said == kind]

    def order(self, order: Order, event: str) -> None:
        self.heard.append(("order", (order.id, event, order.reason, order.filled, order.qty)))

    def fill(self, fill: FuturesFill) -> None:
        self.heard.append(("fill", fill))

    def position(self, account: FuturesAccount, position: Position) -> None:
        self.heard.append(("position", (position.mode, position.update_id, position.lots)))

    def entry(self, account: FuturesAccount, entry: Entry) -> None:
        self.heard.append(("entry", entry))

    def closed(self, account: FuturesAccount, closing: Closing) -> None:
        self.heard.append(("closed", closing))

    def liquidated(self, account: FuturesAccount, liquidation: Liquidation) -> None:
        self.heard.append(("liquidated", liquidation))

    def deleveraged(self, account: FuturesAccount, deleverage: Deleverage) -> None:
        self.heard.append(("deleveraged", deleverage))

    def risk_cut(self, account: FuturesAccount, cut: RiskCut) -> None:
        self.heard.append(("risk_cut", cut))

    def settled(self) -> None:
        self.heard.append(("settled", None))


class Floor:
    """A thin market of one contract, accounts, and everything that they do to it."""

    def __init__(self, contract: str = "BTC_USDT", money: str = "100000", dual: bool = False, **own: Any) -> None:
        options = TwinOptions(levels=12, warmup_events=20)
        self.contract: Contract = contracts([contract], options)[contract]
        self.market = Market(self.contract, 7, options, 0)
        given = {"stp_groups": (0, 0, 0)} | own
        owners = [
            Account(f"key{n}", "s", {"USDT": money}, stp_group=group)
            for n, group in enumerate(given["stp_groups"])
        ]
        self.ledgers: list[Ledger] = list(ledgers(owners, Decimal(0), Decimal(0)).values())
        self.marked = self.contract.price(self.market.last_px)
        self.now_ms, self.first_id = 1, self.market.id
        self.events: list[Event] = []
        self.exchange = FuturesExchange(
            {ledger.account.key: ledger for ledger in self.ledgers}, {contract: self.market}, TERMS, self.publish,
            lambda: self.now_ms, lambda name: self.marked, Decimal(given.get("leverage", "10")),
        )  # fmt: skip
        self.feed = Recorder()
        self.exchange.tell(self.feed)
        self.risk = RiskDesk(self.exchange, self.off_book)
        self.accounts = [self.exchange.account(ledger) for ledger in self.ledgers]
        self.opening = Decimal(money)
        self.paid: defaultdict[int, Decimal] = defaultdict(Decimal)
        for account in self.accounts:
            account.is_dual = dual

    def publish(self, market: Market, event: Event) -> None:
        assert event.id == market.id, "each event is heard at its own id"
        self.events.append(event)

    def off_book(self, contract: str, px: int, lots: int, is_liquidation: bool) -> Trade:
        return Trade(self.market.number_trade(), self.now_ms, px, abs(lots), lots > 0, self.market.id)

    def step(self) -> None:
        self.publish(self.market, self.market.step(self.now_ms))
        self.exchange.hits(self.market)

    def px(self, is_buy: bool, offset: int) -> int:
        """This many ticks inside the other side's best price."""
        key = (self.market.asks if is_buy else self.market.bids).keys[0]
        return max(1, abs(key) + (offset if is_buy else -offset))

    def place(self, who: int, is_buy: bool, offset: int, qty: int, tif: str = "gtc", **more: Any) -> FuturesOrder:
        account, reduces = self.accounts[who], more.get("reduces", False)
        mode = SINGLE
        if account.is_dual:
            mode = DUAL_LONG if is_buy != reduces else DUAL_SHORT
        ticket = FuturesTicket(
            self.market, is_buy, "limit", tif, self.px(is_buy, offset), qty, mode=mode, **more
        )
        return cast(FuturesOrder, self.exchange.place(self.ledgers[who], ticket))

    def position(self, who: int, mode: str = SINGLE) -> Position:
        return self.accounts[who].position(self.contract, mode)

    def mark(self, price: Decimal) -> None:
        """Move the mark price, and let the venue look at its positions."""
        self.marked = price
        self.risk.inspect(self.contract.symbol)

    def fund(self, rate: Decimal) -> None:
        for account in self.accounts:
            net = sum(position.lots for position in account.held())
            self.paid[account.ledger.uid] += net * self.contract.lot * self.contract.multiplier * self.marked * rate
        self.risk.fund(Settlement(self.contract.symbol, 0, rate, self.marked))

    def check(self) -> None:
        for account in self.accounts:
            self._money(account)
            self._positions(account)
            self._reducing(account)
        self._sum()
        self._book()

    def _money(self, account: FuturesAccount) -> None:
        """What an account has is what came in and what its trades moved: no margin, no entry price in it."""
        unit = self.contract.lot * self.contract.multiplier
        cash, lots, fees = self.opening - self.paid[account.ledger.uid], 0, Decimal(0)
        for fill in account.fills:
            signed = fill.lots if fill.order.is_buy else -fill.lots
            cash -= signed * unit * fill.price
            lots += signed
            fees += fill.fee
        margins = account.margins()
        assert margins.total + margins.unrealised == cash - fees + lots * unit * self.marked
        assert sum(position.lots for position in account.positions.values()) == lots
        assert account.history["fee"] == -fees
        assert account.history["fund"] == -self.paid[account.ledger.uid]
        assert margins.total == sum(entry.change for entry in account.entries) == account.entries[-1].balance
        held = account.held()
        assert margins.isolated == sum(position.margin for position in held if not position.is_cross)
        assert all(position.margin == 0 for position in account.positions.values() if position.is_cross)

    def _positions(self, account: FuturesAccount) -> None:
        """Entry and profit of each position from its fills alone, by average cost."""
        unit = self.contract.lot * self.contract.multiplier
        for position in account.positions.values():
            lots, average, profit = 0, Decimal(0), Decimal(0)
            for fill in account.fills:
                if fill.order.terms.mode != position.mode:
                    continue
                signed = fill.lots if fill.order.is_buy else -fill.lots
                closing = min(abs(lots), fill.lots) if lots * signed < 0 else 0
                assert fill.closed == closing
                profit += (fill.price - average) * (closing if lots > 0 else -closing) * unit
                lots += signed
                opened = fill.lots - closing
                if opened:
                    average = (average * (abs(lots) - opened) + fill.price * opened) / abs(lots)
            assert position.lots == lots and abs(position.entry - (average if lots else 0)) < NEAR
            earned = position.history_pnl + position.realised
            flows = sum(fill.fee for fill in account.fills if fill.order.terms.mode == position.mode)
            if len(account.positions) == 1:
                assert abs(earned - (profit - flows - self.paid[account.ledger.uid])) < NEAR
            assert position.mode == SINGLE or lots * (1 if position.mode == DUAL_LONG else -1) >= 0

    def _reducing(self, account: FuturesAccount) -> None:
        """What rests to reduce a position never adds up to more than the position."""
        for position in account.positions.values():
            orders = [o for o in account.open_orders() if o.terms.reduces and o.terms.mode == position.mode]
            assert all(order.sign * position.lots < 0 for order in orders)
            assert sum(order.left for order in orders) <= abs(position.lots)

    def _sum(self) -> None:
        """Nothing is lost between the accounts, the house and the venue."""
        name = self.contract.symbol
        house = self.contract.notional(self.marked, self.exchange.house_lots[name])
        with_accounts = sum(account.margins().total + account.margins().unrealised for account in self.accounts)
        kept = with_accounts + self.exchange.house["USDT"] + self.exchange.fees["USDT"] + house
        assert kept == self.opening * len(self.accounts)

    def _book(self) -> None:
        bids, asks = self.market.bids, self.market.asks
        assert bids.keys[0] + asks.keys[0] > 0, "crossed"
        resting: defaultdict[tuple[bool, int], int] = defaultdict(int)
        for account in self.accounts:
            for order in account.open_orders():
                assert 0 < order.resting <= order.left
                assert order.resting == order.left or order.ticket.shown >= order.resting
                resting[order.is_buy, order.px or 0] += order.resting
        for is_bid, side in ((True, bids), (False, asks)):
            for key, line in side.lines.items():
                assert sum(slot.qty for slot in line) == side.qty[key]
                assert sum(slot.qty for slot in line if slot.owner) == resting.pop((is_bid, abs(key)))
        assert not resting
        assert [event.id for event in self.events] == list(range(self.first_id + 1, self.market.id + 1))
