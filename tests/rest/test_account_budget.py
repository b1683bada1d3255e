"""One call charged to several rules at once."""

from __future__ import annotations

import asyncio

import pytest

from hftx.config import RestLimits
from hftx.errors import BannedError, RateLimitError
from hftx.rest.account_budget import AccountBudget, Charge
from hftx.rest.limits import Lane, RateBudget

from .fake_clock import FakeClock, settle

PLACE = (Charge("places"), Charge("orders"))
CANCEL = (Charge("orders", lane=Lane.URGENT),)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def budget(clock: FakeClock) -> AccountBudget:
    limits = {
        "orders": RestLimits(5, 1.0, False),
        "places": RestLimits(3, 1.0, False),
        "pairs": RestLimits(2, 1.0, True),
    }
    return AccountBudget({name: RateBudget("venue", rule, clock) for name, rule in limits.items()})


async def spend(budget: AccountBudget, charges: tuple[Charge, ...], *keys: str) -> None:
    wanted = keys or ("x",)
    if not budget.try_take(charges, wanted):
        await budget.take(charges, wanted)
    await asyncio.sleep(0)
    budget.settle(charges, wanted)


async def test_places_leave_room_for_cancels(budget: AccountBudget, clock: FakeClock) -> None:
    places = [asyncio.create_task(spend(budget, PLACE)) for _ in range(6)]
    await settle()
    assert sum(task.done() for task in places) == 3 and budget.remaining("orders") == 2
    cancels = [asyncio.create_task(spend(budget, CANCEL)) for _ in range(2)]
    await settle()
    assert all(task.done() for task in cancels)
    await clock.advance(1.0)
    await asyncio.gather(*places)


async def test_keys_have_windows_of_their_own(budget: AccountBudget, clock: FakeClock) -> None:
    charge = (Charge("pairs"),)
    await asyncio.gather(*(spend(budget, charge, "A") for _ in range(2)), spend(budget, charge, "B"))
    assert (budget.remaining("pairs", "A"), budget.remaining("pairs", "B")) == (0, 1)
    assert not budget.try_take(charge, ("B", "A")) and budget.remaining("pairs", "B") == 1
    both = asyncio.create_task(spend(budget, charge, "B", "A"))
    await settle()
    assert not both.done() and budget.remaining("pairs", "B") == 0
    both.cancel()
    await asyncio.gather(both, return_exceptions=True)
    assert budget.remaining("pairs", "B") == 1
    await clock.advance(1.0)
    assert (budget.remaining("pairs", "A"), budget.remaining("pairs", "B")) == (2, 2)


async def test_pauses_bans_and_the_venues_own_count(budget: AccountBudget) -> None:
    budget.observe((Charge("pairs"),), ("A",), 1, 1)
    assert budget.remaining("pairs", "A") == 1
    budget.observe((), (), 1, 1)
    budget.pause((Charge("places"),), ("x",), 60.0)
    with pytest.raises(RateLimitError):
        await spend(budget, PLACE)
    await spend(budget, CANCEL)
    budget.ban(30.0)
    assert budget.banned_seconds() == pytest.approx(30.0)
    with pytest.raises(BannedError):
        await spend(budget, CANCEL)
