"""A plain model of an account that trades linear perpetual contracts: positions, fees, funding, wallet. Slow and obvious.

A position is the list of what opened it and is still open: each reduction takes the same share of every lot, so its entry
price is their mean, and what it earned is worked out with fractions. Written from "Gate API v4 docs, futures" alone: pnl is
(exit - entry) * size * quanto_multiplier, a fee is notional * rate, funding is size * mark * quanto_multiplier * rate and
longs pay it. Knows no code of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

Mode: TypeAlias = Literal["single", "dual_long", "dual_short"]
Number: TypeAlias = Decimal | int


@dataclass
class Holding:
    """One side's position. `lots` are (contracts, price), all of one sign; `pnl`, `fee` and `fund` change the wallet."""

    multiplier: Decimal
    lots: list[tuple[Fraction, Fraction]] = field(default_factory=list)
    pnl: Fraction = Fraction(0)
    fee: Fraction = Fraction(0)
    fund: Fraction = Fraction(0)

    @property
    def size(self) -> Fraction:
        """Contracts, + long, - short."""
        return sum((size for size, _ in self.lots), Fraction(0))

    @property
    def entry_price(self) -> Fraction | None:
        """The mean price of what is open; None of nothing."""
        return sum((size * price for size, price in self.lots), Fraction(0)) / self.size if self.lots else None

    @property
    def earned(self) -> Fraction:
        """What the wallet has had of this side."""
        return self.pnl + self.fee + self.fund

    def trade(self, size: Fraction, price: Fraction) -> None:
        """A fill of so many contracts, + bought, - sold; what it closes first, then what it opens."""
        held = self.size
        if held * size >= 0:
            self.lots.append((size, price))
            return
        closed = min(abs(size), abs(held))
        for lot, paid in self.lots:
            self.pnl += lot * closed / abs(held) * (price - paid) * Fraction(self.multiplier)
        left = 1 - closed / abs(held)
        self.lots = [(lot * left, paid) for lot, paid in self.lots] if left else []
        rest = size + (closed if held > 0 else -closed)
        if rest:
            self.lots = [(rest, price)]

    def unrealised_pnl(self, mark_price: Number) -> Fraction:
        """What closing everything at the mark price would earn."""
        mark, multiplier = Fraction(mark_price), Fraction(self.multiplier)
        return sum((size * (mark - price) * multiplier for size, price in self.lots), Fraction(0))


@dataclass
class ContractLedger:
    """An account in one contract. `deposits` is what was paid in."""

    multiplier: Decimal
    deposits: Decimal
    dual: bool = False
    holdings: dict[Mode, Holding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        modes: tuple[Mode, ...] = ("dual_long", "dual_short") if self.dual else ("single",)
        self.holdings = {mode: Holding(self.multiplier) for mode in modes}

    def mode_of(self, size: Number, reduces: bool) -> Mode:
        """The side that a fill belongs to: in dual mode reducing orders close the opposite one."""
        if not self.dual:
            return "single"
        return "dual_long" if (size > 0) is not reduces else "dual_short"

    def trade(self, size: Number, price: Number, rate: Number, reduces: bool = False) -> None:
        """A fill and its fee; `rate` is a share of the notional, negative of a rebate."""
        holding = self.holdings[self.mode_of(size, reduces)]
        amount, at = Fraction(size), Fraction(price)
        holding.trade(amount, at)
        holding.fee -= abs(amount) * at * Fraction(self.multiplier) * Fraction(rate)

    def fund(self, mark_price: Number, rate: Number) -> None:
        """A funding: longs pay a positive rate, shorts get it."""
        for holding in self.holdings.values():
            paid = holding.size * Fraction(mark_price) * Fraction(self.multiplier) * Fraction(rate)
            holding.fund -= paid

    @property
    def total(self) -> Fraction:
        """The wallet: paid in, earned, fees and fundings; without what is not realised."""
        return Fraction(self.deposits) + sum((held.earned for held in self.holdings.values()), Fraction(0))
