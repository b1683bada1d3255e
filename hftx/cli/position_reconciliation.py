"""A futures account as the client knows it, held against the twin's own book of truth: positions too. Asks nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from hftx.cli.observed import PositionView
from hftx.cli.options import spelled
from hftx.cli.reconciliation import NOTHING, Reconciliation
from hftx.cli.twin_process import TwinAccount, TwinPosition
from hftx.contracts import ContractUnits
from hftx.enums import Side
from hftx.orders import Execution
from hftx.symbols import Symbol

Units = Mapping[Symbol, ContractUnits]


def with_positions(
    found: Reconciliation,
    truth: TwinAccount,
    fills: Sequence[Execution],
    positions: Sequence[PositionView],
    opening: Decimal,
    funding: Decimal,
    units: Units,
) -> Reconciliation:
    """`found`, and what differs in the positions; the fills must also explain positions and money.

    `opening` and `funding` are what the account began with and what it has got at settlements, in the settle asset.
    """
    differences = [
        *found.differences, *_positions_differ(positions, truth, units), *_sizes_unexplained(fills, truth),
        *_money_unexplained(fills, truth, opening + funding, units),
    ]  # fmt: skip
    return replace(found, differences=differences, positions=(len(positions), len(truth.positions)))


def _positions_differ(positions: Sequence[PositionView], truth: TwinAccount, units: Units) -> list[str]:
    seen = {spelled(held.symbol): held for held in positions}
    missing = [f"position {name}: not seen" for name in truth.positions if name not in seen]
    return missing + [
        difference
        for name, held in seen.items()
        for difference in _position_differs(held, truth.positions.get(name), units[held.symbol])
    ]


def _position_differs(held: PositionView, true: TwinPosition | None, units: ContractUnits) -> list[str]:
    name = spelled(held.symbol)
    if true is None:
        return [f"position {name}: {held.size} seen, none at the venue"]
    words = ("size", "entry_price", "leverage", "margin", "realised_pnl", "mark_price")
    found = [
        f"position {name}: {word} seen {getattr(held, word)}, at the venue {getattr(true, word)}"
        for word in words
        if getattr(held, word) != getattr(true, word)
    ]
    profit = held.unrealised_pnl
    if profit is None or abs(profit - true.unrealised_pnl) > _slack(true, units):
        found.append(f"position {name}: unrealised profit seen {profit}, at the venue {true.unrealised_pnl}")
    return found


def _slack(true: TwinPosition, units: ContractUnits) -> Decimal:
    """What the venue's rounding of the entry price, at its last digit, can make of the profit."""
    exponent = true.entry_price.as_tuple().exponent
    digits = exponent if isinstance(exponent, int) else 0
    return abs(units.base_of(true.size)) * Decimal(1).scaleb(min(digits, -12)) / 2


def _sizes_unexplained(fills: Sequence[Execution], truth: TwinAccount) -> list[str]:
    """Contracts whose position is not the sum of its fills."""
    sizes: defaultdict[str, Decimal] = defaultdict(Decimal)
    for fill in fills:
        sizes[spelled(fill.symbol)] += _signed(fill)
    true = {name: position.size for name, position in truth.positions.items()}
    return [
        f"position {name}: the fills make {sizes[name]}, the venue has {true.get(name, NOTHING)}"
        for name in sorted(sizes.keys() | true.keys())
        if sizes[name] != true.get(name, NOTHING)
    ]


def _money_unexplained(fills: Sequence[Execution], truth: TwinAccount, paid_in: Decimal, units: Units) -> list[str]:
    # Were all positions closed at the mark price, the account would hold what was paid in, less what was bought, plus
    # what was sold, less fees: no entry price, and so no rounding, is in it.
    marks = {name: position.mark_price for name, position in truth.positions.items()}
    made = paid_in
    for fill in fills:
        name, base = spelled(fill.symbol), units[fill.symbol].base_of(_signed(fill))
        made += base * (marks.get(name, NOTHING) - fill.price) - fill.fee
    held = sum((available + locked for available, locked in truth.balances.values()), NOTHING)
    equity = held + sum((position.unrealised_pnl for position in truth.positions.values()), NOTHING)
    return [] if made == equity else [f"the fills make {made} at the mark prices, the venue has {equity}"]


def _signed(fill: Execution) -> Decimal:
    return fill.quantity if fill.side is Side.BUY else -fill.quantity
