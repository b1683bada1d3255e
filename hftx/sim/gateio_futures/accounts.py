"""A futures account: its book, its positions, and what they and its open orders bind of its money.

Margin follows the linear formula of the Gate API v4 docs ("Futures"): notional by leverage, and a reserve for
the fee of opening. Must never know: matching, requests, sockets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import NamedTuple, cast

from hftx.sim.accounts import Ledger
from hftx.sim.exact import ZERO, minus, plus, times
from hftx.sim.gateio_futures.contracts import Contract
from hftx.sim.gateio_futures.positions import DUAL_LONG, DUAL_SHORT, SINGLE, Closing, Position, ratio
from hftx.sim.gateio_futures.records import Deleverage, Entry, FuturesFill, FuturesOrder, Liquidation

SETTLE = "USDT"
KINDS = ("dnw", "pnl", "fee", "refr", "fund")
_KEPT_ENTRIES = 10_000
_CROSS_LEVERAGE = Decimal(10)


class Intent(NamedTuple):
    """What an order would still do: buy or sell lots at a price, for a position."""

    is_buy: bool
    price: Decimal
    lots: int
    mode: str


@dataclass(frozen=True)
class Margins:
    """How the money of an account is bound. ``available`` may be below zero after a loss."""

    total: Decimal
    isolated: Decimal
    cross: Decimal
    orders: Decimal
    unrealised: Decimal
    cross_unrealised: Decimal
    maintenance: Decimal
    cross_maintenance: Decimal

    @property
    def cross_equity(self) -> Decimal:
        """What stands behind the cross positions."""
        return plus(minus(self.total, self.isolated), self.cross_unrealised)

    @property
    def available(self) -> Decimal:
        bound = plus(plus(self.isolated, self.cross), self.orders)
        return plus(minus(self.total, bound), min(ZERO, self.cross_unrealised))


class FuturesAccount:
    """The futures account of a ledger. It is not open before the first money came in.

    ``book`` is the only way in which money changes.
    """

    def __init__(
        self, ledger: Ledger, mark: Callable[[str], Decimal], leverage: Decimal
    ) -> None:
        self.ledger = ledger
        self.mark = mark
        self.is_dual = False
        self.is_open = False
        self.history = dict.fromkeys(KINDS, ZERO)
        self.entries: deque[Entry] = deque(maxlen=_KEPT_ENTRIES)
        self.positions: dict[tuple[str, str], Position] = {}
        self.fills: list[FuturesFill] = []
        self.closings: list[Closing] = []
        self.liquidations: list[Liquidation] = []
        self.deleverages: list[Deleverage] = []
        self.listener: Callable[[FuturesAccount, Entry], None] | None = None
        self._leverage = leverage
        self._entries = 0

    @property
    def total(self) -> Decimal:
        """All that was paid in, earned and paid; what open positions would bring is not in it."""
        total = ZERO
        for amount in self.history.values():
            total = plus(total, amount)
        return total

    def book(self, kind: str, change: Decimal, ts_ms: int, contract: str = "", text: str = "", trade: str = "") -> None:
        """Add to the account; nothing is no row."""
        if not change:
            return
        self.is_open = True
        self.history[kind] = plus(self.history[kind], change)
        self._entries += 1
        entry = Entry(self._entries, ts_ms, kind, change, self.total, contract, text, trade)
        self.entries.append(entry)
        if self.listener is not None:
            self.listener(self, entry)

    def rates(self, contract: Contract) -> tuple[Decimal, Decimal]:
        """Maker and taker rate of the account on a contract."""
        return self.ledger.account.fees(contract.maker_fee, contract.taker_fee)

    def modes(self) -> tuple[str, ...]:
        """The positions that each contract has in the account's position mode."""
        return (DUAL_LONG, DUAL_SHORT) if self.is_dual else (SINGLE,)

    def position(self, contract: Contract, mode: str) -> Position:
        """The position of a contract, an empty one before its first fill."""
        key = (contract.symbol, mode)
        if key not in self.positions:
            limit = contract.risk_tiers[0].risk_limit
            self.positions[key] = Position(contract, mode, self._leverage, _CROSS_LEVERAGE, limit)
        return self.positions[key]

    def held(self, contract: Contract | None = None) -> list[Position]:
        """The positions that are not empty, of one contract if given."""
        return [
            position
            for position in self.positions.values()
            if position.lots and contract in (None, position.contract)
        ]

    def open_orders(self, contract: Contract | None = None) -> list[FuturesOrder]:
        """Open orders, oldest first."""
        orders = cast("list[FuturesOrder]", list(self.ledger.open.values()))
        return [order for order in orders if contract in (None, order.contract)]

    def margins(self) -> Margins:
        """The account at the present mark prices."""
        sums = dict.fromkeys(("isolated", "cross", "unrealised", "cross_unrealised", "maint", "cross_maint"), ZERO)

        def add(name: str, amount: Decimal) -> None:
            sums[name] = plus(sums[name], amount)

        for position in self.held():
            mark = self.mark(position.contract.symbol)
            profit, maintenance = position.unrealised(mark), position.maintenance(mark)
            add("unrealised", profit)
            add("maint", maintenance)
            if position.is_cross:
                add("cross", position.initial(position.cost))
                add("cross_unrealised", profit)
                add("cross_maint", maintenance)
            else:
                add("isolated", position.margin)
        return Margins(
            self.total, sums["isolated"], sums["cross"], self._all_orders(), sums["unrealised"],
            sums["cross_unrealised"], sums["maint"], sums["cross_maint"],
        )  # fmt: skip

    def backing(self, position: Position) -> Decimal:
        """What a position can lose: its margin, or all that stands behind cross positions without its own profit."""
        if not position.is_cross:
            return position.margin
        own = position.unrealised(self.mark(position.contract.symbol))
        return minus(self.margins().cross_equity, own)

    def order_margin(
        self, contract: Contract, instead: FuturesOrder | None = None, new: Intent | None = None
    ) -> Decimal:
        """What the open orders of a contract bind, with ``new`` in the place of one of them or of none."""
        bound, room = ZERO, self._closing_room(contract)
        for intent in self._intents(contract, instead, new):
            side = (intent.mode, intent.is_buy)
            closing = min(room.get(side, 0), intent.lots)
            room[side] = room.get(side, 0) - closing
            bound = plus(bound, self._opening_margin(contract, intent, intent.lots - closing))
        return bound

    def exposure(self, contract: Contract, new: Intent, instead: FuturesOrder | None = None) -> Decimal:
        """Notional of a position once all orders of this side have filled, to be held against its risk limit."""
        position = self.position(contract, new.mode)
        against = new.mode == SINGLE and (position.lots > 0) != new.is_buy
        total = minus(ZERO, position.cost.copy_abs()) if against else position.cost.copy_abs()
        for intent in self._intents(contract, instead, new):
            if intent.mode == new.mode and intent.is_buy == new.is_buy:
                total = plus(total, contract.notional(intent.price, intent.lots))
        return total

    def _closing_room(self, contract: Contract) -> dict[tuple[str, bool], int]:
        """Lots that orders of the single mode can close without margin, by side."""
        if self.is_dual:
            return {}
        lots = self.position(contract, SINGLE).lots
        return {(SINGLE, lots < 0): abs(lots)}

    def _opening_margin(self, contract: Contract, intent: Intent, lots: int) -> Decimal:
        notional = contract.notional(intent.price, lots)
        _, taker = self.rates(contract)
        lever = self.position(contract, intent.mode).lever
        return plus(ratio(notional, lever, rounding=ROUND_UP), times(notional, taker))

    def _intents(self, contract: Contract, instead: FuturesOrder | None, new: Intent | None) -> Iterator[Intent]:
        for order in self.open_orders(contract):
            if order is not instead and not order.terms.reduces:
                yield Intent(order.is_buy, order.limit(), order.left, order.terms.mode)
        if new is not None:
            yield new

    def _all_orders(self) -> Decimal:
        bound = ZERO
        for contract in {order.contract.symbol: order.contract for order in self.open_orders()}.values():
            bound = plus(bound, self.order_margin(contract))
        return bound
