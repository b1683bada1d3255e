"""The limits of an account: several budgets that one call is charged to at once. Never knows HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hftx._core.rate_window import RateRules
from hftx.rest.limits import BanKeeper, Lane, RateBudget

if TYPE_CHECKING:
    from hftx._core.rate_window import Charged


@dataclass(frozen=True, slots=True)
class Charge:
    """What one call costs in one budget, and how urgent it is there."""

    budget: str
    weight: int = 1
    lane: Lane = Lane.BACKGROUND


class AccountBudget(RateRules):
    """Budgets by the name of the venue's rule. A key, such as a pair, tells the windows of one rule apart."""

    def __init__(self, budgets: Mapping[str, RateBudget]) -> None:
        self._budgets = dict(budgets)
        super().__init__({**budgets})

    def keep(self, keeper: BanKeeper) -> None:
        """As `RateBudget.keep`, for every budget that has no keeper yet."""
        for name, budget in self._budgets.items():
            budget.keep(keeper, name)

    def remaining(self, budget: str, key: str = "") -> int:
        """Weight that could go out at once under one rule; 0 while a ban or a pause lasts."""
        return self._budgets[budget].remaining(key)

    def rooms(self) -> dict[str, int]:
        """By rule, the weight that could go out at once; of the fullest window where a rule has several."""
        return {name: budget.remaining(None) for name, budget in self._budgets.items()}

    def banned_seconds(self) -> float:
        """Seconds until the venue's ban ends; 0 when there is none."""
        return max(budget.banned_seconds() for budget in self._budgets.values())

    async def take(self, charges: Sequence[Charge], keys: Sequence[str]) -> None:
        """Wait until every charge fits, for every key; they stay open until `settle`.

        Raises `BannedError`, `RateLimitError` and `UsageError` as `RateBudget.take`; then nothing is taken.
        """
        taken: list[tuple[Charged, str]] = []
        try:
            for charge in charges:
                for key in keys:
                    await self._budgets[charge.budget].take(charge.weight, key, charge.lane)
                    taken.append((charge, key))
        except BaseException:
            self._give_back(taken)
            raise

    def pause(self, charges: Sequence[Charge], keys: Sequence[str], seconds: float) -> None:
        """The venue has answered 429: it does not say under which rule, so all of the call's are closed."""
        for charge in charges:
            for key in keys:
                self._budgets[charge.budget].pause(key, seconds)

    def ban(self, seconds: float) -> None:
        """The venue has banned this address: nothing goes out for `seconds`."""
        for budget in self._budgets.values():
            budget.ban(seconds)
