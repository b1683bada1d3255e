"""A plain model of an account that trades linear perpetual contracts: positions, fees, funding, wallet. Slow, obvious.

A position is the list of what opened it and is still open: each reduction takes the same share of every lot, so its
entry price is their mean, and what it earned is worked out with fractions. Written from "Gate API v4 docs, futures"
alone: pnl is (exit - entry) * size * quanto_multiplier, a fee is notional * rate, funding is size * mark *
quanto_multiplier * rate and longs pay it. Knows no code of ours.
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
    """One side's position. `lots` are (contracts, price), all of one sign.

    `pnl`, `fee` and `fund` are what the wallet has had of it since its opening, `history` what of those before it.
    """

    multiplier: Decimal
    lots: list[tuple[Fraction, Fraction]] = field(default_factory=list)
    pnl: Fraction = Fraction(0)
    fee: Fraction = Fraction(0)
    fund: Fraction = Fraction(0)
    history: Fraction = Fraction(0)

    @property
    def size(self) -> Fraction:
        """Contracts, + long, - short."""
        return sum((size for size, _ in self.lots), Fraction(0))

    @property
    def entry_price(self) -> Fraction | None:
        """The mean price of what is open; None of nothing."""
        return sum((size * price for size, price in self.lots), Fraction(0)) / self.size if self.lots else None

    @property
    def realised_pnl(self) -> Fraction:
        """What the open position has brought so far."""
        return self.pnl + self.fee + self.fund

    def trade(self, size: Fraction, price: Fraction, rate: Fraction) -> None:
        """A fill of so many contracts, + bought, - sold; what it closes first, then what it opens."""
        held = self.size
        closed = min(abs(size), abs(held)) if held * size < 0 else Fraction(0)
        opened = (abs(size) - closed) * (1 if size > 0 else -1)
        if closed:
            self._close(closed / abs(held), price, rate)
        if opened:
            self.lots.append((opened, price))
            self.fee -= self._worth(abs(opened), price) * rate

    def unrealised_pnl(self, mark_price: Number) -> Fraction:
        """What closing everything at the mark price would earn."""
        return sum((self._worth(size, Fraction(mark_price) - price) for size, price in self.lots), Fraction(0))

    def pay_funding(self, mark_price: Number, rate: Number) -> None:
        """Longs pay a positive rate, shorts get it."""
        self.fund -= self._worth(self.size, Fraction(mark_price)) * Fraction(rate)

    def _close(self, share: Fraction, price: Fraction, rate: Fraction) -> None:
        for lot, paid in self.lots:
            self.pnl += self._worth(lot * share, price - paid)
            self.fee -= self._worth(abs(lot) * share, price) * rate
        self.lots = [(lot * (1 - share), paid) for lot, paid in self.lots] if share < 1 else []
        if not self.lots:
            self.history += self.realised_pnl
            self.pnl = self.fee = self.fund = Fraction(0)

    def _worth(self, size: Fraction, price: Fraction) -> Fraction:
        return size * price * Fraction(self.multiplier)


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
        self.holdings[self.mode_of(size, reduces)].trade(Fraction(size), Fraction(price), Fraction(rate))

    def fund(self, mark_price: Number, rate: Number) -> None:
        """A funding."""
        for holding in self.holdings.values():
            holding.pay_funding(mark_price, rate)

    @property
    def total(self) -> Fraction:
        """The wallet: paid in, earned, fees and fundings; without what is not realised."""
        earned = (held.history + held.realised_pnl for held in self.holdings.values())
        return Fraction(self.deposits) + sum(earned, Fraction(0))

    def unrealised_pnl(self, mark_price: Number) -> Fraction:
        """Of all positions."""
        return sum((held.unrealised_pnl(mark_price) for held in self.holdings.values()), Fraction(0))
