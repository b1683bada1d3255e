"""A position: what fills do to its size, cost and profit, and what it must hold at a mark price.

The cost of a position is kept, not its entry price: so profits add up exactly over its life, and only what a
part of it has cost is rounded, at 10^-12 of the settle currency.
Must never know: accounts, orders, sockets.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_UP, Context, Decimal

from hftx.sim.exact import ZERO, minus, plus, times
from hftx.sim.gateio_futures.contracts import Contract, RiskTier

SINGLE, DUAL_LONG, DUAL_SHORT = "single", "dual_long", "dual_short"
_DIGITS = Decimal("1e-12")
_ROUGH = Context(prec=120, rounding=ROUND_HALF_EVEN)


def ratio(value: Decimal, divisor: Decimal, step: Decimal = _DIGITS, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """The quotient, rounded to a step."""
    return _ROUGH.divide(value, divisor).quantize(step, rounding, _ROUGH)


@dataclass(frozen=True)
class Closing:
    """A position that went to zero: what it earned, and how it came about."""

    contract: Contract
    was_long: bool
    pnl_pnl: Decimal
    pnl_fund: Decimal
    pnl_fee: Decimal
    most_lots: int
    closed_lots: int
    entry: Decimal
    exit: Decimal
    opened_ms: int
    closed_ms: int
    text: str

    @property
    def pnl(self) -> Decimal:
        return plus(plus(self.pnl_pnl, self.pnl_fund), self.pnl_fee)


@dataclass(eq=False)
class Position:
    """One position. ``lots`` and ``cost`` have its sign; ``leverage`` 0 means cross.

    ``margin`` is what an isolated position has been given. The three profits count from its opening.
    """

    contract: Contract
    mode: str
    leverage: Decimal
    cross_leverage: Decimal
    risk_limit: Decimal
    lots: int = 0
    cost: Decimal = ZERO
    margin: Decimal = ZERO
    pnl_pnl: Decimal = ZERO
    pnl_fund: Decimal = ZERO
    pnl_fee: Decimal = ZERO
    history_pnl: Decimal = ZERO
    last_close_pnl: Decimal = ZERO
    update_id: int = 0
    opened_ms: int = 0
    updated_ms: int = 0
    most_lots: int = 0
    closed_lots: int = 0
    spent: Decimal = ZERO
    """Notional of all that was closed since the opening, at its entry."""
    earned: Decimal = ZERO
    """The same at its exit."""

    @property
    def is_cross(self) -> bool:
        return not self.leverage

    @property
    def lever(self) -> Decimal:
        """The leverage that counts."""
        return self.cross_leverage if self.is_cross else self.leverage

    @property
    def size(self) -> Decimal:
        return self.contract.size(self.lots)

    @property
    def entry(self) -> Decimal:
        """Average entry price, 0 without a position."""
        return ratio(self.cost, self.contract.base_quantity(self.lots)) if self.lots else ZERO

    @property
    def realised(self) -> Decimal:
        return plus(plus(self.pnl_pnl, self.pnl_fund), self.pnl_fee)

    def value(self, mark: Decimal) -> Decimal:
        """Notional at a price, without sign."""
        return self.contract.notional(mark, abs(self.lots))

    def unrealised(self, mark: Decimal) -> Decimal:
        return minus(self.contract.notional(mark, self.lots), self.cost)

    def tier(self, value: Decimal) -> RiskTier:
        """The risk tier of a notional; beyond the last one it is the last."""
        tiers = self.contract.risk_tiers
        return next((tier for tier in tiers if value <= tier.risk_limit), tiers[-1])

    def maintenance(self, mark: Decimal) -> Decimal:
        """What must be left of margin and profit."""
        value = self.value(mark)
        tier = self.tier(value)
        return max(ZERO, minus(times(value, tier.maintenance_rate), tier.deduction))

    def initial(self, notional: Decimal) -> Decimal:
        """What this much notional takes of the margin when it is opened."""
        return ratio(notional.copy_abs(), self.lever, rounding=ROUND_UP)

    def bankrupt_at(self, backing: Decimal) -> Decimal:
        """The price at which ``backing`` is lost; may be below zero. The position must not be empty."""
        return ratio(minus(self.cost, backing), self.contract.base_quantity(self.lots))

    def liquidated_at(self, backing: Decimal, mark: Decimal) -> Decimal:
        """The price at which ``backing`` and profit are down to the maintenance margin, 0 when there is none."""
        if not self.lots:
            return ZERO
        tier, quantity = self.tier(self.value(mark)), self.contract.base_quantity(self.lots)
        steep = minus(quantity, times(tier.maintenance_rate, quantity.copy_abs()))
        price = ratio(minus(minus(self.cost, backing), tier.deduction), steep)
        return max(ZERO, price)

    def close_part(self, price: Decimal, lots: int) -> Decimal:
        """Close this many lots, no more than there are; the profit of it. Margin goes back in proportion."""
        part = self._part(self.cost, lots)
        sign = 1 if self.lots > 0 else -1
        proceeds = self.contract.notional(price, lots * sign)
        self.margin = minus(self.margin, self._part(self.margin, lots))
        self.cost = minus(self.cost, part)
        self.lots -= lots * sign
        self.closed_lots += lots
        self.spent, self.earned = plus(self.spent, part.copy_abs()), plus(self.earned, proceeds.copy_abs())
        profit = minus(proceeds, part)
        self.pnl_pnl = plus(self.pnl_pnl, profit)
        return profit

    def open_part(self, price: Decimal, lots: int, now_ms: int) -> None:
        """Add lots, which have the sign of the position if there is one. Isolated margin is given at once."""
        if not self.lots:
            self.opened_ms = now_ms
        notional = self.contract.notional(price, lots)
        self.cost = plus(self.cost, notional)
        self.lots += lots
        self.most_lots = max(self.most_lots, abs(self.lots))
        if not self.is_cross:
            self.margin = plus(self.margin, self.initial(notional))

    def closed(self, was_long: bool, now_ms: int, text: str) -> Closing:
        """What a position that has just gone to zero leaves behind; its profits begin anew."""
        quantity = self.contract.base_quantity(self.closed_lots)
        left = Closing(
            self.contract, was_long, self.pnl_pnl, self.pnl_fund, self.pnl_fee, self.most_lots,
            self.closed_lots, ratio(self.spent, quantity), ratio(self.earned, quantity), self.opened_ms, now_ms, text,
        )  # fmt: skip
        self.last_close_pnl = left.pnl
        self.history_pnl = plus(self.history_pnl, left.pnl)
        self.pnl_pnl = self.pnl_fund = self.pnl_fee = self.spent = self.earned = ZERO
        self.most_lots = self.closed_lots = 0
        return left

    def _part(self, amount: Decimal, lots: int) -> Decimal:
        """The share that some of the lots have in an amount; all of them have all of it."""
        if lots == abs(self.lots):
            return amount
        return ratio(times(amount, Decimal(lots)), Decimal(abs(self.lots)))
