"""A trading process is killed at random instants under load and started again: it knows what it owns.

The long run kills `HFTX_KILLS` times (200) from `HFTX_SEED` (random) on, on spot venues and on a futures venue:
`python -m pytest tests/scenarios/test_kill.py -m long -s`.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from hftx.orders import AssetBalance
from hftx.sim import Account, Twin, start_twin
from hftx.trading.journal import Journal

from .bot_process import Plan
from .fault_scripts import FUTURES
from .fault_scripts_contracts import ACTS, do
from .fault_scripts_play import KEY, NAMES, RICH, SECRET, SETTLE_SECONDS, TWIN_OPTIONS, hold_both_sides
from .fault_scripts_truth import (
    Receipts,
    balance_differences,
    fill_differences,
    intended,
    position_differences,
    true_fills,
)

ROOT = Path(__file__).resolve().parents[2]
SEED, SLICE, CONTRACTS_SLICE = 71, 6, 3
KILLS_A_RECKONING = 2
LOAD = 20
READY_SECONDS = 30.0
ANSWER_MS = 8
SPOT = {"mexc_spot": ["rest"], "gateio_spot": ["rest", "websocket", "auto"]}
CONTRACTS = {FUTURES: ["rest", "websocket", "auto"]}
VENUES = pytest.mark.parametrize(
    ("ways", "dual"), [(SPOT, False), (CONTRACTS, False), (CONTRACTS, True)], ids=["spot", "futures", "futures-dual"]
)
ISOLATED = replace(TWIN_OPTIONS, futures_leverage=10)   # so that a takeover does not cost the whole account
PHASES = {"start-up", "recovering", "placing", "cancelling", "idle"}
_NAME = 2   # of the order, among the words of a fill
Ways = Mapping[str, Sequence[str]]


@dataclass
class Kills:
    """Twins that live on, and the processes that do not."""

    twins: dict[str, Twin]
    receipts: dict[str, Receipts]
    folder: Path
    seed: int
    draw: random.Random
    ways: Ways
    dual: bool
    runs: int = 0
    startup_s: float = 0.5
    phases: Counter[str] = field(default_factory=Counter)
    process: asyncio.subprocess.Process | None = None
    _lines: list[dict[str, Any]] = field(default_factory=list)
    _read_to: int = 0

    def plan(self, settles: bool) -> Plan:
        """What the next process is to do."""
        self.runs += 1
        venues = {name: [twin.rest_url, twin.ws_url] for name, twin in self.twins.items()}
        entry = {name: self.draw.choice(ways) for name, ways in self.ways.items()}
        return Plan(self.runs, self.seed, str(self.folder), venues, entry, settles, self.dual)

    async def start(self, plan: Plan) -> asyncio.subprocess.Process:
        """A process that follows the plan."""
        path = self.folder / "plan.json"
        path.write_text(json.dumps(asdict(plan)))
        secrets = {f"HFTX_{name.upper()}_{what}": value for name in self.twins for what, value in
                   (("KEY", KEY), ("SECRET", SECRET))}  # fmt: skip
        environment = {**os.environ, **secrets, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.scenarios.bot_process", str(path),
            cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        return self.process

    async def end(self) -> None:
        """Leave no process behind."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    def diary(self) -> list[dict[str, Any]]:
        """Everything that processes have written."""
        path = self.folder / "diary"
        if path.exists():
            with path.open("rb") as file:
                file.seek(self._read_to)
                whole, _, _ = file.read().rpartition(b"\n")
            self._lines += map(json.loads, whole.splitlines())
            self._read_to += len(whole) + bool(whole)
        return self._lines

    def marks(self, run: int) -> list[str]:
        """What a process was about, in order."""
        lines = reversed(self.diary())
        own = takewhile(lambda line: line["run"] == run, lines)
        return [line["mark"] for line in own if "mark" in line][::-1]

    async def kill_one(self) -> None:
        """Start a process and kill it at a random instant of its life."""
        plan = self.plan(settles=False)
        begun = asyncio.get_running_loop().time()
        process = await self.start(plan)
        chance = self.draw.random()
        if chance < 0.15:
            await asyncio.sleep(self.draw.uniform(0, self.startup_s))
        elif chance < 0.35:
            await self._until_marked(process, plan.run, "recovering")
            await asyncio.sleep(self.draw.uniform(0, 0.02))
        else:
            await self._until_marked(process, plan.run, "ready")
            self.startup_s = asyncio.get_running_loop().time() - begun
            if self.draw.random() < 0.8:   # however slow the machine is
                await self._until_marked(process, plan.run, "placing")
            await asyncio.sleep(self.draw.uniform(0, 0.7))
        assert process.returncode is None, await _said(process)
        process.send_signal(signal.SIGKILL)
        said = await _said(process)
        assert process.returncode == -signal.SIGKILL, said
        self.phases[(["start-up", *self.marks(plan.run)])[-1].replace("starting", "start-up")] += 1

    def act(self) -> None:
        """Let a futures venue settle funding, move marks and take positions over while nobody listens."""
        for twin in (twin for venue, twin in self.twins.items() if venue == FUTURES):
            for kind in self.draw.sample(list(ACTS), self.draw.randint(0, 2)):
                do(twin, kind, ACTS[kind](self.draw, self.dual))

    async def _until_marked(self, process: asyncio.subprocess.Process, run: int, mark: str) -> None:
        async with asyncio.timeout(READY_SECONDS):
            while mark not in self.marks(run):
                if process.returncode is not None:
                    raise AssertionError(f"the process ended by itself: {await _said(process)}")
                await asyncio.sleep(0.004)

    async def reckon(self) -> list[str]:
        """Let a process settle everything while the market stands still; all that is wrong then."""
        for twin in self.twins.values():
            twin.pause()
        plan = self.plan(settles=True)
        process = await self.start(plan)
        said = await asyncio.wait_for(_said(process), READY_SECONDS + SETTLE_SECONDS)
        if process.returncode != 0:
            return [f"run {plan.run} ended with {process.returncode}: {said}"]
        lines = self.diary()
        found = [f"run {line['run']} {line['venue']}: {line['wrong']}" for line in lines if "wrong" in line]
        for venue, twin in self.twins.items():
            settled = next(line["settled"] for line in lines
                           if line["run"] == plan.run and line.get("venue") == venue and "settled" in line)  # fmt: skip
            found += [f"{venue}: {text}" for text in self._differences(venue, plan, settled, lines)]
            twin.resume()
        return found

    def _differences(
        self, venue: str, plan: Plan, settled: dict[str, Any], lines: list[dict[str, Any]]
    ) -> list[str]:
        truth, receipts = self.twins[venue].account(KEY), self.receipts[venue]
        found = [f"sent more than once: {name}" for name in receipts.twice()]
        intents = intended(plan.journal(venue))
        found += [f"never intended: {name}" for name in sorted(receipts.count.keys() - set(intents))]
        found += [f"intended twice: {name}" for name, count in Counter(intents).items() if count > 1]
        if settled["open"] != sorted(row["order_id"] for row in truth["open_orders"]):
            found.append(f"open: {settled['open']}, at the venue: {truth['open_orders']}")
        found += [f"a stranger: {order_id}" for order_id in settled["strangers"]]
        with Journal(plan.journal(venue), "os") as journal:
            unfinished = sorted(intent.client_order_id for intent in journal.unfinished())
        if unfinished != sorted(row["client_order_id"] for row in truth["open_orders"]):
            found.append(f"unfinished in the journal: {unfinished}, open at the venue: {truth['open_orders']}")
        balances = {
            asset: AssetBalance(asset, Decimal(available), Decimal(locked), 0)
            for asset, (available, locked) in settled["balances"].items()
        }
        found += balance_differences("the process", balances, truth)
        if venue == FUTURES:
            found += position_differences("the process", settled["positions"], truth)
        return found + self._fill_differences(venue, truth, lines)

    def _fill_differences(self, venue: str, truth: dict[str, Any], lines: list[dict[str, Any]]) -> list[str]:
        """In one run each fill at most once; over all runs all of the venue's, and no other.

        What the venue took over while no process lived has no name, and may stay unheard: positions tell of it.
        """
        heard = Counter(
            (line["run"], tuple(map(str, line["fill"]))) for line in lines if "fill" in line and line["venue"] == venue
        )
        found = [f"run {run} heard {count} times of {fill}" for (run, fill), count in heard.items() if count > 1]
        ours = {fill for _, fill in heard}
        true: list[tuple[object, ...]] = [tuple(map(str, fill)) for fill in true_fills(venue, truth)]
        wanted = [fill for fill in true if fill in ours or fill[_NAME] != "None"]
        return found + fill_differences(Counter(dict.fromkeys(ours, 1)), wanted)


