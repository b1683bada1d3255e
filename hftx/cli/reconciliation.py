"""An account as the client knows it, held against the twin's own book of truth, to the last unit. Asks nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from hftx.cli.twin_process import TwinAccount
from hftx.enums import Side
from hftx.orders import AssetBalance, Execution, Order

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was compared, as counts, and every difference as a line. No answer from the venue is a difference."""

    fills_seen: int
    fills_at_venue: int
    open_seen: int
    open_at_venue: int
    assets: int
    differences: list[str] = field(default_factory=list)
    positions: tuple[int, int] | None = None   # seen and at the venue; None where there are none to hold

    @property
    def is_equal(self) -> bool:
        """True when client and venue tell the same story."""
        return not self.differences

    def report(self) -> dict[str, Any]:
        """As the JSON of `hftx demo` has it."""
        return {
            "equal": self.is_equal,
            "line": self.line(),
            "fills": {"seen": self.fills_seen, "venue": self.fills_at_venue},
            "open_orders": {"seen": self.open_seen, "venue": self.open_at_venue},
            "assets": self.assets,
            "differences": self.differences,
        } | ({} if self.positions is None else {"positions": dict(zip(("seen", "venue"), self.positions, strict=True))})

    def line(self) -> str:
        """One line for people."""
        counts = (
            f"{self.fills_seen} fills seen, {self.fills_at_venue} at the venue; "
            f"{self.open_seen} open orders, {self.open_at_venue} at the venue; {self.assets} balances"
        )
        if self.positions is not None:
            counts += f"; {self.positions[0]} positions, {self.positions[1]} at the venue"
        return f"RECONCILED to the last unit: {counts}" if self.is_equal else f"NOT RECONCILED: {counts}"


def reconcile(
    truth: TwinAccount,
    fills: Iterable[Execution],
    open_orders: Iterable[Order],
    balances: Mapping[str, AssetBalance],
    opening: Mapping[str, Decimal],
) -> Reconciliation:
    """Compare fills, open orders and balances; the fills must also explain how `opening` became what is there."""
    seen = list(fills)
    found = compared(truth, seen, open_orders, balances)
    return replace(found, differences=[*found.differences, *_unexplained(seen, truth, opening)])


def compared(
    truth: TwinAccount,
    fills: Iterable[Execution],
    open_orders: Iterable[Order],
    balances: Mapping[str, AssetBalance],
) -> Reconciliation:
    """Compare fills, open orders and balances, as they stand."""
    seen, resting = list(fills), list(open_orders)
    differences = [*_fills_differ(seen, truth), *_orders_differ(resting, truth), *_balances_differ(balances, truth)]
    counts = (len(seen), len(truth.fills), len(resting), len(truth.open_orders), len(truth.balances))
    return Reconciliation(*counts, differences)


def _fills_differ(fills: list[Execution], truth: TwinAccount) -> list[str]:
    seen = Counter(
        (fill.order_id, fill.side.name.lower(), fill.price, fill.quantity, fill.fee, fill.fee_asset) for fill in fills
    )
    made = Counter(truth.fills)
    return [
        f"fill {key}: seen {seen[key]} times, made {made[key]} times"
        for key in sorted(seen.keys() | made.keys(), key=str)
        if seen[key] != made[key]
    ]


def _orders_differ(orders: list[Order], truth: TwinAccount) -> list[str]:
    seen = {order.order_id: (order.price, order.quantity, order.filled_quantity) for order in orders}
    return [
        f"open order {order_id}: (price, quantity, filled) seen {seen.get(order_id)}, at the venue"
        f" {truth.open_orders.get(order_id)}"
        for order_id in sorted(seen.keys() | truth.open_orders.keys())
        if seen.get(order_id) != truth.open_orders.get(order_id)
    ]


def _balances_differ(balances: Mapping[str, AssetBalance], truth: TwinAccount) -> list[str]:
    seen = {asset: (balance.available, balance.locked) for asset, balance in balances.items()}
    return [
        f"{asset}: (available, locked) seen {seen.get(asset)}, at the venue {truth.balances.get(asset)}"
        for asset in sorted(seen.keys() | truth.balances.keys())
        if seen.get(asset, (NOTHING, NOTHING)) != truth.balances.get(asset, (NOTHING, NOTHING))
    ]


def _unexplained(fills: list[Execution], truth: TwinAccount, opening: Mapping[str, Decimal]) -> list[str]:
    """Assets whose total is not what the fills made of the opening balance."""
    totals = defaultdict(Decimal, opening)
    for fill in fills:
        sign = 1 if fill.side is Side.BUY else -1
        totals[str(fill.symbol.base)] += sign * fill.quantity
        totals[str(fill.symbol.quote)] -= sign * fill.quantity * fill.price
        totals[fill.fee_asset] -= fill.fee
    return [
        f"{asset}: the fills make {totals[asset]} of the opening balance, the venue has {available + locked}"
        for asset, (available, locked) in sorted(truth.balances.items())
        if totals[asset] != available + locked
    ]
