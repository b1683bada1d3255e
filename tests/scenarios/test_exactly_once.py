"""Whatever goes wrong: every fill once, every final state, every balance to the last unit, nothing sent twice.

The long run takes `HFTX_SCRIPTS` scripts (1,000) from `HFTX_SEED` (random) on:
`python -m pytest tests/scenarios/test_exactly_once.py -m long -s`.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from .fault_scripts import FUTURES, KINDS, Script, kinds, script
from .fault_scripts_contracts import ACTS, struck
from .fault_scripts_play import play_script

FIRST_SEED = 20_000
ONCE_FAILED = (100_335, 100_344)   # a balance of a dead line was kept; a dead listen key was kept
SLICE = 20
AT_ONCE = 3
PLAY_SECONDS = 60.0


async def play_all(seeds: Iterable[int], folder: Path, venue: str = "") -> dict[int, list[str]]:
    """Play the scripts of all seeds, a few at a time; differences by seed, of those that have any."""
    failed: dict[int, list[str]] = {}
    died: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: died.append(context))
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(play: Script) -> None:
        async with turns:
            try:
                found = await asyncio.wait_for(play_script(play, folder), PLAY_SECONDS)
            except Exception as error:
                found = [f"ended with {error!r}"]
        if found:
            failed[play.seed] = found
            name = f"{venue}:{play.seed}" if venue else play.seed
            again = f"PYTHONPATH=. python -m tests.scenarios.fault_scripts_play {name}"
            print("\n".join([str(play), *found, f"again: {again}"]), flush=True)

    await asyncio.gather(*(one(script(seed, venue)) for seed in seeds))
    if died:
        failed[-1] = [f"died: {context}" for context in died]
    return failed


async def test_random_fault_scripts_end_in_the_venues_truth(tmp_path: Path) -> None:
    print(f"seeds {FIRST_SEED} to {FIRST_SEED + SLICE - 1}")
    assert await play_all([*ONCE_FAILED, *range(FIRST_SEED, FIRST_SEED + SLICE)], tmp_path) == {}


async def test_random_fault_scripts_of_contracts_end_in_the_venues_truth(tmp_path: Path) -> None:
    print(f"seeds {FIRST_SEED} to {FIRST_SEED + SLICE - 1}")
    assert await play_all(range(FIRST_SEED, FIRST_SEED + SLICE), tmp_path, FUTURES) == {}


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("venue", ["", FUTURES], ids=["spot", FUTURES])
async def test_a_thousand_random_fault_scripts_end_in_the_venues_truth(venue: str, tmp_path: Path) -> None:
    first = int(os.environ.get("HFTX_SEED") or random.SystemRandom().randrange(2**31))
    count = int(os.environ.get("HFTX_SCRIPTS") or 1000)
    seeds = range(first, first + count)
    print(f"seeds {first} to {first + count - 1}")
    failed = await play_all(seeds, tmp_path, venue)
    played = Counter(kind for seed in seeds for kind in script(seed, venue).kinds())
    print(f"scripts by kind of fault: {dict(played)}")
    assert failed == {}
    print(f"acts of the venue that struck: {dict(struck)}")
    assert count < 200 or played.keys() == kinds(venue)
    assert count < 200 or not venue or struck.keys() == ACTS.keys()


def test_the_slice_has_every_kind_of_fault_and_both_venues() -> None:
    plays = [script(seed) for seed in range(FIRST_SEED, FIRST_SEED + SLICE)]
    assert set().union(*(play.kinds() for play in plays)) == KINDS.keys()
    assert {(play.venue, play.entry) for play in plays} >= {("mexc_spot", "rest"), ("gateio_spot", "websocket")}
    assert script(FIRST_SEED) == script(FIRST_SEED)