async def _said(process: asyncio.subprocess.Process) -> str:
    """All its output, once it has ended."""
    output, _ = await process.communicate()
    return output.decode(errors="replace")[-6000:]


@asynccontextmanager
async def kills(folder: Path, seed: int, ways: Ways, dual: bool) -> AsyncIterator[Kills]:
    """Twins of all venues, for processes to come."""
    account = Account(KEY, SECRET, balances=RICH)
    twins = {
        venue: await start_twin(venue, NAMES, seed=seed, rate=300, options=ISOLATED, accounts=[account])
        for venue in ways
    }
    if dual:
        hold_both_sides(twins[FUTURES])
    try:
        for twin in twins.values():   # so that kills find requests on their way and answers that are awaited
            twin.inject("slow_answer", channel="order", seconds=3600, delay_ms=ANSWER_MS)
        receipts = {venue: Receipts(twin) for venue, twin in twins.items()}
        on = Kills(twins, receipts, folder, seed, random.Random(seed), ways, dual)
        try:
            yield on
        finally:
            await on.end()
    finally:
        for twin in twins.values():
            await twin.stop()


async def kill_many(folder: Path, seed: int, count: int, ways: Ways, dual: bool) -> Kills:
    """Kill so many processes, with a reckoning now and then; fails with all that is wrong."""
    print(f"seed {seed}, {count} kills on {', '.join(ways)}{', dual mode' * dual}")
    async with kills(folder, seed, ways, dual) as on:
        for number in range(1, count + 1):
            await on.kill_one()
            on.act()
            if number % KILLS_A_RECKONING == 0 or number == count:
                found = await on.reckon()
                assert found == [], f"seed {seed}, after {number} kills:\n" + "\n".join(found)
        orders = {venue: len(twin.account(KEY)["orders"]) for venue, twin in on.twins.items()}
        fills = {venue: len(twin.account(KEY)["fills"]) for venue, twin in on.twins.items()}
        print(f"kills by phase: {dict(on.phases)}; orders {orders}; fills {fills}")
        if count >= LOAD:   # what a few kills leave time for is a matter of luck
            assert min(orders.values()) >= count and min(fills.values()) >= count / 2
        return on


@VENUES
async def test_a_killed_bot_knows_what_it_owns(ways: Ways, dual: bool, tmp_path: Path) -> None:
    await kill_many(tmp_path, SEED, SLICE if ways is SPOT else CONTRACTS_SLICE, ways, dual)


@VENUES
@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_a_bot_that_is_killed_two_hundred_times_knows_what_it_owns(
    ways: Ways, dual: bool, tmp_path: Path
) -> None:
    seed = int(os.environ.get("HFTX_SEED") or random.SystemRandom().randrange(2**31))
    count = int(os.environ.get("HFTX_KILLS") or 200)
    on = await kill_many(tmp_path, seed, count, ways, dual)
    assert count < 100 or on.phases.keys() >= PHASES
